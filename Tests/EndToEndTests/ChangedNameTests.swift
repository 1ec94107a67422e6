import Foundation
import TestSupport
import Testing

/// A name that columns have in the destination and that changes, and columns that come and go beside renamed ones.
@Suite struct ChangedNameTests: RenamingSuite {
    let source: TemporaryDirectory
    let directory: TemporaryDirectory
    let schema = "rename_\(UInt64.random(in: .min ... .max))"

    init() throws {
        source = try TemporaryDirectory()
        directory = try TemporaryDirectory()
        try makePeople()
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
            try change("DELETE FROM people WHERE id > \(RenamedPeople.rows) * 2")
            try run("extract")
            for (name, table) in [("made", "f"), ("kept", "k"), ("moving", "m")] {
                let expected = "id name \(step.name) email number at"
                #expect(try columns(place, of: table) == expected)
                let some = "id, name, \(step.name), number, CAST(at AS TEXT)"
                if table != "m" { #expect(try copy(place, table, some) == source()) }
                #expect(try ask(place) { "SELECT count(*) FROM \($0)\(table) WHERE \(step.name) = 'moved'" } == ["300"])
                if table != "m" { try run("verify", name, "--full") }
            }
            try change("DELETE FROM people WHERE id > \(RenamedPeople.rows)")
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
        let made = try run("extract", "made", code: 1)
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
            try ask(place) { "SELECT count(*) FROM \($0)k WHERE short = 'x' AND their_run = 'y'" } == [
                "\(RenamedPeople.rows)"
            ])
        try run("verify", "kept", "--full")
    }
}
