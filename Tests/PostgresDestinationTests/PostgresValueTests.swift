import Extraction
import Foundation
import Rows
import Staging
import TestSupport
import Testing

@testable import PostgresDestination

/// Values on their way to the server, asked back as the server itself spells them.
@Suite(.enabled(if: ThrowawayServer.isThere, "there is no PostgreSQL beside the tests"))
struct PostgresValueTests {
    struct Value: Sendable, CustomTestStringConvertible {
        var type: ColumnType
        var cell: Cell
        /// As the server casts it to text.
        var text: String
        var testDescription: String { "\(type) \(cell)" }

        init(_ type: ColumnType, _ cell: Cell, _ text: String) {
            self.type = type
            self.cell = cell
            self.text = text
        }

        init(_ type: ColumnType, _ text: String, _ expected: String? = nil) {
            self.init(type, .text(text), expected ?? text)
        }
    }

    static let decimal = ColumnType.decimal(precision: nil, scale: nil)
    static let values: [Value] = [
        Value(.boolean, .integer(1), "true"), Value(.boolean, .integer(0), "false"),
        Value(.integer, .integer(.min), "-9223372036854775808"), Value(.integer, .integer(.max), "9223372036854775807"),
        Value(.largeInteger, "18446744073709551615"), Value(.largeInteger, "-9223372036854775809"),
        Value(decimal, "0"), Value(decimal, "-0", "0"), Value(decimal, "0.00"), Value(decimal, "1"),
        Value(decimal, "10000"), Value(decimal, "9999"), Value(decimal, "12345678"), Value(decimal, "-1.5"),
        Value(decimal, "0.0001"), Value(decimal, "0.00001"), Value(decimal, "0.00000000000000000001"),
        Value(decimal, "100000000.00000001"), Value(decimal, "00012.500", "12.500"), Value(decimal, "+3", "3"),
        Value(decimal, ".5", "0.5"), Value(decimal, "5.", "5"), Value(decimal, "NaN"),
        Value(decimal, "1" + String(repeating: "0", count: 999)),
        Value(decimal, "0." + String(repeating: "123456789", count: 100)),
        Value(decimal, String(repeating: "98765", count: 200) + "." + String(repeating: "4321", count: 250)),
        Value(.decimal(precision: 18, scale: 2), "1234567890123456.78"),
        Value(.decimal(precision: 18, scale: 2), "1.2500", "1.25"),
        Value(.decimal(precision: 18, scale: 2), ".5", "0.50"),
        Value(decimal, "Infinity"), Value(decimal, "-Infinity"),
        Value(.double, .double(0.1), "0.1"), Value(.double, .double(.nan), "NaN"),
        Value(.double, .double(-0.0), "-0"), Value(.double, .double(-.infinity), "-Infinity"),
        Value(.double, .double(.leastNonzeroMagnitude), "5e-324"),
        Value(.double, .double(1.7976931348623157e308), "1.7976931348623157e+308"),
        Value(.text, ""), Value(.text, "\u{1}\u{80}\u{1}\u{100}\u{1}\u{7F}abc"),
        Value(.text, "ä€𝄞 'quoted' \"twice\" \\ back\tslash\n"), Value(.text, "\u{1}\u{7F}"),
        Value(.date, "2026-02-28"), Value(.date, "0001-01-01"), Value(.date, "9999-12-31"), Value(.date, "2000-02-29"),
        Value(.date, "1582-10-10"), Value(.date, "infinity"), Value(.date, "-infinity"),
        Value(.date, "0044-03-15 BC"), Value(.date, "0001-12-31 BC"), Value(.date, "4713-01-01 BC"),
        Value(.date, "0005-02-29 BC"), Value(.date, "-0044-03-15", "0045-03-15 BC"), Value(.date, "5874897-12-31"),
        Value(.timestamp, "0044-03-15 01:02:03.5 BC"), Value(.timestamp, "294276-12-31 23:59:59.999999"),
        Value(.timestamp, "infinity"), Value(.timestamp, "-infinity"),
        Value(.time, "00:00:00"), Value(.time, "23:59:59.999999"), Value(.time, "12:30:00.500000", "12:30:00.5"),
        Value(.time, "24:00:00"),
        Value(.timestamp, "2026-11-28 15:49:57"), Value(.timestamp, "1999-12-31 23:59:59.999999"),
        Value(.timestamp, "2026-11-28T15:49:57.12", "2026-11-28 15:49:57.12"),
        Value(.timestamp, "2026-11-28 15:49:57.1234560000", "2026-11-28 15:49:57.123456"),
        Value(.timestamp, "2026-11-28 00:30:00+02:00", "2026-11-27 22:30:00"),
        Value(.timestamp, "2026-11-28T00:30:00Z", "2026-11-28 00:30:00"),
        Value(.timestamp, "2026-11-28 00:30:00.5+05", "2026-11-27 19:30:00.5"),
        Value(.timestamp, "1969-12-31T23:59:59.000001", "1969-12-31 23:59:59.000001"),
        Value(.timestamp, "2026-11-28 15:49:57,5", "2026-11-28 15:49:57.5"),
        Value(.timestamp, "2026-11-28 15:49", "2026-11-28 15:49:00"),
        Value(.timestamp, "2026-11-28", "2026-11-28 00:00:00"), Value(.timestamp, "0001-01-01 00:00:00"),
        Value(.uuid, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        Value(.uuid, "A0EEBC999C0B4EF8BB6D6BB9BD380A11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        Value(.binary, .bytes([]), "\\x"), Value(.binary, .bytes([0, 255, 92]), "\\x00ff5c"),
        Value(.any, "text"),
    ]

    @Test(arguments: values) func arrivesAsItIs(value: Value) throws {
        let bench = try PostgresBench()
        try bench.load([Column(name: "v", type: value.type)], [[value.cell], [nil]])
        #expect(try bench.query("SELECT v::text FROM t") == [[value.text], [nil]])
    }

    @Test(arguments: [
        Value(.text, "a\u{0}b", "NUL"), Value(.text, "\u{0}2345678", "NUL"), Value(.text, "1234567\u{0}", "NUL"),
        Value(.text, "12345678\u{0}", "NUL"), Value(.text, "ä€𝄞1234567\u{0}\u{1}890", "NUL"),
        Value(.date, "2026-02-30", "date"), Value(.date, "0000-00-00", "date"),
        Value(.date, "28.11.2026", "date"), Value(.time, "12:30:00.1234567", "seventh digit"),
        Value(.timestamp, "2026-11-28 15:49:57.1234567", "seventh digit"), Value(.timestamp, "soon", "timestamp"),
        Value(.timestamp, "2026-11-28 15:49:57 ", "timestamp"), Value(.timestamp, "0000-01-01 00:00:00", "timestamp"),
        Value(.timestamp, "2026-11-28 15:60:00", "timestamp"), Value(decimal, "1e5", "numeric"),
        Value(decimal, "", "numeric"), Value(decimal, "1.2.3", "numeric"), Value(.uuid, "a0eebc99", "uuid"),
        Value(.decimal(precision: 3, scale: 1), "12345.6", "overflow"),
        // The server would round them without a word.
        Value(.decimal(precision: 12, scale: 2), "1.005", "more digits behind the point"),
        Value(.decimal(precision: 12, scale: 2), "-0.001", "more digits behind the point"),
        Value(.decimal(precision: 12, scale: 0), "7.5", "more digits behind the point"),
    ])
    func whatItCannotHoldStopsWithColumnAndRow(value: Value) throws {
        let bench = try PostgresBench()
        let error = #expect(throws: Failure.self) {
            try bench.load([Column(name: "v", type: value.type)], [[nil], [value.cell]])
        }
        #expect(error?.kind == .data, "\(String(describing: error))")
        #expect(error?.message.contains(value.text) == true, "\(String(describing: error))")
        #expect(error?.message.contains("v") == true)
        #expect(try bench.query("SELECT to_regclass('t') IS NULL") == [["t"]])
    }

    /// `"decimal": "text"`: the digits as they come, such as a zero at the end that a number would keep only by its scale.
    @Test func decimalThatIsToStayATextIsOne() throws {
        let bench = try PostgresBench()
        var extract = PostgresBench.extract()
        extract.decimal = .text
        let lease = try bench.destination.lease(extract)
        defer { lease.end(keepsStaging: false) }
        let column = Column(name: "v", type: .decimal(precision: 12, scale: 2))
        _ = try bench.destination.commit(bench.change(extract, [column], [[.text("00012.500")], [nil]], under: lease))
        #expect(try bench.query("SELECT v, pg_typeof(v) FROM t") == [["00012.500", "text"], [nil, "text"]])
    }

    @Test func columnsThatDifferInCaseOnlyAreRefusedWithASentence() throws {
        let bench = try PostgresBench()
        let error = #expect(throws: Failure.self) {
            try bench.load([Column(name: "Order", type: .text), Column(name: "order", type: .text)], [[nil, nil]])
        }
        #expect(error?.kind == .configuration && error?.message.contains("upper and lower case") == true)
    }

    @Test func columnWithoutANameIsRefusedWithASentence() throws {
        let bench = try PostgresBench()
        let error = #expect(throws: Failure.self) {
            try bench.load([Column(name: "id", type: .integer), Column(name: "", type: .text)], [[nil, nil]])
        }
        #expect(error?.kind == .configuration && error?.message.contains("whose name is empty") == true)
    }

    /// Many rows of several pieces, with everything that changes the length of a row.
    @Test func copyOfTheSameRowsIsTheSameText() throws {
        let bench = try PostgresBench()
        let columns = [
            Column(name: "id", type: .integer), Column(name: "amount", type: .decimal(precision: 30, scale: 10)),
            Column(name: "moment", type: .timestamp), Column(name: "memo", type: .text),
        ]
        let rows = (1...5000).map(Self.row)
        try bench.load(columns, rows)
        try bench.query("CREATE TABLE o (id bigint, amount numeric(30,10), moment timestamp(6), memo text)")
        for part in stride(from: 0, to: rows.count, by: 500) {
            let values = rows[part..<part + 500].map { "(" + $0.map(Self.literal).joined(separator: ", ") + ")" }
            try bench.query("INSERT INTO o VALUES \(values.joined(separator: ", "))")
        }
        let digest = "SELECT md5(string_agg(x::text, '' ORDER BY x.id)) FROM"
        #expect(try bench.query("\(digest) t x") == bench.query("\(digest) o x"))
    }

    private static func row(_ number: Int) -> [Cell?] {
        let amount: Cell? = number % 7 == 0 ? nil : .text("\(number * 7919).\(String(format: "%010d", number))")
        let moment = String(format: "2026-01-%02d 10:%02d:00", number % 28 + 1, number % 60)
        let memo: Cell? = number % 5 == 0 ? nil : .text(String(repeating: "é\(number)", count: number % 50))
        return [.integer(Int64(number)), amount, .text(moment), memo]
    }

    private static func literal(_ cell: Cell?) -> String {
        switch cell {
        case .integer(let number): String(number)
        case .text(let text): "'\(text)'"
        default: "NULL"
        }
    }
}
