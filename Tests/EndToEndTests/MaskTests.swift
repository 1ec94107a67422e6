import Foundation
import TestSupport
import Testing

/// Masked columns: what stands in their place, and that nothing of a value is anywhere.
@Suite struct MaskTests {
    enum Place: String, CaseIterable {
        case sqlite, postgresql

        static let available: [Place] =
            ProcessInfo.processInfo.environment["KLEENE_PG_HOST"] == nil ? [.sqlite] : allCases
    }

    private typealias Server = PostgresDestinationProcessTests.PostgresPlace

    private static let key = "0123456789abcdef0123"
    private static let rows = 3000
    /// What each value of a masked column has in it.
    private static let clear = ["clear.address@example.com", "+44 20 7946 0958 clear", "clear text of a long note"]

    /// The source lies elsewhere: all files here are what runs leave.
    private let source: TemporaryDirectory
    private let directory: TemporaryDirectory
    private let schema = "mask_\(UInt64.random(in: .min ... .max))"

    init() throws {
        source = try TemporaryDirectory()
        directory = try TemporaryDirectory()
        let made = try sqlite(
            source.path("s.db"),
            """
            CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, email TEXT, phone TEXT, salary DOUBLE, number INTEGER,
              note TEXT, at TIMESTAMP);
            WITH RECURSIVE g(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM g WHERE i < \(Self.rows))
              INSERT INTO people SELECT i, 'name ' || i, 'person.' || i || '.\(Self.clear[0])', '\(Self.clear[1])', i / 8.0,
                i * 7, '\(Self.clear[2]) ' || hex(zeroblob(i % 40 * 100)), datetime(1700000000 + i, 'unixepoch') FROM g;
            UPDATE people SET email = 'ada@example.com' WHERE id = 1;
            UPDATE people SET email = NULL, phone = NULL, salary = NULL WHERE id = 2;
            UPDATE people SET email = '', phone = '' WHERE id = 3;
            """)
        #expect(made.isEmpty, "\(made)")
    }

    private static let all =
        #"{"email": "hmac", "phone": "redact", "salary": "hmac", "number": "hmac", "note": "hmac"}"#

    private func configure(_ place: Place = .sqlite, mask: String? = all, extract: String = "") throws {
        if place == .postgresql { _ = try Server.ask("CREATE SCHEMA IF NOT EXISTS \(schema)") }
        let destination =
            place == .sqlite ? #"{"type": "sqlite", "path": "d.db"}"# : Server.member(schema)
        let masks = mask.map { ", \"mask\": \($0)" } ?? ""
        try """
        {"source": {"profile": "odbc", "driver": "SQLite3", "attributes": {"Database": "\(source.path("s.db"))"}},
         "destination": \(destination), "defaults": {"lag": 0}, "mask_key": {"env": "MASK_KEY"},
         "extracts": [{"name": "full", "table": "people", "destination_table": "f", "load_method": "truncate_load"\(masks)},
           {"name": "moving", "table": "people", "destination_table": "m", "load_method": "upsert", "extract_type": "incremental",
            "incremental_key": "at", "unique_columns": ["id"], "chunk_rows": 1000\(extract)\(masks)}]}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
    }

    private func run(_ arguments: [String], key: String = key, _ more: [String: String] = [:]) throws -> Program.Result
    {
        let environment = [
            "MASK_KEY": key, "DESTINATION_PASSWORD": Server.environment["KLEENE_PG_PASSWORD"] ?? "",
            "XDG_STATE_HOME": directory.path("home"),
        ]
        return try Program(directory: directory.url, environment: environment.merging(more) { $1 }).run(arguments)
    }

    private func ask(_ place: Place, _ sql: (String) -> String) throws -> [String] {
        let text =
            place == .sqlite ? try sqlite(directory.path("d.db"), sql("")) : try Server.ask(sql("\(schema)."))
        return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// Which value, or the key, is in the words or in a file; nil where none is.
    private func leak(in words: String) throws -> String? {
        let search = SecretSearch(Self.clear + [Self.key])
        if let found = search.find(in: Data(words.utf8)) { return "\(found) in what was said" }
        for file in try SecretSearch.files(below: directory.url) {
            if let found = search.find(in: file.content) { return "\(found) in \(file.name)" }
        }
        return nil
    }

    @Test(arguments: Place.available) func nothingOfAValueIsSaidOrLeft(_ place: Place) throws {
        try configure(place)
        var said = ""
        func perform(_ arguments: String..., code: Int32, _ environment: [String: String] = [:]) throws {
            let log = ["--log-level", "trace", "--log-file", directory.path("run.log")]
            let result = try run(arguments + log, environment)
            said += result.all
            #expect(result.code == code, "\(arguments): \(result.all)")
            let leak = try leak(in: said)
            #expect(leak == nil, "\(leak ?? "") behind \(arguments)")
        }
        // A killed load leaves its staging.
        let killed = try run(["extract", "moving"], ["KLEENE_NS_FAILPOINT": "load.begun"])
        #expect(killed.code != 0)
        let staged = try SecretSearch.files(below: directory.url).filter { $0.name.contains("staging-") }
        #expect(staged.contains { $0.content.count > 100_000 }, "\(staged.map(\.name))")
        #expect(try leak(in: killed.all) == nil)
        try perform("extract", code: 0)
        try perform("preview", "people", "--limit", "50", code: 0)
        try perform("preview", "people", "--format", "csv", code: 0)
        try perform("keys", "people", code: 0)
        try perform("plan", "--format", "json", code: 0)
        try perform("verify", "--full", code: 0)
        try perform("verify", "--format", "json", code: 0)
        // What a guard has stopped waits for a person.
        _ = try sqlite(source.path("s.db"), "DELETE FROM people WHERE id > 700")
        try perform("extract", "full", code: 10)
        try perform("runs", "list", "--format", "json", code: 0)
        let dump = try ask(place) { "SELECT * FROM \($0)f; SELECT * FROM \($0)m" }.joined(separator: "\n")
        #expect(try leak(in: dump) == nil)
        // The search finds what it is to find.
        let search = SecretSearch(Self.clear)
        #expect(search.find(in: try Data(contentsOf: URL(filePath: source.path("s.db")))) != nil)
    }

    @Test(arguments: Place.available) func masksStandInThePlaceOfValues(_ place: Place) throws {
        try configure(place)
        let result = try run(["extract"])
        #expect(result.code == 0, "\(result.all)")
        for table in ["f", "m"] {
            // By `openssl dgst -sha256 -hmac`.
            #expect(
                try ask(place) { "SELECT email FROM \($0)\(table) WHERE id = 1" }
                    == ["0859d7f34c9af8a6c1a794fffaa5ef6ff11d20b63ae81d0573b6fe7d0b0ec4a0"])
            #expect(
                try ask(place) {
                    "SELECT (email IS NULL AND phone IS NULL AND salary IS NULL AND number IS NOT NULL) FROM \($0)\(table) WHERE id = 2"
                } == [place == .sqlite ? "1" : "t"])
            #expect(
                try ask(place) { "SELECT email, phone FROM \($0)\(table) WHERE id = 3" }
                    == [
                        "3d4abf31fa662fe2c343093533e8e802e36859ef3d370a4c5c9de577582c2f7a"
                            + (place == .sqlite ? "|" : " ") + "redacted"
                    ])
            // 5.0 as the text of a double.
            #expect(
                try ask(place) { "SELECT salary FROM \($0)\(table) WHERE id = 40" }
                    == ["24a020c98b13b13f283ad9fa3949782c3c5f3b20581d93e1289dc956ecbf1afd"])
            #expect(
                try ask(place) {
                    "SELECT count(DISTINCT email), count(DISTINCT phone), count(DISTINCT number) FROM \($0)\(table)"
                }
                    == ["\(Self.rows - 1)\(place == .sqlite ? "|" : " ")1\(place == .sqlite ? "|" : " ")\(Self.rows)"])
            #expect(try ask(place) { "SELECT name FROM \($0)\(table) WHERE id = 7" } == ["name 7"])
            #expect(try ask(place) { "SELECT count(*) FROM \($0)\(table) WHERE length(note) <> 64" } == ["0"])
        }
    }

    /// By their masks, row by row; sums leave them out and say so.
    @Test(arguments: Place.available) func verifyComparesMasks(_ place: Place) throws {
        try configure(place)
        #expect(try run(["extract"]).code == 0)
        for name in ["full", "moving"] {
            let table = name == "full" ? "f" : "m"
            _ = try ask(place) { "UPDATE \($0)\(table) SET email = phone WHERE id = 1500" }
            _ = try sqlite(
                source.path("s.db"), "UPDATE people SET number = 5 WHERE id = 1600")
            let sums = try run(["verify", name, "--format", "json"])
            #expect(sums.code == 0 && sums.all.contains("because the table has masks there"), "\(sums.all)")
            let found = try run(["verify", name, "--full", "--format", "json"])
            #expect(found.code == 7, "\(found.all)")
            let all = try JSONSerialization.jsonObject(with: Data(found.output.utf8)) as? [[String: Any]]
            let differences = all?.first?["differences"] as? [[String: Any]] ?? []
            let words = differences.map { "\($0["kind"] ?? "") \($0["key"] ?? "") \($0["columns"] ?? "")" }
            #expect(words.count == 2, "\(words)")
            #expect(words.contains { $0.contains("1500") && $0.contains("email") }, "\(words)")
            #expect(words.contains { $0.contains("1600") && $0.contains("number") }, "\(words)")
            let repaired = try run(["verify", name, "--full", "--repair"])
            #expect(repaired.code == 0, "\(repaired.all)")
            #expect(try run(["verify", name, "--full"]).code == 0)
        }
    }

    /// A column that is half masked would be clear to whoever reads the other half.
    @Test(arguments: Place.available) func aChangedMaskTakesANewLoad(_ place: Place) throws {
        try configure(place)
        #expect(try run(["extract"]).code == 0)
        let changes: [(mask: String?, key: String, words: String)] = [
            (
                nil, Self.key,
                #"the rows that are there have "email" masked by "hmac", and those of this run would have it in clear"#
            ),
            (
                #"{"email": "redact", "phone": "redact", "salary": "hmac", "number": "hmac", "note": "hmac"}"#,
                Self.key,
                #""email" masked by "hmac", and those of this run would have it masked by "redact""#
            ),
            (
                #"{"email": "hmac", "name": "hmac", "phone": "redact", "salary": "hmac", "number": "hmac", "note": "hmac"}"#,
                Self.key, #"have "name" in clear"#
            ),
            (Self.all, "another key of masks", #""mask_key" is another one"#),
        ]
        for change in changes {
            try configure(place, mask: change.mask)
            for command in ["extract", "plan", "verify"] {
                let result = try run([command, "moving"], key: change.key)
                #expect(result.code == 2 && result.all.contains(change.words), "\(command): \(result.all)")
                #expect(result.all.contains(#"Drop the table "m""#), "\(result.all)")
            }
        }
        // A load that replaces all rows takes any; and so does the other, once its table is dropped.
        try configure(place, mask: changes[1].mask)
        #expect(try run(["extract", "full"]).code == 0)
        #expect(try ask(place) { "SELECT DISTINCT email FROM \($0)f WHERE email IS NOT NULL" } == ["redacted"])
        _ = try ask(place) { "DROP TABLE \($0)m" }
        let again = try run(["extract", "moving"])
        #expect(again.code == 0, "\(again.all)")
        #expect(try ask(place) { "SELECT DISTINCT email FROM \($0)m WHERE email IS NOT NULL" } == ["redacted"])
        #expect(try ask(place) { "SELECT count(*) FROM \($0)m" } == ["\(Self.rows)"])
    }

    /// Masks of `defaults`, and of an entry for several tables: each table is masked where it has the column.
    @Test func masksThatAreMeantForManyTablesHoldWhereTheColumnIs() throws {
        _ = try sqlite(
            source.path("s.db"),
            """
            CREATE TABLE places (id INTEGER PRIMARY KEY, town TEXT, emial TEXT); INSERT INTO places VALUES (1, 'Ulm', 'mistyped');
            CREATE TABLE pets (id INTEGER PRIMARY KEY, name TEXT, email TEXT); INSERT INTO pets VALUES (1, 'Rex', '\(Self.clear[0])');
            """)
        func configure(_ pattern: String, _ plain: String = "") throws {
            try """
            {"source": {"profile": "odbc", "driver": "SQLite3", "attributes": {"Database": "\(source.path("s.db"))"}},
             "destination": {"type": "sqlite", "path": "d.db"}, "mask_key": {"env": "MASK_KEY"},
             "defaults": {"mask": {"email": "hmac", "phone": "redact"}},
             "extracts": [{"table": ["p*"], "destination_table": "x_{table}"\(pattern)}\(plain)]}
            """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        }
        try configure(#", "mask": {"name": "redact", "note": "hmac"}"#)
        let loaded = try run(["extract", "--quiet"])
        #expect(loaded.code == 0, "\(loaded.all)")
        #expect(
            try ask(.sqlite) { _ in "SELECT name, length(email), phone, length(note) FROM x_people WHERE id = 1" } == [
                "redacted|64|redacted|64"
            ])
        #expect(try ask(.sqlite) { _ in "SELECT name, length(email) FROM x_pets" } == ["redacted|64"])
        #expect(try ask(.sqlite) { _ in "SELECT town FROM x_places" } == ["Ulm"])
        #expect(try leak(in: loaded.all) == nil)
        // The plan says which have nothing to do, and what may be a slip.
        let plan = try run(["plan", "places", "--format", "json"])
        #expect(
            plan.output.contains(
                #"\"email\", \"name\", \"note\" and \"phone\", which \"mask\" names, are no columns of places."#),
            "\(plan.all)")
        #expect(plan.output.contains(#"its column \"emial\" is read in clear"#), "\(plan.all)")
        // The configuration as it is shown means the same.
        let shown = try run(["config", "show"])
        #expect(shown.output.contains("\"defaults\""), "\(shown.all)")
        try shown.output.write(toFile: directory.path("shown.json"), atomically: true, encoding: .utf8)
        #expect(try run(["config", "check", "--config", "shown.json"]).code == 0)
        #expect(try run(["config", "show", "--config", "shown.json"]).output == shown.output)
        // A look shows no more than extracts do, of a table that has none of its own either.
        for table in ["pets", "people"] {
            let look = try run(["preview", table])
            #expect(look.code == 0 && look.output.contains("redacted"), "\(look.all)")
            #expect(try leak(in: look.all) == nil)
        }
        // One that says so is read in clear; and so is the key, whose mask is refused until then.
        try configure("", #", {"table": "pets", "destination_table": "y", "mask": {"email": null}}"#)
        #expect(try run(["extract", "pets", "--quiet"]).code == 0)
        #expect(try ask(.sqlite) { _ in "SELECT email FROM y" } == [Self.clear[0]])
        try configure(#", "mask": {"id": "redact"}"#)
        let refused = try run(["extract", "--quiet"])
        #expect(
            refused.code != 0 && refused.all.contains(#"Write "mask": {"id": null} in an entry for this table"#),
            "\(refused.all)")
        try configure("", #", {"table": "pets", "destination_table": "y", "mask": {"id": null, "email": "redact"}}"#)
        #expect(try run(["extract", "pets", "--quiet"]).code == 0)
        #expect(try ask(.sqlite) { _ in "SELECT id, email FROM y" } == ["1|redacted"])
    }

    /// What was staged under another mask is read again.
    @Test func stagingOfAnotherMaskIsNotGoneOnWith() throws {
        try configure()
        #expect(try run(["extract", "moving"], ["KLEENE_NS_FAILPOINT": "load.begun"]).code != 0)
        for (mask, key) in [(Self.all, "another key of masks"), (#"{"email": "redact"}"#, Self.key)] {
            try configure(mask: mask)
            let plan = try run(["plan", "moving", "--format", "json"], key: key)
            #expect(plan.code == 0 && !plan.output.contains("\"action\": \"go_on\""), "\(plan.all)")
        }
        #expect(try run(["extract", "moving"]).code == 0)
        #expect(try ask(.sqlite) { "SELECT DISTINCT email FROM \($0)m WHERE email IS NOT NULL" } == ["redacted"])
    }

    @Test func aKeyThatIsMissingOrShortIsRefusedBeforeTheSourceIsAsked() throws {
        try configure()
        for (key, words) in [("short", "needs 16 at least"), ("", "which is empty")] {
            for command in [["extract"], ["plan"], ["verify"], ["preview", "people"]] {
                let result = try run(command, key: key)
                #expect(result.code == 2 && result.all.contains(words), "\(command): \(result.all)")
            }
            let doctor = try run(["doctor"], key: key)
            #expect(doctor.code == 7 && doctor.output.contains(words), "\(doctor.all)")
        }
        // What shows no row needs none.
        #expect(try run(["columns", "people"], key: "").code == 0)
        #expect(try run(["doctor"]).code == 0)
        try configure(mask: #"{"email": "redact"}"#)
        #expect(try run(["extract", "full"], key: "").code == 0)
    }

    @Test func aMaskedColumnThatIsNotThereStopsTheRun() throws {
        try configure(mask: #"{"emial": "hmac"}"#)
        for command in ["extract", "plan"] {
            let result = try run([command, "full"])
            #expect(
                result.code == 1 && result.all.contains(#"masks "emial", and the table people has no such column"#)
                    && result.all.contains(#"Did you mean "email"?"#), "\(result.all)")
        }
    }

    /// The service's names in any case.
    @Test func aColumnIsMaskedHoweverItIsSpelt() throws {
        try configure(mask: #"{"EMAIL": "redact"}"#)
        #expect(try run(["extract"]).code == 0)
        #expect(try ask(.sqlite) { "SELECT DISTINCT email FROM \($0)m WHERE email IS NOT NULL" } == ["redacted"])
        let preview = try run(["preview", "people", "--columns", "id,Email"])
        #expect(preview.code == 0 && !preview.output.contains("example.com"), "\(preview.all)")
    }
}
