import Extraction
import Foundation
import Rows
import SQLite
import SQLiteDestination
import Staging
import TestSupport
import Testing

@Suite struct ValueTests {
    private func store(
        _ type: ColumnType, _ cells: [Cell?], decimal: DecimalStorage = .text, isLong: Bool = false
    ) throws -> (values: [[SQLiteValue]], notes: [String]) {
        let folder = try Folder()
        let loaded = try runExtract(
            makeExtract(decimal: decimal), columns: [Column(name: "v", type: type)],
            batches: [makeBatch(cells.map { [$0] }, isLong: isLong)], into: folder.file())
        return (try query(folder.file(), "SELECT v, typeof(v) FROM t ORDER BY rowid"), loaded.notes)
    }

    @Test(
        arguments: [
            (.boolean, .integer(1), .integer(1), "integer"),
            (.integer, .integer(.min), .integer(.min), "integer"),
            (.integer, .text(" -42"), .integer(-42), "integer"),
            (.integer, .wide("9223372036854775807"), .integer(.max), "integer"),
            (.largeInteger, .text("18446744073709551615"), .text("18446744073709551615"), "text"),
            (.largeInteger, .integer(7), .text("7"), "text"),
            (
                .decimal(precision: 38, scale: 10), .text("12345678901234567.8900000000"),
                .text("12345678901234567.8900000000"), "text"
            ),
            (.double, .double(3), .real(3), "real"),
            (.double, .double(0.1 + 0.2), .real(0.1 + 0.2), "real"),
            (.double, .double(.infinity), .real(.infinity), "real"),
            (.double, .double(-.infinity), .real(-.infinity), "real"),
            (.double, .double(.leastNonzeroMagnitude), .real(.leastNonzeroMagnitude), "real"),
            (.text, .text("0012"), .text("0012"), "text"),
            (.text, .text("a\0b"), .text("a\0b"), "text"),
            (.text, .wide("Grüße 🌍 世"), .text("Grüße 🌍 世"), "text"),
            (.text, .wide("\u{FEFF}mark"), .text("\u{FEFF}mark"), "text"),
            (.text, .wide("\u{FFFE}mark"), .text("\u{FFFE}mark"), "text"),
            (.date, .text("2026-11-23"), .text("2026-11-23"), "text"),
            (.time, .text("09:30:00.5"), .text("09:30:00.5"), "text"),
            (.timestamp, .text("2026-11-23 09:30:00.123456789"), .text("2026-11-23 09:30:00.123456789"), "text"),
            (
                .uuid, .text("6f1c2a9e-0000-0000-0000-000000000000"), .text("6f1c2a9e-0000-0000-0000-000000000000"),
                "text"
            ),
            (.binary, .bytes([0, 255, 0]), .blob([0, 255, 0]), "blob"),
        ] as [(ColumnType, Cell, SQLiteValue, String)], [false, true])
    func everyTypeIsStoredExactly(_ sample: (ColumnType, Cell, SQLiteValue, String), isLong: Bool) throws {
        let (type, cell, value, typeName) = sample
        let stored = try store(type, [cell, nil], isLong: isLong)
        #expect(stored.values == [[value, .text(typeName)], [.null, .text("null")]])
        #expect(stored.notes.isEmpty)
    }

    @Test(arguments: [false, true])
    func nullEmptyTextAndEmptyBytesStayApart(isLong: Bool) throws {
        for (type, empty, value) in [
            (.text, .text(""), .text("")), (.text, .wide(""), .text("")), (.binary, .bytes([]), .blob([])),
        ] as [(ColumnType, Cell, SQLiteValue)] {
            let stored = try store(type, [empty, nil, empty], isLong: isLong).values.map { $0[0] }
            #expect(stored == [value, .null, value])
        }
    }

    @Test func nanBecomesNullAndNegativeZeroZeroAndBothAreCounted() throws {
        let stored = try store(.double, [.double(.nan), .double(-0.0), .double(.nan), .double(1)])
        #expect(stored.values.map { $0[0] } == [.null, .real(0), .null, .real(1)])
        #expect(stored.notes.count == 2)
        #expect(stored.notes.contains { $0.contains("\"v\": 2 values were NaN") })
        #expect(stored.notes.contains { $0.contains("1 value was -0.0") })
    }

    // MARK: Decimals

    @Test(
        arguments: [
            ("0", 0), ("1.1", 110), ("-1.10", -110), ("123.4500", 12345), (".5", 50), ("7.", 700), (" 3.25 ", 325),
            ("9999999999999999.99", 999_999_999_999_999_999),
        ] as [(String, Int64)])
    func scaledIntegersAreExact(text: String, value: Int64) throws {
        for cell in [Cell.text(text), .wide(text)] {
            let stored = try store(.decimal(precision: 18, scale: 2), [cell], decimal: .scaledInteger)
            #expect(stored.values == [[.integer(value), .text("integer")]])
        }
    }

    @Test(arguments: ["1.001", "NaN", "", "1e3", "99999999999999999999", "1,5", "--1", "92233720368547758.08", "."])
    func whatDoesNotFitAScaledIntegerStopsTheRun(text: String) throws {
        let folder = try Folder()
        let column = Column(name: "amount", type: .decimal(precision: 18, scale: 2))
        let refused = failure {
            try runExtract(
                makeExtract(decimal: .scaledInteger), columns: [column],
                batches: [makeBatch([[.text("1")], [.text(text)]], firstRow: 41)], into: folder.file())
        }
        #expect(refused?.kind == .data)
        #expect(refused?.message.contains("\"amount\" in row 42 of s.source") == true)
        #expect(text.isEmpty || text == "." || refused?.message.contains(text) == false)
    }

    @Test(arguments: [
        ("0.1", 0.1), ("-12.50", -12.5), ("12345678901234567.89", 12_345_678_901_234_567.89), ("1e300", 1e300),
        ("0.000000000000000000000000000001", 1e-30), ("179769313486231570000", 179_769_313_486_231_570_000.0),
    ])
    func realsAreTheNearestDouble(text: String, value: Double) throws {
        let stored = try store(.decimal(precision: nil, scale: nil), [.text(text)], decimal: .real)
        #expect(stored.values == [[.real(value), .text("real")]])
    }

    @Test func decimalNaNAsRealIsCounted() throws {
        let stored = try store(.decimal(precision: nil, scale: nil), [.text("NaN"), .text("7")], decimal: .real)
        #expect(stored.values.map { $0[0] } == [.null, .real(7)])
        #expect(stored.notes.contains { $0.contains("NaN") })
    }

    @Test func scaledIntegerWithoutDeclaredScaleStaysText() throws {
        let stored = try store(.decimal(precision: 38, scale: 2), [.text("1.10")], decimal: .scaledInteger)
        #expect(stored.values == [[.text("1.10"), .text("text")]])
        #expect(stored.notes.contains { $0.contains("Stored as text") && $0.contains("\"v\"") })
    }

    // MARK: Size

    @Test func tooLongValueNamesTableColumnRowAndSize() throws {
        let folder = try Folder()
        var settings = SQLiteFile.Settings()
        settings.lengthLimit = 1000
        let rows: [[Cell?]] = [[.integer(1), .text("ok")], [.integer(2), .text(String(repeating: "x", count: 1500))]]
        let refused = failure {
            try runExtract(
                makeExtract(), batches: [makeBatch(rows, isLong: true)], into: folder.file(), settings: settings)
        }
        #expect(refused?.kind == .data)
        #expect(
            refused?.message
                == "The value of column \"name\" in row 2 of s.source is 1,500 bytes long, and SQLite takes at most 1,000."
        )
        let long = Cell.text(String(repeating: "x", count: 600))
        let wide = failure {
            try runExtract(
                makeExtract(), columns: [Column(name: "a", type: .text), Column(name: "b", type: .text)],
                batches: [makeBatch([[long, long]])], into: folder.file(), settings: settings)
        }
        #expect(wide?.message.contains("Row 1 of s.source has 1,200 bytes") == true)
    }

    @Test func megabytesArriveWhole() throws {
        let text = String(repeating: "long é ", count: 400_000)
        let bytes = [UInt8](repeating: 7, count: 3_000_000)
        let folder = try Folder()
        try runExtract(
            makeExtract(),
            columns: [
                Column(name: "a", type: .text), Column(name: "b", type: .binary), Column(name: "c", type: .text),
            ],
            batches: [
                makeBatch([[.text(text), .bytes(bytes), .wide(text)], [.text(""), nil, .wide("")]], isLong: true)
            ],
            into: folder.file())
        #expect(
            try query(folder.file(), "SELECT a, b, c FROM t LIMIT 1") == [[.text(text), .blob(bytes), .text(text)]])
    }

    @Test func brokenSurrogatesStopTheRun() throws {
        let folder = try Folder()
        let batch = makeBatch([[.wide("ab")]])
        unsafe (batch.columns[0].values + 2).storeBytes(of: 0xD800, as: UInt16.self)
        let refused = failure {
            try runExtract(
                makeExtract(), columns: [Column(name: "v", type: .text)], batches: [batch], into: folder.file())
        }
        #expect(refused?.kind == .data)
    }

    @Test func decimalsAgreeWithTheStandardLibrary() throws {
        var generator = SystemRandomNumberGenerator()
        var cells: [Cell?] = []
        var expected: [SQLiteValue] = []
        for _ in 0..<5000 {
            let digits = String(
                UInt64.random(in: 0...UInt64.max, using: &generator) >> UInt64.random(in: 0...60, using: &generator))
            let point = Int.random(in: 0...digits.count, using: &generator)
            let text = "\(Bool.random() ? "-" : "")\(digits.prefix(point)).\(digits.dropFirst(point))0"
            guard let value = Double(text) else { continue }
            cells.append(.text(text))
            expected.append(.real(value == 0 ? 0 : value))
        }
        let stored = try store(.decimal(precision: nil, scale: nil), cells, decimal: .real).values.map { $0[0] }
        #expect(stored == expected)
    }
}
