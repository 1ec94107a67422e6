import Foundation
import TestSupport
import Testing

/// A source that comes to write the names of its columns in another case: each extract goes on, and so does `verify`.
@Suite struct SpeltColumnsTests: RenamingSuite {
    let source: TemporaryDirectory
    let directory: TemporaryDirectory
    let schema = "spelt_\(UInt64.random(in: .min ... .max))"

    init() throws {
        source = try TemporaryDirectory()
        directory = try TemporaryDirectory()
        try makePeople()
    }

    private static let tables = ["made": "f", "kept": "k", "added": "a", "moving": "m"]

    private func rename(_ spelt: (String) -> String) throws {
        for name in ["id", "name", "custom_region", "email", "number", "at"] {
            // A column is renamed to a name that it has already by way of another.
            try change(
                "ALTER TABLE people RENAME COLUMN \(name) TO x; ALTER TABLE people RENAME COLUMN x TO \(spelt(name))")
        }
    }

    @Test(arguments: Place.available) func allGoOnUnderTheNamesOfTheTable(_ place: Place) throws {
        try configure(place, rename: nil, masks: false)
        try run("extract")
        var names: [String: String] = [:]
        for table in Self.tables.values { names[table] = try columns(place, of: table) }
        for turn in 1...2 {
            try rename { turn == 1 ? $0.uppercased() : $0.prefix(1).uppercased() + $0.dropFirst() }
            let moment = 1_700_100_000 + turn * 10_000_000
            try change(
                """
                UPDATE people SET custom_region = 'moved', at = datetime(\(moment) + id, 'unixepoch') WHERE id % 10 = \(turn);
                INSERT INTO people (id, name, custom_region, email, number, at) SELECT id + \(RenamedPeople.rows + 20 * turn), 'more',
                  'new', 'b@example.com', id, datetime(\(moment + 10_000) + id, 'unixepoch') FROM people WHERE id <= 20;
                """)
            let plan = try run("plan", "moving")
            #expect(!plan.all.contains("new column"), "\(plan.all)")
            try run("extract")
            for (extract, table) in Self.tables where place == .postgresql || extract != "made" {
                #expect(try columns(place, of: table) == names[table], "\(extract)")
            }
            for table in ["f", "k", "m"] {
                #expect(try copy(place, table, RenamedPeople.plain) == source(), "\(table)")
            }
            for extract in ["made", "kept", "moving"] {
                let result = try run("verify", extract, "--full")
                #expect(!result.all.contains("has no column"), "\(result.all)")
            }
            _ = try ask(place) { "UPDATE \($0)m SET name = 'other' WHERE id IN (3, 4)" }
            _ = try ask(place) { "DELETE FROM \($0)m WHERE id IN (5, 6)" }
            try run("verify", "moving", "--full", code: 7)
            try run("verify", "moving", "--full", "--repair")
            try run("verify", "moving", "--full")
            #expect(try copy(place, "m", RenamedPeople.plain) == source())
        }
    }

    /// Two columns of a table that only a letter's case tells apart, of which none is spelt as the source does now.
    @Test func columnsThatOnlyCaseTellsApartAreSaid() throws {
        guard Place.available.contains(.postgresql) else { return }
        try configure(.postgresql, rename: nil, masks: false)
        try run("extract")
        try rename { $0.uppercased() }
        _ = try Server.ask("ALTER TABLE \(schema).m ADD COLUMN \"Name\" text")
        try live()
        for (command, code) in [(["extract", "moving"], 6), (["verify", "moving", "--full"], 6)] as [([String], Int32)]
        {
            let result = try Program(
                directory: directory.url,
                environment: [
                    "DESTINATION_PASSWORD": Server.environment["KLEENE_PG_PASSWORD"] ?? "",
                    "XDG_STATE_HOME": directory.path("home"),
                ]
            ).run(command)
            #expect(result.code == code, "\(result.all)")
            #expect(
                result.all.contains("has the columns \"name\" and \"Name\", whose names differ in nothing but upper"),
                "\(result.all)")
        }
        // As it is advised.
        _ = try Server.ask("ALTER TABLE \(schema).m RENAME COLUMN \"Name\" TO note")
        try run("extract", "moving")
        try run("verify", "moving", "--full")
    }
}
