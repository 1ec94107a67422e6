import Foundation
import ODBCSource
import TestSupport
import Testing

/// What was read contradicts what is known: exit code 10, with nothing changed, through the real program.
@Suite struct GuardTests {
    private let directory: TemporaryDirectory
    private var destination: String { directory.path("d.db") }

    init() throws { directory = try TemporaryDirectory() }

    /// A source with the table `t` of a whole number, which counts and reads as told.
    private func driver(count: String, rows: String, probe: String = "") throws -> RecordingDriver {
        try RecordingDriver(
            """
            catalog columns
            row NULL "s" "t" "id" "-5" "BIGINT" "19" NULL NULL NULL "1" NULL NULL NULL NULL NULL "1" "YES"
            sql contains "MIN("
            column "a" BIGINT
            column "b" BIGINT
            column "c" BIGINT
            \(count)
            sql contains "COUNT(*)"
            column "c" BIGINT
            \(count.split(separator: " ").last.map { "row \($0)" } ?? "")
            sql contains "FROM \\"s\\".\\"t\\""
            column "id" BIGINT size 19
            \(rows)
            """, probe: probe + "\n" + RecordingDriver.goodProbe)
    }

    private func extract(
        _ driver: RecordingDriver, source: String = "", extract: String = "", _ arguments: String...,
        failpoint: String? = nil
    ) throws -> Program.Result {
        let attributes = driver.settings.attributes.map { "\"\($0.keyword)\": \"\($0.value)\"" }.joined(separator: ", ")
        try """
        {"source": {"profile": "odbc", "driver": "\(driver.libraryPath)", "attributes": {\(attributes)},
           "retry": {"first_delay": "0s"}\(source)},
         "destination": {"type": "sqlite", "path": "d.db"},
         "extracts": [{"name": "one", "schema": "s", "table": "t", "destination_table": "one"\(extract)}]}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        var program = Program(directory: directory.url)
        program.environment["KLEENE_NS_FAILPOINT"] = failpoint
        return try program.run(arguments.isEmpty ? ["extract", "--quiet"] : arguments)
    }

    /// What lies beside the destination, in its directory of locks and staging.
    private func leavings() throws -> [String] {
        let all = try FileManager.default.subpathsOfDirectory(atPath: directory.url.path)
        return all.filter { $0.hasPrefix("d.db") && !["d.db", "d.db-wal", "d.db-shm"].contains($0) }.sorted()
    }

    private func rows() throws -> String { try sqlite(destination, "SELECT count(*), count(DISTINCT id) FROM one") }

    private static let chunked = #", "load_method": "truncate_load", "chunk_rows": 5000, "chunk_key": "id""#

    /// The source itself had counted 3000.
    @Test(arguments: ["", #", "load_method": "truncate_load""#, chunked, #", "load_method": "append""#])
    func fewerRowsThanTheSourceCountsAreNoSuccess(method: String) throws {
        let result = try extract(
            driver(count: "row \"1\" \"3000\" \"3000\"", rows: "row \"1\"\nrow \"2\""), extract: method)
        #expect(result.code == 10, "\(result.all)")
        #expect(result.errors.contains("2 rows came where the source had counted 3000"), "\(result.errors)")
        let isThere = FileManager.default.fileExists(atPath: destination)
        let tables = isThere ? try sqlite(destination, ".tables") : ""
        #expect(!tables.contains("one"))
        let whole = try driver(count: "row \"1\" \"3000\" \"3000\"", rows: "repeat 3000 \"{row}\"")
        #expect(try extract(whole, extract: method).code == 0)
        #expect(try rows() == "3000|3000")
    }

    /// PostgreSQL shows both one state, so that a single row of many is missed; of others it may have been deleted meanwhile.
    @Test(arguments: [("2999", 10), ("3000", 0), ("3001", 10)], ["", chunked])
    func notARowMayBeMissingFromTheStateThatWasCounted(_ ends: (rows: String, code: Int32), method: String) throws {
        let (rows, code) = ends
        let script =
            "info DRIVER_NAME \"psqlodbcw.so\"\nsql contains \"START TRANSACTION\"\nsql contains \"ROLLBACK\"\n"
        let driver = try driver(
            count: "row \"1\" \"3000\" \"3000\"", rows: "repeat \(rows) \"{row}\"", probe: script)
        let result = try extract(driver, extract: method)
        #expect(result.code == code, "\(result.all)")
        #expect(
            result.errors.contains("\(rows) rows came where the source had counted 3000 in the same transaction")
                == (code == 10))
        // There is nothing to cut.
        #expect(!driver.calls.contains { $0.contains("MIN(") })
    }

    /// The same of a window behind a watermark, whose rows are counted without a question for the ends of the key.
    @Test func notARowMayBeMissingFromALaterWindow() throws {
        let method =
            #", "load_method": "upsert", "unique_columns": ["id"], "extract_type": "incremental", "incremental_key": "id""#
        func script(largest: Int, counted: Int, rows: [Int]) -> String {
            """
            sql contains "START TRANSACTION"
            sql contains "ROLLBACK"
            catalog columns
            row NULL "s" "t" "id" "-5" "BIGINT" "19" NULL NULL NULL "1" NULL NULL NULL NULL NULL "1" "YES"
            sql contains "MAX("
            column "m" BIGINT
            row "\(largest)"
            sql contains "COUNT(*)"
            column "c" BIGINT
            row "\(counted)"
            sql contains "FROM \\"s\\".\\"t\\""
            column "id" BIGINT size 19
            \(rows.map { "row \"\($0)\"" }.joined(separator: "\n"))
            """
        }
        let driver = try RecordingDriver(
            script(largest: 3, counted: 3, rows: [1, 2, 3]),
            probe: "info DRIVER_NAME \"psqlodbcw.so\"\n" + RecordingDriver.goodProbe)
        #expect(try extract(driver, extract: method).code == 0)
        try driver.rewrite(script(largest: 6, counted: 3, rows: [4, 6]))
        let short = try extract(driver, extract: method)
        #expect(short.code == 10, "\(short.all)")
        #expect(
            short.errors.contains("2 rows came where the source had counted 3 in the same transaction"),
            "\(short.errors)")
        try driver.rewrite(script(largest: 6, counted: 3, rows: [4, 5, 6]))
        #expect(try extract(driver, extract: method).code == 0)
        #expect(try rows() == "6|6")
        #expect(!driver.calls.contains { $0.contains("MIN(") })
    }

    /// The advice works: such a view has other rows each time, and no count says anything of them.
    @Test func aViewThatHasOtherRowsEachTimeIsReadWithoutACount() throws {
        let server = try PostgreSQL()
        let view = "v_\(UInt64.random(in: .min ... .max))"
        try server.run(
            "CREATE SEQUENCE \(view)_s START 50; "
                + "CREATE VIEW \(view) AS SELECT i FROM generate_series(1, 100 * nextval('\(view)_s')) i")
        let arguments =
            [
                "extract", "--quiet", "--driver", "PostgreSQL Unicode", "--attribute", "Servername=\(server.host)",
                "--attribute",
                "Port=\(server.port)", "--attribute", "Database=\(server.database)", "--user", server.user,
                "--password-env",
                "KLEENE_TEST_PASSWORD", "--schema", "public", "--table", view, "--destination", destination,
                "--destination-table", "one",
                "--state-dir", directory.path("state"),
            ]
        var program = Program(directory: directory.url)
        program.environment["KLEENE_TEST_PASSWORD"] = server.password
        let counted = try program.run(arguments)
        #expect(counted.code == 10, "\(counted.all)")
        #expect(counted.errors.contains("If public.\(view) is a view"), "\(counted.errors)")
        #expect(counted.errors.contains("--no-count has them not counted"), "\(counted.errors)")
        let uncounted = try program.run(arguments + ["--no-count"])
        #expect(uncounted.code == 0, "\(uncounted.all)")
        #expect(try sqlite(destination, "SELECT count(*) > 5000 FROM one") == "1")
    }

    @Test func rowsOfAnotherChunkAreFoundAtTheFirst() throws {
        let driver = try driver(count: "row \"1\" \"9000\" \"9000\"", rows: "repeat 9000 \"{row}\"")
        let result = try extract(driver, extract: #", "chunk_rows": 3000, "chunk_key": "id""#)
        #expect(result.code == 10, "\(result.all)")
        #expect(
            result.errors.contains("lies outside of what was asked for, which was id below 3000"), "\(result.errors)")
    }

    @Test func aSmallestAboveTheLargestCannotBe() throws {
        let driver = try driver(count: "row \"9000\" \"1\" \"9000\"", rows: "repeat 9000 \"{row}\"")
        #expect(try extract(driver, extract: #", "chunk_rows": 3000, "chunk_key": "id""#).code == 10)
    }

    /// Where a source has no way to count, the run says in its plan what it has no evidence for, and goes on.
    @Test func aSourceThatDoesNotCountIsRead() throws {
        let driver = try driver(count: "at execute fail 42000 1 \"no\"", rows: "repeat 5 \"{row}\"")
        let result = try extract(driver)
        #expect(result.code == 0, "\(result.all)")
        let plan = try extract(driver, "plan")
        #expect(plan.output.contains("would not count its rows"), "\(plan.all)")
        #expect(try extract(driver, extract: #", "guard": {"count": false}"#).code == 0)
    }

    @Test(arguments: ["drop_create_load", "truncate_load", "append", "upsert"])
    func withoutCountsNoneIsAskedFor(method: String) throws {
        let driver = try driver(count: "at execute fail 42000 1 \"no\"", rows: "repeat 5 \"{row}\"")
        let arguments =
            ["extract", "--quiet"] + driver.flags + [
                "--schema", "s", "--table", "t", "--destination", destination, "--destination-table", "one",
                "--load-method", method, "--unique-columns", "id", "--no-count", "--state-dir", directory.path("state"),
            ]
        for _ in 1...2 {
            let result = try Program(directory: directory.url).run(arguments)
            #expect(result.code == 0, "\(result.all)")
        }
        #expect(try rows() == (method == "append" ? "10|5" : "5|5"))
        #expect(!driver.calls.contains { $0.hasPrefix("SQLExecDirect") && $0.contains("SELECT COUNT(*)") })
    }

    @Test(arguments: ["", #", "load_method": "truncate_load""#, chunked])
    func muchLessIsLoadedWhenAPersonSaysSoWithoutAnotherRead(method: String) throws {
        let many = try driver(count: "row \"1\" \"3000\" \"3000\"", rows: "repeat 3000 \"{row}\"")
        #expect(try extract(many, extract: method).code == 0)
        let few = try driver(count: "row \"1\" \"100\" \"100\"", rows: "repeat 100 \"{row}\"")
        let stopped = try extract(few, extract: method)
        #expect(stopped.code == 10, "\(stopped.all)")
        #expect(stopped.errors.contains("--allow-shrink"), "\(stopped.errors)")
        #expect(try rows() == "3000|3000")
        #expect(
            try sqlite(
                destination,
                "SELECT json_extract(record, '$.failure.kind') FROM _kleene_runs ORDER BY rowid DESC LIMIT 1")
                == "guard")
        let reads = { few.calls.count { $0.hasPrefix("SQLExecDirect") && $0.contains("SELECT \\\"id\\\"") } }
        let before = reads()
        let allowed = try extract(few, extract: method, "extract", "--quiet", "--allow-shrink")
        #expect(allowed.code == 0, "\(allowed.all)")
        #expect(try rows() == "100|100")
        #expect(reads() == before)
    }

    @Test func oneThatWasStoppedBesideOthersIsSomeThatFailed() throws {
        let none = try driver(count: "row NULL NULL \"0\"", rows: "")
        let some = try driver(count: "row \"1\" \"5\" \"5\"", rows: "repeat 5 \"{row}\"")
        #expect(try extract(some).code == 0)
        #expect(try extract(none).code == 10)
        let both = #"}, {"name": "two", "schema": "s", "table": "t", "destination_table": "two""#
        #expect(try extract(none, extract: both).code == 3)
        #expect(try extract(none, extract: #", "guard": {"least_share": 0}"#).code == 0)
        let wrong = try extract(none, extract: #", "guard": {"least_share": 2, "lest_share": 1}"#)
        #expect(wrong.code == 2)
        #expect(wrong.errors.contains("a number from 0 to 1"), "\(wrong.errors)")
    }

    // MARK: Logins that hang

    /// A further connection is for speed: one whose login hangs costs the run nothing.
    @Test(arguments: ["drop_create_load", "truncate_load", "append"])
    func aFurtherLoginThatHangsCostsTheRunNothing(method: String) throws {
        let driver = try RecordingDriver(
            """
            catalog columns
            row NULL "s" "t" "id" "-5" "BIGINT" "19" NULL NULL NULL "1" NULL NULL NULL NULL NULL "1" "YES"
            sql contains "MIN("
            column "a" BIGINT
            column "b" BIGINT
            column "c" BIGINT
            row "1" "9000" "9000"
            sql contains ">= 4500"
            column "id" BIGINT size 19
            repeat 4501 "{row+4499}"
            sql contains "< 4500"
            column "id" BIGINT size 19
            repeat 4499 "{row}"
            """, probe: "at connect 2 hang\n" + RecordingDriver.goodProbe)
        let began = ContinuousClock.now
        let result = try extract(
            driver, source: #", "connections": 2, "stall_timeout": 60"#,
            extract: #", "chunk_rows": 5000, "chunk_key": "id", "load_method": "\#(method)""#)
        #expect(result.code == 0, "\(result.all)")
        #expect(try rows() == "9000|9000")
        #expect(ContinuousClock.now - began < .seconds(40))
    }

    // MARK: Chunks that are loaded

    @Test(arguments: ["append", "truncate_load"])
    func planDoesNotGoOnWithChunksThatAreLoaded(method: String) throws {
        let driver = try driver(count: "row \"1\" \"1000\" \"1000\"", rows: "repeat 1000 \"{row}\"")
        let extract = #", "load_method": "\#(method)", "chunk_rows": 5000, "chunk_key": "id""#
        // Twice, so that the destination is there.
        #expect(try self.extract(driver, extract: extract).code == 0)
        let none = try leavings()
        let killed = try self.extract(driver, extract: extract, failpoint: "load.committed")
        // The run was done before it died, and its record says so; that it did die shows in its staging, which is still there.
        #expect(killed.code == 0, "\(killed.all)")
        #expect(try leavings() != none, "the failpoint was not reached")
        #expect(try rows() == (method == "append" ? "2000|1000" : "1000|1000"))
        #expect(
            try sqlite(destination, "SELECT group_concat(json_extract(record, '$.status')) FROM _kleene_runs")
                == "succeeded,succeeded")
        let plan = try self.extract(driver, extract: extract, "plan", "--format", "json")
        #expect(!plan.output.contains("goes on with"), "\(plan.output)")
        let state = try Program(directory: directory.url).run(["state", "show", "one", "--format", "json"])
        #expect(!state.output.contains("goes on with"), "\(state.output)")
    }
}
