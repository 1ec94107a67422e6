import Foundation
import ODBCSource
import TestSupport
import Testing

/// The bad-input table: what a person gets wrong or a machine lacks, the sentence and the next step, the exit code, and a
/// destination as it was. Longer than other files because it is one table.
@Suite struct BadInputTests {
    /// One row of the table.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        /// Words of the sentence, and of the next step.
        var words: [String]
        var code: Int32
        /// Writes what the case needs and returns the arguments behind `extract`.
        var arrange: @Sendable (Stage) throws -> [String]
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "a missing driver", words: ["knows no driver", "\"No Such Driver\"", "Registered drivers"], code: 1)
        {
            ["--driver", "No Such Driver"] + $0.target
        },
        Case(
            name: "a driver whose library is not there", words: ["could not be loaded", "/nowhere/driver.so"], code: 1
        ) {
            ["--driver", "/nowhere/driver.so"] + $0.target
        },
        Case(
            name: "a driver that misses a library", words: ["could not be loaded", "libkleenegone.so", "Install"],
            code: 1
        ) {
            try $0.shell(
                """
                echo 'int gone(void) { return 1; }' > gone.c; cc -shared -fPIC gone.c -o libkleenegone.so
                echo 'int gone(void); int SQLConnect(void) { return gone(); }' > needy.c
                cc -shared -fPIC needy.c -L. -lkleenegone -o needy.so; rm libkleenegone.so
                """)
            return ["--driver", $0.directory.path("needy.so")] + $0.target
        },
        Case(name: "a wrong DSN", words: ["knows no driver or data source \"nowhere\""], code: 1) {
            ["--dsn", "nowhere"] + $0.target
        },
        Case(name: "a closed port", words: ["failed", "onnection refused", "Check host"], code: 1) {
            $0.postgreSQL(port: "1")
        },
        Case(name: "a host that never answers", words: ["timeout expired", "Check host"], code: 1) {
            // A listening socket whose queue nobody empties: connections are accepted by the kernel and never served.
            let port = try SilentServer.shared.get().port
            return $0.postgreSQL(port: String(port)) + ["--login-timeout", "2"]
        },
        Case(
            name: "a refused login", words: ["refused the login", "password authentication failed", "not tried again"],
            code: 4
        ) {
            $0.postgreSQL(password: "WRONG_PASSWORD")
        },
        Case(name: "an unknown database", words: ["\"nowhere\" does not exist"], code: 1) {
            $0.postgreSQL(database: "nowhere")
        },
        Case(name: "an unknown table", words: ["lists no table nowhere_at_all", "kleene-ns tables"], code: 1) {
            $0.postgreSQL(table: "nowhere_at_all")
        },
        Case(name: "an unknown schema", words: ["lists no table nowhere.bad_input"], code: 1) {
            $0.postgreSQL() + ["--schema", "nowhere"]
        },
        Case(name: "an unknown column", words: ["has no column \"nope\"", "kleene-ns columns"], code: 1) {
            $0.postgreSQL() + ["--columns", "id,nope"]
        },
        Case(name: "a missing configuration", words: ["There is no configuration file", "--config FILE"], code: 2) {
            ["--config", $0.directory.path("none.json")]
        },
        Case(name: "a configuration that is no JSON", words: ["is not JSON", "line 2"], code: 2) {
            try $0.configuration("{\n \"source\" {}}")
        },
        Case(name: "a key that stands twice", words: ["$.extracts[0].table", "twice in line 1", "keep one"], code: 2) {
            try $0.configuration(
                #"{"source": {"profile": "odbc", "dsn": "y"}, "destination": {"type": "sqlite", "path": "d.db"}, "extracts": [{"table": "t", "table": "u"}]}"#
            )
        },
        Case(name: "a number beyond all", words: ["too large", "line 1, column 28", "smaller"], code: 2) {
            try $0.configuration(#"{"source": {"batch_bytes": 1e400}}"#)
        },
        Case(name: "a bottomless configuration", words: ["512 levels", "kleene-ns help configuration"], code: 2) {
            try $0.configuration(String(repeating: #"{"a":["#, count: 200_000))
        },
        Case(
            name: "many faults at once",
            words: ["$.source.drver", "did you mean \"driver\"", "$.extracts[0].load_method", "$.destination"], code: 2
        ) {
            try $0.configuration(
                #"{"source": {"profile": "odbc", "drver": "x", "dsn": "y"}, "destination": {"type": "sqlite"}, "extracts": [{"table": "t", "load_method": "replace"}]}"#
            )
        },
        Case(name: "a literal secret", words: ["$.source.password", "{\"env\":"], code: 2) {
            try $0.configuration(#"{"source": {"profile": "odbc", "dsn": "y", "password": "literal-secret"}}"#)
        },
        Case(name: "a secret's variable that is not set", words: ["NOT_SET_AT_ALL", "which is not set"], code: 2) {
            ["--driver", "PostgreSQL Unicode", "--password-env", "NOT_SET_AT_ALL"] + $0.target
        },
        Case(name: "a secret's file that others may read", words: ["other users may read", "chmod 600"], code: 2) {
            try $0.shell("echo secret > open.txt; chmod 644 open.txt")
            return ["--driver", "PostgreSQL Unicode", "--password-file", $0.directory.path("open.txt")] + $0.target
        },
        Case(name: "a secret's command that fails", words: ["ended with", "3"], code: 2) {
            ["--driver", "PostgreSQL Unicode", "--password-command", "echo oops-secret; exit 3"] + $0.target
        },
        Case(name: "a password on the command line", words: ["--connection-string", "PWD", "--password-env"], code: 2) {
            ["--connection-string", "DSN=x;PWD=y"] + $0.target
        },
        Case(name: "flags that exclude each other", words: ["--driver", "--dsn", "exclude"], code: 2) {
            ["--driver", "x", "--dsn", "y"] + $0.target
        },
        Case(name: "an extract that is not configured", words: ["nothing-like-it"], code: 2) {
            ["nothing-like-it"]
                + (try $0.configuration(
                    #"{"source": {"profile": "odbc", "dsn": "y"}, "destination": {"type": "sqlite", "path": "d.db"}, "extracts": [{"table": "t"}]}"#
                ))
        },
        Case(name: "a destination that is a directory", words: ["is a directory", "Name a file in it"], code: 1) {
            $0.honest.replacing($0.destination, with: $0.directory.url.path)
        },
        Case(name: "a destination in no directory", words: ["does not exist", "Make it"], code: 1) {
            $0.honest.replacing($0.destination, with: $0.directory.path("none/d.db"))
        },
        Case(
            name: "a destination that is a short text", words: ["is not a SQLite file", "another destination path"],
            code: 1
        ) {
            try $0.shell("echo 'a short text' > text.db")
            return $0.honest.replacing($0.destination, with: $0.directory.path("text.db"))
        },
        Case(
            name: "a destination that is a text", words: ["file is not a database", "another destination path"], code: 1
        ) {
            try $0.shell("seq 2000 > text.db")
            return $0.honest.replacing($0.destination, with: $0.directory.path("text.db"))
        },
        Case(name: "a destination of another program", words: ["belongs to another program", "0x1234"], code: 1) {
            try $0.shell("sqlite3 other.db 'PRAGMA application_id = 0x1234; CREATE TABLE x (a)'")
            return $0.honest.replacing($0.destination, with: $0.directory.path("other.db"))
        },
        Case(name: "a table of another program", words: ["kleene-ns did not make it", "--adopt-table"], code: 1) {
            try $0.shell("sqlite3 d.db 'CREATE TABLE IF NOT EXISTS mine (a); INSERT INTO mine VALUES (1)'")
            return $0.honest.replacing("d", with: "mine")
        },
        Case(name: "a newer destination", words: ["newer kleene-ns"], code: 1) {
            try $0.shell("cp d.db newer.db; sqlite3 newer.db 'UPDATE _kleene_format SET version = 99'")
            return $0.honest.replacing($0.destination, with: $0.directory.path("newer.db"))
        },
        Case(name: "a source that refuses the statement", words: ["Reading s.t failed", "no rights"], code: 1) {
            try $0.driver.rewrite(
                RecordingDriver.table(
                    columns: [("id", "BIGINT size 19")],
                    answer: "row \"1\"\nat execute fail 42000 7 \"no rights\""))
            return $0.honest
        },
        Case(
            name: "a source that dies in mid-fetch",
            words: ["after 2000 rows", "connection is gone", "run the same command again"], code: 1
        ) {
            try $0.driver.rewrite(
                RecordingDriver.table(
                    columns: [("id", "BIGINT size 19")], answer: "repeat 9000 \"{row}\"\nat fetch 2 die"))
            return $0.honest
        },
        Case(name: "a driver that crashes at connecting", words: ["SIGSEGV", "while connecting"], code: 9) {
            try $0.driver.rewrite("", probe: "at connect crash")
            return $0.honest
        },
        Case(name: "a driver that crashes in mid-fetch", words: ["SIGSEGV", "while reading s.t"], code: 9) {
            try $0.driver.rewrite(
                RecordingDriver.table(
                    columns: [("id", "BIGINT size 19")], answer: "repeat 9000 \"{row}\"\nat fetch 2 crash"))
            return $0.honest
        },
        Case(name: "a driver that hangs in mid-fetch", words: ["did nothing for 2 seconds", "reading s.t"], code: 9) {
            try $0.driver.rewrite(
                RecordingDriver.table(
                    columns: [("id", "BIGINT size 19")], answer: "repeat 9000 \"{row}\"\nat fetch 2 hang"))
            return $0.honest + ["--stall-timeout", "2"]
        },
        Case(name: "a value that is no UTF-8", words: ["column \"id\" of s.t, row 2", "not valid UTF-8"], code: 1) {
            try $0.driver.rewrite(
                RecordingDriver.table(
                    columns: [("id", "VARCHAR size 19")], answer: "row \"a\"\nrow x\"ff\""))
            return $0.honest
        },
        Case(name: "columns that SQLite cannot tell apart", words: ["\"a\"", "\"A\"", "--columns"], code: 2) {
            try $0.driver.rewrite(
                RecordingDriver.table(
                    columns: [("a", "VARCHAR size 5"), ("A", "VARCHAR size 5")], answer: "row \"a\" \"b\""))
            return $0.honest
        },
        Case(name: "a table that lost a column", words: ["extra"], code: 6) {
            try $0.shell(
                "sqlite3 d.db 'CREATE TABLE kept (other TEXT)'")
            try $0.driver.rewrite(
                RecordingDriver.table(columns: [("extra", "VARCHAR size 5")], answer: "row \"a\""))
            return $0.honest.replacing("d", with: "kept") + ["--load-method", "append"]
        },
    ]

    private func bytes(_ path: String) -> Data? { FileManager.default.contents(atPath: path) }

    /// Made once: PostgreSQL lets two makers of one table collide in spite of IF NOT EXISTS.
    private static let table = Result { try PostgreSQL().run("CREATE TABLE IF NOT EXISTS bad_input (id int)") }

    @Test(arguments: cases)
    func badInputIsASentenceWithANextStepAndChangesNothing(bad: Case) throws {
        let stage = try Stage()
        _ = try Self.table.get()
        let program = Program(
            directory: stage.directory.url,
            environment: ["KLEENE_PG_PASSWORD": stage.server.password, "WRONG_PASSWORD": "wr}ong; pa%ss"])
        #expect(try program.run(["extract", "--quiet"] + stage.honest).code == 0)
        let arguments = try bad.arrange(stage)
        let before = try stage.digest()
        let others = ["text.db", "other.db"].map { bytes(stage.directory.path($0)) }
        let result = try program.run(["extract", "--quiet", "--format", "json"] + arguments)
        #expect(result.code == bad.code, "\(result.all)")
        for word in bad.words { #expect(result.errors.contains(word), "\(word) is not in: \(result.errors)") }
        #expect(try stage.digest() == before)
        // Nothing of another's is touched, to the byte.
        #expect(["text.db", "other.db"].map { bytes(stage.directory.path($0)) } == others)
        // What is on standard output stays JSON.
        if !result.output.isEmpty {
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(result.output.utf8)) }
        }
        // Sentences, not structures.
        for sign in ["Failure(", "Swift.", "Fatal error", "Optional(", "literal-secret", "oops-secret"] {
            #expect(!result.all.contains(sign), "\(result.all)")
        }
    }
}
