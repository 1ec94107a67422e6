import Foundation
import TestSupport
import Testing

/// The login breaker of runs into a PostgreSQL server, whose homes are new each time: what is remembered lies in the server's books. The
/// mock counts.
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["KLEENE_PG_HOST"] != nil, "there is no PostgreSQL beside the tests"))
struct LoginBooksProcessTests {
    private let books: BooksOfLogins

    init() throws { books = try BooksOfLogins() }

    @Test func newHomeAtEachRunMakesTwoRefusedLogins() throws {
        try books.configure(role: 58)
        for _ in 0..<6 {
            let result = try books.run(books.program(), "extract", "--quiet")
            #expect(result.code == 4, "\(result.all)")
        }
        #expect(try books.logins == 2)
        // Commands that load nothing find the books of the configured destination.
        for command in ["schemas", "plan", "doctor"] {
            #expect(try books.run(books.program(), command).code != 0)
        }
        #expect(try books.logins == 2)
        #expect(try books.ours.contains("_kleene.logins"))
    }

    @Test func statusAndResetOfANewHomeLookIntoTheBooks() throws {
        try books.configure(role: 58)
        for _ in 0..<2 { try books.run(books.program(), "extract", "--quiet") }
        let status = try books.program().run(["auth", "status", "--format", "csv"])
        #expect(status.code == 0 && status.output.contains(",open,2,"), "\(status.all)")
        let reset = try books.program().run(["auth", "reset", "--format", "csv"])
        #expect(reset.code == 0 && reset.output.contains(",closed,0,"), "\(reset.all)")
        #expect(try books.run(books.program(), "extract", "--quiet").code == 4)
        #expect(try books.logins == 3)
    }

    /// A home that stays has a key of its own; its user is shown once all the same.
    @Test func userOfHomeAndBooksIsShownOnce() throws {
        try books.configure(role: 58)
        for _ in 0..<2 { try books.run(books.program(home: "kept"), "extract", "--quiet") }
        let status = try books.program(home: "kept").run(["auth", "status", "--format", "jsonl"])
        #expect(status.output.split(separator: "\n").count == 1 && status.output.contains("\"open\""), "\(status.all)")
        // With a server that is away a person sees what is here, and why it is not all.
        let away = try books.program(home: "kept", word: "wrong").run(["auth", "status", "--format", "jsonl"])
        #expect(away.code == 0 && away.output.contains("\"open\""), "\(away.all)")
        #expect(away.errors.contains("only what lies in the state directory is shown"), "\(away.errors)")
        // What cannot be reset everywhere is not reset at all.
        let reset = try books.program(home: "kept", word: "wrong").run(["auth", "reset"])
        #expect(reset.code != 0 && reset.errors.contains("authentication failed"), "\(reset.all)")
        #expect(try books.run(books.program(home: "kept"), "extract", "--quiet").code == 4)
        #expect(try books.logins == 2)
        #expect(try books.program(home: "kept").run(["auth", "reset"]).code == 0)
        #expect(try books.run(books.program(home: "kept"), "extract", "--quiet").code == 4)
        #expect(try books.logins == 3)
    }

    @Test func newCredentialsAreLetThrough() throws {
        try books.configure(role: 58)
        for _ in 0..<3 { try books.run(books.program(), "extract", "--quiet") }
        try books.configure()
        let result = try books.run(books.program(), "extract", "--quiet")
        #expect(result.code == 0, "\(result.all)")
        #expect(try books.logins == 3)
        #expect(try books.ask("SELECT count(*) > 0 FROM public.t") == "t")
        // Those that were refused still are.
        try books.configure(role: 58)
        #expect(try books.run(books.program(), "extract", "--quiet").code == 4)
        #expect(try books.logins == 3)
    }

    @Test func manyContainersAtOnceMakeTwoRefusedLogins() throws {
        try books.configure(role: 58)
        for round in 0..<2 {
            let running = try (0..<15).map { number in
                let failpoint = [nil, "login.opened", nil, "login.written"][(round + number) % 4]
                return try books.start(books.program(failpoint: failpoint), "tables", "--refresh", "--quiet")
            }
            for process in running { #expect(try process.wait().code != 0) }
        }
        #expect(try books.logins == 2)
    }

    /// Wherever it dies: the attempt may have counted.
    @Test(arguments: ["login.begun", "login.ended"])
    func processesThatDieInTheirLoginMakeTwo(failpoint: String) throws {
        try books.configure(role: 58)
        for _ in 0..<5 {
            #expect(try books.run(books.program(failpoint: failpoint), "extract", "--quiet").code != 0)
        }
        let last = try books.run(books.program(), "extract", "--quiet")
        #expect(last.code == 4 && last.errors.contains("nothing was refused"), "\(last.all)")
        #expect(try books.logins <= 2)
        #expect(try books.ours.contains("_kleene.logins"))
    }

    /// One user of one account, whichever table it fills.
    @Test func schemasOfOneDatabaseShareWhatIsRemembered() throws {
        try books.ask("CREATE SCHEMA one; CREATE SCHEMA two")
        for (number, schema) in ["one", "two", "one", "two"].enumerated() {
            try books.configure("\(schema).json", role: 58, schema: schema)
            let result = try books.run(books.program(), "extract", "--quiet", "--config", "\(schema).json")
            #expect(result.code == 4)
            #expect(try books.logins == min(number + 1, 2))
        }
    }

    @Test func homeAndBooksTellEachOther() throws {
        try books.configure("without.json", role: 58, hasDestination: false)
        try books.configure(role: 58)
        // One refusal in a home that no destination knows of, and one in the books.
        #expect(try books.run(books.program(home: "kept"), "schemas", "--quiet", "--config", "without.json").code == 4)
        #expect(try books.run(books.program(), "extract", "--quiet").code == 4)
        #expect(try books.logins == 2)
        // Two of one set of credentials. Each place knows both afterwards, whatever its key.
        #expect(try books.run(books.program(home: "kept"), "extract", "--quiet").code == 4)
        #expect(try books.logins == 3)
        #expect(try books.run(books.program(home: "kept"), "schemas", "--quiet", "--config", "without.json").code == 4)
        #expect(try books.run(books.program(), "extract", "--quiet").code == 4)
        #expect(try books.logins == 3)
    }

    // MARK: What is left alone

    @Test(arguments: [["doctor"], ["tables", "--refresh"], ["plan"]])
    func databaseWithoutBooksIsLeftAsItWas(command: [String]) throws {
        try books.configure()
        let before = try books.ask("SELECT count(*) FROM pg_class")
        for home in [nil, "kept", "kept"] {
            let result = try books.program(home: home).run(command + ["--mock", "127.0.0.1:\(books.mock.port)"])
            #expect(result.code == 0, "\(result.all)")
            #expect(try !books.hasSchema)
        }
        #expect(try books.ask("SELECT count(*) FROM pg_class") == before)
        #expect(try books.logins == 3)
        // A refusal has to be remembered.
        try books.configure(role: 58)
        #expect(try books.program().run(command + ["--mock", "127.0.0.1:\(books.mock.port)"]).code != 0)
        #expect(try books.ours == "_kleene.logins")
    }

    @Test func commandsThatStartTogetherAllFindTheirPlace() throws {
        try books.configure()
        for round in 0..<3 {
            let running = try (0..<6).map { _ in try books.start(books.program(), "schemas", "--quiet") }
            for process in running {
                let result = try process.wait()
                #expect(result.code == 0, "\(result.all)")
            }
            #expect(try !books.hasSchema, "\(round)")
        }
        #expect(try books.logins == 18)
    }

    @Test func booksThatAreThereKeepWhatIsRemembered() throws {
        try books.configure()
        for _ in 0..<2 {
            let result = try books.run(books.program(), "extract", "--quiet")
            #expect(result.code == 0, "\(result.all)")
        }
        #expect(try books.ours.contains("_kleene.logins"))
        let before = try books.ask("SELECT name, content FROM _kleene.logins ORDER BY name")
        #expect(try books.run(books.program(), "doctor").code == 0)
        // A success that teaches nothing new changes nothing.
        #expect(try books.ask("SELECT name, content FROM _kleene.logins ORDER BY name") == before)
        for text in ["70ce9d", "c0ffee", "5ec2e7", "ba5eba"] { #expect(!before.contains(text), "\(before)") }
    }

    // MARK: Servers that are away, rights that are missing

    @Test func commandsThatLoadNothingDoWithoutAServerThatIsAway() throws {
        // Nobody listens there any more.
        try books.configure(port: String(try MockServerTests.Mock(scale: 0).port))
        let tables = try books.run(books.program(), "tables", "--refresh", "--quiet")
        #expect(tables.code == 0, "\(tables.all)")
        try books.configure()
        for word in ["", "wrong"] {
            let tables = try books.run(books.program(word: word), "tables", "--refresh", "--quiet")
            #expect(tables.code == 0, "\(tables.all)")
        }
        #expect(try books.logins == 3)
        let extract = try books.run(books.program(word: "wrong"), "extract", "--quiet")
        #expect(extract.code == 1, "\(extract.all)")
        #expect(try books.logins == 3)
    }

    @Test func rightsThatAreMissingStopARunAndNothingElse() throws {
        let role = books.database + "_role"
        try books.configure()
        #expect(try books.run(books.program(), "extract", "--quiet").code == 0)
        #expect(try books.run(books.program(), "extract", "--quiet").code == 0)
        try books.ask(
            """
            CREATE ROLE \(role) LOGIN PASSWORD 'pass-word-7'; GRANT USAGE, CREATE ON SCHEMA public TO \(role);
            GRANT USAGE ON SCHEMA _kleene TO \(role); GRANT ALL ON ALL TABLES IN SCHEMA _kleene TO \(role);
            REVOKE ALL ON _kleene.logins FROM \(role); CREATE SCHEMA own AUTHORIZATION \(role)
            """)
        defer { _ = try? books.ask("DROP OWNED BY \(role); DROP ROLE \(role)") }
        try books.configure(schema: "own", user: role)
        let before = try books.logins
        let tables = try books.run(books.program(word: "pass-word-7"), "tables", "--refresh", "--quiet")
        #expect(tables.code == 0, "\(tables.all)")
        let extract = try books.run(books.program(word: "pass-word-7"), "extract", "--quiet")
        #expect(extract.code == 1 && extract.errors.contains("No login was tried"), "\(extract.all)")
        #expect(extract.errors.contains("GRANT SELECT, INSERT, UPDATE, DELETE ON _kleene.logins"), "\(extract.all)")
        #expect(try books.logins == before + 1)
        // The advice works.
        try books.ask("GRANT SELECT, INSERT, UPDATE, DELETE ON _kleene.logins TO \(role)")
        let granted = try books.run(books.program(word: "pass-word-7"), "extract", "--quiet")
        #expect(granted.code == 0, "\(granted.all)")
    }

    @Test(arguments: [
        ("UPDATE _kleene.logins SET content = 'x' WHERE name LIKE '1234567_SB1-%'", "it is not what kleene-ns wrote"),
        (
            "UPDATE _kleene.logins SET content = 'x' WHERE name = 'fingerprint.key'",
            "its key is not what kleene-ns wrote"
        ),
        ("DELETE FROM _kleene.logins WHERE name = 'fingerprint.key'", "its key is gone"),
    ])
    func damagedBooksAreASentenceAndNoLogin(sql: String, words: String) throws {
        try books.configure(role: 58)
        #expect(try books.run(books.program(), "extract", "--quiet").code == 4)
        try books.ask(sql)
        let result = try books.run(books.program(), "extract", "--quiet")
        #expect(result.code == 1 && result.errors.contains("No login was tried"), "\(result.all)")
        #expect(result.errors.replacing("\n", with: " ").contains(words), "\(result.all)")
        #expect(try books.logins == 1)
        #expect(try books.program().run(["auth", "reset"]).code == 0)
        #expect(try books.run(books.program(), "extract", "--quiet").code == 4)
        #expect(try books.logins == 2)
    }

    @Test(arguments: [SIGINT, SIGTERM]) func signalAtAHangingLoginCountsNothing(_ signal: Int32) throws {
        try books.configure()
        try books.mock.tell("fault login stall always")
        for count in 1...3 {
            let running = try books.start(books.program(home: "home"), "extract", "--quiet")
            var looks = 0
            while try books.logins < count, looks < 500 {
                usleep(20_000)
                looks += 1
            }
            kill(running.process.processIdentifier, signal)
            #expect(try running.wait().code == 128 + signal)
        }
        let status = try books.program(home: "home").run(["auth", "status", "--format", "csv"])
        #expect(status.output.contains(",closed,0,"), "\(status.all)")
        try books.mock.tell("clear")
        #expect(try books.run(books.program(), "extract", "--quiet").code == 0)
    }
}
