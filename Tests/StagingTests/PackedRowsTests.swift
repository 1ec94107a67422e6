import Extraction
import Rows
import SQLite
import TestSupport
import Testing

@testable import Staging

/// Rows that wait packed come out as they went in, or not at all.
@Suite struct PackedRowsTests {
    /// Every way in which a column's cells come, with the values that come out.
    struct Way: Sendable, CustomTestStringConvertible {
        var name: String
        var type: ColumnType
        var decimal = DecimalStorage.native
        var values: [(Cell, String)]
        var isLong = false
        var testDescription: String { name }
    }

    static let ways = [
        Way(
            name: "numbers", type: .integer,
            values: [(.integer(.min), "\(Int64.min)"), (.integer(0), "0"), (.integer(.max), "\(Int64.max)")]),
        Way(
            name: "digits", type: .integer,
            values: [(.text("-7"), "-7"), (.text("9223372036854775807"), "9223372036854775807")]),
        Way(name: "wide digits", type: .integer, values: [(.wide("12"), "12"), (.wide("-12"), "-12")]),
        Way(
            name: "doubles", type: .double,
            values: [0.1, -0.0, .nan, .infinity, .leastNonzeroMagnitude].map { (.double($0), PackedBench.text($0)) }),
        Way(
            name: "digits of doubles", type: .double,
            values: [(.text("0.1"), PackedBench.text(0.1)), (.text("1e300"), PackedBench.text(1e300))]),
        Way(
            name: "scaled digits", type: .decimal(precision: 10, scale: 2), decimal: .scaledInteger,
            values: [(.text("12.34"), "1234"), (.text("-0.01"), "-1")]),
        Way(name: "decimals", type: .decimal(precision: 10, scale: 2), values: [(.text("12.30"), "12.30")]),
        Way(
            name: "texts", type: .text, values: [(.text(""), ""), (.text("a\u{0}b"), "a\u{0}b"), (.text("ä€𝄞"), "ä€𝄞")]),
        Way(
            name: "long texts", type: .text,
            values: [
                (.text(""), ""), (.text(String(repeating: "€", count: 5000)), String(repeating: "€", count: 5000)),
            ], isLong: true),
        Way(name: "wide texts", type: .text, values: [(.wide(""), ""), (.wide("\u{FEFF}ä€𝄞"), "\u{FEFF}ä€𝄞")]),
        Way(name: "long wide texts", type: .text, values: [(.wide("𝄞"), "𝄞"), (.wide(""), "")], isLong: true),
        Way(
            name: "numbers as texts", type: .largeInteger,
            values: [(.integer(.min), "\(Int64.min)"), (.integer(0), "0"), (.integer(90), "90")]),
        Way(name: "bytes", type: .binary, values: [(.bytes([]), ""), (.bytes([0, 255]), "00FF")]),
        Way(
            name: "long bytes", type: .binary, values: [(.bytes([]), ""), (.bytes([1, 2, 3]), "010203")], isLong: true),
        Way(name: "texts of any kind", type: .any, values: [(.text("x"), "x"), (.text(""), "")]),
    ]

    /// With NULL in none of the rows, in each second, and in all; a batch more than fits a block among them.
    @Test(arguments: ways, [1, 3, 8, 9, 1024, 1025, 2500])
    func comeOutAsTheyWentIn(way: Way, count: Int) throws {
        let format = try #require(way.values.first).0.format
        for nulls in [{ _ in false }, { $0 % 2 == 1 }, { _ in true }] as [(Int) -> Bool] {
            let bench = try PackedBench([Column(name: "v", type: way.type)], decimal: way.decimal)
            let rows = (0..<count).map { nulls($0) ? nil : way.values[$0 % way.values.count] }
            try bench.write(
                makeBatch(rows.map { [$0?.0] }, formats: [format], isLong: way.isLong),
                makeBatch([[way.values[0].0]], formats: [format], isLong: way.isLong))
            #expect(try bench.rows() == rows.map { [$0?.1] } + [[way.values[0].1]])
            #expect(try bench.blocks() >= (count + 1023) / 1024 + 1)
        }
    }

    @Test func theRunStandsInEachRow() throws {
        let bench = try PackedBench([Column(name: "id", type: .integer)], metadata: true)
        try bench.write(makeBatch([[.integer(1)], [.integer(2)]]))
        let added = [bench.order.run.id, bench.order.run.startedAt.text]
        #expect(try bench.rows() == [["1"] + added, ["2"] + added])
    }

    @Test func whatIsNoNumberIsRefusedWithItsRow() throws {
        let bench = try PackedBench([Column(name: "n", type: .integer)])
        let refused = failure { try bench.write(makeBatch([[.text("1")], [.text("1x")]], firstRow: 100)) }
        #expect(refused?.kind == .data)
        #expect(
            refused?.message == "The value of column \"n\" in row 101 of s.source is not a whole number of 64 bits.")
    }

    @Test func halfASurrogatePairIsRefused() throws {
        let bench = try PackedBench([Column(name: "t", type: .text)])
        let batch = makeBatch([[.wide("ab")]])
        unsafe batch.columns[0].values.storeBytes(of: 0xD800, as: UInt16.self)
        #expect(failure { try bench.write(batch) }?.message.hasSuffix("is not valid UTF-16.") == true)
    }

    /// SQLite takes values up to a limit: together rows may pass it, one alone may not.
    @Test func rowsThatAreTooLongTogetherLieInSeveralBlocks() throws {
        let bench = try PackedBench([Column(name: "t", type: .text)])
        bench.database.limitLength(4096)
        let rows = (0..<20).map { [Cell.text(String(repeating: "\($0 % 10)", count: 1000))] }
        try bench.write(makeBatch(rows))
        #expect(try bench.rows().map { $0[0]?.count } == rows.map { _ in 1000 })
        #expect(try bench.blocks() > 5)
        let long = failure { try bench.write(makeBatch([[.text("a")], [.text(String(repeating: "b", count: 5000))]])) }
        #expect(
            long?.message
                == "The value of column \"t\" in row 2 of s.source is 5,000 bytes long, and SQLite takes at most 4,096."
        )
        let two = try PackedBench([Column(name: "a", type: .text), Column(name: "b", type: .text)])
        two.database.limitLength(4096)
        let half = Cell.text(String(repeating: "c", count: 3000))
        #expect(
            failure { try two.write(makeBatch([[half, half]])) }?.message
                == "Row 1 of s.source has 6,000 bytes of values, and SQLite takes at most 4,096 in one row.")
    }

    /// What proofs ask of rows, they find in a table of those columns.
    @Test func keysAreFoundBySQL() throws {
        let bench = try PackedBench([
            Column(name: "id", type: .integer), Column(name: "long", type: .text), Column(name: "k", type: .timestamp),
        ])
        try bench.write(
            makeBatch([
                [.integer(3), .text("x"), .text("2026-11-30 00:00:00")], [nil, .text("y"), nil],
                [.integer(3), nil, .text("2026-11-29 00:00:00")],
            ]))
        for _ in 0..<2 {
            let table = try bench.form.table(1, holding: ["K", "id"], bench.shape, in: bench.database)
            #expect(
                try bench.database.query("SELECT * FROM \(table)") == [
                    [.text("2026-11-30 00:00:00"), .integer(3)], [.null, .null],
                    [.text("2026-11-29 00:00:00"), .integer(3)],
                ])
        }
    }

    /// Whatever stands in a block, it is refused or read, and nothing behind it is.
    @Test(arguments: 0..<40) func aDamagedBlockIsNotBelieved(seed: Int) throws {
        let bench = try PackedBench([
            Column(name: "i", type: .integer), Column(name: "d", type: .double), Column(name: "t", type: .text),
            Column(name: "b", type: .binary),
        ])
        try bench.write(
            makeBatch([
                [.integer(1), nil, .text("abc"), .bytes([1])], [nil, .double(2), .text(""), nil],
                [.integer(3), .double(4), nil, .bytes([])],
            ]))
        let whole = try bench.database.value("SELECT cells FROM rows_1")
        guard case .blob(let bytes)? = whole else { throw Failure(.internal, "There is no block.", advice: "") }
        var generator = Generator(seed: UInt64(seed))
        var refusals = 0
        for turn in 0..<60 {
            var damaged = bytes
            switch turn % 3 {
            case 0: damaged = Array(bytes.prefix(Int(generator.next() % UInt64(bytes.count))))
            case 1: damaged[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
            default: damaged.append(UInt8(truncatingIfNeeded: generator.next()))
            }
            let rows = turn % 10 == 9 ? Int64(truncatingIfNeeded: generator.next()) : 3
            try bench.database.query("UPDATE rows_1 SET cells = ?, rows = ?", [.blob(damaged), .integer(rows)])
            let refused = failure { _ = try bench.rows() }
            #expect(refused == nil || refused?.kind == .data)
            if refused != nil { refusals += 1 } else { #expect(turn % 3 == 1 || damaged == bytes) }
        }
        #expect(refusals >= 40)
    }
}
