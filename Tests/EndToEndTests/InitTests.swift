import Foundation
import Glibc
import TestSupport
import Testing

/// `init`, as a person at a terminal meets it, and as a script does.
@Suite struct InitTests {
    private static func file(_ bench: MockBench, _ name: String = "kleene-ns.json") throws -> String {
        try String(contentsOfFile: bench.directory.path(name), encoding: .utf8)
    }

    private static func isThere(_ bench: MockBench, _ name: String) -> Bool {
        FileManager.default.fileExists(atPath: bench.directory.path(name))
    }

    private static func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    /// The words behind the program's name of the last command for `init` that names a table: the same without a question.
    private static func flags(_ text: String) throws -> [String] {
        let line = try #require(
            NamedCommands(text).lines.last { $0.hasPrefix("kleene-ns init --") && $0.contains("--table") })
        return Array(NamedCommands.words(line).dropFirst())
    }

    @Test func fifteenAnswersLeadToTheSecondIncrementalRun() throws {
        let bench = try FirstSteps.bench()
        let person = try Person(bench, ["init"] + bench.mockFlags, columns: 500)
        try FirstSteps.answer(person)
        #expect(person.answers <= 14)
        let text = person.terminal.all()
        #expect(text.contains("kleene-ns.json is written.") && text.contains(" added"), "\(text)")
        #expect(!Self.isThere(bench, "kleene-ns.json.draft"))
        #expect(try sqlite(bench.directory.path("netsuite.db"), "SELECT count(*) FROM \"transaction\"") != "0")
        // The second one is incremental.
        let second = try bench.ask("extract", "--format", "json")
        #expect(second.code == 0, "\(second.all)")
        #expect(try bench.json(second)["status"] as? String == "succeeded")
        #expect(try bench.state("transaction")["watermark"] is [String: Any])
        // The same by flags alone, byte for byte.
        let written = try Self.file(bench)
        let flags = try Self.flags(text)
        try FileManager.default.moveItem(
            atPath: bench.directory.path("kleene-ns.json"), toPath: bench.directory.path("by-hand.json"))
        let again = try bench.program.run(flags.filter { $0 != "load" && $0 != "--finish" })
        #expect(again.code == 0, "\(again.all)")
        #expect(try Self.file(bench) == written)
    }

    @Test func anInterruptedOneGoesOnWhereItWas() throws {
        let bench = try FirstSteps.bench()
        let first = try Person(bench, ["init"] + bench.mockFlags)
        try first.answer("Account id", "7654321")
        try first.answer("Role id", "1042")
        try first.wait("How to log in [tba]")
        kill(first.process.processIdentifier, SIGINT)
        #expect(first.end() == 130, "\(first.terminal.all())")
        #expect(first.terminal.all().contains("goes on from here"), "\(first.terminal.all())")
        #expect(!Self.isThere(bench, "kleene-ns.json") && Self.isThere(bench, "kleene-ns.json.draft"))
        #expect(try Self.mode(bench.directory.path("kleene-ns.json.draft")) == 0o600)
        // What was answered is not asked again; one answer is taken back, and another.
        let second = try Person(bench, ["init"] + bench.mockFlags)
        try second.answer("How to log in [tba]", "<")
        try second.answer("Role id", "57")
        try second.answer("How to log in [tba]", "2")
        try second.answer("Where the secrets are kept", "2")
        try second.answer("User: ", "me@example.org")
        try second.answer("Sign in now", "no")
        try second.answer("Table: ", "customer")
        try second.answer("Columns [all]")
        // What is publicly known of a table is proposed without a login.
        try second.answer("What becomes of the rows that are there [upsert]", "1")
        try second.answer("Where rows go", "d.db")
        try second.answer("Table to load into [customer]")
        try second.answer("What now", "write")
        #expect(second.end() == 0, "\(second.terminal.all())")
        let text = try Self.file(bench)
        #expect(text.contains("\"account_id\": \"7654321\"") && text.contains("\"role_id\": 57"), "\(text)")
        #expect(!Self.isThere(bench, "kleene-ns.json.draft"))
        #expect(try bench.run("config", "check").code == 0)
        // What is there is never replaced.
        let third = try bench.run("init", "--table", "t")
        #expect(third.code == 2 && third.errors.contains("init --add"), "\(third.all)")
        #expect(try Self.file(bench) == text)
    }

    @Test func secretsAreTypedUnseenIntoFilesOfOnesOwn() throws {
        let bench = try FirstSteps.bench()
        let secrets = ["consumer_key", "consumer_secret", "token_id", "token_secret"].enumerated().map {
            ($1, String(repeating: "\($0)a5c", count: 16))
        }
        let person = try Person(
            bench, ["init", "--login", "no", "--table", "account", "--columns", "*"] + bench.mockFlags)
        try person.answer("Account id")
        try person.answer("Role id")
        try person.answer("How to log in")
        try person.answer("Where the secrets are kept", "files")
        // With what came with it when it was copied, it is asked for again.
        try person.answer("Consumer key (unseen)", "\"\(secrets[0].1)\"")
        try person.wait("is in quotes")
        for (key, text) in secrets {
            let title = key.prefix(1).uppercased() + key.dropFirst().replacing("_", with: " ")
            try person.answer("\(title) (unseen): ", text)
        }
        try person.answer("What becomes of the rows", "truncate_load")
        try person.answer("Where rows go")
        try person.answer("Table to load into")
        try person.answer("What now", "write")
        #expect(person.end() == 0, "\(person.terminal.all())")
        let (screen, configuration) = (person.terminal.all(), try Self.file(bench))
        // What is there may stay.
        let another = try Person(
            bench, ["init", "--config", "two.json", "--method", "tba", "--secrets", "files"] + bench.mockFlags)
        try another.answer("Account id")
        try another.answer("Role id")
        try another.answer("Consumer key (unseen) [file:secrets/consumer_key]")
        try another.wait("Consumer secret (unseen) [file:secrets/consumer_secret]: ")
        kill(another.process.processIdentifier, SIGINT)
        #expect(another.end() == 130, "\(another.terminal.all())")
        for (key, text) in secrets {
            let path = bench.directory.path("secrets/\(key)")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == text + "\n")
            #expect(try Self.mode(path) == 0o600)
            #expect(!screen.contains(text) && !configuration.contains(text))
            #expect(configuration.contains(#""\#(key)": {"file": "secrets/\#(key)"}"#), "\(configuration)")
        }
        #expect(try Self.mode(bench.directory.path("secrets")) == 0o700)
        #expect(screen.contains("Manage Integrations") && screen.contains("Access Tokens"), "\(screen)")
        #expect(try bench.run("config", "check").code == 0)
    }

    @Test func withoutATerminalNobodyIsAsked() throws {
        let bench = try FirstSteps.bench()
        let bare = try bench.run("init")
        #expect(bare.code == 2, "\(bare.all)")
        for flag in ["--account-id", "--role-id", "--method", "--table", "--destination"] {
            #expect(bare.errors.contains("  \(flag)  "), "\(flag): \(bare.errors)")
        }
        #expect(!Self.isThere(bench, "kleene-ns.json") && !Self.isThere(bench, "kleene-ns.json.draft"))
        let half = [
            "init", "--account-id", "1234567", "--role-id", "57", "--method", "tba", "--table", "t", "--destination",
            "d",
        ]
        let secrets = try bench.program.run(half)
        #expect(secrets.code == 2 && secrets.errors.contains("  --secrets  "), "\(secrets.all)")
        // Where all else is proposed, a whole command is named; where only a person knows the account, none is.
        let mock = try bench.ask("init", "--destination", "mine.db")
        let example = try NamedCommands(mock.errors).first("kleene-ns init --mock")
        #expect(mock.code == 2 && example.contains("--destination mine.db") && example.contains("--login yes"))
        #expect(!bare.errors.contains("For example") && secrets.errors.contains("--secrets files"))
        // A secret in an argument is refused and not repeated; so is what no answer is.
        let wrong = try bench.program.run(
            half + ["--secrets", "env", "--token-id", "70ce9d70ce9d", "--load-method", "upsrt"])
        #expect(wrong.code == 2 && wrong.errors.contains("--token-id: names no place"), "\(wrong.all)")
        #expect(wrong.errors.contains("--load-method") && !wrong.all.contains("70ce9d"), "\(wrong.all)")
        #expect(!Self.isThere(bench, "kleene-ns.json"))
        // An answer to a question that the others do not raise is a slip, and would be lost.
        let idle = try bench.program.run(half + ["--secrets", "files", "--dsn", "x", "--postgres-host", "h"])
        #expect(idle.code == 2 && idle.errors.contains("--dsn: comes to nothing"), "\(idle.all)")
        #expect(idle.errors.contains("--postgres-host: comes") && !Self.isThere(bench, "kleene-ns.json"))
        let whole = try bench.program.run(half + ["--secrets", "files"])
        #expect(whole.code == 0, "\(whole.all)")
        // No placeholder: the file says where each secret is to be, and a run says that it is not there.
        #expect(try bench.run("config", "check").code == 0)
        let run = try bench.run("tables", "--state-dir", bench.directory.path("s2"))
        #expect(run.code == 2 && run.errors.contains("secrets/token_id"), "\(run.all)")
    }

    /// Names are held against the source only where somebody has said that it may be asked.
    @Test func namesAreCheckedByTheSource() throws {
        let bench = try FirstSteps.bench()
        let flags =
            [
                "init", "--account-id", "1234567_SB1", "--role-id", "57", "--method", "tba", "--secrets", "env",
                "--destination", "d.db",
                "--login", "yes",
            ] + bench.mockFlags
        let table = try bench.program.run(flags + ["--table", "transactoin"])
        #expect(table.code == 2 && table.errors.contains("Did you mean \"transaction\"?"), "\(table.all)")
        let column = try bench.program.run(flags + ["--table", "TRANSACTION", "--columns", "id,tranidd"])
        #expect(column.code == 2 && column.errors.contains("Did you mean \"tranid\"?"), "\(column.all)")
        let good = try bench.program.run(
            flags + ["--table", "TRANSACTION", "--columns", "ID,tranid", "--load-method", "upsert", "--prove"])
        #expect(good.code == 0 && good.output.contains("Rows are identified by id"), "\(good.all)")
        #expect(try Self.file(bench).contains(#""table": "transaction""#))
        #expect(try Self.file(bench).contains(#""columns": ["id", "tranid"]"#))
    }

    /// A key that is declared and has duplicates is not taken where the data were to prove one; without the proof it is.
    @Test(arguments: [true, false]) func aProofComesBeforeTheAnswerWithoutATerminal(proves: Bool) throws {
        let bench = try FirstSteps.bench()
        let result = try bench.program.run(
            [
                "init", "--account-id", "1234567_SB1", "--role-id", "57", "--method", "tba", "--secrets", "env",
                "--destination", "d.db", "--login", "yes", "--table", "CUSTOMRECORD_KNS_BROKENKEY", "--load-method",
                "upsert",
            ] + (proves ? ["--prove"] : []) + bench.mockFlags)
        #expect(result.code == 0, "\(result.all)")
        // What the source declares is left to each run.
        let file = try Self.file(bench)
        #expect(
            file.contains(#""unique_columns": ["#) == proves && !file.contains(#""unique_columns": ["id"]"#), "\(file)")
    }

    /// Globs and kinds, at the prompt and by the flag: the same file, and it is said what they come to.
    @Test func columnsAreChosenByTheWordsOfTheConfiguration() throws {
        let bench = try FirstSteps.bench()
        let words = "*,!calculated,!custbody_*,memo"
        let person = try Person(
            bench,
            ["init", "--table", "transaction", "--login", "yes", "--load-method", "drop_create_load"] + bench.mockFlags,
            columns: 500)
        for question in ["Account id", "Role id", "How to log in", "Where the secrets are kept"] {
            try person.answer(question)
        }
        try person.answer("Columns [all]", "!calculated")
        try person.wait("This leaves columns out and names none; begin with \"*\" for all others.")
        try person.answer("Columns [all]", "x_*")
        try person.wait("\"x_*\" takes no column of the table.")
        try person.answer("Columns [all]", words)
        try person.wait(" are read. \"*\" takes ")
        try person.answer("Where rows go")
        try person.answer("Table to load into")
        try person.answer("What now", "write")
        let text = person.terminal.all()
        #expect(person.end() == 0, "\(text)")
        #expect(text.contains("\"!calculated\", a kind, leaves out "), "\(text)")
        let written = try Self.file(bench)
        #expect(written.contains(#""columns": ["*", "!calculated", "!custbody_*", "memo"]"#), "\(written)")
        let flags = try Self.flags(person.terminal.all())
        #expect(flags.contains(words), "\(flags)")
        try FileManager.default.moveItem(
            atPath: bench.directory.path("kleene-ns.json"), toPath: bench.directory.path("by-hand.json"))
        let again = try bench.program.run(flags)
        #expect(again.code == 0, "\(again.all)")
        #expect(again.output.contains("of the source's") && again.output.contains("leaves out"), "\(again.all)")
        #expect(try Self.file(bench) == written)
        let loaded = try bench.ask("extract", "--quiet")
        #expect(loaded.code == 0, "\(loaded.all)")
        try FileManager.default.removeItem(atPath: bench.directory.path("kleene-ns.json"))
        for (bad, sentence) in [
            ("!calculated", "leaves columns out and names none"), ("x_*", "\"x_*\" takes no column"),
            ("id,,memo", "'--columns' takes names with commas between them"),
        ] {
            let result = try bench.program.run(flags.map { $0 == words ? bad : $0 })
            #expect(result.code == 2 && result.errors.contains(sentence), "\(result.all)")
        }
    }

    @Test func addingChangesNoOtherByte() throws {
        let bench = try FirstSteps.bench()
        let before = """
            // why it is so\r
            {"source": {"account_id": "1234567_SB1", "role_id": 57, /* mine */ "auth": {\r
               "method": "tba", "consumer_key": {"env": "CK"}, "consumer_secret": {"env": "CS"},\r
               "token_id": {"env": "TI"}, "token_secret": {"env": "TS"}}},\r
             "destination": {"type": "sqlite", "path": "d.db"},\r
            \t"extracts": [\r
            \t\t{"table": "customer",   "columns" : ["id"]}, // the first ]\r
            \t\t// no more\r
            \t]\r
            }\r

            """
        let path = bench.directory.path("kleene-ns.json")
        try before.write(toFile: path, atomically: true, encoding: .utf8)
        unsafe chmod(path, 0o640)
        let person = try Person(bench, ["init", "--add"] + bench.mockFlags)
        try person.answer("Sign in now")
        try person.answer("Table: ", "customer")
        try person.answer("Columns [all]", "id,companyname")
        try person.answer("What becomes of the rows that are there", "1")
        try person.answer("Table to load into [customer_2]")
        try person.answer("What now", "load")
        #expect(person.end() == 0, "\(person.terminal.all())")
        let after = try Self.file(bench)
        let place = try #require(before.range(of: "\r\n\t\t// no more"))
        #expect(
            after.hasPrefix(before[..<place.lowerBound]) && after.hasSuffix(before[place.lowerBound...]), "\(after)")
        #expect(after.contains(#""name": "customer_2""#), "\(after)")
        #expect(try Self.mode(path) == 0o640)
        #expect(try sqlite(bench.destination, "SELECT count(*) FROM customer_2") != "0")
        #expect(!Self.isThere(bench, "kleene-ns.json.add.draft"))
        // By flags, and what the file says already is refused.
        let third = try bench.ask("init", "--add", "--table", "account", "--name", "books")
        #expect(third.code == 0, "\(third.all)")
        #expect(try Self.file(bench).contains(#""name": "books""#))
        let twice = try bench.ask("init", "--add", "--table", "account", "--name", "books")
        #expect(twice.code == 2, "\(twice.all)")
        let source = try bench.ask("init", "--add", "--table", "account", "--account-id", "1")
        #expect(source.code == 2 && source.errors.contains("--account-id"), "\(source.all)")
    }

    /// A refused login is not repeated by whoever presses a key; the answers stay.
    @Test func aRefusedLoginEndsIt() throws {
        let bench = try FirstSteps.bench()
        try bench.tell("fault login refused always")
        let person = try Person(
            bench,
            ["init", "--account-id", "1234567_SB1", "--role-id", "57", "--method", "tba", "--secrets", "env"]
                + bench.mockFlags)
        try person.answer("Sign in now")
        #expect(person.end() == 4, "\(person.terminal.all())")
        #expect(Self.isThere(bench, "kleene-ns.json.draft"))
        let again = try Person(bench, ["init"] + bench.mockFlags)
        try again.wait("Sign in now [yes]: ")
        kill(again.process.processIdentifier, SIGTERM)
        #expect(again.end() == 143, "\(again.terminal.all())")
    }

    /// A session that the service has ended while a person thought is another login, and no failure.
    @Test func aLoginThatIsLostWhileSomebodyThinksIsMadeAgain() throws {
        let bench = try FirstSteps.bench()
        let person = try Person(
            bench,
            [
                "init", "--account-id", "1234567_SB1", "--role-id", "57", "--method", "tba", "--secrets", "env",
                "--destination", "d.db", "--destination-table", "t", "--load-method", "truncate_load",
            ] + bench.mockFlags)
        try person.answer("Sign in now")
        try person.wait("Table: ")
        try bench.tell("fault statement close times=1")
        try person.answer("Table: ", "customer")
        try person.answer("Columns [all]", "id,companyname")
        try person.answer("What now", "write")
        #expect(person.end() == 0, "\(person.terminal.all())")
        #expect(!person.terminal.all().contains("kleene-ns: "), "\(person.terminal.all())")
        let logins = try bench.tell("logins")
        #expect(logins.components(separatedBy: "\"outcome\"").count - 1 == 2, "\(logins)")
    }

    @Test func whatIsNoDraftStays() throws {
        let bench = try FirstSteps.bench()
        let path = bench.directory.path("kleene-ns.json.draft")
        for text in ["mine", "[1]", "{\"table\": 1}"] {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            let person = try Person(bench, ["init"] + bench.mockFlags, columns: 300)
            #expect(person.end() == 2, "\(person.terminal.all())")
            #expect(person.terminal.all().contains("kleene-ns.json.draft is no draft of kleene-ns."))
            #expect(try Self.file(bench, "kleene-ns.json.draft") == text)
        }
    }
}
