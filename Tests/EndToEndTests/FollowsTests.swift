import Foundation
import TestSupport
import Testing

/// Lines that follow their header, against the mock's NetSuite, whose dates move together or not.
@Suite struct FollowsTests {
    private let bench: MockBench

    init() throws {
        bench = try MockBench(scale: 1000)
        try configure()
    }

    private static let columns = #"["transaction", "id", "memo", "quantity", "linelastmodifieddate"]"#

    private func configure(_ follows: String? = #""follows": "transactions""#, more: [String] = []) throws {
        let lines = follows ?? #""extract_type": "incremental", "incremental_key": "linelastmodifieddate""#
        try bench.configure(
            [
                MockBench.transactions(columns: #"["id", "tranid", "memo", "lastmodifieddate"]"#, ""),
                """
                {"name": "lines", "table": "transactionLine", "columns": \(Self.columns), "load_method": "upsert",
                 "destination_table": "l", \(lines)}
                """,
            ] + more)
    }

    @discardableResult private func extract(_ names: String..., code: Int32 = 0) throws -> Program.Result {
        let result = try bench.program.run(["extract", "--quiet"] + names + bench.mockFlags)
        #expect(result.code == code, "\(result.all)")
        return result
    }

    /// Lets the source live for a while, and its clock go on past the lag.
    private func live(_ settings: String..., steps: Int = 20) throws {
        let answer = try bench.tell(
            ["evolve", String(steps), "late=0", "bulk=0", "changes=4"] + settings + [])
        #expect(!answer.contains("error"), "\(answer)")
        try bench.tell("advance", "120")
    }

    /// Says that headers were changed now.
    private func touch(_ which: String = "") throws {
        let change = "UPDATE \"transaction\" SET lastmodifieddate = datetime(\(try bench.now()), 'unixepoch') \(which)"
        #expect(try bench.tell("change", change).contains("true"))
    }

    /// Whether anything came or not: the steps of a run add up to its seconds, and what follows starts when the other has been read.
    @Test func runsTakeAsLongAsTheirParts() throws {
        try extract()
        try extract()
        let runs = try bench.program.run(["runs", "list", "--format", "json"])
        let all = try JSONSerialization.jsonObject(with: Data(runs.output.utf8)) as? [[String: Any]] ?? []
        #expect(all.count == 4, "\(runs.all)")
        let form = ISO8601DateFormatter()
        form.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        var began: [String: [Date]] = [:]
        for id in all.compactMap({ $0["run_id"] as? String }) {
            let result = try bench.program.run(["runs", "show", id, "--format", "json"])
            let run = try bench.json(result)
            let (seconds, steps) = (run["seconds"] as? Double ?? -1, run["steps"] as? [String: Double] ?? [:])
            #expect(abs(steps.values.reduce(0, +) - seconds) < 0.0005, "\(result.all)")
            let times = ["started_at", "finished_at"].compactMap {
                (run[$0] as? String).flatMap { form.date(from: $0) }
            }
            #expect(times.count == 2)
            let passed = times.last?.timeIntervalSince(times.first ?? Date()) ?? -1
            // Clocks of two kinds differ by a little.
            #expect(passed >= seconds - 0.01, "\(passed): \(result.all)")
            began[run["extract"] as? String ?? "", default: []] += times.prefix(1)
        }
        let pairs = zip(began["transactions"] ?? [], began["lines"] ?? [])
        #expect(pairs.allSatisfy { $0 < $1 } && began["lines"]?.count == 2, "\(began)")
    }

    /// Rows that only one of the two has, as `source` and `copy`.
    private func differences(_ table: String = "transactionLine", _ copy: String = "l") throws -> (
        source: Int, copy: Int
    ) {
        let file = bench.directory.path("snapshot-\(UUID().uuidString).db")
        try bench.tell("snapshot", file)
        let columns =
            copy == "l"
            ? #""transaction", id, memo, quantity, linelastmodifieddate"# : "id, tranid, memo, lastmodifieddate"
        func missing(_ one: String, _ other: String) throws -> Int {
            let text = try sqlite(
                bench.destination,
                "ATTACH '\(file)' AS s; SELECT count(*) FROM (SELECT \(columns) FROM \(one) EXCEPT SELECT \(columns) FROM \(other))"
            )
            return try #require(Int(text), "\(text)")
        }
        let there = "s.\"\(table)\""
        return (try missing(there, "main.\(copy)"), try missing("main.\(copy)", there))
    }

    /// Otherwise the first run that replaces groups would make it, and hold everybody up meanwhile.
    @Test func fullLoadMakesTheIndexOfTheGroups() throws {
        try extract()
        #expect(
            try sqlite(
                bench.destination,
                "SELECT group_concat(i.name || ' ' || c.name) FROM pragma_index_list('l') i, pragma_index_info(i.name) c"
            )
                == "kleene_groups_l transaction")
        #expect(
            try sqlite(bench.destination, "SELECT count(*) FROM pragma_index_list('t') WHERE name LIKE '%groups%'")
                == "0")
    }

    @Test(arguments: [
        #""follows": "transactions""#, #""follows": {"extract": "transactions", "asking": "query"}"#,
        #""follows": {"extract": "transactions", "asking": "list", "own_key": null}"#,
    ])
    func linesOfChangedHeadersAreThoseOfTheSource(follows: String) throws {
        try configure(follows)
        try extract()
        #expect(try differences() == (0, 0))
        for seed in 1...3 {
            // Lines come, change and go, and their header's date tells of it; headers change, and their lines stay.
            try live("tables=transactionLine", "touch=1", "insert=2", "update=3", "delete=3", "seed=\(seed)")
            try live(
                "tables=transaction,transactionLine", "touch=1", "insert=1", "update=3", "delete=0", "seed=\(seed + 10)"
            )
            try extract()
            #expect(try differences() == (0, 0))
            #expect(try differences("transaction", "t") == (0, 0))
        }
    }

    /// The same life without `follows`: lines that went stay for ever.
    @Test func withoutFollowsLinesThatWentStay() throws {
        try configure(nil)
        try extract()
        try live("tables=transactionLine", "touch=1", "insert=2", "update=3", "delete=3", "seed=1")
        try extract()
        let found = try differences()
        #expect(found.source == 0 && found.copy > 0, "\(found)")
    }

    /// Whose own date moves brings its header's other lines; without a trace of either, a deleted line stays until a date moves.
    @Test func whatHasNoDateInTheWindowIsNotSeenUntilItsHeaderMoves() throws {
        try extract()
        try live("tables=transactionLine", "touch=0", "insert=2", "update=3", "delete=0", "seed=4")
        try extract()
        #expect(try differences() == (0, 0))
        try live("tables=transactionLine", "touch=0", "insert=0", "update=0", "delete=1", "seed=5", steps: 5)
        try extract()
        let stale = try differences()
        #expect(stale.source == 0 && stale.copy > 0)
        try touch()
        try bench.tell("advance", "120")
        try extract()
        #expect(try differences() == (0, 0))
    }

    @Test func aHeaderWithoutLinesKeepsNone() throws {
        try extract()
        let one = try sqlite(bench.destination, "SELECT \"transaction\" FROM l ORDER BY 1 LIMIT 1")
        try bench.tell("change", "DELETE FROM transactionLine WHERE \"transaction\" = \(one)")
        try touch("WHERE id = \(one)")
        try bench.tell("advance", "120")
        try extract()
        #expect(try sqlite(bench.destination, "SELECT count(*) FROM l WHERE \"transaction\" = \(one)") == "0")
        #expect(try differences() == (0, 0))
    }

    @Test func headersAndLinesComeInTogetherOrNotAtAll() throws {
        try extract()
        try live("tables=transaction,transactionLine", "touch=1", "delete=0", "seed=6")
        let before = try bench.destinationFiles()["d.db"]
        let marks = try sqlite(bench.destination, "SELECT extract, watermark FROM _kleene_watermarks")
        try bench.tell(
            "fault", "statement", "error", "matching=transactionLine", "times=50", "sql_state=42000",
            "text=No lines today.")
        let result = try extract(code: 1)
        #expect(
            result.errors.contains("\"transactions\" was not loaded, because it comes in with \"lines\""),
            "\(result.all)")
        #expect(try sqlite(bench.destination, "SELECT extract, watermark FROM _kleene_watermarks") == marks)
        #expect(try differences("transaction", "t").source > 0 && before != nil)
        #expect(
            try sqlite(
                bench.destination, "SELECT count(*) FROM _kleene_runs WHERE json_extract(record, '$.status') = 'failed'"
            )
                == "2")
        try bench.tell("clear")
        try extract()
        #expect(try differences() == (0, 0))
        #expect(try sqlite(bench.destination, "SELECT count(DISTINCT watermark) FROM _kleene_watermarks") == "1")
    }

    /// A run of headers alone does not lose their lines: the next run of both begins where the lines are.
    @Test func headersThatRanAloneAreFollowedLater() throws {
        try extract()
        try live("tables=transaction,transactionLine", "touch=1", "delete=0", "seed=7")
        try extract("transactions")
        // Beyond the overlap of the headers' own watermark.
        try bench.tell("advance", "7200")
        try live("tables=transaction,transactionLine", "touch=1", "delete=0", "seed=8", steps: 3)
        try extract("transactions")
        #expect(try differences().source > 0)
        try extract()
        #expect(try differences() == (0, 0))
        let alone = try extract("lines", code: 2)
        #expect(alone.errors.contains("follows \"transactions\", which this command does not extract"), "\(alone.all)")
    }

    @Test func aRunWithoutChangesCostsFewStatementsMore() throws {
        try extract()
        try bench.tell("advance", "7200")
        try live("tables=transaction", "delete=0", "insert=0", "seed=9", steps: 1)
        try extract()
        try bench.tell("advance", "7200")
        func statements() throws -> Int {
            let counters =
                try JSONSerialization.jsonObject(with: Data(try bench.tell("counters").utf8)) as? [String: Any]
            return try #require((counters?["value"] as? [String: Any])?["statements"] as? Int)
        }
        var before = try statements()
        try extract("transactions")
        let alone = try statements() - before
        before = try statements()
        try extract()
        let both = try statements() - before
        #expect(alone <= 5 && both <= alone + 3, "\(alone), \(both)")
    }

    @Test func planSaysWhatIsFollowedAndWhatIsNotSeen() throws {
        try extract()
        try live("tables=transaction,transactionLine", "touch=1", "delete=0", "seed=10")
        let plan = try bench.ask("plan")
        #expect(plan.code == 0, "\(plan.all)")
        #expect(
            plan.output.contains("Follows \"transactions\": the rows of the headers in its window are read"),
            "\(plan.output)")
        #expect(plan.output.contains("is not seen until its header's date moves"), "\(plan.output)")
        #expect(plan.output.contains(#""transaction" IN (SELECT "id" FROM "transaction" WHERE"#), "\(plan.output)")
        let state = try bench.run("state", "show", "lines")
        #expect(state.output.contains("Follows \"transactions\""), "\(state.all)")
        #expect(try bench.run("state", "rewind", "lines", "--by", "30d").code == 0)
        #expect(!plan.output.contains("leaves out"), "\(plan.output)")
        let further = try bench.ask("plan")
        #expect(further.output.contains("An extract that follows it has got to below "), "\(further.all)")
        let backfill = try bench.ask("backfill", "lines", "--from", "2026-01-01", "--to", "2026-01-02")
        #expect(backfill.code == 2 && backfill.errors.contains("it has no range of its own"), "\(backfill.all)")
    }

    /// The source goes on living while each night's run reads; once it is quiet, one run more makes the copy true.
    @Test func nightsOfALivingSourceEndWithATrueCopy() throws {
        try extract()
        for night in 1...7 {
            try bench.tell([
                "evolve", "start", "every=40", "tables=transaction,transactionLine", "touch=1", "spread=0.3",
                "late=0.2",
                "delay=300", "insert=2", "update=5", "delete=0", "bulk=0.1", "changes=3", "seed=\(night)",
            ])
            try extract()
            try bench.tell("evolve", "stop")
            // Lines go, and their header's date tells of it.
            try live("tables=transactionLine", "touch=1", "insert=0", "update=1", "delete=3", "seed=\(night)", steps: 4)
        }
        try bench.tell("advance", "900")
        try extract()
        #expect(try differences() == (0, 0))
        #expect(try differences("transaction", "t") == (0, 0))
    }

    /// A whole read that brings much less than is there does not take its place.
    @Test func aWholeReadOfMuchLessIsStopped() throws {
        try extract()
        #expect(try bench.run("state", "reset", "lines").code == 0)
        try bench.tell("change", "DELETE FROM transactionLine WHERE \"transaction\" % 10 <> 0")
        let result = try extract(code: 10)
        #expect(result.errors.contains("The load of \"l\" was stopped"), "\(result.all)")
        #expect(try sqlite(bench.destination, "SELECT count(*) FROM l") == "1000")
        #expect(try bench.program.run(["extract", "--quiet", "--allow-shrink"] + bench.mockFlags).code == 0)
        #expect(try differences() == (0, 0))
    }

    @Test func watermarksOfLinesAreListedExportedAndImported() throws {
        try extract()
        let all = try bench.run("state", "show")
        #expect(all.output.contains("transactions") && all.output.contains("lines"), "\(all.all)")
        let file = bench.directory.path("marks.json")
        #expect(try bench.run("state", "export", file).code == 0)
        #expect(try bench.run("state", "reset", "lines").code == 0)
        let back = try bench.run("state", "import", file)
        #expect(back.code == 0, "\(back.all)")
        let plan = try bench.ask("plan")
        #expect(plan.output.contains("Follows \"transactions\": "), "\(plan.all)")
    }

    @Test func aResetOfTheLinesReadsThemAllAndRemovesWhatIsGone() throws {
        try extract()
        try live("tables=transactionLine", "touch=0", "insert=0", "update=0", "delete=1", "seed=11", steps: 5)
        try extract()
        #expect(try differences().copy > 0)
        #expect(try bench.run("state", "reset", "lines").code == 0)
        try extract()
        #expect(try differences() == (0, 0))
    }

    /// A watermark of the headers that is gone, whoever took it away, has both read from the beginning.
    @Test(arguments: [true, false]) func headersThatBeginAgainHaveTheirLinesReadAgain(isReset: Bool) throws {
        try extract()
        try live("tables=transactionLine", "touch=0", "insert=0", "update=0", "delete=1", "seed=12", steps: 5)
        try extract()
        #expect(try differences().copy > 0)
        if isReset {
            #expect(try bench.run("state", "reset", "transactions").code == 0)
        } else {
            _ = try sqlite(bench.destination, "DROP TABLE t")
        }
        let plan = try bench.ask("plan")
        #expect(
            plan.output.contains("\"transactions\" is read from the beginning, so all rows are read"), "\(plan.all)")
        try extract()
        #expect(try differences() == (0, 0))
        #expect(try differences("transaction", "t") == (0, 0))
        try live("tables=transactionLine", "touch=1", "insert=2", "update=3", "delete=3", "seed=13")
        try extract()
        #expect(try differences() == (0, 0))
    }

    @Test func planSaysThatHeadersOutsideOfTheConditionAreNotLookedAt() throws {
        try bench.configure([
            MockBench.transactions(columns: #"["id", "lastmodifieddate"]"#, #""where": "type = 'SalesOrd'""#),
            #"{"name": "lines", "table": "transactionLine", "load_method": "upsert", "follows": "transactions"}"#,
        ])
        try extract()
        let plan = try bench.ask("plan")
        #expect(plan.output.contains("the dates of those that \"where\" of \"transactions\" leaves out"), "\(plan.all)")
    }
}
