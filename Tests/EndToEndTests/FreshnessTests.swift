import Foundation
import TestSupport
import Testing

/// How long ago extracts were done, asked of the destination alone.
@Suite struct FreshnessTests {
    private let bench: MockBench

    init() throws { bench = try MockBench(extracts: MockBench.transactions()) }

    private func age(by seconds: Int) throws {
        let then = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: -Double(seconds)))
        _ = try sqlite(
            bench.destination,
            "UPDATE _kleene_runs SET record = json_set(record, '$.finishedAt', '\(then)', '$.startedAt', '\(then)')")
    }

    @Test func theVerdictIsByTheAgeOfTheLastSuccess() throws {
        let never = try bench.run("check", "freshness", "--error", "1d", "--format", "json")
        #expect(never.code == 7, "\(never.all)")
        #expect(try bench.ask("extract", "--quiet").code == 0)
        #expect(try bench.run("check", "freshness", "--warn", "6h", "--error", "24h").code == 0)
        try age(by: 10 * 3600)
        let warned = try bench.run("check", "freshness", "--warn", "6h", "--error", "24h", "--format", "json")
        let said = try bench.json(warned)
        #expect(warned.code == 0 && said["status"] as? String == "warn", "\(warned.all)")
        #expect(said["warn_seconds"] as? Int == 21_600 && said["age_seconds"] as? Int ?? 0 >= 36_000)
        #expect(warned.errors.contains("longer than 6 hours"), "\(warned.all)")
        try age(by: 30 * 3600)
        let late = try bench.run("check", "freshness", "transactions")
        #expect(late.code == 7 && late.output.contains("error"), "\(late.all)")
        #expect(try bench.run("check", "freshness", "--error", "2d", "--quiet").all.isEmpty)
    }

    /// A machine whose clock was a year ahead once says nothing fresh for a year.
    @Test func aRunAheadOfTheClockIsNoEvidence() throws {
        #expect(try bench.ask("extract", "--quiet").code == 0)
        try age(by: -365 * 86_400)
        let checked = try bench.run("check", "freshness", "--error", "1h", "--format", "json")
        #expect(checked.code == 7, "\(checked.all)")
        #expect(try bench.json(checked)["message"] as? String != nil)
        #expect(checked.output.contains("ahead of this machine's clock"), "\(checked.output)")
        #expect(try bench.run("status", "--max-age", "1h").code == 7)
        // The next run that is done counts, though the books have it before the other.
        #expect(try bench.ask("extract", "--quiet").code == 0)
        #expect(try bench.run("check", "freshness", "--error", "1h").code == 0)
        #expect(try bench.run("status", "--max-age", "1h").code == 0)
    }

    /// A backfill of an old range, which a timer runs each night, hides no extract that fails each day.
    @Test func aBackfillIsNoExtractThatWasDone() throws {
        #expect(try bench.ask("extract", "--quiet").code == 0)
        try age(by: 30 * 3600)
        try bench.tell("fault statement error always matching=transaction sql_state=42000 text=Syntax error")
        #expect(try bench.ask("extract", "--quiet").code == 1)
        try bench.tell("clear")
        #expect(
            try bench.ask("backfill", "transactions", "--from", "2022-01-01", "--to", "2023-01-01", "--quiet").code == 0
        )
        #expect(try bench.run("check", "freshness", "--error", "24h").code == 7)
        let overview = try bench.run("status", "--max-age", "24h", "--format", "json")
        #expect(try overview.code == 7 && bench.json(overview)["status"] as? String == "failed", "\(overview.all)")
        #expect(try bench.ask("extract", "--quiet").code == 0)
        #expect(try bench.run("check", "freshness", "--error", "24h").code == 0)
        #expect(try bench.run("status", "--max-age", "24h").code == 0)
    }

    /// Books that cannot be read do not say that an extract was never done.
    @Test func aDestinationThatCannotBeReadIsAnErrorOfTheCheck() throws {
        #expect(try bench.ask("extract", "--quiet").code == 0)
        try Data("no database at all, but longer than its head".utf8).write(to: URL(filePath: bench.destination))
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: bench.destination + suffix) }
        let checked = try bench.run("check", "freshness", "--error", "24h")
        #expect(checked.code == 1 && !checked.all.contains("never"), "\(checked.all)")
        #expect(checked.errors.contains(bench.destination), "\(checked.all)")
    }

    /// A check of a file that was mistyped finds nothing wrong there.
    @Test(arguments: [
        ["status", "--max-age", "1h"], ["state", "show"], ["check", "freshness"], ["report", "--html", "r.html"],
        ["runs", "list"],
    ])
    func aDestinationThatIsNotThereIsNoGoodNews(_ arguments: [String]) throws {
        let result = try bench.program.run(arguments + ["--destination", "typo.db"])
        #expect(result.code == 1 && result.errors.contains("There is no destination file"), "\(result.all)")
    }

    @Test func whatComesNextIsSaidOfFollowersAndOfTablesThatAreGone() throws {
        try bench.configure([
            MockBench.transactions(),
            #"{"name": "lines", "table": "transactionLine", "load_method": "upsert", "follows": "transactions"}"#,
        ])
        func next() throws -> [String] {
            let said = try bench.run("status", "--format", "jsonl", "--fields", "next")
            return said.output.split(separator: "\n").map(String.init)
        }
        #expect(try next().allSatisfy { $0.contains("reads everything") })
        #expect(try bench.ask("extract", "--quiet").code == 0)
        #expect(try next().allSatisfy { $0.contains("reads changes") })
        let table = try sqlite(
            bench.destination,
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'")
        for name in table.split(separator: "\n") { _ = try sqlite(bench.destination, "DROP TABLE \"\(name)\"") }
        #expect(try next().first?.contains("reads everything") == true)
    }

    @Test(arguments: [
        (["check", "freshness", "--warn", "2d", "--error", "1d"], "'--warn' must be shorter than '--error'"),
        (["check", "freshness", "transaction", "--error", "1d"], "Did you mean \"transactions\"?"),
        (["verify", "--full", "--sample", "2%"], "exclude each other"), (["verify", "--sample", "200%"], "--sample"),
        (["verify", "--allow-shrink"], "'--allow-shrink' is for '--repair'"),
        (["verify", "--history", "--repair"], "'--history' only lists"),
    ])
    func badFlagsGetASentence(_ arguments: [String], _ sentence: String) throws {
        let result = try bench.program.run(arguments)
        #expect(result.code == 2 && result.errors.contains(sentence), "\(result.all)")
    }
}
