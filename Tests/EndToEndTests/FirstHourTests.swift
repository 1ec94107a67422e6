import Foundation
import TestSupport
import Testing

/// What a data engineer met in the first two hours, fault by fault (1 to 21), and what is seen now: at 50, 80 and 120 columns, with and
/// without colors, with and without a terminal. HourRowsTests say what each row is about, and that it is played everywhere.
@Suite(.waiting) struct FirstHourTests {
    @Test func u01_aRefusedLoginIsExplainedOnce() throws {
        let contact = try FirstContact()
        try contact.bench.tell("fault login refused always")
        for sight in try contact.look(["extract", "--destination", "new.db"]) {
            #expect(sight.code == 4 && sight.count("was revoked") == 1, "\(sight)")
            #expect(sight.words.contains("failed: account; not run: customer"), "\(sight)")
            if sight.screen.columns != nil { #expect(sight.lines.count <= 12, "\(sight.lines)") }
        }
        #expect(try contact.bench.run("help", "logins").output.contains("The token".lowercased()))
    }

    @Test func u02_aServiceThatIsAwayIsNamedOnce() throws {
        let contact = try FirstContact()
        let path = contact.bench.directory.path("kleene-ns.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("\"role_id\": 57,", with: "\"role_id\": 57, \"retry\": {\"attempts\": 1},")
            .write(toFile: path, atomically: true, encoding: .utf8)
        for sight in try contact.look(
            ["extract", "--destination", "new.db", "--mock", "127.0.0.1:1", "--state-dir", "s"], mock: false)
        {
            #expect(
                sight.code == 1 && sight.count("port 1: Connection refused") == 1 && !sight.words.contains("1708"),
                "\(sight)")
            #expect(sight.words.contains("failed: account; not run: customer"), "\(sight)")
        }
    }

    @Test func u03_noAnswerIsNoRefusal() throws {
        let contact = try FirstContact()
        // All screens find room at its door.
        let silent = try SilentServer(backlog: 100)
        let flags = ["--mock", "127.0.0.1:\(silent.port)", "--state-dir", "s", "--login-timeout", "1"]
        for _ in 0..<2 {
            for sight in try contact.look(["tables"] + flags, mock: false) {
                #expect(!sight.words.contains("were refused"), "\(sight)")
            }
        }
        for sight in try contact.look(["tables"] + flags, mock: false) {
            #expect(sight.code == 4 && !sight.words.contains("were refused"), "\(sight)")
            #expect(sight.words.contains("nothing was refused"), "\(sight)")
        }
    }

    @Test func u04_whatIsKeptIsSaid() throws {
        let contact = try FirstContact(
            scale: 5000, [#"{"name": "lines", "table": "transactionline", "columns": ["memo", "netamount"]}"#])
        try contact.bench.tell("fault fetch slow always matching=netamount row_microseconds=5000")
        for sight in try contact.look(["extract", "--max-runtime", "4s", "--destination", "new.db"]) {
            #expect(sight.code == 8 && sight.words.contains("Nothing is kept of what was not done."), "\(sight)")
            #expect(!sight.words.contains("goes on from there"), "\(sight)")
        }
    }

    @Test func u05_namesAndTagsThatChooseNothingTogetherAreExplained() throws {
        let contact = try FirstContact([
            #"{"name": "orders", "tags": ["hourly"], "table": "account"}"#,
            #"{"name": "customers", "table": "customer"}"#,
        ])
        for sight in try contact.look(["extract", "cust*", "--tag", "hourly"]) {
            #expect(sight.code == 2 && sight.words.contains("customers has no tags"), "\(sight)")
        }
    }

    @Test func u06_cronHearsNothing() throws {
        let contact = try FirstContact()
        for sight in try contact.look(["extract", "--quiet", "--destination", "new.db"]) {
            #expect(sight.code == 0 && sight.raw.isEmpty, "\(sight)")
        }
    }

    @Test func u07_aConfigurationIsShownWithoutTheClone() throws {
        let contact = try FirstContact()
        try FileManager.default.removeItem(atPath: contact.bench.directory.path("kleene-ns.json"))
        for sight in try contact.look(["extract"], mock: false) {
            #expect(sight.code == 2 && sight.words.contains("`kleene-ns help configuration`"), "\(sight)")
        }
        let help = try contact.bench.run("help", "configuration").output
        let example = try String(
            contentsOf: ReadmeConsoleTests.root.appending(path: "config.example.json"), encoding: .utf8)
        #expect(help.contains(example.trimmingCharacters(in: .newlines)), "\(help)")
    }

    @Test func u08_doctorReadsTheExtracts() throws {
        let contact = try FirstContact([
            #"{"table": "custmer"}"#, #"{"name": "c", "table": "transaction", "columns": ["id", "tranidd"]}"#,
        ])
        for sight in try contact.look(["doctor", "--destination", "new.db"]) {
            #expect(sight.code == 7 && sight.words.contains("FAIL extract custmer"), "\(sight)")
            #expect(sight.words.contains("Did you mean \"tranid\"?"), "\(sight)")
            if sight.screen.hasColor { #expect(sight.raw.contains("\u{1B}[31mFAIL"), "\(sight)") }
        }
    }

    @Test func u09_oneLineAnExtract() throws {
        let contact = try FirstContact()
        for sight in try contact.look(["extract", "--destination", "new.db"]) where sight.screen.columns != nil {
            #expect(sight.code == 0 && sight.lines.count == 5, "\(sight.lines)")
            #expect(
                sight.lines[0].hasPrefix("[1/4] account") && sight.lines[4].hasPrefix("4 extracts done"), "\(sight)")
            #expect(!sight.raw.contains("run=") && !sight.raw.contains(" info "), "\(sight)")
        }
    }

    /// U10: a tick of its own; U11: cut to the screen.
    @Test func u10_u11_theLineLivesAndFits() throws {
        let contact = try FirstContact([#"{"name": "a_rather_long_name_of_an_extract", "table": "account"}"#])
        try contact.bench.tell("fault fetch slow milliseconds=2500 always")
        for sight in try contact.look(["extract", "--destination", "new.db"]) where sight.screen.columns != nil {
            let ticks = Set(sight.drawn.filter { $0.contains("waiting") || $0.contains("…") })
            #expect(sight.code == 0 && ticks.count >= 2, "\(sight.drawn)")
        }
    }

    @Test func u12_aWideRowIsShownBelowItself() throws {
        let contact = try FirstContact()
        // Some hundred lines, of which none is kept.
        for sight in try contact.look(["preview", "transaction", "--limit", "2"], row: "")
        where sight.screen.columns != nil {
            #expect(sight.code == 0 && sight.words.contains("are empty in all rows"), "\(sight)")
            #expect(sight.lines.contains { $0.hasPrefix("tranid") } && !sight.words.contains("NULL NULL"), "\(sight)")
        }
        for sight in try contact.look(["preview", "account", "--limit", "2"]) { #expect(sight.code == 0, "\(sight)") }
        for sight in try contact.look([
            "preview", "transaction", "--limit", "2", "--columns", "id,tranid", "--where", "id > 20",
        ]) {
            #expect(sight.code == 0 && sight.lines.filter { !$0.contains(" info ") }.count == 3, "\(sight)")
        }
    }

    @Test func u13_theBestKeyIsNamed() throws {
        let contact = try FirstContact()
        // Some hundred lines, of which none is kept.
        for sight in try contact.look(["columns", "transaction"], row: "") {
            #expect(sight.code == 0 && sight.lines.count { $0.hasSuffix("best") } == 1, "\(sight)")
        }
        for sight in try contact.look(["columns", "account"]) {
            #expect(sight.code == 0 && sight.lines.contains { $0.hasPrefix("accountsearchdisplayname ") }, "\(sight)")
        }
        #expect(try contact.bench.ask("extract", "--quiet").code == 0)
        for sight in try contact.look(["runs", "list"], mock: false) {
            #expect(sight.code == 0 && sight.words.contains("subsidiary succeeded"), "\(sight)")
        }
    }

    @Test func u14_thereIsAFirstSign() throws {
        let contact = try FirstContact()
        let silent = try SilentServer(backlog: 100)
        for sight in try contact.look(
            ["tables", "--mock", "127.0.0.1:\(silent.port)", "--state-dir", "s", "--login-timeout", "2"],
            mock: false)
        where sight.screen.columns != nil {
            #expect(Set(sight.drawn).count >= 2, "\(sight.drawn)")
        }
    }

    @Test func u15_ctrlCIsAnsweredAtOnce() throws {
        let contact = try FirstContact()
        let silent = try SilentServer(backlog: 100)
        let sights = try contact.look(
            ["extract", "--mock", "127.0.0.1:\(silent.port)", "--state-dir", "s"], mock: false,
            screens: Screen.terminals,
            meanwhile: { scene in
                try scene.until("signing in")
                kill(scene.process.processIdentifier, SIGINT)
                try scene.until("stopping; ")
                kill(scene.process.processIdentifier, SIGINT)
            })
        for sight in sights { #expect(sight.code == 130 && sight.raw.contains("stopping; "), "\(sight)") }
    }

    @Test func u16_whatHoldsForAllIsSaidOnce() throws {
        let contact = try FirstContact()
        for sight in try contact.look(["extract", "--destination", "none/d.db"]) {
            #expect(sight.code == 1 && sight.count("does not exist") == 1, "\(sight)")
            #expect(sight.words.contains("failed: account, customer, department, subsidiary"), "\(sight)")
        }
    }

    @Test func u17_oneTypoIsOneFaultWithItsPlace() throws {
        let contact = try FirstContact([
            #"{"name": "transactions", "table": "transaction", "extract_type": "incremental", "incremental_key": "k", "load_methd": "upsert"}"#
        ])
        for sight in try contact.look(["config", "check"], mock: false) {
            #expect(sight.code == 2 && sight.words.contains("has one fault:"), "\(sight)")
            #expect(sight.lines.joined().replacing(/\s/, with: "").contains("kleene-ns.json:5:"), "\(sight)")
            #expect(sight.words.replacing(" ", with: "").contains("extract\"transactions\""), "\(sight)")
        }
    }

    @Test func u18_theNearNameIsOffered() throws {
        let contact = try FirstContact([#"{"name": "c", "table": "transaction", "columns": ["id", "tranidd"]}"#])
        for (arguments, near) in [
            (["preview", "custmer"], "Did you mean \"Customer\"?"),
            (["columns", "custmer"], "Did you mean \"Customer\"?"),
            (["preview", "transaction", "--columns", "id,tranidd"], "Did you mean \"tranid\"?"),
            (["extract", "--destination", "new.db"], "Did you mean \"tranid\"?"),
        ] {
            for sight in try contact.look(arguments) { #expect(sight.words.contains(near), "\(arguments): \(sight)") }
        }
        for (word, near) in [("extarct", "extract"), ("tabels", "tables")] {
            for sight in try contact.look([word], mock: false, screens: Screen.terminals) {
                #expect(sight.code == 2 && sight.words.contains("Did you mean `kleene-ns \(near)`?"), "\(sight)")
            }
        }
    }

    @Test func u19_aSchemaIsFoundInAnyCase() throws {
        let contact = try FirstContact()
        for sight in try contact.look(["tables", "--schema", "data warehouse integrator"]) {
            #expect(sight.code == 0 && sight.words.contains("transaction"), "\(sight)")
        }
        for sight in try contact.look(["tables", "--schema", "foo"]) {
            #expect(sight.code != 0 && sight.words.contains("Its schemas: Data Warehouse Integrator."), "\(sight)")
        }
    }

    @Test func u20_programsGetObjectsAndNumbers() throws {
        let contact = try FirstContact([MockBench.transactions()])
        let bench = contact.bench
        #expect(try bench.ask("extract", "--quiet").code == 0)
        for sight in try contact.look(["plan", "--format", "json"]) { #expect(sight.code == 0, "\(sight)") }
        let plan = try bench.json(try bench.ask("plan", "--format", "json"))
        let window = try #require(plan["window"] as? [String: Any])
        #expect(window["column"] as? String == "lastmodifieddate" && window["includes_from"] is Bool)
        #expect((plan["watermark"] as? [String: Any])?["value"] is String && plan["action"] is String)
        let run = try bench.json(try bench.run("runs", "show", "last", "--format", "json"))
        #expect(run["rows"] is Int && run["schema_version"] as? Int == 1)
    }

    @Test func u21_commentsAndASchemaAreTaken() throws {
        let contact = try FirstContact()
        let path = contact.bench.directory.path("kleene-ns.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try ("// why\n" + text.replacing("{\"source\"", with: "{\"$schema\": \"s.json\", /* here */ \"source\""))
            .write(toFile: path, atomically: true, encoding: .utf8)
        for sight in try contact.look(["config", "check"], mock: false) {
            #expect(sight.code == 0 && sight.words == "kleene-ns.json has no fault; it has 4 extracts.", "\(sight)")
        }
    }
}
