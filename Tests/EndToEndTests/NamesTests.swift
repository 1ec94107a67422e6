import Foundation
import TestSupport
import Testing

/// Names as people and databases write them, through the real program and a real PostgreSQL.
@Suite(.serialized) struct NamesTests {
    private let server: PostgreSQL
    private let directory: TemporaryDirectory

    init() throws {
        server = try PostgreSQL()
        directory = try TemporaryDirectory()
    }

    private static let one = "caf\u{E9}"
    private static let two = "cafe\u{301}"

    private func flags(_ database: String) -> [String] {
        [
            "--driver", "PostgreSQL Unicode", "--attribute", "Servername=\(server.host)", "--attribute",
            "Port=\(server.port)", "--attribute", "Database=\(database)", "--user", server.user, "--password-env", "PW",
            "--state-dir", directory.path("state"),
        ]
    }

    private func run(_ arguments: [String], database: String? = nil) throws -> Program.Result {
        try Program(directory: directory.url, environment: ["PW": server.password])
            .run(arguments + flags(database ?? server.database))
    }

    private func extract(_ arguments: String...) throws -> Program.Result {
        try run(
            ["extract", "--destination", directory.path("d.db"), "--format", "json", "--no-metadata-columns"]
                + arguments)
    }

    @Test(arguments: ["kn my db", "kn_dbü", "kn_db+x", "kn_db'q", "kn_db%41", "kn_a=b"])
    func databasesOfAnyNameAreReached(name: String) throws {
        _ = try? server.run("DROP DATABASE IF EXISTS \"\(name)\"")
        try server.run("CREATE DATABASE \"\(name)\"")
        defer { _ = try? server.run("DROP DATABASE IF EXISTS \"\(name)\"") }
        let result = try run(["doctor"], database: name)
        #expect(result.all.contains("PASS    login"), "\(result.all)")
    }

    @Test func dataSourceWithABlankInItsNameIsReached() throws {
        let file = directory.path("odbc.ini")
        try """
        [my pg]
        Driver=PostgreSQL Unicode
        Servername=\(server.host)
        Port=\(server.port)
        Database=\(server.database)
        [lost]
        Driver=Nowhere
        [no file]
        Driver=SQLite3
        Database=\(directory.path("none.db"))

        """.write(toFile: file, atomically: false, encoding: .utf8)
        let program = Program(directory: directory.url, environment: ["PW": server.password, "ODBCINI": file])
        let rest = ["--user", server.user, "--password-env", "PW", "--state-dir", directory.path("state")]
        let result = try program.run(["tables", "--dsn", "my pg", "--format", "csv"] + rest)
        #expect(result.code == 0 && result.output.hasPrefix("catalog,"), "\(result.all)")
        let missing = try program.run(["tables", "--dsn", "no file", "--state-dir", directory.path("state")])
        #expect(missing.errors.contains("There is no file \(directory.path("none.db"))"), "\(missing.errors)")
        #expect(!FileManager.default.fileExists(atPath: directory.path("none.db")))
        let lost = try program.run(["tables", "--dsn", "lost"] + rest)
        #expect(
            lost.errors.contains("The data source \"lost\" of odbc.ini names the driver \"Nowhere\""), "\(lost.errors)")
    }

    @Test func wrongDatabaseIsSaidAtOnce() throws {
        let began = ContinuousClock().now
        let result = try run(
            ["extract", "--table", "t", "--destination", directory.path("d.db")], database: "kn_nowhere")
        #expect(result.code == 1)
        #expect(result.errors.contains("there is no such database"), "\(result.errors)")
        #expect(result.errors.contains("Check the database's name"))
        #expect(!result.errors.contains("again in"), "it was tried again: \(result.errors)")
        #expect(ContinuousClock().now - began < .seconds(60))
    }

    @Test func tablesColumnsAndSchemasThatLookTheSameAreTwo() throws {
        let (one, two) = (Self.one, Self.two)
        try server.run(
            """
            DROP SCHEMA IF EXISTS "kn_\(one)" CASCADE; DROP SCHEMA IF EXISTS "kn_\(two)" CASCADE;
            CREATE SCHEMA "kn_\(one)"; CREATE SCHEMA "kn_\(two)";
            CREATE TABLE "kn_\(one)"."\(one)" (id int, "\(one)" text, "\(two)" text);
            CREATE TABLE "kn_\(one)"."\(two)" (n int);
            CREATE TABLE "kn_\(two)".t ("\(two)" text);
            INSERT INTO "kn_\(one)"."\(one)" VALUES (1, 'one', 'two'); INSERT INTO "kn_\(one)"."\(two)" VALUES (2);
            """)
        defer { _ = try? server.run("DROP SCHEMA \"kn_\(one)\" CASCADE; DROP SCHEMA \"kn_\(two)\" CASCADE") }
        let listed = try run(["tables", "--schema", "kn_\(one)", "--format", "csv"])
        #expect(listed.output.split(whereSeparator: \.isNewline).count == 3, "\(listed.all)")
        for (table, destination) in [(one, "first"), (two, "second")] {
            let result = try extract("--schema", "kn_\(one)", "--table", table, "--destination-table", destination)
            #expect(result.code == 0, "\(result.all)")
        }
        #expect(try sqlite(directory.path("d.db"), "select \"\(one)\" || \"\(two)\" from first") == "onetwo")
        #expect(try sqlite(directory.path("d.db"), "select n from second") == "2")
        let other = try extract("--schema", "kn_\(two)", "--table", "t", "--columns", one)
        #expect(
            other.errors.contains("has no column") && other.errors.contains("another Unicode normal form"),
            "\(other.errors)")
        let both = try extract(
            "--schema", "kn_\(one)", "--table", one, "--columns", "\(two),\(one)", "--destination-table", "third")
        #expect(both.code == 0, "\(both.all)")
        #expect(try sqlite(directory.path("d.db"), "select \"\(one)\" || \"\(two)\" from third") == "onetwo")
    }

    @Test func dottedNameMeansTheSameInFlagsAndConfiguration() throws {
        try server.run(
            """
            DROP SCHEMA IF EXISTS kn_dots CASCADE; CREATE SCHEMA kn_dots; CREATE TABLE kn_dots.t AS SELECT 7 AS id;
            CREATE TABLE kn_dots."dot.ted" AS SELECT 8 AS id; CREATE TABLE kn_dots."co,mma" AS SELECT 9 AS id;
            """)
        defer { _ = try? server.run("DROP SCHEMA kn_dots CASCADE") }
        for (text, table, id) in [
            ("kn_dots.t", "t", "7"), ("kn_dots.dot.ted", "ted", "8"), ("dot.ted", "ted", "8"),
            ("kn_dots.co,mma", "co,mma", "9"),
        ] {
            try? FileManager.default.removeItem(atPath: directory.path("d.db"))
            let flags = try extract("--table", text)
            #expect(flags.code == 0, "\(text): \(flags.all)")
            #expect(try sqlite(directory.path("d.db"), "select id from \"\(table)\"") == id)
            let file = directory.path("k.json")
            try """
            {"source": {"profile": "odbc", "driver": "PostgreSQL Unicode", "attributes": {"Servername": "\(server.host)",
              "Port": "\(server.port)", "Database": "\(server.database)"}, "user": "\(server.user)", "password": {"env": "PW"}},
             "destination": {"type": "sqlite", "path": "c.db"}, "extracts": [{"name": "x", "table": "\(text)"}]}
            """.write(toFile: file, atomically: false, encoding: .utf8)
            try? FileManager.default.removeItem(atPath: directory.path("c.db"))
            let configured = try Program(directory: directory.url, environment: ["PW": server.password])
                .run(["extract", "--config", file, "--state-dir", directory.path("state")])
            #expect(configured.code == 0, "\(text): \(configured.all)")
            #expect(try sqlite(directory.path("c.db"), "select id from \"\(table)\"") == id)
        }
        let missing = try extract("--schema", "kn_nowhere", "--table", "t")
        #expect(missing.code == 1 && missing.errors.contains("\"kn_nowhere\""), "\(missing.errors)")
        let listed = try run(["tables", "--schema", "kn_nowhere"])
        #expect(listed.code == 1 && listed.errors.contains("no table in a schema \"kn_nowhere\""), "\(listed.errors)")
    }

    @Test func tableWithoutColumnsIsNotSaidToBeMissing() throws {
        try server.run("DROP TABLE IF EXISTS kn_bare; CREATE TABLE kn_bare()")
        defer { _ = try? server.run("DROP TABLE kn_bare") }
        let result = try extract("--table", "kn_bare")
        #expect(result.errors.contains("but no column of it") && !result.errors.contains("Near it"), "\(result.errors)")
    }

    /// One statement for all columns, and the listing is what it is table by table.
    @Test func listingOfAllColumnsIsThatOfEachTable() throws {
        try server.run(
            """
            DROP SCHEMA IF EXISTS kn_all CASCADE; CREATE SCHEMA kn_all;
            CREATE TABLE kn_all.b (id int PRIMARY KEY, v text UNIQUE); CREATE TABLE kn_all.a (x int, y int, PRIMARY KEY (y, x));
            CREATE VIEW kn_all.v AS SELECT id FROM kn_all.b;
            """)
        defer { _ = try? server.run("DROP SCHEMA kn_all CASCADE") }
        let all = try run(["columns", "--all", "--schema", "kn_all", "--format", "json"])
        let each = try run(["columns", "kn_all.a", "kn_all.b", "kn_all.v", "--format", "json"])
        #expect(all.code == 0 && all.output.contains("\"key\":2"), "\(all.all)")
        #expect(all.output == each.output)
    }
}
