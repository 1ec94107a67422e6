import Foundation
import Testing

@testable import MockSuiteAnalytics

/// Data that changes while it is read: the same by seed, visible when it should be, and logged whole.
@Suite struct EvolutionTests {
    static let start = 1_772_949_600  // 2026-03-08 06:00:00 UTC

    /// A store whose clock stands still, but for the evolution.
    func store(
        seed: UInt64 = 1, lines: Int = 300, at time: Int = Self.start, sysdateZone: String = "UTC",
        keyZone: String = "UTC", _ settings: String = ""
    ) throws -> (store: Store, clock: MockClock) {
        let clock = MockClock(
            sysdateZone: try #require(Zone(sysdateZone)), keyZone: try #require(Zone(keyZone)))
        clock.freeze(at: Double(time))
        let store = try Store(.netSuite(lines: lines), seed: seed, clock: clock)
        try store.configureEvolution(settings.split(separator: " ").map(String.init))
        return (store, clock)
    }

    func values(_ sql: String, _ connection: SQLiteConnection) throws -> [[String?]] {
        try connection.rows(sql, [])
    }

    func tables(_ store: Store) throws -> String {
        let reader = try store.openSession()
        return try ["transaction", "transactionLine", "Customer", "DeletedRecord"].map { table in
            let names = store.catalog.tables.first { $0.name == table }?.columns.map { Renderer.quote($0.name) } ?? []
            return try values(
                "SELECT group_concat(\(names.map { "quote(\($0))" }.joined(separator: " || "))) FROM \"\(table)\"",
                reader.connection)[0][0] ?? ""
        }.joined()
    }

    static let everything = "late=0.3 null=0.1 future=0.1 bulk=0.3 bulk_rows=20"

    @Test func seedDecidesTheLogAndTheTables() throws {
        func outcome(_ settings: String) throws -> [String] {
            let store = try store(Self.everything + settings).store
            try store.evolve(steps: 15)
            return [try store.versions(table: nil, since: -1, limit: .max), try tables(store)]
        }
        let (one, same, other) = (try outcome(" seed=5"), try outcome(" seed=5"), try outcome(" seed=6"))
        #expect(one == same)
        #expect(one[0] != other[0] && one[1] != other[1])
    }

    @Test func stepsAtOnceAreTheStepsOneByOne() throws {
        let (one, other) = (try store(Self.everything).store, try store(Self.everything).store)
        try one.evolve(steps: 12)
        for _ in 1...12 { try other.evolve(steps: 1) }
        #expect(try tables(one) == tables(other))
    }

    @Test func lastVersionOfEveryRowIsTheTable() throws {
        let (store, clock) = try store(Self.everything)
        try store.evolve(steps: 40)
        _ = try store.change("UPDATE customer SET id = id + 1000000 WHERE rowid % 7 = 0")
        clock.advance(by: 1000)
        let status = try store.evolution
        #expect(status.pending == 0 && status.steps == 40 && status.sequence > 100)
        let log = try SQLiteConnection(path: try #require(status.log), readOnly: true)
        try log.execute("ATTACH '\(store.path)' AS data")
        for (table, keys) in [
            ("transaction", ["id"]), ("transactionLine", ["transaction", "id"]), ("Customer", ["id"]),
        ] {
            let id = "'[' || " + keys.map { Renderer.quote($0) }.joined(separator: " || ',' || ") + " || ']'"
            let columns = try #require(store.catalog.tables.first { $0.name == table }).columns
            // Every column of the row against the row's JSON: texts, or numbers to the last digit.
            let different = columns.map { column in
                let name = Renderer.quote(column.name)
                return "\(name) IS NOT json_extract(row_json, '$.\(Renderer.quote(column.name))')"
            }
            let last =
                "(SELECT id AS version_id, operation, row_json FROM versions AS v WHERE table_name = '\(table)' "
                + "AND sequence = (SELECT max(sequence) FROM versions AS w WHERE w.table_name = v.table_name "
                + "AND w.id = v.id))"
            let row = "(SELECT *, \(id) AS row_id FROM data.\"\(table)\")"
            let logged = try values("SELECT count(*) FROM \(last)", log)[0][0].flatMap { Int($0) } ?? 0
            #expect(logged > 10)
            #expect(
                try values(
                    "SELECT count(*) FROM \(last) JOIN \(row) ON version_id = row_id WHERE operation = 'delete' OR "
                        + different.joined(separator: " OR "), log)[0] == ["0"])
            #expect(
                try values(
                    "SELECT count(*) FROM \(last) LEFT JOIN \(row) ON version_id = row_id WHERE row_id IS NULL AND "
                        + "operation <> 'delete'", log)[0] == ["0"])
        }
        // What was before the first change is known, and of new rows there is nothing.
        #expect(
            try values(
                "SELECT count(*) FROM (SELECT min(sequence) AS first, operation FROM versions GROUP BY table_name, id) "
                    + "WHERE (operation = 'initial') <> (first = 0) OR first > 0 AND operation <> 'insert'", log)[0]
                == ["0"])
    }

    @Test func lateRowsAreInvisibleUntilTheirTime() throws {
        let (store, clock) = try store("tables=customer late=1 delay=100 insert=1 update=0 delete=0 changes=1 bulk=0")
        let reader = try store.openSession()
        func newest() throws -> [String?] {
            let snapshot = try store.beginStatement("newest", session: 1, reader)
            defer { withExtendedLifetime(snapshot) {} }
            return try values(
                "SELECT count(*), max(lastmodifieddate) FROM customer WHERE rowid > 25", reader.connection)[0]
        }
        try store.evolve(steps: 1)
        let made = clock.now
        #expect(try newest() == ["0", nil])
        let due = try #require(try store.evolution.due)
        #expect(Double(due) > made && Double(due) <= made + 100)
        clock.advance(by: Double(due) - made - 0.5)
        #expect(try newest() == ["0", nil])
        clock.advance(by: 0.5)
        // It is as old as if it had been visible from the beginning.
        #expect(try newest() == ["1", Moment(secondsSince1970: Int(made)).canonicalText])
        #expect(try store.versions(table: "customer", since: 0, limit: 1).contains("\"visible_at\":\(due).0,"))
    }

    @Test func rowsThatAreNotLateAreDatedAfterWhateverWasReadBefore() throws {
        let (store, clock) = try store("late=0 advance=0..90 changes=1..8")
        for _ in 1...20 {
            let (sequence, read) = (try store.evolution.sequence, clock.sysdate(at: clock.now).canonicalText)
            try store.evolve(steps: 1)
            let log = try store.versions(table: nil, since: sequence, limit: 1000)
            let keys = log.matches(of: /"key":"([^"]+)"/).map { String($0.output.1) }
            #expect(keys.allSatisfy { $0 >= read && $0 <= clock.sysdate(at: clock.now).canonicalText }, "\(keys)")
        }
    }

    @Test func statementKeepsItsStateWhileTheDataEvolve() throws {
        let (store, _) = try store("changes=5")
        let reader = try store.openSession()
        let sql = "SELECT group_concat(quote(memo)), ns_sysdate() FROM transactionline"
        let before = try values(sql, reader.connection)
        let snapshot = try store.beginStatement(sql, session: 1, reader)
        try store.evolve(steps: 20)
        #expect(try values(sql, reader.connection) == before)
        withExtendedLifetime(snapshot) {}
    }

    @Test func nextStatementSeesTheChanges() throws {
        let (store, _) = try store("changes=5")
        let reader = try store.openSession()
        let sql = "SELECT group_concat(quote(memo)), ns_sysdate() FROM transactionline"
        _ = try store.beginStatement(sql, session: 1, reader)
        let before = try values(sql, reader.connection)
        try store.evolve(steps: 20)
        _ = try store.beginStatement(sql, session: 1, reader)
        let after = try values(sql, reader.connection)
        #expect(after[0][0] != before[0][0] && after[0][1] != before[0][1])
    }

    @Test func deletedRecordKeepsWhatWasDeleted() throws {
        let (store, clock) = try store(
            "tables=transaction,customer insert=0 update=0 delete=1 changes=1 late=0 bulk=0 advance=1")
        let reader = try store.openSession()
        try store.evolve(steps: 12)
        let log = try SQLiteConnection(path: try #require(try store.evolution.log), readOnly: true)
        let deleted = try values(
            "SELECT id FROM versions WHERE operation = 'delete' AND table_name IN ('transaction', 'Customer') "
                + "ORDER BY sequence", log)
        #expect(deleted.count == 12)
        let records = try values(
            "SELECT '[' || recordid || ']' FROM deletedrecord ORDER BY rowid DESC LIMIT 12", reader.connection)
        #expect(records.reversed() == deleted)
        #expect(
            try values("SELECT max(deleteddate) FROM deletedrecord WHERE rowid > 8", reader.connection)[0][0]
                == Moment(secondsSince1970: Int(clock.now)).canonicalText)
        // No line is left without its transaction.
        #expect(
            try values(
                "SELECT count(*) FROM transactionline WHERE \"transaction\" NOT IN (SELECT id FROM \"transaction\")",
                reader.connection)[0] == ["0"])
    }

    /// Of the changes of one table, how many dates of the other moved: headers with their lines, lines with their header.
    private func moved(_ changing: String, _ other: String, _ settings: String) throws -> Int {
        let (store, _) = try store(
            "tables=\(changing) insert=0 changes=6 late=0 bulk=0 seed=3 " + settings)
        let reader = try store.openSession()
        try store.evolve(steps: 4)
        let column = other == "transaction" ? "lastmodifieddate" : "linelastmodifieddate"
        return try values("SELECT count(*) FROM \"\(other)\" WHERE \(column) > '2026-03-08'", reader.connection)[0][0]
            .flatMap { Int($0) } ?? -1
    }

    @Test func datesOfHeadersAndLinesMoveTogetherOrNot() throws {
        #expect(try moved("transactionLine", "transaction", "update=1 delete=0") == 0)
        let all = try moved("transactionLine", "transaction", "update=1 delete=0 touch=1")
        let some = try moved("transactionLine", "transaction", "update=1 delete=0 touch=0.5")
        #expect(all > 12 && some > 0 && some < all)
        // A line that goes leaves nothing but its header's date, and that only sometimes.
        #expect(try moved("transactionLine", "transaction", "update=0 delete=1") == 0)
        #expect(try moved("transactionLine", "transaction", "update=0 delete=1 touch=1") > 12)
        #expect(try moved("transaction", "transactionLine", "update=1 delete=0") == 0)
        #expect(try moved("transaction", "transactionLine", "update=1 delete=0 spread=1") > 40)
    }

    @Test func recordsMayGoWithoutATrace() throws {
        func traces(_ settings: String) throws -> [String?] {
            let store = try store("tables=customer insert=0 update=0 delete=1 changes=5 late=0 bulk=0 \(settings)")
                .store
            let reader = try store.openSession()
            let before = try values("SELECT count(*) FROM customer", reader.connection)[0]
            try store.evolve(steps: 2)
            #expect(try values("SELECT count(*) FROM customer", reader.connection)[0] != before)
            return try values("SELECT count(*) - 8 FROM deletedrecord", reader.connection)[0]
        }
        #expect(try traces("") != ["0"])
        #expect(try traces("untraced=1") == ["0"])
    }

    /// What the new rates draw, nobody else draws: the same seed goes on making the same changes.
    @Test func ratesOfTheseDoNotChangeWhatElseHappens() throws {
        func operations(_ settings: String) throws -> [[String?]] {
            let store = try store("tables=transaction,transactionLine late=0.2 \(settings)").store
            try store.evolve(steps: 10)
            let log = try SQLiteConnection(path: try #require(try store.evolution.log), readOnly: true)
            return try values(
                "SELECT DISTINCT table_name, operation, id FROM versions WHERE operation IN ('insert', 'delete') "
                    + "AND table_name <> 'DeletedRecord' ORDER BY 1, 2, 3", log)
        }
        #expect(try operations("") == (try operations("touch=0.5 spread=0.5 untraced=0.5")))
    }

    @Test(arguments: [
        ("null=1", "lastmodifieddate IS NULL"), ("future=1", "lastmodifieddate > '2026-03-09'"),
        ("bulk=1 changes=0 bulk_rows=15", "15 = (SELECT count(*) FROM customer WHERE lastmodifieddate > '2026-03-08')"),
    ])
    func datesMayBeNullAheadOrAllTheSame(_ settings: String, _ condition: String) throws {
        let (store, _) = try store(
            "tables=customer insert=0 update=1 delete=0 changes=6 late=0 bulk=0 seed=3 " + settings)
        let reader = try store.openSession()
        try store.evolve(steps: 1)
        let count = try values("SELECT count(*) FROM customer WHERE \(condition)", reader.connection)[0][0]
        #expect((count.flatMap { Int($0) } ?? 0) >= 3)
    }

    @Test(arguments: [
        // The night on which Los Angeles goes from 01:59:59 to 03:00:00, and the one with 01:30 twice.
        ("America/Los_Angeles", "+02:00", 1_772_963_999, "2026-03-08 01:59:59", "2026-03-08 11:59:59"),
        ("America/Los_Angeles", "+02:00", 1_772_964_000, "2026-03-08 03:00:00", "2026-03-08 12:00:00"),
        ("America/Los_Angeles", "UTC", 1_793_521_800, "2026-11-01 01:30:00", "2026-11-01 08:30:00"),
        ("America/Los_Angeles", "UTC", 1_793_525_400, "2026-11-01 01:30:00", "2026-11-01 09:30:00"),
        ("-00:03:30", "Europe/Berlin", 1_772_949_600, "2026-03-08 05:56:30", "2026-03-08 07:00:00"),
    ])
    func keysAndSysdateHaveTheirOwnZones(
        _ keyZone: String, _ sysdateZone: String, _ time: Int, _ key: String, _ sysdate: String
    ) throws {
        let (store, _) = try store(
            at: time - 1, sysdateZone: sysdateZone, keyZone: keyZone,
            "tables=customer insert=1 update=0 delete=0 changes=1 late=0 bulk=0 advance=1")
        try store.evolve(steps: 1)
        let reader = try store.openSession()
        let snapshot = try store.beginStatement("s", session: 1, reader)
        #expect(
            try values(
                "SELECT lastmodifieddate, ns_sysdate() FROM customer ORDER BY rowid DESC LIMIT 1", reader.connection)[0]
                == [key, sysdate])
        withExtendedLifetime(snapshot) {}
    }

    @Test(arguments: ["+1", "-08:00", "+05:45", "Asia/Kathmandu", "UTC"])
    func zonesAreRead(_ text: String) {
        #expect(Zone(text) != nil)
        #expect(["", "+", "+x", "+1:2:3:4", "Mars/Base"].allSatisfy { Zone($0) == nil })
    }

    @Test(arguments: [
        "late=2", "late", "delay=-1", "advance=5..1", "advance=", "changes=a..b", "tables=nope",
        "insert=0 update=0 delete=0",
        "colour=red",
    ])
    func wrongSettingsAreRefusedAndChangeNothing(_ words: String) throws {
        let store = try store("late=0.25").store
        #expect(throws: EvolutionSettings.Refusal.self) {
            try store.configureEvolution(["late=0.5"] + words.split(separator: " ").map(String.init))
        }
        #expect(try store.evolution.settings.late == 0.25)
    }

    @Test func ownCatalogEvolvesToo() throws {
        let text = """
            {"tables": [{"schema": "A.R", "table": "CUSTOMRECORD_X", "columns": [
              {"name": "id", "type": "BIGINT", "key": true}, {"name": "part", "type": "VARCHAR2", "length": 20, "key": true},
              {"name": "name", "type": "VARCHAR2", "length": 12}, {"name": "n", "type": "NUMERIC(18,4)"},
              {"name": "lastmodifieddate", "type": "TIMESTAMP"}]},
              {"schema": "A.R", "table": "keyless", "columns": [{"name": "name", "type": "VARCHAR2", "length": 12}]}]}
            """
        let path = FileManager.default.temporaryDirectory.appending(path: "catalog-\(UUID().uuidString).json")
        try text.write(to: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: path) }
        let store = try Store(try CatalogFile.read(path.path, rows: 50), seed: 1, clock: MockClock())
        #expect(throws: EvolutionSettings.Refusal.self) { try store.evolve(steps: 1) }
        try store.configureEvolution(["tables=customrecord_x,KEYLESS", "changes=10", "late=0"])
        try store.evolve(steps: 10)
        let reader = try store.openSession()
        #expect(
            try values(
                "SELECT count(*) = count(DISTINCT id || ' ' || part), count(*) > 50 FROM CUSTOMRECORD_X",
                reader.connection)[0] == ["1", "1"])
        #expect(try store.versions(table: "keyless", since: 0, limit: 1).contains("\"operation\""))
    }
}
