import Foundation
import TestSupport
import Testing

/// Copies held against the mock's NetSuite, which goes on living.
@Suite struct VerifyTests {
    private let bench: MockBench

    init() throws {
        bench = try MockBench(
            scale: MockBench.chunked,
            extracts: MockBench.transactions(columns: #"["id", "tranid", "memo", "lastmodifieddate"]"#))
        let result = try bench.ask("extract", "--quiet")
        #expect(result.code == 0, "\(result.all)")
    }

    /// What `verify` says, with its code.
    private func verify(_ flags: String..., code: Int32) throws -> [String: Any] {
        let result = try bench.program.run(["verify", "--format", "json"] + flags + bench.mockFlags)
        #expect(result.code == code, "\(result.all)")
        return try bench.json(result)
    }

    private func found(_ result: [String: Any]) -> Set<String> {
        let differences = result["differences"] as? [[String: Any]] ?? []
        return Set(
            differences.map { difference in
                let key = (difference["key"] as? [String: Any])?["id"].map { "\($0)" } ?? "?"
                return "\(difference["kind"] ?? "") \(key)"
            })
    }

    private func statements() throws -> Int {
        let counters = try JSONSerialization.jsonObject(with: Data(try bench.tell("counters").utf8)) as? [String: Any]
        return try #require((counters?["value"] as? [String: Any])?["statements"] as? Int)
    }

    private func sql(_ text: String) throws -> String { try sqlite(bench.destination, text) }

    @Test func anEqualCopyCostsFewStatementsAndNoRow() throws {
        let before = try statements()
        let result = try verify(code: 0)
        #expect(result["outcome"] as? String == "equal" && result["rows_read"] as? Int == 0, "\(result)")
        #expect(result["rows"] as? Int == 5000 && result["source_rows"] as? Int == 5000)
        // Logging in, the catalog, the sums: where the source's rows are cut, the table tells.
        #expect(try statements() - before <= 3)
        #expect((result["limits"] as? [String])?.first?.contains("\"tranid\" and \"memo\" are not seen") == true)
    }

    /// What is left of a copy tells little of the source's keys, which are then asked for: with one row the ranges would be of one key.
    @Test(arguments: [
        ("rowid > 1", 1...2), ("rowid NOT IN (1, 2)", 1...2), ("rowid NOT IN (1, 5000)", 100...300),
        ("rowid NOT BETWEEN 3000 AND 3063", 3...4096),
    ])
    func aCopyThatHasLostNearlyAllOfItsRowsIsFoundOut(lost: String, buckets: ClosedRange<Int>) throws {
        try bench.configure([
            #"{"name": "full", "table": "transaction", "columns": ["id", "memo"], "load_method": "truncate_load", "#
                + #""unique_columns": ["id"], "destination_table": "f"}"#
        ])
        #expect(try bench.ask("extract", "--quiet").code == 0)
        #expect(try sql("DELETE FROM f WHERE \(lost)").isEmpty)
        let left = try #require(Int(try sql("SELECT count(*) FROM f")))
        let result = try verify(code: 7)
        #expect(
            result["missing"] as? Int == 5000 - left && result["extra"] as? Int == 0,
            "\(result.filter { $0.key != "differences" })")
        #expect(result["source_rows"] as? Int == 5000 && result["rows"] as? Int == left)
        #expect(result["stale"] as? Int == 0 && result["different"] as? Int == 0)
        #expect(buckets.contains(try #require(result["buckets"] as? Int)), "\(result["buckets"] ?? "")")
    }

    /// By its key alone, which lies far from all others, as a person's own row may.
    @Test func aRowFarAwayHasNoMoreRowsRead() throws {
        let said = try sql(
            """
            INSERT INTO t SELECT 1000000000000000, 'made up', NULL, '2020-01-01 00:00:00', 'x', 'x';
            DELETE FROM t WHERE rowid = 2500
            """)
        #expect(said.isEmpty, "\(said)")
        let result = try verify(code: 7)
        #expect(result["missing"] as? Int == 1 && result["extra"] as? Int == 1, "\(result)")
        #expect(try #require(result["rows_read"] as? Int) < 100, "\(result)")
    }

    /// Plants differences of all four kinds; the kind and the id of each.
    private func plant(_ each: Int) throws -> Set<String> {
        let ids = try sql("SELECT id FROM t ORDER BY random() LIMIT \(each * 3)").split(separator: "\n").map(
            String.init)
        func list(_ part: Int) -> [String] { Array(ids[(part * each)..<((part + 1) * each)]) }
        func text(_ ids: [String]) -> String { ids.joined(separator: ", ") }
        let (gone, old, other) = (list(0), list(1), list(2))
        let said = try sql(
            """
            DELETE FROM t WHERE id IN (\(text(gone)));
            UPDATE t SET lastmodifieddate = datetime(lastmodifieddate, '-40 days'), memo = 'older' WHERE id IN (\(text(old)));
            UPDATE t SET memo = coalesce(memo, '') || ' other' WHERE id IN (\(text(other)));
            WITH RECURSIVE g(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM g WHERE i < \(each))
              INSERT INTO t SELECT 10000000 + i, 'made up', NULL, '2020-01-01 00:00:00', 'x', 'x' FROM g;
            """)
        #expect(said.isEmpty, "\(said)")
        return Set(
            gone.map { "missing \($0)" } + old.map { "stale \($0)" } + other.map { "different \($0)" }
                + (1...each).map { "extra \(10_000_000 + $0)" })
    }

    private func movedIDs() throws -> Set<String> {
        let file = bench.directory.path("snapshot-\(UUID().uuidString).db")
        try bench.tell("snapshot", file)
        let mark = try sql("SELECT watermark FROM _kleene_watermarks")
        return Set(
            try sqlite(file, "SELECT id FROM \"transaction\" WHERE lastmodifieddate > '\(mark)'").split(separator: "\n")
                .map(String.init))
    }

    /// Each of a thousand, and no other, while the source changes; then they are made right.
    @Test func aThousandDifferencesOfAllKindsAreFoundAndRepairedWhileTheSourceChanges() throws {
        let planted = try plant(250)
        try bench.tell([
            "evolve", "start", "every=200", "tables=transaction", "touch=1", "late=0", "bulk=0", "delete=0", "insert=1",
            "update=2", "changes=2", "seed=5",
        ])
        let result = try verify("--full", code: 7)
        try bench.tell("evolve", "stop")
        let seen = found(result)
        let moved = try movedIDs()
        #expect(seen.subtracting(planted).isEmpty, "\(seen.subtracting(planted).sorted().prefix(9))")
        let unseen = planted.subtracting(seen).filter { !moved.contains(String($0.split(separator: " ")[1])) }
        #expect(unseen.isEmpty, "\(unseen.sorted().prefix(9))")
        #expect(seen.count > 900)
        #expect(!moved.isEmpty)
        let repaired = try verify("--full", "--repair", code: 0)
        #expect(repaired["outcome"] as? String == "repaired", "\(repaired)")
        let again = try verify("--full", code: 0)
        #expect(again["outcome"] as? String == "equal")
        let runs = try bench.run("runs", "list", "--format", "json")
        #expect(runs.output.contains("\"status\":\"succeeded\""))
        let left = try sql("SELECT id FROM t WHERE id > 10000000 OR memo LIKE '%other'").split(separator: "\n")
        #expect(Set(left.map(String.init)).isSubset(of: moved))
    }

    /// By sums alone: only the buckets of rows that differ are read.
    @Test func littleMoreIsReadThanTheRowsThatDiffer() throws {
        let ids = try sql("SELECT id FROM t ORDER BY id LIMIT 20 OFFSET 1000").split(separator: "\n").map(String.init)
        _ = try sql("DELETE FROM t WHERE id IN (\(ids.joined(separator: ", ")))")
        let mark = try sql("SELECT watermark FROM _kleene_watermarks")
        let result = try verify("--repair", code: 0)
        #expect(result["missing"] as? Int == 20)
        let read = try #require(result["rows_read"] as? Int)
        #expect(read >= 20 && read <= 120, "\(read)")
        // The second look, and the one behind the repair.
        #expect(result["rows_reread"] as? Int == 40)
        #expect(try sql("SELECT count(*) FROM t") == "5000")
        #expect(try sql("SELECT watermark FROM _kleene_watermarks") == mark)
        let record = try sql(
            "SELECT json_extract(record, '$.action'), json_extract(record, '$.rowsRead'), json_extract(record, '$.repaired.missing') "
                + "FROM _kleene_runs ORDER BY rowid DESC LIMIT 1")
        #expect(record == "repair|20|20")
        #expect(try verify(code: 0)["outcome"] as? String == "equal")
        // It has taken as long as what led to it, and its steps add up.
        let runs = try bench.run("runs", "show", "last", "--format", "json")
        let run = try bench.json(runs)
        let (seconds, steps) = (run["seconds"] as? Double ?? -1, run["steps"] as? [String: Double] ?? [:])
        #expect(Set(steps.keys) == ["login", "plan", "read", "load"], "\(runs.all)")
        #expect(abs(steps.values.reduce(0, +) - seconds) < 0.0005, "\(runs.all)")
        #expect(seconds >= steps["read"] ?? .infinity && steps["read"] ?? 0 > 0, "\(runs.all)")
    }

    /// What a comparison that has found something says to do next does it.
    @Test(arguments: [[], ["--full"], ["--sample", "100%"]]) func theNextStepIsSaidAndWorks(flags: [String]) throws {
        let planted = try plant(3)
        let words = ["verify", "--quiet"] + flags + bench.mockFlags
        let result = try bench.program.run(words)
        #expect(result.code == 7, "\(result.all)")
        let said = result.all.replacing(/\s+/, with: " ")
        let found = try #require(
            said.firstMatch(of: /`kleene-ns (verify [^`]*--repair)` (.*) in one change;/), "\(said)")
        #expect(found.output.1.contains("--full") == !flags.isEmpty, "\(said)")
        #expect(found.output.2.contains("adds the missing rows"), "\(said)")
        #expect(found.output.2.hasSuffix("and removes the extra rows,"), "\(said)")
        let repair = try bench.program.run(found.output.1.split(separator: " ").map(String.init) + bench.mockFlags)
        #expect(repair.code == 0 && repair.all.contains("repaired"), "\(repair.all)")
        #expect(try verify(code: 0)["advice"] is NSNull)
        #expect(planted.count == 12)
    }

    @Test func whatChangedSinceTheWatermarkIsNoDifference() throws {
        let answer = try bench.tell([
            "evolve", "20", "tables=transaction", "touch=1", "late=0", "bulk=0", "delete=0", "insert=2", "update=4",
            "changes=4", "seed=3",
        ])
        #expect(!answer.contains("error"), "\(answer)")
        for flags in [[], ["--full"]] {
            let result = try bench.program.run(["verify", "--format", "json"] + flags + bench.mockFlags)
            #expect(result.code == 0, "\(result.all)")
            let said = try bench.json(result)
            #expect(said["rows_moving"] as? Int ?? 0 > 0 && said["missing"] as? Int == 0, "\(said)")
        }
    }

    /// By sums: the rows that have moved are counted with them, and left aside.
    @Test func rowsAreMissedBesideRowsThatHaveMoved() throws {
        let answer = try bench.tell([
            "evolve", "20", "tables=transaction", "touch=1", "late=0", "bulk=0", "delete=0", "insert=2", "update=4",
            "changes=4", "seed=3",
        ])
        #expect(!answer.contains("error"), "\(answer)")
        let moved = try movedIDs()
        let ids = try sql("SELECT id FROM t ORDER BY id DESC").split(separator: "\n").map(String.init)
        let gone = ids.filter { !moved.contains($0) }.prefix(3)
        _ = try sql("DELETE FROM t WHERE id IN (\(gone.joined(separator: ", ")))")
        let before = try statements()
        let said = try verify(code: 7)
        #expect(found(said) == Set(gone.map { "missing \($0)" }), "\(said)")
        #expect(said["rows_moving"] as? Int == moved.count && said["buckets_different"] as? Int ?? 0 > 0, "\(said)")
        #expect(try statements() - before <= 9)
    }

    /// A guard stops a repair that would empty the table, and nothing is changed.
    @Test func aRepairThatRemovesMuchIsStopped() throws {
        try bench.tell("change", "DELETE FROM \"transaction\" WHERE id % 10 <> 0")
        let result = try bench.ask("verify", "--repair")
        #expect(result.code == 10, "\(result.all)")
        #expect(
            result.errors.contains("The repair of \"t\" was stopped: it would remove 4500 of 5000 rows"),
            "\(result.all)")
        #expect(try sql("SELECT count(*) FROM t") == "5000")
        #expect(try bench.ask("verify", "--repair", "--allow-shrink").code == 0)
        #expect(try sql("SELECT count(*) FROM t") == "500")
    }

    /// Rows that are marked as gone count as absent, and extra ones are marked.
    @Test func rowsThatAreMarkedAsGoneCountAsAbsent() throws {
        try bench.configure([
            MockBench.transactions(
                columns: #"["id", "tranid", "memo", "lastmodifieddate"]"#,
                #""deletes": {"by": "sweep", "mode": "soft", "most": 0.5}"#)
        ])
        for file in ["d.db", "d.db-wal", "d.db-shm"] {
            try? FileManager.default.removeItem(atPath: bench.directory.path(file))
        }
        #expect(try bench.ask("extract", "--quiet").code == 0)
        let ids = try sql("SELECT id FROM t ORDER BY id LIMIT 3").split(separator: "\n").map(String.init)
        _ = try sql("UPDATE t SET _kleene_deleted_at = 'monday' WHERE id = \(ids[0])")
        try bench.tell("change", "DELETE FROM \"transaction\" WHERE id = \(ids[1])")
        let result = try verify(code: 7)
        #expect(found(result) == ["missing \(ids[0])", "extra \(ids[1])"], "\(result)")
        #expect(try verify("--repair", code: 0)["outcome"] as? String == "repaired")
        #expect(try sql("SELECT count(*) FROM t WHERE _kleene_deleted_at IS NULL AND id = \(ids[0])") == "1")
        #expect(try sql("SELECT count(*) FROM t WHERE _kleene_deleted_at IS NOT NULL AND id = \(ids[1])") == "1")
        #expect(try sql("SELECT count(*) FROM t") == "5000")
        #expect(try verify(code: 0)["outcome"] as? String == "equal")
        // The share that may go is that of "deletes".
        try bench.tell("change", "DELETE FROM \"transaction\" WHERE id % 10 <> 0")
        let stopped = try bench.ask("verify", "--repair")
        #expect(stopped.code == 10 && stopped.errors.contains("at most 50% may go at once"), "\(stopped.all)")
    }

    @Test func comparisonsAreKeptAndListed() throws {
        _ = try verify(code: 0)
        _ = try sql("DELETE FROM t WHERE id = (SELECT min(id) FROM t)")
        _ = try verify(code: 7)
        let history = try bench.run("verify", "--history", "--format", "jsonl")
        let outcomes = history.output.split(separator: "\n").map { $0.contains("\"outcome\":\"different\"") }
        #expect(history.code == 0 && outcomes == [true, false], "\(history.all)")
        // A repair, and a comparison, are no run of the extract.
        _ = try verify("--repair", code: 0)
        let status = try bench.json(try bench.run("status", "--format", "json"))
        #expect(status["rows"] as? Int == 5000, "\(status)")
    }

    /// What an interrupted run has staged is there after a comparison, and after a repair; of their own nothing stays.
    @Test func whatARunHasStagedStays() throws {
        try bench.tell("fault statement slow always matching=tranid milliseconds=300")
        #expect(try bench.run("state", "reset", "transactions").code == 0)
        let running = try bench.start("extract", "--quiet")
        try bench.until { try bench.stagedChunks() >= 1 }
        // Another run has the extract.
        let busy = try bench.ask("verify")
        #expect(busy.code == 5, "\(busy.all)")
        kill(running.process.processIdentifier, SIGTERM)
        #expect(try running.wait().code == 143)
        try bench.tell("clear")
        let staged = try bench.stagedChunks()
        // Without a watermark nobody knows which rows there should be.
        let unknown = try bench.ask("verify")
        #expect(
            unknown.code == 2 && unknown.errors.contains("has no watermark that vouches for its table"),
            "\(unknown.all)")
        #expect(try bench.stagedChunks() == staged)
        let resumed = try bench.ask("extract")
        #expect(resumed.errors.contains("Going on with what the run"), "\(resumed.errors)")
        _ = try sql("DELETE FROM t WHERE id = (SELECT min(id) FROM t)")
        _ = try verify("--full", "--repair", code: 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: bench.destination + ".kleene")
        #expect(!names.contains { $0.hasPrefix("staging-") || $0.hasPrefix("new-") }, "\(names)")
    }

    /// Who is told to stop stops, and changes nothing.
    @Test func aComparisonThatIsInterruptedEndsWithItsSignal() throws {
        _ = try sql("DELETE FROM t WHERE id % 2 = 0")
        let before = try sql("SELECT count(*) FROM t")
        try bench.tell("fault statement slow always matching=tranid milliseconds=500")
        let running = try bench.start(
            "verify", "--full", "--repair", "--log-level", "debug", "--log-file", bench.directory.path("log"))
        try bench.until {
            ((try? String(contentsOfFile: bench.directory.path("log"), encoding: .utf8)) ?? "").contains(
                "reading all rows")
        }
        kill(running.process.processIdentifier, SIGINT)
        let result = try running.wait()
        #expect(result.code == 130, "\(result.all)")
        #expect(try sql("SELECT count(*) FROM t") == before)
    }

    @Test func whatCannotBeVerifiedIsSaid() throws {
        let mistyped = try bench.ask("verify", "transaction")
        #expect(mistyped.code == 2 && mistyped.errors.contains("Did you mean \"transactions\"?"), "\(mistyped.all)")
        _ = try sql("DROP TABLE t")
        let absent = try bench.ask("verify")
        #expect(absent.code == 1 && absent.errors.contains("There is no table \"t\" to verify."), "\(absent.all)")
        try bench.configure([
            #"{"name": "a", "table": "transaction", "columns": ["id"], "load_method": "append", "destination_table": "a"}"#
        ])
        let append = try bench.ask("verify")
        #expect(append.code == 2 && append.errors.contains("The extract \"a\" appends"), "\(append.all)")
    }

    // MARK: Lines

    @Test func linesAreComparedByTheirHeadersWatermark() throws {
        try bench.configure([
            MockBench.transactions(columns: #"["id", "lastmodifieddate"]"#, ""),
            """
            {"name": "lines", "table": "transactionLine", "columns": ["transaction", "id", "memo"], "load_method": "upsert",
             "destination_table": "l", "follows": "transactions"}
            """,
        ])
        for file in ["d.db", "d.db-wal", "d.db-shm"] {
            try? FileManager.default.removeItem(atPath: bench.directory.path(file))
        }
        #expect(try bench.ask("extract", "--quiet").code == 0)
        #expect(try verify("lines", code: 0)["outcome"] as? String == "equal")
        let answer = try bench.tell([
            "evolve", "10", "tables=transactionLine", "touch=1", "late=0", "bulk=0", "delete=2", "insert=2", "update=2",
            "changes=3", "seed=8",
        ])
        #expect(!answer.contains("error"), "\(answer)")
        #expect(try verify("lines", code: 0)["outcome"] as? String == "equal")
        let one = try sql("SELECT \"transaction\" || ' ' || id FROM l ORDER BY 1 LIMIT 1").split(separator: " ")
        // Without a trace: no run sees it, and a comparison does.
        try bench.tell("change", "DELETE FROM transactionLine WHERE \"transaction\" = \(one[0]) AND id = \(one[1])")
        #expect(try verify("lines", code: 7)["extra"] as? Int == 1)
        #expect(try verify("lines", "--repair", code: 0)["outcome"] as? String == "repaired")
    }
}
