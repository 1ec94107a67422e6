import Foundation
import TestSupport
import Testing

/// Listings of many tables: few statements, a word after a second, and what was read is kept.
@Suite struct DiscoveryTests {
    private static let tables = 120
    /// Several fetches for all columns.
    private static let columns = 40

    private let directory: TemporaryDirectory
    private let mock: MockServerTests.Mock

    init() throws {
        directory = try TemporaryDirectory()
        let more = (0..<Self.columns).map { "{\"name\": \"v\($0)\", \"type\": \"VARCHAR\", \"length\": 9}" }.joined(
            separator: ", ")
        let tables = (0..<Self.tables).map { number in
            """
            {"table": "t\(number)", "schema": "Acme Inc..Role, One", "rows": 1, "columns": [{"name": "id", "type": "BIGINT", "key": true},
             \(more)]}
            """
        }
        let file = directory.path("catalog.json")
        try "{\"tables\": [\(tables.joined(separator: ","))]}".write(toFile: file, atomically: false, encoding: .utf8)
        mock = try MockServerTests.Mock(["--catalog", file])
    }

    private func start(_ arguments: String...) throws -> Program.Running {
        try Program(directory: directory.url).start(
            arguments + ["--mock", "127.0.0.1:\(mock.port)", "--state-dir", directory.path("state")])
    }

    private func statements() throws -> Int { try #require(try mock.count("statements")) }

    @Test func allColumnsTakeAFewStatementsAndAreThoseOfEachTable() throws {
        let before = try statements()
        let all = try start("columns", "--all", "--format", "json").wait()
        #expect(all.code == 0, "\(all.errors)")
        #expect(try statements() - before <= 8)
        let names = (0..<Self.tables).map { "t\($0)" }
        let each = try Program(directory: directory.url).run(
            ["columns"] + names + [
                "--refresh", "--format", "json", "--mock", "127.0.0.1:\(mock.port)", "--state-dir",
                directory.path("other"),
            ])
        #expect(each.output == all.output)
        #expect(all.output.components(separatedBy: "\"key\":1").count == Self.tables + 1)
    }

    @Test func whatAListingPrintsCanBeGivenBack() throws {
        for name in ["t1", "Acme Inc..Role, One.t1"] {
            let result = try start("columns", name, "--format", "csv", "--refresh").wait()
            #expect(result.code == 0 && result.output.contains(",t1,"), "\(name): \(result.all)")
        }
        let wrong = try start("columns", "t1", "--schema", "Old Company").wait()
        #expect(wrong.code == 1 && wrong.errors.contains("\"Old Company\""), "\(wrong.errors)")
        #expect(wrong.errors.contains("Acme Inc..Role, One"), "\(wrong.errors)")
        let extract = try start(
            "extract", "--schema", "Old Company", "--table", "t1", "--destination", directory.path("d.db")
        ).wait()
        #expect(extract.code == 1 && extract.errors.contains("Old Company"), "\(extract.errors)")
        let right = try start(
            "extract", "--table", "Acme Inc..Role, One.t1", "--destination", directory.path("d.db")
        ).wait()
        #expect(right.code == 0, "\(right.errors)")
        #expect(try sqlite(directory.path("d.db"), "select count(*) from t1") == "1")
    }

    private func interrupt(_ running: Program.Running, after words: String) throws -> Program.Result {
        while !running.errorsSoFar.contains(words), running.process.isRunning { usleep(10_000) }
        running.process.interrupt()
        return try running.wait()
    }

    @Test func listingThatTakesLongSaysSoAndEndsWith130WhenInterrupted() throws {
        try mock.tell("fault statement slow milliseconds=1500 always")
        let result = try interrupt(try start("columns", "--all"), after: "waiting for the source's catalog")
        #expect(result.code == 130, "\(result.code) \(result.all)")
    }

    @Test func interruptedListingKeepsWhatItHasRead() throws {
        try mock.tell("fault fetch slow milliseconds=1200 always")
        let result = try interrupt(try start("columns", "--all"), after: "columns of ")
        #expect(result.code == 130, "\(result.code) \(result.all)")
        #expect(result.errors.contains("of \(Self.tables) tables were read and are kept"), "\(result.errors)")
        try mock.tell("clear")
        let kept = try start("columns", "t0").wait()
        #expect(kept.code == 0 && kept.errors.contains("answered from the listing read"), "\(kept.all)")
    }
}
