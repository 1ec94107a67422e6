import Foundation
import TestSupport
import Testing

/// Dates in the format that an account prefers, or that nobody can know: N22 of public reports.
@Suite struct OtherFormatTests {
    private let directory: TemporaryDirectory
    private let program: Program
    private var destination: String { directory.path("d.db") }

    init() throws {
        directory = try TemporaryDirectory()
        program = Program(directory: directory.url)
    }

    private func driver(_ values: [String], clock: String = "2026-11-28 04:20:00") throws -> RecordingDriver {
        let rows = values.enumerated().map { "row \"\($0.offset + 1)\" \"\($0.element)\"" }.joined(separator: "\n")
        return try RecordingDriver(
            """
            catalog columns
            row NULL NULL "t" "id" "-5" "BIGINT" "19" NULL NULL NULL "1" NULL NULL NULL NULL NULL "1" "YES"
            row NULL NULL "t" "m" "93" "TIMESTAMP" "19" NULL NULL NULL "1" NULL NULL NULL NULL NULL "2" "YES"
            sql contains "CURRENT_TIMESTAMP"
            column "c" VARCHAR size 40
            row "\(clock)"
            sql contains "SELECT MIN("
            column "a" TIMESTAMP2 size 19
            column "b" TIMESTAMP2 size 19
            column "c" BIGINT size 19
            row NULL NULL "0"
            sql contains "FROM \\"t\\""
            column "id" BIGINT size 19
            column "m" TIMESTAMP2 size 19
            \(rows)
            """)
    }

    private func extract(_ driver: RecordingDriver, _ more: String...) throws -> Program.Result {
        try program.run(
            ["extract"] + driver.flags + [
                "--table", "t", "--destination", destination, "--quiet", "--state-dir", directory.path("state"),
            ] + more)
    }

    private static let incremental = [
        "--load-method", "append", "--extract-type", "incremental", "--incremental-key", "m", "--unique-columns", "id",
    ]

    @Test(arguments: ["07.03.2025 04:47:38", "03/07/2025 4:47 am", "1741322858", "2025-03-07T04:47:38-08:00"])
    func asAKeyTheyAreRefusedByNameRowAndCount(_ value: String) throws {
        let driver = try driver([value, value])
        let result = try program.run(
            ["extract"] + driver.flags + [
                "--table", "t", "--destination", destination, "--quiet", "--state-dir", directory.path("state"),
            ]
                + Self.incremental)
        #expect(result.code == 1, "\(result.all)")
        if value.hasPrefix("2025") {
            #expect(result.all.contains("come with an offset from UTC"), "\(result.all)")
        } else {
            #expect(
                result.all.contains("No value of m") && result.all.contains("\"\(value)\" where id 1"),
                "\(result.all)")
        }
        #expect(!result.all.contains("clock_query"), "\(result.all)")
        // The other way that is named works, and says what it found.
        let full = try extract(driver)
        #expect(full.code == 0, "\(full.all)")
        let notes = try sqlite(
            destination, "SELECT json_extract(record, '$.notes[0]') FROM _kleene_runs ORDER BY rowid DESC LIMIT 1")
        #expect(notes.contains("Column \"m\": 2 values are not") == !value.hasPrefix("2025"), "\(notes)")
    }

    @Test(arguments: ["0000-00-00 00:00:00", "2025-02-30 00:00:00"])
    func daysOfNoCalendarAreRowsWithoutAKey(_ value: String) throws {
        let driver = try driver([value, "2025-03-07 04:47:38"])
        let result = try program.run(
            ["extract"] + driver.flags + [
                "--table", "t", "--destination", destination, "--quiet", "--state-dir", directory.path("state"),
            ]
                + Self.incremental)
        #expect(result.code == 0, "\(result.all)")
        #expect(try sqlite(destination, "SELECT watermark FROM _kleene_watermarks") == "2025-03-07 04:47:38")
        #expect(try sqlite(destination, "SELECT json_extract(record, '$.rowsWithoutKey') FROM _kleene_runs") == "1")
    }

    @Test func aRowIsRefusedWhereOneIsTooMany() throws {
        let result = try extract(driver(["2025-03-07 04:47:38", "2025-02-30 00:00:00"]), "--odd-times", "fail")
        #expect(result.code == 1, "\(result.all)")
        for words in ["column \"m\" in row 2 of t", "\"2025-02-30 00:00:00\"", "\"odd_times\" is \"fail\""] {
            #expect(result.all.contains(words), "\(result.all)")
        }
    }
}
