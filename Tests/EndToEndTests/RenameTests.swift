import Foundation
import TestSupport
import Testing

/// Columns that have another name in the destination: loads, comparisons, removals, and what becomes of a name that changes.
@Suite struct RenameTests {
    typealias Place = MaskTests.Place
    private typealias Server = PostgresDestinationProcessTests.PostgresPlace

    private static let rows = 3000

    private let source: TemporaryDirectory
    private let directory: TemporaryDirectory
    private let schema = "rename_\(UInt64.random(in: .min ... .max))"

    init() throws {
        source = try TemporaryDirectory()
        directory = try TemporaryDirectory()
        try change(
            """
            CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, custom_region TEXT, email TEXT, number INTEGER, at TIMESTAMP);
            WITH RECURSIVE g(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM g WHERE i < \(Self.rows))
              INSERT INTO people SELECT i, 'name ' || i, 'region ' || i % 7, 'a' || i || '@example.com', i * 3,
                datetime(1700000000 + i, 'unixepoch') FROM g;
            UPDATE people SET custom_region = NULL WHERE id % 50 = 0;
            """)
    }

    // MARK: The bench

    private func change(_ sql: String) throws {
        let answer = try sqlite(source.path("s.db"), sql)
        #expect(answer.isEmpty, "\(answer)")
    }

    /// Changes that each incremental run sees.
    private func live() throws {
        try change(
            """
            UPDATE people SET custom_region = 'moved', at = datetime(1700100000 + id, 'unixepoch') WHERE id % 10 = 3;
            INSERT INTO people (id, name, custom_region, email, number, at) SELECT id + \(Self.rows), 'more', 'new', 'b@example.com', id, datetime(1700200000 + id, 'unixepoch')
              FROM people WHERE id <= 20;
            """)
    }

    /// The unique column, the incremental key, a masked column and a plain one, in whatever case a person writes them.
    private static let all = #"{"id": "person", "Custom_Region": "region", "email": "mail", "at": "changed"}"#

    private func configure(
        _ place: Place, rename: String? = all, extract: String = "", moving: String = "", masks: Bool = true
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

    @discardableResult private func run(
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

    private func ask(_ place: Place, _ sql: (String) -> String) throws -> [String] {
        let text =
            place == .sqlite ? try sqlite(directory.path("d.db"), sql("")) : try Server.ask(sql("\(schema)."))
        return Self.lines(text)
    }

    /// As both programs write them: a value at the end that is NULL is nothing.
    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map {
            $0.replacingOccurrences(of: "|", with: " ").trimmingCharacters(in: .whitespaces)
        }
    }

    private func columns(_ place: Place, of table: String) throws -> String {
        let sql =
            place == .sqlite
            ? "SELECT group_concat(name, ' ') FROM pragma_table_info('\(table)') WHERE name NOT LIKE '\\_kleene%' ESCAPE '\\'"
            : "SELECT string_agg(column_name, ' ' ORDER BY ordinal_position) FROM information_schema.columns "
                + "WHERE table_schema = '\(schema)' AND table_name = '\(table)' AND column_name NOT LIKE '\\_kleene%'"
        return try ask(place) { _ in sql }.first ?? ""
    }

    private static let plain = "id, name, custom_region, number, CAST(at AS TEXT)"
    private static let renamed = "person, name, region, number, CAST(changed AS TEXT)"

    private func source(_ columns: String = plain) throws -> [String] {
        Self.lines(try sqlite(source.path("s.db"), "SELECT \(columns) FROM people ORDER BY 1"))
    }

    private func copy(_ place: Place, _ table: String, _ columns: String = renamed) throws -> [String] {
        try ask(place) { "SELECT \(columns) FROM \($0)\(table) ORDER BY 1" }
    }

    // MARK: Loads

    @Test(arguments: Place.available) func eachMethodLoadsUnderTheNewNames(_ place: Place) throws {
        try configure(place)
        try run("extract")
        let names = "person name region mail number changed"
        for table in ["f", "k", "a", "m"] {
            #expect(try columns(place, of: table) == names)
            #expect(try copy(place, table) == source())
            #expect(try ask(place) { "SELECT DISTINCT mail FROM \($0)\(table)" } == ["redacted"])
        }
        try live()
        let before = try copy(place, "a")
        try run("extract")
        for table in ["f", "k", "m"] {
            #expect(try columns(place, of: table) == names)
            #expect(try copy(place, table) == source())
        }
        // Each version once, whatever the overlap reads again.
        #expect(try Set(copy(place, "a")) == Set(before + source()))
        #expect(try copy(place, "a").count == Self.rows + 300 + 20)
        try run("extract")
        #expect(try copy(place, "a").count == Self.rows + 300 + 20)
        #expect(try columns(place, of: "a") == names)
    }

    /// What the books remember says nothing of a rename where there is none, so older tables go on and newer ones read alike.
    @Test func booksWithoutARenameAreAsTheyWere() throws {
        try configure(.sqlite, rename: nil)
        try run("extract")
        let books = try ask(.sqlite) { _ in "SELECT * FROM _kleene_tables" }.joined()
        #expect(books.contains("custom_region") && !books.contains(#""source":"custom_region""#), "\(books)")
        try configure(.sqlite)
        _ = try ask(.sqlite) { _ in "DROP TABLE m" }
        try run("extract", "moving")
        #expect(
            try ask(.sqlite) { _ in "SELECT * FROM _kleene_tables" }.joined().contains(#""source":"custom_region""#))
    }

    @Test(arguments: Place.available) func twoColumnsMayChangeTheirNames(_ place: Place) throws {
        try configure(place, rename: #"{"name": "custom_region", "custom_region": "name"}"#, masks: false)
        try run("extract")
        for table in ["f", "k", "a", "m"] {
            #expect(
                try copy(place, table, "id, custom_region, name, number, CAST(at AS TEXT)") == source(), "\(table)")
        }
        try live()
        try run("extract", "moving")
        #expect(try copy(place, "m", "id, custom_region, name, number, CAST(at AS TEXT)") == source())
        try run("verify", "moving", "--full")
    }

    @Test func planSaysTheNamesAndAsksTheSourceForItsOwn() throws {
        try configure(.sqlite)
        let plan = try run("plan", "moving")
        #expect(
            plan.output.contains("In the destination id is called person, custom_region is called region"),
            "\(plan.all)")
        let json = try run("plan", "moving", "--format", "json")
        let one = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
        #expect(
            one?.first?["renamed"] as? [String: String]
                == ["id": "person", "custom_region": "region", "email": "mail", "at": "changed"], "\(json.all)")
        let columns = one?.first?["columns"] as? [String]
        #expect(columns == ["id", "name", "custom_region", "email", "number", "at"])
        try run("extract", "moving")
        try run("extract", "kept")
        // A look at the source has the source's names.
        #expect(try run("preview", "people", "--format", "csv").output.hasPrefix("id,name,custom_region,"))
        #expect(try run("config", "show").output.contains("\"rename\""))
    }

    @Test(arguments: Place.available) func aWatermarkIsRecoveredFromARenamedKey(_ place: Place) throws {
        try configure(place)
        try run("extract", "moving")
        try run("state", "reset", "moving")
        let recovered = try run("state", "recover", "moving")
        #expect(recovered.output.contains("2023-11-14 23:03:20"), "\(recovered.all)")
        try live()
        try run("extract", "moving")
        #expect(try copy(place, "m") == source())
    }

    // MARK: Comparisons and removals

    @Test(arguments: Place.available, ["moving", "kept"])
    func aRenamedTableIsComparedAndRepaired(_ place: Place, _ name: String) throws {
        try configure(place)
        try run("extract")
        let table = name == "moving" ? "m" : "k"
        try run("verify", name)
        try run("verify", name, "--sample", "5%")
        // Sums see a number, and only rows the rest.
        _ = try ask(place) { "UPDATE \($0)\(table) SET number = 1 WHERE person = 77" }
        let sums = try run("verify", name, "--format", "json", code: 7)
        let found = try JSONSerialization.jsonObject(with: Data(sums.output.utf8)) as? [[String: Any]]
        let one = (found?.first?["differences"] as? [[String: Any]])?.first
        #expect(
            one?["key"] as? [String: Int] == ["person": 77] && one?["columns"] as? [String] == ["number"], "\(sums.all)"
        )
        _ = try ask(place) { "UPDATE \($0)\(table) SET region = 'x' WHERE person = 78" }
        _ = try ask(place) { "DELETE FROM \($0)\(table) WHERE person = 79" }
        _ = try ask(place) { "INSERT INTO \($0)\(table) (person, region) VALUES (900000, 'y')" }
        let all = try run("verify", name, "--full", code: 7)
        for words in ["person 78: different in region", "person 79: missing", "person 900000: extra"] {
            #expect(all.output.contains(words), "\(words): \(all.all)")
        }
        try run("verify", name, "--full", "--repair")
        #expect(try copy(place, table) == source())
        #expect(try ask(place) { "SELECT DISTINCT mail FROM \($0)\(table)" } == ["redacted"])
        try run("verify", name, "--full")
        #expect(try columns(place, of: table) == "person name region mail number changed")
        // What the books remember of the columns fits the next run.
        try live()
        try run("extract", name)
        #expect(try copy(place, table) == source())
    }

    /// Rows that change above the watermark are left aside by the renamed key.
    @Test(arguments: Place.available) func rowsAboveTheWatermarkAreLeftAside(_ place: Place) throws {
        try configure(place)
        try run("extract", "moving")
        try live()
        try run("verify", "moving", "--full")
        try run("verify", "moving")
    }

    @Test(arguments: Place.available, ["soft", "hard"])
    func whatTheSourceDeletedIsSweptFromARenamedTable(_ place: Place, _ mode: String) throws {
        try configure(place, moving: #", "deletes": {"by": "sweep", "mode": "\#(mode)", "most": 1}"#, masks: false)
        try run("extract", "moving")
        try change("DELETE FROM people WHERE id % 100 = 1")
        let swept = try run("extract", "--sweep", "moving", "--format", "json")
        #expect(swept.output.contains("30 of those are gone at the source"), "\(swept.all)")
        let alive = mode == "soft" ? " WHERE _kleene_deleted_at IS NULL" : ""
        #expect(try ask(place) { "SELECT \(Self.renamed) FROM \($0)m\(alive) ORDER BY 1" } == source())
        try run("verify", "moving", "--full")
        // Back from the dead.
        try change("INSERT INTO people (id, name, at) VALUES (101, 'again', datetime(1700300000, 'unixepoch'))")
        try run("extract", "moving")
        #expect(try ask(place) { "SELECT \(Self.renamed) FROM \($0)m\(alive) ORDER BY 1" } == source())
    }

    // MARK: A name that changes

    /// Added, changed and taken away: nothing is loaded until the table has the name too, or is made again.
    @Test(arguments: Place.available) func aRenameThatChangesIsRefusedUntilTheTableFollows(_ place: Place) throws {
        let steps: [(from: String?, to: String?, column: String, name: String)] = [
            (nil, #"{"custom_region": "region"}"#, "custom_region", "region"),
            (#"{"custom_region": "region"}"#, #"{"custom_region": "area"}"#, "region", "area"),
            (#"{"custom_region": "area"}"#, nil, "area", "custom_region"),
        ]
        try configure(place, rename: nil, masks: false)
        try run("extract")
        for step in steps {
            try configure(place, rename: step.to, masks: false)
            for (name, table) in [("kept", "k"), ("added", "a"), ("moving", "m")] {
                let before = try columns(place, of: table)
                for command in ["extract", "plan"] {
                    let result = try run(command, name, code: 2)
                    #expect(
                        result.all.contains(
                            "The table \"\(table)\" has the column \"\(step.column)\", which the extract \"\(name)\" "
                                + "would call \"\(step.name)\"."), "\(result.all)")
                    #expect(
                        result.all.contains(
                            "ALTER TABLE \"\(table)\" RENAME COLUMN \"\(step.column)\" TO \"\(step.name)\""),
                        "\(result.all)")
                }
                if name != "added" { try run("verify", name, code: 2) }
                #expect(try columns(place, of: table) == before)
                // As it is advised.
                _ = try ask(place) {
                    "ALTER TABLE \($0)\(table) RENAME COLUMN \"\(step.column)\" TO \"\(step.name)\""
                }
            }
            let made = try run("verify", "made", code: 2)
            #expect(made.all.contains("would call \"\(step.name)\""), "\(made.all)")
            try live()
            try change("DELETE FROM people WHERE id > \(Self.rows) * 2")
            try run("extract")
            for (name, table) in [("made", "f"), ("kept", "k"), ("moving", "m")] {
                let expected = "id name \(step.name) email number at"
                #expect(try columns(place, of: table) == expected)
                let some = "id, name, \(step.name), number, CAST(at AS TEXT)"
                if table != "m" { #expect(try copy(place, table, some) == source()) }
                #expect(try ask(place) { "SELECT count(*) FROM \($0)\(table) WHERE \(step.name) = 'moved'" } == ["300"])
                if table != "m" { try run("verify", name, "--full") }
            }
            try change("DELETE FROM people WHERE id > \(Self.rows)")
        }
    }

    @Test(arguments: Place.available, ["kept", "added", "moving"])
    func aDroppedTableIsMadeWithTheNewName(_ place: Place, _ name: String) throws {
        let table = ["kept": "k", "added": "a", "moving": "m"][name] ?? ""
        try configure(place, rename: nil)
        try run("extract", name)
        try configure(place)
        let refused = try run("extract", name, code: 2)
        #expect(refused.all.contains("and 3 more like it"), "\(refused.all)")
        #expect(
            refused.all.contains("rop the table: the next `kleene-ns extract \(name)` makes it again"), "\(refused.all)"
        )
        _ = try ask(place) { "DROP TABLE \($0)\(table)" }
        try run("extract", name)
        #expect(try columns(place, of: table) == "person name region mail number changed")
        #expect(try copy(place, table) == source())
    }

    /// The values of one column never come to another that has its name from before.
    @Test(arguments: Place.available) func aNameThatAnotherColumnHadIsRefused(_ place: Place) throws {
        let column = #", "columns": ["id", "custom_region", "at"]"#
        try configure(place, rename: nil, extract: #", "columns": ["id", "name", "at"]"#, masks: false)
        try run("extract")
        try configure(place, rename: #"{"custom_region": "name"}"#, extract: column, masks: false)
        for name in ["kept", "added", "moving"] {
            let result = try run("extract", name, code: 2)
            #expect(
                result.all.contains(
                    "holds \"name\" of people, and the extract \"\(name)\" would put \"custom_region\" there"),
                "\(result.all)")
        }
        try run("extract", "made")
        #expect(try copy(place, "f", "id, name") == source("id, custom_region"))
    }

    @Test(arguments: Place.available) func stagingOfAnotherNameIsNotGoneOnWith(_ place: Place) throws {
        try configure(place, rename: nil, masks: false)
        try run("extract", "moving", failpoint: "load.begun")
        // What is staged fits as long as nothing changes.
        #expect(try run("plan", "moving", "--format", "json").output.contains("go_on"))
        try configure(place, masks: false)
        #expect(try !run("plan", "moving", "--format", "json").output.contains("go_on"))
        try run("extract", "moving", failpoint: "load.begun")
        let plan = try run("plan", "moving", "--format", "json")
        #expect(plan.output.contains("go_on"), "\(plan.all)")
        let resumed = try run("extract", "moving", "--format", "json")
        let records = try JSONSerialization.jsonObject(with: Data(resumed.output.utf8)) as? [[String: Any]]
        #expect(records?.first?["rows"] as? Int == 0, "\(resumed.all)")
        #expect(try columns(place, of: "m") == "person name region mail number changed")
        #expect(try copy(place, "m") == source())
        try run("verify", "moving", "--full")
    }

    // MARK: Columns that come and go

    @Test(arguments: Place.available) func aNewColumnCannotTakeTheNameOfARenamedOne(_ place: Place) throws {
        try configure(place)
        try run("extract")
        try change("ALTER TABLE people ADD COLUMN Region TEXT")
        for name in ["made", "kept", "added", "moving"] {
            let result = try run("extract", name, code: 2)
            #expect(
                result.all.contains(
                    "The extract \"\(name)\" would have 2 columns of people as \"region\": \"custom_region\" and \"Region\"."
                ),
                "\(result.all)")
        }
        #expect(try copy(place, "m") == source())
        try configure(place, extract: #", "columns": ["*", "!region"]"#)
        try live()
        for name in ["made", "kept"] { try run("extract", name) }
        #expect(try copy(place, "k") == source())
        try configure(place, extract: #", "drift": {"new": "ignore"}"#)
        try run("extract", "moving")
        #expect(try copy(place, "m") == source())
        #expect(try columns(place, of: "m") == "person name region mail number changed")
    }

    @Test(arguments: Place.available) func aRenamedColumnThatGoesIsToldOfAndMayBeDropped(_ place: Place) throws {
        try configure(place)
        try run("extract")
        try change("ALTER TABLE people DROP COLUMN custom_region")
        for name in ["kept", "added", "moving"] {
            let result = try run("extract", name, code: 6)
            #expect(result.all.contains("custom_region"), "\(result.all)")
        }
        // A table that is made again must not lack by itself what the configuration names.
        let made = try run("extract", "made", code: 2)
        #expect(made.all.contains("renames \"Custom_Region\", and the table people has no such column"), "\(made.all)")
        try configure(place, extract: #", "drift": {"gone": "evolve"}"#)
        try run("extract")
        for table in ["f", "k", "a", "m"] {
            #expect(try columns(place, of: table) == "person name mail number changed", "\(table)")
        }
        // It is back, and the name with it.
        try change("ALTER TABLE people ADD COLUMN custom_region TEXT")
        try run("extract")
        #expect(
            try Set(columns(place, of: "m").split(separator: " ")) == [
                "person", "name", "mail", "number", "changed", "region",
            ])
    }

    /// A new column comes under its new name, and is said to be new.
    @Test(arguments: Place.available) func aNewColumnMayBeRenamed(_ place: Place) throws {
        try configure(place, rename: nil, masks: false)
        try run("extract")
        try change("ALTER TABLE people ADD COLUMN cust_size TEXT DEFAULT 'xl'")
        try configure(place, rename: #"{"cust_size": "size"}"#, masks: false)
        try live()
        let plan = try run("plan", "moving")
        #expect(plan.output.contains("gets the new columns \"size\""), "\(plan.all)")
        try run("extract")
        for table in ["f", "k", "a", "m"] {
            #expect(try columns(place, of: table).hasSuffix(" size"))
            #expect(try ask(place) { "SELECT count(*) FROM \($0)\(table) WHERE size = 'xl'" } != ["0"])
        }
    }

    /// A table that nobody but its owner made has the columns of its owner.
    @Test(arguments: Place.available) func anotherProgramsTableIsFilledByTheNewNames(_ place: Place) throws {
        try configure(place, extract: #", "metadata_columns": false"#, masks: false)
        if place == .postgresql {
            _ = try Server.ask(
                "CREATE TABLE \(schema).k (changed timestamp, person bigint, name text, region text, mail text, number bigint)"
            )
        } else {
            _ = try sqlite(
                directory.path("d.db"),
                "CREATE TABLE k (changed TEXT, person INTEGER PRIMARY KEY, name TEXT, region TEXT, mail TEXT, number INTEGER)"
            )
        }
        try run("extract", "kept")
        #expect(try copy(place, "k") == source())
    }

    /// A name that a destination cannot have, or that kleene-ns itself gives, becomes one that it can.
    @Test(arguments: Place.available) func aColumnThatTheTableCannotNameIsLoadedUnderAnother(_ place: Place) throws {
        let long = String(repeating: "l", count: 70)
        try change("ALTER TABLE people ADD COLUMN \(long) TEXT DEFAULT 'x'")
        try change("ALTER TABLE people ADD COLUMN _kleene_run_id TEXT DEFAULT 'y'")
        try configure(place, rename: nil)
        let refused = try run("extract", "kept", code: 2)
        #expect(refused.all.contains(#"with "rename""#), "\(refused.all)")
        try configure(place, rename: "{\"\(long)\": \"short\", \"_kleene_run_id\": \"their_run\"}")
        try run("extract", "kept")
        #expect(try columns(place, of: "k") == "id name custom_region email number at short their_run")
        #expect(
            try ask(place) { "SELECT count(*) FROM \($0)k WHERE short = 'x' AND their_run = 'y'" } == ["\(Self.rows)"])
        try run("verify", "kept", "--full")
    }
}
