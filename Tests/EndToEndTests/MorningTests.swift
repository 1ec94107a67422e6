import Foundation
import TestSupport
import Testing

/// What somebody asks in the morning, and sets up in the evening: status, doctor, hooks, the configuration.
@Suite struct MorningTests {
    private static let account = #"{"table": "account"}"#

    @Test func statusSaysHowEachExtractStandsWithoutALogin() throws {
        let bench = try MockBench(scale: 100)
        try bench.configure([Self.account, #"{"table": "customer"}"#, #"{"table": "department", "enabled": false}"#])
        func states() throws -> [String: String] {
            let result = try bench.run("status", "--format", "json")
            #expect(result.code == 0, "\(result.all)")
            let rows = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]] ?? []
            return Dictionary(
                rows.map { ($0["extract"] as? String ?? "", $0["status"] as? String ?? "") }, uniquingKeysWith: { $1 })
        }
        #expect(try states() == ["account": "never", "customer": "never", "department": "disabled"])
        #expect(try bench.run("status", "--max-age", "6h").code == 7)
        #expect(try bench.ask("extract", "--quiet").code == 0)
        #expect(try states() == ["account": "ok", "customer": "ok", "department": "disabled"])
        let fresh = try bench.run("status", "--max-age", "6h", "--quiet")
        #expect(fresh.code == 0 && fresh.all.isEmpty, "\(fresh.all)")
        try bench.tell("fault statement error always matching=customer sql_state=42000 text=Syntax error in the query")
        #expect(try bench.ask("extract", "--quiet").code == 3)
        let failed = try bench.run("status")
        #expect(failed.code == 0 && failed.errors.contains("failed: customer\n") && failed.output.contains("failed"))
        #expect(try states()["customer"] == "failed")
        // No login was made for any of it. An age is said in whole seconds: all of this may have taken less than one.
        let then = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: -60))
        _ = try sqlite(
            bench.destination,
            "UPDATE _kleene_runs SET record = json_set(record, '$.finishedAt', '\(then)', '$.startedAt', '\(then)')")
        #expect(try bench.run("status", "--max-age", "59s").code == 7)
    }

    @Test func doctorReadsTheExtractsOnItsOneLogin() throws {
        let bench = try MockBench(scale: 100)
        try bench.configure([
            Self.account, #"{"name": "misspelt", "table": "custmer"}"#,
            #"{"name": "column", "table": "transaction", "columns": ["id", "tranidd"]}"#,
            #"{"name": "key", "table": "customer", "load_method": "upsert", "extract_type": "incremental", "incremental_key": "lastmodifiedate"}"#,
        ])
        let doctor = try bench.ask("doctor")
        #expect(doctor.code == 7, "\(doctor.all)")
        let lines = doctor.output.split(separator: "\n")
        func status(_ name: String) -> Substring? { lines.first { $0.contains("extract \(name) ") }?.prefix(4) }
        #expect(status("account") == "PASS" && status("misspelt") == "FAIL", "\(doctor.output)")
        #expect(status("column") == "FAIL" && status("key") == "FAIL", "\(doctor.output)")
        #expect(doctor.output.contains("Did you mean \"tranid\"?"), "\(doctor.output)")
        #expect(doctor.output.contains("Did you mean \"lastmodifieddate\"?"), "\(doctor.output)")
        let logins = try bench.tell("logins")
        #expect(logins.components(separatedBy: "\"outcome\"").count <= 2, "\(logins)")
        try bench.configure([Self.account])
        let well = try bench.ask("doctor", "--quiet")
        #expect(well.code == 0 && well.all.isEmpty, "\(well.all)")
    }

    @Test func aCommandIsToldHowItEnded() throws {
        let bench = try MockBench(scale: 100)
        try bench.configure([Self.account, #"{"table": "customer"}"#])
        let (good, bad) = (bench.directory.path("good.json"), bench.directory.path("bad.json"))
        let hooks = ["--on-success", "cat > '\(good)'", "--on-failure", "cat > '\(bad)'"]
        let done = try bench.program.run(["extract", "--quiet"] + hooks + bench.mockFlags)
        #expect(done.code == 0 && done.all.isEmpty, "\(done.all)")
        let rows = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: good))) as? [[String: Any]]
        #expect(rows?.map { $0["status"] as? String } == ["succeeded", "succeeded"])
        #expect(!FileManager.default.fileExists(atPath: bad))
        try bench.tell("fault statement error always matching=customer sql_state=42000 text=Syntax error in the query")
        let failed = try bench.program.run(["extract", "--quiet"] + hooks + bench.mockFlags)
        #expect(failed.code == 3 && FileManager.default.fileExists(atPath: bad), "\(failed.all)")
        // One that fails itself is said, and changes no code.
        let broken = try bench.program.run(["extract", "--quiet", "--on-failure", "exit 9"] + bench.mockFlags)
        #expect(broken.code == 3 && broken.errors.contains("--on-failure ended with code 9"), "\(broken.all)")
        // One that reads nothing breaks no pipe.
        #expect(try bench.program.run(["extract", "account", "--on-success", "true"] + bench.mockFlags).code == 0)
    }

    /// Nobody looks at a crontab's code; what was to be heard of by the command alone must reach it.
    @Test(arguments: ["extract", "extract nosuch", "backfill account --from 2 --to 1"])
    func aCommandIsToldWhereNoExtractIsBegun(arguments: String) throws {
        let bench = try MockBench(scale: 100)
        try bench.configure([Self.account])
        let (seen, variables) = (bench.directory.path("seen.json"), bench.directory.path("variables"))
        if arguments == "extract" {
            try Data(#"{"source": {"acount_id": 1}}"#.utf8).write(
                to: URL(filePath: bench.directory.path("kleene-ns.json")))
        }
        var program = bench.program
        program.environment["SOMEBODYS_SECRET"] = "hidden-from-hooks"
        let hooks = ["--quiet", "--on-success", "echo never", "--on-failure", "cat > '\(seen)'; env > '\(variables)'"]
        let result = try program.run(arguments.split(separator: " ").map(String.init) + hooks + bench.mockFlags)
        #expect(result.code == 2 && !result.all.contains("never"), "\(result.all)")
        let rows = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: seen))) as? [[String: Any]]
        let failure = rows?.first?["failure"] as? [String: Any]
        #expect(rows?.count == 1 && rows?[0]["status"] as? String == "not_run" && rows?[0]["extract"] is NSNull)
        let words = (failure?["message"] as? String ?? "").prefix(40)
        #expect(!words.isEmpty && result.errors.contains(words), "\(failure ?? [:]): \(result.all)")
        let passed = try String(contentsOfFile: variables, encoding: .utf8)
        #expect(passed.contains("PATH=") && !passed.contains("hidden-from-hooks"), "\(passed)")
    }

    @Test func aRunIsFoundByTheEndOfItsIdAndByLast() throws {
        let bench = try MockBench(scale: 100)
        try bench.configure([Self.account])
        #expect(try bench.ask("extract", "--quiet").code == 0)
        let id = try #require(try bench.json(try bench.run("runs", "list", "--format", "json"))["run_id"] as? String)
        for name in [id, String(id.suffix(8)), String(id.prefix(16)), "last"] {
            #expect(try bench.json(try bench.run("runs", "show", name, "--format", "json"))["run_id"] as? String == id)
        }
        let table = try bench.run("runs", "list").output
        #expect(table.contains(id.suffix(8)) && !table.contains(id), "\(table)")
        #expect(try bench.run("runs", "show", "zzzzzzzz").code == 2)
        #expect(try bench.run("runs", "list", "--status", "failed", "--format", "json").output == "[]\n")
        #expect(try bench.run("runs", "list", "--since", "1h", "--format", "jsonl").output.contains(id))
        #expect(try bench.run("runs", "list", "--since", "2100-01-01", "--format", "json").output == "[]\n")
        let steps = try bench.json(try bench.run("runs", "show", "last", "--format", "json"))["steps"] as? [String: Any]
        #expect(Set(steps?.keys.map { $0 } ?? []) == ["login", "plan", "read", "load"], "\(steps ?? [:])")
    }

    @Test func whatChangedIsCounted() throws {
        let bench = try MockBench(extracts: MockBench.transactions())
        #expect(try bench.ask("extract", "--quiet").code == 0)
        try bench.tell(
            "change UPDATE \"transaction\" SET tranid = 'x', lastmodifieddate = (SELECT max(lastmodifieddate) FROM \"transaction\") WHERE id IN (SELECT id FROM \"transaction\" LIMIT 3)"
        )
        let again = try bench.json(try bench.ask("extract", "--format", "json"))
        #expect(again["rows_added"] as? Int == 0 && (again["rows_replaced"] as? Int ?? 0) >= 1, "\(again)")
        #expect(again["schema_version"] as? Int == 1)
    }

    @Test func fieldsAreChosenAndLFEndsALine() throws {
        let bench = try MockBench(scale: 100)
        try bench.configure([Self.account])
        let result = try bench.ask("extract", "--format", "csv", "--fields", "extract,status")
        #expect(result.output == "extract,status\naccount,succeeded\n", "\(result.output)")
        let wrong = try bench.run("runs", "list", "--fields", "statsu")
        #expect(wrong.code == 2 && wrong.errors.contains("Did you mean \"status\"?"), "\(wrong.errors)")
    }

    @Test func theConfigurationIsCheckedShownAndDescribed() throws {
        let bench = try MockBench(scale: 100)
        try bench.configure([Self.account])
        #expect(try bench.run("config", "check").output == "kleene-ns.json has no fault; it has 1 extract.\n")
        #expect(try bench.run("config", "check", "--quiet").all.isEmpty)
        let shown = try bench.run("config", "show")
        #expect(shown.code == 0 && shown.output.contains("\"load_method\": \"drop_create_load\""), "\(shown.output)")
        // What is shown is a configuration.
        try shown.output.write(toFile: bench.directory.path("shown.json"), atomically: true, encoding: .utf8)
        #expect(try bench.run("config", "check", "--config", "shown.json").code == 0)
        #expect(try bench.run("config", "schema").output.contains("\"incremental_key\""))
        try bench.configure([#"{"table": "account", "load_methd": "append"}"#])
        let faulty = try bench.run("config", "check")
        #expect(faulty.code == 2 && faulty.errors.contains("kleene-ns.json:"), "\(faulty.all)")
        #expect(
            faulty.errors.contains("extract \"account\": $.extracts[0].load_methd: unknown key"), "\(faulty.errors)")
        #expect(try bench.run("config", "check", "--format", "json").code == 2)
    }

    @Test func tablesAreFoundByGlob() throws {
        let bench = try MockBench(scale: 100)
        try bench.configure([Self.account])
        let found = try bench.ask("tables", "TRANS*", "--format", "jsonl", "--fields", "table")
        #expect(found.code == 0 && found.output.contains("\"transaction\""), "\(found.all)")
        #expect(!found.output.contains("account"), "\(found.output)")
        let near = try bench.ask("tables", "custmer")
        #expect(near.code == 1 && near.errors.contains("Did you mean \"Customer\"?"), "\(near.errors)")
    }

    @Test func previewTakesColumnsAndACondition() throws {
        let bench = try MockBench(scale: 100)
        try bench.configure([Self.account])
        let rows = try bench.ask(
            "preview", "transaction", "--columns", "id,tranid", "--where", "id > 20", "--limit", "2", "--format",
            "jsonl")
        #expect(rows.code == 0, "\(rows.all)")
        for line in rows.output.split(separator: "\n") {
            let row = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
            #expect((row["id"] as? Int ?? 0) > 20 && Set(row.keys) == ["id", "tranid"], "\(row)")
        }
        let near = try bench.ask("preview", "transaction", "--columns", "tranidd")
        #expect(near.code == 1 && near.errors.contains("Did you mean \"tranid\"?"), "\(near.errors)")
        // On a screen no line is wider than it is, and what is empty is counted.
        let (_, text) = try bench.program.run(
            ["preview", "transaction", "--limit", "2"] + bench.mockFlags, columns: 60)
        for line in PseudoTerminal.screen(text).lines { #expect(line.count <= 60, "\(line)") }
    }
}
