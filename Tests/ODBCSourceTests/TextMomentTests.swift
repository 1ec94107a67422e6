import Extraction
import Foundation
import Rows
import TestSupport
import Testing

@testable import ODBCSource

/// Moments that a source keeps as text, compared as moments by its SQL.
@Suite struct TextMomentTests {
    private var dialect: ODBCDialect {
        var dialect = ODBCDialect(identifierQuote: "\"", catalogSeparator: ".")
        dialect.moments = .text
        return dialect
    }

    private static let odd = [
        "2025-02-30 10:00:00", "07.03.2025 04:47:38", "03/07/2025 4:47 am", "0000-00-00 00:00:00",
        "9999-12-31 23:59:59",
        "2024-01-01 24:00:00", "", "x", "2024-01-01 10:00:00.1234567891", "0001-01-01 00:00:00+01:00",
        "2024-01-01 10:00.5",
        " 2024-01-01", "2024-01-01 10:00:00.", "2024-01-01 10:00:00.1.2", "2024-01-01 10:00:00+1",
        "2024-01-01 10:00:00+15:00",
        "2024-01-01 10:00:00 UTC", "2024-01-01 10:0", "2024-01-01 ", "2024-01-01 10", "2024-01-01T",
        "2024-1-01 10:00:00",
        "2024-01-01 10:00:00ZZ", "2024-01-01 10:60:00", "now", "12:00", "2460310.9", "2024-01-01X10:00:00",
        "2024-01-01 10:00:00+",
        "2024-01-01 10:00:00,", "2024-01-01 10:00:00.5 +01:00", "2024-01-01 10:00:00  +01:00", "20240101T100000Z",
    ]

    /// Spellings made of parts, most of which are moments.
    private static func spellings(_ count: Int) -> [String] {
        var generator = Generator(seed: 12)
        func pick(_ list: [String]) -> String { list[generator.number(0...list.count - 1)] }
        return (0..<count).map { _ in
            let day = pick([
                "2024-02-28", "2024-02-29", "2023-02-29", "2024-03-01", "0001-01-01", "9999-12-30", "2024-12-31",
            ])
            let time = pick(["", "00:00", "23:59", "00:00:00", "23:59:59", "09:30:00", "12:00:60"])
            if time.isEmpty { return day + pick(["", " ", "T"]) }
            let fraction = pick(["", "", ".0", ".120", ",12", ".000000001", ".1234567899", ".999999999000"])
            let zone = pick(["", "", "Z", "z", "+00", "-08:00", "+0530", " +14:00", "+14:30", "-15:00", " Z"])
            return day + pick([" ", "T", "t"]) + time + fraction + zone + pick(["", "", "  "])
        }
    }

    private func literal(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }

    /// SQLite's answer for each text.
    private func ask(_ expression: String, _ texts: [String]) throws -> [String] {
        let rows = texts.map { "(\(literal($0)))" }.joined(separator: ", ")
        let answer = try sqlite(
            ":memory:",
            "CREATE TABLE t (\"u\" TIMESTAMP); INSERT INTO t VALUES \(rows); SELECT \(expression) FROM t ORDER BY rowid"
        )
        return answer.components(separatedBy: "\n")
    }

    @Test func theSourceReadsSpellingsAsWeDo() throws {
        let texts = Self.odd + Self.spellings(400)
        let answers = try ask("quote(\(dialect.ordered("u", kind: .timestamp)))", texts)
        let days = try ask("quote(\(dialect.ordered("u", kind: .date)))", texts)
        try #require(answers.count == texts.count && days.count == texts.count)
        for (index, text) in texts.enumerated() {
            let moment = MomentReading(text).moment
            let ours = moment.map { "'\(Moment(seconds: $0.instant, nanoseconds: $0.nanoseconds))'" } ?? "NULL"
            #expect(answers[index] == ours, "\(text)")
            let day = moment.map { "'\(KeyValue($0, isDate: true))'" } ?? "NULL"
            #expect(days[index] == day, "\(text)")
        }
    }

    @Test(arguments: ["1704103200", "2460310.91", "x'323032342D30312D3031'"])
    func whatIsNoTextIsNoMoment(_ value: String) throws {
        let sql =
            "CREATE TABLE t (\"u\" TIMESTAMP); INSERT INTO t VALUES (\(value)); SELECT "
            + "(\(dialect.ordered("u", kind: .timestamp))) IS NULL FROM t"
        #expect(try sqlite(":memory:", sql) == "1")
    }

    /// Every bound between moments parts them as time does, and the index is used.
    @Test func boundsPartRowsAsTimeDoes() throws {
        let directory = try TemporaryDirectory()
        let texts = Self.spellings(300)
        let file = directory.path("t.db")
        _ = try sqlite(
            file,
            "CREATE TABLE t (\"u\" TIMESTAMP); CREATE INDEX i ON t (u); INSERT INTO t VALUES "
                + texts.map { "(\(literal($0)))" }.joined(separator: ", "))
        let moments = texts.compactMap { MomentReading($0).moment }
        for bound in moments.prefix(12) {
            let value = KeyValue(bound, isDate: false)
            for (comparison, holds) in [
                (Condition.Comparison.atLeast, { (other: SpelledMoment) in !other.isBefore(bound) }),
                (.above, { bound.isBefore($0) }), (.below, { $0.isBefore(bound) }), (.atMost, { !bound.isBefore($0) }),
            ] {
                let condition = try dialect.sql(.compare("u", comparison, value))
                let count = try sqlite(file, "SELECT count(*) FROM t WHERE \(condition)")
                #expect(Int(count) == moments.count(where: holds), "\(comparison) \(value)")
            }
        }
        let window = try dialect.sql(
            .all([
                .compare("u", .atLeast, .timestamp(moment("2024-03-01"))),
                .compare("u", .below, .timestamp(moment("2024-03-02"))),
            ]))
        #expect(try sqlite(file, "EXPLAIN QUERY PLAN SELECT * FROM t WHERE \(window)").contains("i (u>? AND u<?)"))
    }

    @Test func theBareColumnIsComparedWithADayFarOff() throws {
        let sql = try dialect.sql(.compare("u", .atLeast, .timestamp(moment("2024-03-01 10:00:00.5"))))
        #expect(sql.hasPrefix("\"u\" >= '2024-02-29' AND CASE WHEN "))
        #expect(sql.hasSuffix(" END >= '2024-03-01 10:00:00.5'"))
        let below = try dialect.sql(.compare("u", .below, .date(moment("2024-02-28"))))
        #expect(below.hasPrefix("\"u\" < '2024-03-01' AND substr(CASE ") && below.hasSuffix(", 1, 10) < '2024-02-28'"))
        #expect(try dialect.sql(.compare("n", .below, .integer(1))) == "\"n\" < 1")
        #expect(try dialect.sql(.compare("s", .below, .text("b"))) == "\"s\" < 'b'")
    }

    @Test func rowsWithoutAKeyAreNamedAsTheSourceOrdersThem() throws {
        var typed = ODBCDialect(identifierQuote: nil, catalogSeparator: ".")
        #expect(
            try typed.sql(.all([.lacking("u", .timestamp), .isNull("x")]))
                == "(u IS NULL OR u < TIMESTAMP '0001-01-01 00:00:00' OR u >= TIMESTAMP '9999-12-31 00:00:00') AND x IS NULL"
        )
        #expect(try typed.sql(.unordered("u", .timestamp)) == "u IS NULL")
        #expect(try typed.sql(.lacking("n", .integer)) == "n IS NULL")
        typed.moments = .functions
        #expect(
            try typed.sql(.lacking("d", .date))
                == "d IS NULL OR d < TO_DATE('0001-01-01', 'YYYY-MM-DD') OR d >= TO_DATE('9999-12-31', 'YYYY-MM-DD')")
        let text = try dialect.sql(.lacking("u", .timestamp))
        let unordered = try dialect.sql(.unordered("u", .timestamp))
        #expect(text == "\(dialect.ordered("u", kind: .timestamp)) IS NULL" && text == unordered)
    }

    @Test func adviceAboutTheClockIsOfUseInTheProfile() {
        var dialect = ODBCDialect(identifierQuote: nil, catalogSeparator: nil)
        #expect(dialect.clockAdvice.contains("clock_query"))
        dialect.clockIsConfigurable = false
        #expect(!dialect.clockAdvice.contains("clock_query"))
    }
}
