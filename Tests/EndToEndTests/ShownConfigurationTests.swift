import Foundation
import TestSupport
import Testing

/// `config show > x.json` is a configuration: the next run goes on by it where the last one stopped.
@Suite struct ShownConfigurationTests {
    private static let lines =
        #"{"name": "l", "table": "transactionLine", "load_method": "upsert", "follows": "transactions", "deletes": {"by": "groups"}}"#

    @Test func aRunGoesOnByWhatIsShown() throws {
        let bench = try MockBench(scale: 60)
        try bench.configure([
            MockBench.transactions(
                columns: #"["id", "memo", "lastmodifieddate"]"#,
                #""drift": {"gone": "ignore"}, "deletes": {"by": "sweep"}, "overlap": "2h""#), Self.lines,
        ])
        let first = try bench.ask("extract", "--quiet")
        #expect(first.code == 0, "\(first.all)")
        let before = try #require(try bench.state()["watermark_value"] as? String)
        let shown = try bench.run("config", "show")
        for words in [
            #""follows": "transactions""#, #""deletes": {"by":"groups"}"#, #""drift": {"gone":"ignore"}"#,
            #""overlap": "2h""#,
        ] {
            #expect(shown.output.contains(words), "\(words) in \(shown.all)")
        }
        try shown.output.write(toFile: bench.directory.path("x.json"), atomically: true, encoding: .utf8)
        let plans = try ["kleene-ns.json", "x.json"].map {
            try bench.ask(
                "plan", "--config", $0, "--format", "csv", "--fields",
                "extract,action,extract_type,load_method,unique_columns,deletes,table_action,failure")
        }
        #expect(plans[0].code == 0 && plans[0].output == plans[1].output, "\(plans[0].all)\n\(plans[1].all)")
        let second = try bench.ask("extract", "--config", "x.json", "--quiet")
        #expect(second.code == 0, "\(second.all)")
        let after = try #require(try bench.state()["watermark_value"] as? String)
        #expect(after >= before)
        #expect(try bench.run("config", "show", "--config", "x.json").output == shown.output)
    }

    /// A document has its formats too.
    @Test func documentsAreOnOneLineWhereThatIsAskedFor() throws {
        let bench = try MockBench(scale: 60, extracts: MockBench.transactions())
        #expect(try bench.ask("extract", "--quiet").code == 0)
        for command in [["config", "show"], ["config", "example"], ["config", "schema"], ["state", "export"]] {
            let (plain, json, line) = (
                try bench.program.run(command), try bench.program.run(command + ["--format", "json"]),
                try bench.program.run(command + ["--format", "jsonl"])
            )
            #expect(plain.code == 0 && plain.output == json.output, "\(command): \(json.all)")
            #expect(line.code == 0 && line.output.split(separator: "\n").count == 1, "\(command): \(line.all)")
            let values = try [plain, line].map {
                try JSONSerialization.jsonObject(with: Data($0.output.utf8)) as? NSDictionary
            }
            #expect(values[0] != nil && values[0] == values[1], "\(command)")
            #expect(try bench.program.run(command + ["--format", "csv"]).code == 2)
        }
        #expect(try bench.program.run(["state", "export", "w.json", "--format", "jsonl"]).code == 0)
        #expect(try bench.program.run(["state", "import", "w.json"]).code == 0)
    }
}
