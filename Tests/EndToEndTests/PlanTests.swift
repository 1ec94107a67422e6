import Foundation
import TestSupport
import Testing

/// `plan`: what `extract` would do, without doing any of it.
@Suite struct PlanTests {
    private func plan(_ bench: MockBench, _ arguments: String...) throws -> [String: Any] {
        let result = try bench.program.run(["plan", "--format", "json"] + arguments + bench.mockFlags)
        #expect(result.code == 0, "\(result.errors)")
        return try bench.json(result)
    }

    @Test func firstPlanShowsWindowChunksAndSQLAndMakesNothing() throws {
        let bench = try MockBench(scale: MockBench.chunked, extracts: MockBench.transactions())
        let plan = try plan(bench)
        #expect(plan["extract"] as? String == "transactions")
        #expect((MockBench.words(window: plan["window"]))?.hasPrefix("(beginning, ") == true)
        #expect((plan["chunks"] as? Int ?? 0) >= 4)
        let statements = try #require(plan["statements"] as? [String])
        #expect(statements.count == 3)
        #expect(statements[0].contains("lastmodifieddate") && statements[0].contains("TO_TIMESTAMP"), "\(statements)")
        #expect((plan["table"] as? String)?.contains("known after the first read") == true)
        #expect(plan["create_table"] is NSNull)
        #expect(plan["unique_columns"] as? [String] == ["id"])
        #expect(try bench.destinationFiles().isEmpty)
        // No row was read.
        #expect(try !bench.tell("statements").contains("tranid"))
    }

    @Test func planIsWrittenInEveryFormat() throws {
        let bench = try MockBench(extracts: MockBench.transactions(), #"{"name": "all", "table": "customer"}"#)
        for format in ["table", "json", "jsonl", "csv"] {
            let result = try bench.ask("plan", "--format", format)
            #expect(result.code == 0)
            for words in ["transactions", "customer", "SELECT", "There is no watermark yet"] {
                #expect(result.output.contains(words), "\(format): \(words): \(result.output)")
            }
        }
    }

    @Test func planAfterAnExtractChangesNoByteAndBeginsAtTheWatermark() throws {
        let bench = try MockBench(extracts: MockBench.transactions())
        #expect(try bench.ask("extract", "--quiet").code == 0)
        let before = try bench.destinationFiles()
        let plan = try plan(bench, "trans*")
        #expect((MockBench.words(watermark: plan["watermark"]))?.hasPrefix("through ") == true)
        #expect((MockBench.words(window: plan["window"]))?.hasPrefix("[") == true)
        #expect((plan["table"] as? String)?.contains("is kept") == true)
        #expect(try bench.destinationFiles() == before)
    }

    @Test func planGoesOnWithStagedChunksAndShowsTheTableTheyMake() throws {
        let bench = try MockBench(scale: MockBench.chunked, extracts: MockBench.transactions())
        try bench.tell("fault statement slow always matching=tranid milliseconds=300")
        let running = try bench.start("extract", "--quiet")
        try bench.until { try bench.stagedChunks() >= 1 }
        kill(running.process.processIdentifier, SIGTERM)
        #expect(try running.wait().code == 143)
        let before = try bench.destinationFiles()
        let resumed = try plan(bench)
        let staged = try #require(resumed["chunks_staged"] as? Int)
        #expect(staged >= 1)
        #expect((resumed["create_table"] as? String)?.hasPrefix("CREATE TABLE \"t\" (") == true)
        #expect((resumed["reasons"] as? [String])?.contains { $0.contains("goes on with what the run") } == true)
        let afresh = try plan(bench, "--fresh")
        #expect(afresh["chunks_staged"] is NSNull)
        #expect(try bench.destinationFiles() == before)
    }

    @Test func extractThatCannotBePlannedIsItsFailuresCode() throws {
        let bench = try MockBench(
            extracts: MockBench.transactions(columns: #"["id", "nonsense", "lastmodifieddate"]"#))
        let failed = try bench.ask("plan", "--format", "json")
        #expect(failed.code == 1)
        #expect(failed.output.contains("has no column \\\"nonsense\\\""), "\(failed.all)")
        try bench.configure([
            MockBench.transactions(columns: #"["id", "nonsense", "lastmodifieddate"]"#),
            #"{"name": "customers", "table": "customer"}"#,
        ])
        #expect(try bench.ask("plan").code == 3)
        // A destination of another program costs no login.
        _ = try sqlite(bench.destination, "PRAGMA application_id = 7; CREATE TABLE x (a)")
        let logins = try bench.tell("counters")
        let refused = try bench.ask("plan", "customers")
        #expect(refused.code == 1)
        #expect(refused.output.contains("belongs to another program"), "\(refused.all)")
        #expect(try bench.tell("counters") == logins)
    }
}
