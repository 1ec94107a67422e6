import Foundation
import TestSupport
import Testing

/// `state`: watermarks seen and edited by people.
@Suite struct StateTests {
    private let bench: MockBench

    init() throws { bench = try MockBench(extracts: MockBench.transactions()) }

    private func watermark() throws -> String? { MockBench.words(watermark: try bench.state()["watermark"]) }

    /// Runs an edit, and returns its one row.
    private func edit(_ arguments: String...) throws -> [String: Any] {
        let result = try bench.program.run(["state"] + arguments + ["--format", "json"])
        #expect(result.code == 0, "\(arguments): \(result.errors)")
        return try bench.json(result)
    }

    private func refuse(_ words: String, _ arguments: String...) throws {
        let result = try bench.program.run(["state"] + arguments)
        #expect(result.code == 2, "\(arguments): \(result.all)")
        #expect(result.errors.contains(words), "\(result.errors)")
    }

    @Test func showSaysInWordsWhatComesNext() throws {
        let fresh = try bench.state()
        #expect(fresh["watermark"] is NSNull)
        #expect((fresh["next"] as? String)?.contains("everything is read") == true)
        #expect(try bench.destinationFiles().isEmpty)
        #expect(try bench.ask("extract", "--quiet").code == 0)
        let state = try bench.state()
        let text = try #require(MockBench.words(watermark: state["watermark"]))
        #expect(text.hasPrefix("through 20"))
        #expect(state["run_id"] as? String == state["last_run"] as? String)
        let next = try #require(state["next"] as? String)
        #expect(next.contains("less an overlap of 15 minutes") && next.contains("lag of 1 minute"), "\(next)")
        #expect(try bench.run("state", "show").output.contains(text))
        try refuse("Did you mean \"transactions\"?", "show", "transaction")
    }

    @Test func rewindReadsAgainAndNeverForwards() throws {
        try refuse("There is no", "show", "nothing-like-it")
        #expect(try bench.run("state", "rewind", "transactions", "--by", "1d").code == 1)
        #expect(try bench.destinationFiles().isEmpty)
        #expect(try bench.ask("extract", "--quiet").code == 0)
        let old = try watermark()
        let row = try edit("rewind", "transactions", "--to", "2022-01-01")
        #expect(MockBench.words(watermark: row["before"]) == old)
        #expect(MockBench.words(watermark: row["after"]) == "below 2022-01-01 00:00:00")
        let plan = try bench.json(try bench.ask("plan", "--format", "json"))
        #expect((MockBench.words(window: plan["window"]))?.hasPrefix("[2021-12-31 23:45:00, ") == true, "\(plan)")
        _ = try edit("rewind", "transactions", "--by", "1d")
        #expect(try watermark() == "below 2021-12-31 00:00:00")
        try refuse("would never be read", "rewind", "transactions", "--to", "2022-01-01 00:00:00")
        try refuse("no value of the key", "rewind", "transactions", "--to", "yesterday")
        try refuse("Give a span", "rewind", "transactions", "--by", "some")
        let edits = try #require(try bench.state()["edits"] as? [[String: Any]])
        #expect(edits.map { $0["action"] as? String } == ["rewind", "rewind"])
        #expect(MockBench.words(watermark: edits.last?["before"]) == old)
        #expect(try bench.ask("extract", "--quiet").code == 0)
        #expect(try watermark() == old)
    }

    @Test func resetForgetsWatermarkAndStagedChunks() throws {
        let bench = try MockBench(scale: MockBench.chunked, extracts: MockBench.transactions())
        #expect(try bench.ask("extract", "--quiet").code == 0)
        #expect(try bench.run("state", "rewind", "transactions", "--to", "2000-01-01").code == 0)
        try bench.tell("fault statement slow always matching=tranid milliseconds=300")
        let running = try bench.start("extract", "--quiet")
        try bench.until { (try bench.state()["chunks_staged"] as? Int ?? 0) >= 1 }
        // The run holds the lock.
        #expect(try bench.run("state", "reset", "transactions").code == 5)
        kill(running.process.processIdentifier, SIGKILL)
        _ = try running.wait()
        try bench.until { try bench.run("state", "reset", "transactions").code == 0 }
        #expect(try bench.state()["watermark"] is NSNull)
        #expect(try bench.state()["chunks_staged"] is NSNull)
        #expect(try !bench.destinationFiles().keys.contains { $0.contains("staging") })
        try bench.tell("clear")
        #expect(try bench.ask("extract", "--quiet").code == 0)
        #expect(try sqlite(bench.destination, "SELECT count(*) = count(DISTINCT id) FROM t") == "1")
    }

    @Test func changedExtractIsRefusedUntilItIsAccepted() throws {
        #expect(try bench.ask("extract", "--quiet").code == 0)
        let old = try watermark()
        try refuse("nothing to accept", "accept", "transactions")
        // Spelt otherwise, it is the same key.
        let narrower = MockBench.transactions(columns: #"["id", "lastmodifieddate"]"#)
            .replacing("\"lastmodifieddate\",", with: "\"LASTMODIFIEDDATE\",")
        try bench.configure([narrower])
        let next = try #require(try bench.state()["next"] as? String)
        #expect(next.contains("refused") && next.contains("removed columns: tranid"), "\(next)")
        #expect(try bench.ask("extract", "--quiet").code == 2)
        let row = try edit("accept", "transactions")
        #expect(row["changes"] as? String == "removed columns: tranid")
        #expect(try watermark() == old)
        // The table has a column more than the extract fills, which is allowed.
        let result = try bench.ask("extract", "--quiet")
        #expect(result.code == 0, "\(result.errors)")
    }

    /// Rehearsed with the mock server, and then run for an account; or from the sandbox to production.
    @Test func watermarkOfAnotherSourceIsRefusedUntilItIsAccepted() throws {
        #expect(try bench.ask("extract", "--quiet").code == 0)
        let old = try watermark()
        let source = "SELECT json_extract(state, '$.source') FROM _kleene_watermarks"
        #expect(try sqlite(bench.destination, source) == "the mock server")
        _ = try sqlite(
            bench.destination,
            "UPDATE _kleene_watermarks SET state = json_set(state, '$.source', 'the account 99 under the role 7')")
        for command in ["extract", "plan"] {
            let refused = try bench.ask(command)
            #expect(refused.code == 2, "\(refused.all)")
            #expect(refused.all.contains("stands for rows of the account 99 under the role 7, and this is the mock"))
        }
        try refuse("nothing to accept", "accept", "transactions")
        _ = try edit("accept", "transactions", "--other-source")
        #expect(try watermark() == old)
        #expect(try bench.ask("extract", "--quiet").code == 0)
        // An empty window says nothing new; the next that loads rows does.
        #expect(["", "the mock server"].contains(try sqlite(bench.destination, source)))
        // A person who takes it from the table vouches for its rows.
        _ = try edit("recover", "transactions")
        #expect(try sqlite(bench.destination, source) == "")
        #expect(try bench.ask("extract", "--quiet").code == 0)
    }

    /// Full extracts have no watermark; their tables are asked all the same.
    @Test(arguments: ["drop_create_load", "truncate_load", "append"])
    func theMockLoadsNothingIntoATableOfAnAccount(_ method: String) throws {
        let extract = #"{"name": "c", "table": "customer", "destination_table": "t", "load_method": "\#(method)"}"#
        let bench = try MockBench(scale: 50, extracts: extract)
        #expect(try bench.ask("extract", "--quiet").code == 0)
        let source =
            #"{"kind":"netsuite","words":"the account 99 under the role 7","parts":{"account":"99","role":"7"}}"#
        _ = try sqlite(
            bench.destination, "UPDATE _kleene_tables SET holding = json_set(holding, '$.source', json('\(source)'))")
        for command in ["extract", "plan"] {
            let refused = try bench.ask(command)
            #expect(refused.code == 2, "\(refused.all)")
            #expect(refused.all.contains("rows of the account 99 under the role 7"), "\(refused.all)")
        }
        #expect(try bench.run("state", "accept", "c", "--other-source").code == 0)
        #expect(try bench.ask("extract", "--quiet").code == 0)
    }

    @Test func recoverTakesTheLargestKeyOfTheTable() throws {
        #expect(try bench.ask("extract", "--quiet").code == 0)
        let old = try watermark()
        _ = try edit("reset", "transactions")
        let row = try edit("recover", "transactions")
        #expect(row["before"] is NSNull)
        #expect(MockBench.words(watermark: row["after"]) == old)
        #expect(try bench.ask("extract", "--quiet").code == 0)
        _ = try sqlite(
            bench.destination,
            "UPDATE t SET lastmodifieddate = '2999-01-01 00:00:00' WHERE id = (SELECT max(id) FROM t)")
        try refuse("lies in the future", "recover", "transactions")
        _ = try sqlite(bench.destination, "UPDATE t SET lastmodifieddate = 'x' || lastmodifieddate")
        _ = try edit("reset", "transactions")
        try refuse("is text", "recover", "transactions")
        _ = try sqlite(bench.destination, "DELETE FROM t")
        try refuse("no rows with a lastmodifieddate", "recover", "transactions")
    }

    @Test func exportAndImportCarryWatermarks() throws {
        #expect(try bench.ask("extract", "--quiet").code == 0)
        let old = try watermark()
        #expect(try bench.run("state", "export", "marks.json").code == 0)
        #expect(
            try bench.run("state", "export").output
                == String(contentsOfFile: bench.directory.path("marks.json"), encoding: .utf8))
        _ = try edit("reset", "transactions")
        let row = try edit("import", "marks.json")
        #expect(MockBench.words(watermark: row["after"]) == old)
        #expect(try watermark() == old)
        #expect(try bench.ask("extract", "--quiet").code == 0)

        let text = try String(contentsOfFile: bench.directory.path("marks.json"), encoding: .utf8)
        func write(_ text: String) throws {
            try text.write(toFile: bench.directory.path("bad.json"), atomically: true, encoding: .utf8)
        }
        try write(text.replacing("\"extract\":\"transactions\"", with: "\"extract\":\"others\""))
        try refuse("no incremental extract \"others\"", "import", "bad.json")
        #expect(try bench.run("state", "import", "bad.json", "--force").code == 0)
        #expect(MockBench.words(watermark: try bench.state("others")["watermark"]) == old)
        try write(text.replacing("\"kind\":\"timestamp\"", with: "\"kind\":\"integer\""))
        try refuse("$.watermarks[0].watermark", "import", "bad.json")
        try write("{\"format\": 9, \"watermark\": []}")
        try refuse("$.format", "import", "bad.json")
        try write("[]")
        try refuse("no JSON object", "import", "bad.json")
        try refuse("cannot be read", "import", "absent.json")
    }
}
