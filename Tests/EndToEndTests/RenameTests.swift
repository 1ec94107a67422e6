import Foundation
import TestSupport
import Testing

/// Columns that have another name in the destination: loads, comparisons and removals.
@Suite struct RenameTests: RenamingSuite {
    let source: TemporaryDirectory
    let directory: TemporaryDirectory
    let schema = "rename_\(UInt64.random(in: .min ... .max))"

    init() throws {
        source = try TemporaryDirectory()
        directory = try TemporaryDirectory()
        try makePeople()
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
        #expect(try copy(place, "a").count == RenamedPeople.rows + 300 + 20)
        try run("extract")
        #expect(try copy(place, "a").count == RenamedPeople.rows + 300 + 20)
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
        #expect(try ask(place) { "SELECT \(RenamedPeople.renamed) FROM \($0)m\(alive) ORDER BY 1" } == source())
        try run("verify", "moving", "--full")
        // Back from the dead.
        try change("INSERT INTO people (id, name, at) VALUES (101, 'again', datetime(1700300000, 'unixepoch'))")
        try run("extract", "moving")
        #expect(try ask(place) { "SELECT \(RenamedPeople.renamed) FROM \($0)m\(alive) ORDER BY 1" } == source())
    }
}
