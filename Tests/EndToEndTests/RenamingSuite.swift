import Foundation
import TestSupport
import Testing

/// What suites share whose columns have other names in the destination: a table of people, and four extracts of it, one a method.
protocol RenamingSuite {
    var source: TemporaryDirectory { get }
    var directory: TemporaryDirectory { get }
    /// Of the server's destination tables.
    var schema: String { get }
}

/// The table of people, and what its columns are called here and there.
enum RenamedPeople {
    static let rows = 3000
    /// The unique column, the incremental key, a masked column and a plain one, in whatever case a person writes them.
    static let all = #"{"id": "person", "Custom_Region": "region", "email": "mail", "at": "changed"}"#
    static let plain = "id, name, custom_region, number, CAST(at AS TEXT)"
    static let renamed = "person, name, region, number, CAST(changed AS TEXT)"
}

extension RenamingSuite {
    typealias Place = MaskTests.Place
    typealias Server = PostgresDestinationProcessTests.PostgresPlace

    /// Makes the table, in the directory of the source.
    func makePeople() throws {
        try change(
            """
            CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, custom_region TEXT, email TEXT, number INTEGER, at TIMESTAMP);
            WITH RECURSIVE g(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM g WHERE i < \(RenamedPeople.rows))
              INSERT INTO people SELECT i, 'name ' || i, 'region ' || i % 7, 'a' || i || '@example.com', i * 3,
                datetime(1700000000 + i, 'unixepoch') FROM g;
            UPDATE people SET custom_region = NULL WHERE id % 50 = 0;
            """)
    }

    func change(_ sql: String) throws {
        let answer = try sqlite(source.path("s.db"), sql)
        #expect(answer.isEmpty, "\(answer)")
    }

    /// Changes that each incremental run sees.
    func live() throws {
        try change(
            """
            UPDATE people SET custom_region = 'moved', at = datetime(1700100000 + id, 'unixepoch') WHERE id % 10 = 3;
            INSERT INTO people (id, name, custom_region, email, number, at) SELECT id + \(RenamedPeople.rows), 'more', 'new', 'b@example.com', id, datetime(1700200000 + id, 'unixepoch')
              FROM people WHERE id <= 20;
            """)
    }

    func configure(
        _ place: Place, rename: String? = RenamedPeople.all, extract: String = "", moving: String = "",
        masks: Bool = true
    ) throws {
        if place == .postgresql { _ = try Server.ask("CREATE SCHEMA IF NOT EXISTS \(schema)") }
        let destination =
            place == .sqlite ? #"{"type": "sqlite", "path": "d.db"}"# : Server.member(schema)
        let more =
            (rename.map { ", \"rename\": \($0)" } ?? "") + (masks ? #", "mask": {"email": "redact"}"# : "") + extract
        let incremental = #""extract_type": "incremental", "incremental_key": "at", "unique_columns": ["id"]"#
        try """
        {"source": {"profile": "odbc", "driver": "SQLite3", "attributes": {"Database": "\(source.path("s.db"))"}},
         "destination": \(destination), "defaults": {"lag": 0},
         "extracts": [{"name": "made", "table": "people", "destination_table": "f"\(more)},
           {"name": "kept", "table": "people", "destination_table": "k", "load_method": "truncate_load"\(more)},
           {"name": "added", "table": "people", "destination_table": "a", "load_method": "append", \(incremental)\(more)},
           {"name": "moving", "table": "people", "destination_table": "m", "load_method": "upsert", "chunk_rows": 1000,
            \(incremental)\(more)\(moving)}]}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
    }

    @discardableResult func run(
        _ arguments: String..., code: Int32 = 0, failpoint: String? = nil, place: SourceLocation = #_sourceLocation
    ) throws -> Program.Result {
        var environment = [
            "DESTINATION_PASSWORD": Server.environment["KLEENE_PG_PASSWORD"] ?? "",
            "XDG_STATE_HOME": directory.path("home"),
        ]
        environment["KLEENE_NS_FAILPOINT"] = failpoint
        let result = try Program(directory: directory.url, environment: environment).run(arguments)
        #expect(failpoint != nil || result.code == code, "\(arguments): \(result.all)", sourceLocation: place)
        return result
    }

    func ask(_ place: Place, _ sql: (String) -> String) throws -> [String] {
        let text =
            place == .sqlite ? try sqlite(directory.path("d.db"), sql("")) : try Server.ask(sql("\(schema)."))
        return Self.lines(text)
    }

    /// As both programs write them: a value at the end that is NULL is nothing.
    static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map {
            $0.replacingOccurrences(of: "|", with: " ").trimmingCharacters(in: .whitespaces)
        }
    }

    func columns(_ place: Place, of table: String) throws -> String {
        let sql =
            place == .sqlite
            ? "SELECT group_concat(name, ' ') FROM pragma_table_info('\(table)') WHERE name NOT LIKE '\\_kleene%' ESCAPE '\\'"
            : "SELECT string_agg(column_name, ' ' ORDER BY ordinal_position) FROM information_schema.columns "
                + "WHERE table_schema = '\(schema)' AND table_name = '\(table)' AND column_name NOT LIKE '\\_kleene%'"
        return try ask(place) { _ in sql }.first ?? ""
    }

    func source(_ columns: String = RenamedPeople.plain) throws -> [String] {
        Self.lines(try sqlite(source.path("s.db"), "SELECT \(columns) FROM people ORDER BY 1"))
    }

    func copy(_ place: Place, _ table: String, _ columns: String = RenamedPeople.renamed) throws -> [String] {
        try ask(place) { "SELECT \(columns) FROM \($0)\(table) ORDER BY 1" }
    }
}
