import Foundation
import ODBCSource
import TestSupport
import Testing

/// What a file, a role or a database sets changes no value. `Tests/Conformance/settings.py` tries every row of
/// `DriverSettings.swift`; here are those that PostgreSQL alone can show.
@Suite struct SessionSettingsTests {
    let server: PostgreSQL
    let directory: TemporaryDirectory

    init() throws {
        server = try PostgreSQL()
        directory = try TemporaryDirectory()
    }

    private func extract(
        _ table: String, database: String? = nil, attributes: [String] = [], more: [String] = [], ini: String? = nil,
        environment added: [String: String] = [:]
    ) throws -> Program.Result {
        var environment = added.merging(["PGPASSWORD_OF_TEST": server.password]) { $1 }
        var source = [
            "--driver", "PostgreSQL Unicode", "--attribute", "Servername=\(server.host)", "--attribute",
            "Port=\(server.port)",
            "--attribute", "Database=\(database ?? server.database)",
        ]
        if let ini {
            let text = """
                [web]
                Driver=PostgreSQL Unicode
                Servername=\(server.host)
                Port=\(server.port)
                Database=\(database ?? server.database)
                \(ini)
                """
            try text.write(toFile: directory.path("odbc.ini"), atomically: true, encoding: .utf8)
            environment["ODBCINI"] = directory.path("odbc.ini")
            source = ["--dsn", "web"]
        }
        return try Program(directory: directory.url, environment: environment).run(
            ["extract"] + source + attributes.flatMap { ["--attribute", $0] } + [
                "--user", server.user, "--password-env", "PGPASSWORD_OF_TEST", "--table", table, "--destination",
                directory.path("out.db"), "--quiet", "--no-metadata-columns",
            ] + more)
    }

    private func found(_ sql: String) throws -> String { try sqlite(directory.path("out.db"), sql) }

    @Test func aDataSourceOfTheWebChangesNoValue() throws {
        try server.run(
            """
            DROP TABLE IF EXISTS of_the_web;
            CREATE TABLE of_the_web (id int, b bool, v text, y bytea, n numeric(20,10), l bigint, z timestamptz, d date, r real, f float8, i interval);
            INSERT INTO of_the_web VALUES (1, true, E'a\\nb', '\\x00ff', 1234567890.0123456789, 9007199254740993, '2024-06-01 12:00:00+02',
                '2024-02-03', 0.1, 0.1::float8 + 0.2, '1 day 02:03:04');
            """)
        let plain = try extract("of_the_web")
        #expect(plain.code == 0, "\(plain.errors)")
        let look = "SELECT id, b, hex(v), hex(y), typeof(y), n, l, typeof(l), z, d, r, f = 0.1 + 0.2, i FROM of_the_web"
        let right = try found(look)
        #expect(
            right
                == "1|1|610A62|00FF|blob|1234567890.0123456789|9007199254740993|integer|2024-06-01 10:00:00|2024-02-03|0.1|1|1 day 02:03:04"
        )
        let web = try extract(
            "of_the_web",
            ini: """
                BoolsAsChar=1
                TrueIsMinus1=1
                LFConversion=1
                ByteaAsLongVarBinary=0
                NumericAs=8
                BI=12
                MaxVarcharSize=10
                MaxLongVarcharSize=20
                UnknownsAsLongVarchar=0
                TextAsLongVarchar=0
                UseDeclareFetch=0
                RowVersioning=1
                ShowOidColumn=1
                ConnSettings=SET DateStyle='SQL, DMY'; SET TIME ZONE 'Asia/Tokyo'; SET extra_float_digits=0; SET IntervalStyle=iso_8601
                """)
        #expect(web.code == 0, "\(web.errors)")
        #expect(try found(look) == right)
    }

    @Test(arguments: [
        "TrueIsMinus1=1", "C6=1", "LFConversion=1", "BoolsAsChar=1", "B9=1", "ByteaAsLongVarBinary=0", "NumericAs=8",
    ])
    func anAttributeThatWouldChangeValuesIsRefused(attribute: String) throws {
        let result = try extract("of_the_web", attributes: [attribute])
        #expect(result.code == 2)
        #expect(result.errors.contains("\"\(attribute)\" would have the driver psqlodbc"), "\(result.errors)")
    }

    /// `standard_conforming_strings` off, as databases of old applications have it, and on.
    @Test(arguments: ["off", "on"])
    func keysWithABackslashAreFoundInBothModes(mode: String) throws {
        let database = "conforming_\(mode)"
        try server.run("DROP DATABASE IF EXISTS \(database)")
        try server.run("CREATE DATABASE \(database)")
        try server.run("ALTER DATABASE \(database) SET standard_conforming_strings = \(mode)")
        defer { _ = try? server.run("DROP DATABASE \(database)") }
        try server.run(
            "CREATE TABLE t (k text COLLATE \"C\", v int); INSERT INTO t VALUES (E'a\\\\b', 1), (E'a\\'b', 2)",
            in: database)
        let incremental = ["--load-method", "append", "--extract-type", "incremental", "--incremental-key", "k"]
        #expect(try extract("t", database: database, more: incremental).code == 0)
        #expect(try found("SELECT group_concat(v) FROM (SELECT v FROM t ORDER BY v)") == "1,2")
        try server.run("INSERT INTO t VALUES (E'a\\\\c', 3)", in: database)
        #expect(try extract("t", database: database, more: incremental).code == 0)
        #expect(try found("SELECT group_concat(v) FROM (SELECT v FROM t ORDER BY v)") == "1,2,3")
    }

    private static let hasGermany =
        FileManager.default.fileExists(atPath: "/usr/bin/localedef")
        && FileManager.default.fileExists(atPath: "/usr/share/i18n/locales/de_DE")

    /// psqlodbc writes a comma where its program has taken up the country's ways.
    @Test(.enabled(if: hasGermany, "needs Debian's package locales"))
    func aCountryWithACommaChangesNoNumber() throws {
        let locale = Process()
        locale.executableURL = URL(filePath: "/usr/bin/localedef")
        locale.arguments = ["-i", "de_DE", "-f", "UTF-8", directory.path("de_DE.UTF-8")]
        try locale.run()
        locale.waitUntilExit()
        try #require(locale.terminationStatus == 0)
        try server.run(
            "DROP TABLE IF EXISTS with_comma; CREATE TABLE with_comma (n numeric(20,2), f float8, w numeric); "
                + "INSERT INTO with_comma VALUES (1234567.5, 0.1, repeat('9', 5000)::numeric)")
        _ = try sqlite(directory.path("source.db"), "CREATE TABLE t (f REAL); INSERT INTO t VALUES (0.1 + 0.2)")
        let germany = ["LC_ALL": "de_DE.UTF-8", "LC_NUMERIC": "de_DE.UTF-8", "LOCPATH": directory.url.path]
        #expect(try extract("with_comma", environment: germany).code == 0)
        #expect(try found("SELECT n, f = 0.1, length(w) FROM with_comma") == "1234567.50|1|5000")
        let lite = try Program(directory: directory.url, environment: germany).run([
            "extract", "--driver", "SQLite3", "--attribute", "Database=\(directory.path("source.db"))", "--table", "t",
            "--destination", directory.path("out.db"), "--quiet",
        ])
        #expect(lite.code == 0, "\(lite.errors)")
        #expect(try found("SELECT f = 0.1 + 0.2 FROM t") == "1")
    }

    /// What each can hold, and what is asked of it, differ.
    @Test(arguments: [
        ("LATIN1", "é ÿ"), ("WIN1252", "é € Ž"), ("EUC_JP", "あ漢字"), ("SQL_ASCII", "é €"), ("UTF8", "é € 𝄞"),
        ("LATIN2", "ł ő"),
        ("WIN1251", "Привет"),
    ])
    func databasesOfAnyEncodingAreRead(encoding: String, text: String) throws {
        let database = "encoded_\(encoding.lowercased())"
        try server.run("DROP DATABASE IF EXISTS \(database)")
        try server.run("CREATE DATABASE \(database) TEMPLATE template0 ENCODING '\(encoding)' LOCALE 'C'")
        defer { _ = try? server.run("DROP DATABASE \(database)") }
        try server.run("CREATE TABLE t (id int, v text); INSERT INTO t VALUES (1, 'abc'), (2, '\(text)')", in: database)
        let result = try extract("t", database: database)
        #expect(result.code == 0, "\(result.errors)")
        #expect(try found("SELECT group_concat(v, '|') FROM t") == "abc|\(text)")
    }

    @Test func bytesThatAreNoTextNameTheirCell() throws {
        try server.run("DROP DATABASE IF EXISTS encoded_bytes")
        try server.run("CREATE DATABASE encoded_bytes TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
        defer { _ = try? server.run("DROP DATABASE encoded_bytes") }
        try server.run(
            "CREATE TABLE t (id int, v text); INSERT INTO t VALUES (1, 'abc'), (2, E'caf\\xe9')", in: "encoded_bytes")
        let result = try extract("t", database: "encoded_bytes")
        #expect(result.code == 1)
        #expect(
            result.errors.contains(/column "v" of [a-z._]*t, row [0-9]+ of the read, is not valid UTF-8/),
            "\(result.errors)")
    }

    /// A dangling large object beside a text that is read twice: the second try found an aborted transaction.
    @Test func theFirstErrorIsTheOneThatIsShown() throws {
        try server.run(
            """
            CREATE EXTENSION IF NOT EXISTS lo;
            DROP TABLE IF EXISTS dangling;
            CREATE TABLE dangling (id int, o lo, v text);
            INSERT INTO dangling VALUES (1, 4711, repeat('x', 9000));
            """)
        let result = try extract("dangling")
        #expect(result.code == 1)
        #expect(!result.errors.contains("current transaction is aborted"), "\(result.errors)")
        #expect(result.errors.contains("large object"), "\(result.errors)")
    }

    /// The driver lists tables of every schema, and tells columns only of those that a session finds by their names.
    @Test func aTableThatIsNotOnTheSearchPathIsFoundByItsSchema() throws {
        try server.run(
            "CREATE SCHEMA IF NOT EXISTS elsewhere; DROP TABLE IF EXISTS elsewhere.off_the_path; CREATE TABLE elsewhere.off_the_path AS SELECT 1 AS id"
        )
        let refused = try extract("off_the_path")
        #expect(
            refused.code != 0 && refused.errors.contains("\"schema\": \"elsewhere\" or --schema"), "\(refused.errors)")
        let found = try extract("off_the_path", more: ["--schema", "elsewhere"])
        #expect(found.code == 0, "\(found.errors)")
    }

    @Test func anEncodingOfTheEnvironmentChangesNoValue() throws {
        try server.run("DROP TABLE IF EXISTS of_the_shell; CREATE TABLE of_the_shell AS SELECT 'é€𝄞'::text AS v")
        let result = try extract("of_the_shell", environment: ["PGCLIENTENCODING": "LATIN1"])
        #expect(result.code == 0, "\(result.errors)")
        #expect(try found("SELECT v FROM of_the_shell") == "é€𝄞")
    }
}
