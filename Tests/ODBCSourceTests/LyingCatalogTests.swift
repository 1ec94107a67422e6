import Extraction
import ODBCSource
import Synchronization
import TestSupport
import Testing

/// What catalog functions have been caught doing: keys that are not told, tables in pieces, names that mean several.
@Suite struct LyingCatalogTests {
    private func columns(whereKeys action: String) throws -> (listing: CatalogTableColumns, notes: [String]) {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [RecordingDriver.text], answer: "catalog primary-keys\nat execute \(action)")
        )
        let notes = Mutex<[String]>([])
        let source = DataSource(settings: driver.settings) { note in notes.withLock { $0.append(note) } }
        let listing = try source.columns(of: RecordingDriver.tableName, withKey: true)
        return (listing, notes.withLock(\.self))
    }

    @Test func refusalToTellTheKeyIsNoted() throws {
        let refused = try columns(whereKeys: "fail 42501 7 \"[Vendor]no rights\"")
        #expect(refused.listing.columns.map(\.key) == [nil])
        #expect(
            refused.notes == [
                "The driver remarks: SQLPrimaryKeys failed, so that no key is known: no rights [SQLSTATE 42501]"
            ])
        let silent = try columns(whereKeys: "fail-silently")
        #expect(
            silent.notes == [
                "The driver remarks: SQLPrimaryKeys failed, so that no key is known: the driver gave no reason "
                    + "[SQLSTATE HY000]"
            ])
    }

    @Test func sessionThatIsLostOverTheKeyIsNoTableWithoutOne() throws {
        let failure = try #require(throws: Failure.self) { try columns(whereKeys: "die") }
        #expect(failure.kind == .sessionGone)
    }

    private static let catalog = """
        catalog tables
        row NULL "s" "t" "TABLE" NULL
        row NULL "s" "u" "TABLE" NULL
        row NULL "s" "bare" "TABLE" NULL
        row NULL "s2" "t" "VIEW" NULL
        catalog columns
        row NULL "s" "t" "a" "12" "VARCHAR" "10" NULL NULL NULL "1" NULL NULL NULL NULL NULL "1" "YES"
        row NULL "s" "u" "x" "4" "INTEGER" "10" NULL "0" NULL "0" NULL NULL NULL NULL NULL "2" "NO"
        row NULL "s" "u" "y" "4" "INTEGER" "10" NULL "0" NULL "0" NULL NULL NULL NULL NULL "1" "NO"
        row NULL "s" "t" "b" "12" "VARCHAR" "10" NULL NULL NULL "1" NULL NULL NULL NULL NULL "2" "YES"
        row NULL "s2" "t" "c" "12" "VARCHAR" "10" NULL NULL NULL "1" NULL NULL NULL NULL NULL "1" "YES"
        catalog primary-keys
        row NULL "s" "u" "y" "1" "pk"
        row NULL "s" "t" "b" "1" "pk"
        """

    /// In one statement, with a table whose rows do not come in one go, one without columns, and one not in order.
    @Test func columnsOfAllTablesAreThoseOfEach() throws {
        let driver = try RecordingDriver(Self.catalog)
        let source = DataSource(settings: driver.settings) { _ in }
        let tables = try source.tables(schema: nil).map(\.name)
        let each = try tables.map { try source.visibleColumns(of: $0) }
        let before = driver.calls.count { $0.hasPrefix("SQLColumns") }
        var all: [TableName: CatalogTableColumns] = [:]
        try source.eachColumns(of: tables) { all[$0.name] = $0 }
        #expect(tables.map { all[$0] } == each)
        #expect(each.map(\.columns.count) == [2, 2, 0, 1])
        // One for all, one for what was torn, one for what has no columns.
        let asked = driver.calls.count { $0.hasPrefix("SQLColumns") } - before
        #expect(asked <= 4, "\(asked)")
    }

    @Test func listedTableWithoutColumnsIsNotSaidToBeMissing() throws {
        let driver = try RecordingDriver(
            Self.catalog + "\nsql contains \"bare\"\nat execute fail 42000 1356 \"references invalid table\"")
        let failure = #expect(throws: Failure.self) {
            try DataSource(settings: driver.settings) { _ in }.columns(of: TableName(schema: "s", name: "bare"))
        }
        #expect(
            failure?.message
                == "The source lists s.bare, but no column of it, and reading it fails: references invalid table.")
        #expect(failure?.kind == .statement && failure?.advice.contains("Near") == false)
    }

    @Test func schemaThatIsNotThereIsRefused() throws {
        let driver = try RecordingDriver(Self.catalog)
        let source = DataSource(settings: driver.settings) { _ in }
        for ask in [
            { _ = try source.columns(of: TableName(schema: "nope", name: "t")) },
            { _ = try source.tables(schema: "nope") },
        ] {
            let failure = #expect(throws: Failure.self) { try ask() }
            #expect(failure?.message.contains("\"nope\"") == true)
            #expect(failure?.advice.contains("Its schemas: s, s2.") == true, "\(String(describing: failure))")
        }
    }

    @Test func dottedNameIsHeldAgainstTheListing() throws {
        let driver = try RecordingDriver(Self.catalog)
        let source = DataSource(settings: driver.settings) { _ in }
        #expect(try source.columns(of: TableName(name: "s2.t")).columns.map(\.name) == ["c"])
        #expect(try source.columns(of: TableName(name: "s.t")).columns.map(\.name) == ["a", "b"])
        let failure = #expect(throws: Failure.self) { try source.columns(of: TableName(name: "t")) }
        #expect(failure?.message == "There is more than one table t: s.t, s2.t.")
    }

    @Test func twoColumnsThatLookTheSameAreTwo() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(
                columns: [("caf\u{E9}", "VARCHAR size 9"), ("cafe\u{301}", "VARCHAR size 9")], answer: "row \"1\" \"2\""
            ))
        let source = DataSource(settings: driver.settings) { _ in }
        let names = try source.columns(of: RecordingDriver.tableName).columns.map(\.name)
        #expect(names.map { $0.unicodeScalars.count } == [4, 5])
        #expect(try readAll(source, RecordingDriver.tableName).rows == [["1", "2"]])
    }
}
