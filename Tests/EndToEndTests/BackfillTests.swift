import Foundation
import TestSupport
import Testing

/// `backfill`: a range of the key read again, the watermark where it was.
@Suite struct BackfillTests {
    @Test func backfillMendsARangeAndLeavesTheWatermark() throws {
        let bench = try MockBench(extracts: MockBench.transactions())
        #expect(try bench.ask("extract", "--quiet").code == 0)
        let state = MockBench.words(watermark: try bench.state()["watermark"])
        let range = "lastmodifieddate >= '2022-01-01' AND lastmodifieddate < '2023-01-01'"
        let whole = try sqlite(bench.destination, "SELECT count(*), sum(id) FROM t WHERE \(range)")
        #expect(!whole.hasPrefix("0|"))
        let all = try sqlite(bench.destination, "SELECT count(*) FROM t")
        _ = try sqlite(bench.destination, "DELETE FROM t WHERE \(range) AND id % 2 = 0")
        _ = try sqlite(bench.destination, "UPDATE t SET tranid = 'broken' WHERE \(range)")
        let result = try bench.ask(
            "backfill", "transactions", "--from", "2022-01-01", "--to", "2023-01-01", "--format", "json", "--quiet")
        #expect(result.code == 0, "\(result.errors)")
        #expect(try bench.json(result)["rows"] as? Int == Int(whole.prefix { $0 != "|" }))
        #expect(try sqlite(bench.destination, "SELECT count(*), sum(id) FROM t WHERE \(range)") == whole)
        #expect(try sqlite(bench.destination, "SELECT count(*) FROM t") == all)
        #expect(try sqlite(bench.destination, "SELECT count(*) FROM t WHERE tranid = 'broken'") == "0")
        #expect(MockBench.words(watermark: try bench.state()["watermark"]) == state)
        #expect(
            try MockBench.words(window: bench.state()["last_window"]) == "[2022-01-01 00:00:00, 2023-01-01 00:00:00)")
    }

    @Test func interruptedBackfillGoesOn() throws {
        let bench = try MockBench(scale: MockBench.chunked, extracts: MockBench.transactions())
        #expect(try bench.ask("extract", "--quiet").code == 0)
        let rows = try sqlite(bench.destination, "SELECT count(*) FROM t WHERE lastmodifieddate >= '2015-01-01'")
        try bench.tell("fault statement slow always matching=tranid milliseconds=300")
        let arguments = ["backfill", "transactions", "--from", "2015-01-01", "--to", "2039-01-01"]
        let running = try bench.program.start(arguments + bench.mockFlags)
        try bench.until { try bench.stagedChunks() >= 1 }
        kill(running.process.processIdentifier, SIGTERM)
        #expect(try running.wait().code == 143)
        try bench.tell("clear")
        let result = try bench.program.run(arguments + bench.mockFlags)
        #expect(result.code == 0, "\(result.errors)")
        #expect(result.errors.contains("Going on with what the run"), "\(result.errors)")
        let id = try bench.state()["last_run"] as? String ?? ""
        let record = try bench.json(try bench.run("runs", "show", id, "--format", "json"))
        let (read, resumed) = (record["rows"] as? Int ?? 0, record["rows_resumed"] as? Int ?? 0)
        #expect(resumed > 0 && read + resumed == Int(rows), "\(record)")
    }

    @Test func backfillThatWouldDoubleRowsIsASentence() throws {
        let append = MockBench.transactions().replacing("\"upsert\"", with: "\"append\"")
        let bench = try MockBench(
            extracts: append.replacing("\"unique_columns\": [\"id\"],", with: ""),
            #"{"name": "all", "table": "customer"}"#)
        func refuse(_ words: String, _ arguments: String...) throws {
            let result = try bench.program.run(["backfill"] + arguments + bench.mockFlags)
            #expect(result.code == 2 && result.errors.contains(words), "\(result.all)")
        }
        try refuse("a second time", "transactions", "--from", "2022-01-01", "--to", "2023-01-01")
        try refuse("nothing to backfill", "all", "--from", "2022-01-01", "--to", "2023-01-01")
        try refuse("There is no extract", "nobody", "--from", "2022-01-01", "--to", "2023-01-01")
        #expect(try bench.destinationFiles().isEmpty)
        // With unique columns an append adds what is missing, and nothing else.
        try bench.configure([append])
        #expect(try bench.ask("extract", "--quiet").code == 0)
        let before = try sqlite(bench.destination, "SELECT count(*), count(DISTINCT id) FROM t")
        _ = try sqlite(bench.destination, "DELETE FROM t WHERE id % 3 = 0")
        let result = try bench.ask("backfill", "transactions", "--from", "1990-01-01", "--to", "2039-01-01", "--quiet")
        #expect(result.code == 0, "\(result.errors)")
        #expect(try sqlite(bench.destination, "SELECT count(*), count(DISTINCT id) FROM t") == before)
        let empty = try bench.ask("backfill", "transactions", "--from", "2023-01-01", "--to", "2022-01-01", "--quiet")
        #expect(empty.all.contains("ends before it begins"), "\(empty.all)")
        #expect(empty.code == 2)
    }
}
