import Foundation
import TestSupport
import Testing

/// `"start_date": "2022-01-01"`: the first load reads what is younger, and no command takes the rest for missing or extra.
@Suite struct StartDateTests {
    private static func transactions(_ start: String?, _ more: String = "") -> String {
        MockBench.transactions(
            columns: #"["id", "tranid", "createddate", "lastmodifieddate"]"#,
            #""chunk_rows": 1000"# + (start.map { #", "start_date": "\#($0)""# } ?? "") + more)
    }

    private func count(_ bench: MockBench, _ condition: String) throws -> String {
        try sqlite(bench.destination, "SELECT count(*) FROM t WHERE \(condition)")
    }

    /// What the source has from a date on, and of all.
    private func there(_ bench: MockBench, _ condition: String) throws -> String {
        let file = bench.directory.path("\(UUID().uuidString).db")
        try bench.tell("snapshot", file)
        return try sqlite(file, "SELECT count(*) FROM \"transaction\" WHERE \(condition)")
    }

    @Test func rowsFromTheDateOnComeAndNoOthers() throws {
        let bench = try MockBench(scale: 1000, extracts: Self.transactions("2022-01-01"))
        let plan = try bench.json(try bench.ask("plan", "--format", "json"))
        #expect(MockBench.words(window: plan["window"])?.hasPrefix("[2022-01-01 00:00:00, ") == true, "\(plan)")
        #expect((plan["reasons"] as? [String])?.contains { $0.contains("before \"start_date\"") } == true)
        #expect(try bench.ask("extract", "--quiet").code == 0)
        let some = try there(bench, "lastmodifieddate >= '2022-01-01' OR lastmodifieddate IS NULL")
        #expect(try count(bench, "1") == some && some != "0")
        #expect(try there(bench, "lastmodifieddate < '2022-01-01'") != "0")
        #expect(try count(bench, "lastmodifieddate < '2022-01-01'") == "0")
        for verify in [["verify"], ["verify", "--full"]] {
            let result = try bench.program.run(verify + bench.mockFlags)
            #expect(result.code == 0, "\(result.all)")
        }
        #expect(try bench.ask("extract", "--quiet").code == 0)
        #expect(try bench.run("state", "reset", "transactions").code == 0)
        #expect(try bench.ask("extract", "--quiet").code == 0)
        #expect(try count(bench, "1") == some)
    }

    /// The command that the refusal names brings them, and the next run goes on.
    @Test func anEarlierDateIsRefusedUntilTheOlderRowsAreThere() throws {
        let bench = try MockBench(scale: 1000, extracts: Self.transactions("2022-01-01"))
        #expect(try bench.ask("extract", "--quiet").code == 0)
        let mark = MockBench.words(watermark: try bench.state()["watermark"])
        for start in ["2020-06-01", nil] as [String?] {
            try bench.configure([Self.transactions(start)])
            let refused = try bench.ask("extract", "--quiet")
            let old = start == nil ? "2020-06-01" : "2022-01-01"
            let command = "backfill transactions --from '\(start ?? "0001-01-01")' --to '\(old)'"
            #expect(refused.code == 2 && refused.all.contains(command), "\(refused.all)")
            #expect(try bench.ask("verify").code != 0)
            let part = try bench.ask(
                "backfill", "transactions", "--from", start ?? "0001-01-01", "--to", "2019-01-01", "--quiet")
            #expect(part.code == (start == nil ? 0 : 2), "\(part.all)")
            #expect(try bench.ask("extract", "--quiet").code == 2)
            let backfill = try bench.ask(
                "backfill", "transactions", "--from", start ?? "0001-01-01", "--to", old, "--quiet")
            #expect(backfill.code == 0, "\(backfill.all)")
            let next = try bench.ask("extract", "--quiet")
            #expect(next.code == 0, "\(next.all)")
            let condition = start.map { "lastmodifieddate >= '\($0)'" } ?? "1"
            #expect(try count(bench, condition) == there(bench, condition))
            #expect(try bench.ask("verify", "--quiet").code == 0)
            #expect(MockBench.words(watermark: try bench.state()["watermark"]) == mark)
        }
    }

    @Test func aLaterDateLeavesWhatIsThereAndComparesNoneOfIt() throws {
        let bench = try MockBench(scale: 1000, extracts: Self.transactions(nil))
        #expect(try bench.ask("extract", "--quiet").code == 0)
        let all = try count(bench, "1")
        try bench.configure([
            Self.transactions("2022-01-01", #", "deletes": {"by": "sweep", "mode": "hard", "most": 1}"#)
        ])
        let result = try bench.json(try bench.ask("extract", "--quiet", "--format", "json"))
        #expect(
            (result["notes"] as? [String])?.contains { $0.contains("from before 2022-01-01 stay") } == true, "\(result)"
        )
        _ = try sqlite(bench.destination, "UPDATE t SET tranid = 'mine' WHERE lastmodifieddate < '2022-01-01'")
        for verify in [["verify"], ["verify", "--full"], ["verify", "--repair"]] {
            let result = try bench.program.run(verify + bench.mockFlags)
            #expect(result.code == 0, "\(result.all)")
        }
        #expect(try count(bench, "1") == all && count(bench, "tranid = 'mine'") != "0")
        let sweep = try bench.json(try bench.ask("extract", "--sweep", "--quiet", "--format", "json"))
        #expect(try count(bench, "1") == all)
        // Older rows are asked for by no list of keys.
        let notes = sweep["notes"] as? [String] ?? []
        #expect(notes.contains { $0.contains("; 0 rows of \"t\" have none of them") }, "\(notes)")
        #expect(notes.contains { $0.contains("from before 2022-01-01 stay") }, "\(notes)")
        // And whoever asks is told, long after the date was set.
        let plan = try bench.json(try bench.ask("plan", "--format", "json"))
        let reasons = plan["reasons"] as? [String] ?? []
        #expect(reasons.contains { $0.contains("from before 2022-01-01 stay as they are") }, "\(reasons)")
        let equal = try bench.json(try bench.ask("verify", "--format", "json"))
        let limits = equal["limits"] as? [String] ?? []
        #expect(limits.contains { $0.contains("from before 2022-01-01 stay as they are") }, "\(limits)")
        // What differs in scope is found.
        _ = try sqlite(
            bench.destination,
            "DELETE FROM t WHERE id = (SELECT min(id) FROM t WHERE lastmodifieddate >= '2022-01-01')")
        #expect(try bench.ask("verify", "--quiet").code == 7)
        #expect(try bench.ask("backfill", "transactions", "--from", "2021-01-01", "--to", "2023-01-01").code == 2)
    }

    @Test func whatCannotBeAStartIsRefused() throws {
        let bench = try MockBench()
        for (start, said) in [("2022-13-01", "is not a date such as"), ("yesterday", "is not a date such as")] {
            try bench.configure([Self.transactions(start)])
            let check = try bench.run("config", "check")
            #expect(
                check.code == 2 && check.all.contains("kleene-ns.json:7:") && check.all.contains(said), "\(check.all)")
        }
        try bench.configure([
            #"{"table": "customer", "start_date": "2022-01-01"}"#,
            #"{"name": "n", "table": "customer", "destination_table": "n", "load_method": "append", "extract_type": "incremental", "incremental_key": "id", "start_date": "2022-01-01"}"#,
        ])
        let check = try bench.run("config", "check")
        #expect(check.code == 2 && check.all.contains("is for incremental extracts"), "\(check.all)")
        let flags = ["--table", "customer", "--start-date", "2022-02-30", "--destination", "d.db"]
        #expect(try bench.program.run(["plan"] + flags + bench.mockFlags).all.contains("'--start-date' must be a date"))
        try bench.configure([
            #"{"name": "n", "table": "customer", "destination_table": "n", "load_method": "append", "extract_type": "incremental", "incremental_key": "id", "start_date": "2022-01-01"}"#
        ])
        let plan = try bench.ask("plan")
        #expect(plan.code == 2 && plan.all.contains("its key \"id\" is an integer"), "\(plan.all)")
    }

    /// Dates, and moments with a time, of another source; rows without a key by their policy.
    @Test(arguments: [("DATE", ""), ("TIMESTAMP", " 08:00:00")])
    func anySourceWithATimeTakesIt(type: String, time: String) throws {
        let bench = try FileBench()
        _ = try sqlite(
            bench.source,
            "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, memo TEXT, k \(type)); "
                + "INSERT INTO items VALUES (1, 'a', 'x', '2024-01-01\(time)'), (2, 'b', 'x', '2024-01-02\(time)'), "
                + "(3, 'c', 'x', '2024-01-03\(time)'), (4, 'd', 'x', '2024-01-04\(time)'), (5, 'e', 'x', NULL)")
        let flags = [
            "--load-method", "upsert", "--extract-type", "incremental", "--incremental-key", "k", "--start-date",
            "2024-01-03\(time)",
        ]
        try bench.configure(flags)
        let first = try bench.run("extract")
        #expect(first.code == 0, "\(first.all)")
        #expect(try bench.rows("id") == ["3", "4", "5"])
        #expect(try bench.run("extract").code == 0)
        try bench.configure(flags, #""null_keys": "exclude""#)
        _ = try sqlite(bench.destination, "DROP TABLE t")
        #expect(try bench.run("extract").code == 0)
        #expect(try bench.rows("id") == ["3", "4"])
        #expect(try bench.run("verify").code == 0)
    }

    @Test(
        .enabled(
            if: ProcessInfo.processInfo.environment["KLEENE_PG_HOST"] != nil, "there is no PostgreSQL beside the tests")
    )
    func aPostgreSQLTableIsHeldToItToo() throws {
        let place = try MockIntoPostgres(Self.transactions(nil))
        try place.extract()
        let all = try place.ask("SELECT count(*) FROM {schema}.t")
        try place.configure([
            Self.transactions("2022-01-01", #", "deletes": {"by": "sweep", "mode": "hard", "most": 1}"#)
        ])
        try place.extract()
        let sweep = try place.run(["extract", "--sweep", "--quiet", "--format", "json"])
        #expect(sweep.code == 0 && sweep.output.contains("; 0 rows of \\\"t\\\" have none of them"), "\(sweep.all)")
        _ = try place.ask("UPDATE {schema}.t SET tranid = 'mine' WHERE lastmodifieddate < '2022-01-01'")
        #expect(try place.run(["verify", "--full"]).code == 0)
        #expect(try place.ask("SELECT count(*) FROM {schema}.t") == all)
        _ = try place.ask("DROP TABLE {schema}.t")
        try place.extract()
        #expect(try place.ask("SELECT count(*) FILTER (WHERE lastmodifieddate < '2022-01-01') FROM {schema}.t") == "0")
        #expect(try place.run(["verify", "--full"]).code == 0)
        try place.configure([Self.transactions("2021-01-01")])
        try place.extract(code: 2)
        #expect(
            try place.run(["backfill", "transactions", "--from", "2021-01-01", "--to", "2022-01-01", "--quiet"]).code
                == 0)
        try place.extract()
    }
}
