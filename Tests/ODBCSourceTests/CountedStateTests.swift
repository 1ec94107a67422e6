import Extraction
import ODBC
import Rows
import Synchronization
import TestSupport
import Testing

@testable import ODBCSource

/// A count and the read that follows it see one state of a table, where the source is PostgreSQL.
@Suite struct CountedStateTests {
    private let server: PostgreSQL
    private let source: DataSource
    private let table: TableName

    init() throws {
        server = try PostgreSQL()
        source = DataSource(settings: server.settings) { _ in }
        table = TableName(name: "counted_\(UInt64.random(in: .min ... .max))")
    }

    private func query(_ columns: [String] = ["i", "d"], where condition: Condition? = nil) throws -> TableQuery {
        var query = TableQuery(try source.columns(of: table), columns: columns)
        query.condition = condition
        return query
    }

    private func make(_ rows: Int, day: String = "date '2020-01-01' + i") throws {
        try server.run("CREATE TABLE \(table) AS SELECT i, (\(day))::date AS d FROM generate_series(1, \(rows)) i")
    }

    /// The rows of a reader that is open, to its end.
    private func rest(of reader: DataSourceReader) throws -> [[String?]] {
        let batch = RowBatch(layout: reader.layout)
        var rows: [[String?]] = []
        while try reader.fill(batch) {
            for row in 0..<batch.rowCount {
                rows.append(reader.columns.indices.map { batch.text(column: $0, row: row) })
            }
        }
        return rows
    }

    /// Sessions of the server that have a transaction open and have seen the table.
    private func transactions() throws -> String {
        try server.run(
            "SELECT count(*) FROM pg_locks WHERE relation = '\(table)'::regclass AND mode = 'AccessShareLock' "
                + "AND pid <> pg_backend_pid()"
        ).filter(\.isNumber)
    }

    @Test func rowsThatComeAndGoBetweenCountAndReadAreNotSeen() throws {
        try make(3000)
        let query = try query()
        #expect(try source.count(query, isPart: false) == 3000)
        try server.run("DELETE FROM \(table) WHERE i % 2 = 0; INSERT INTO \(table) VALUES (9999, '2024-02-29')")
        let reader = try source.open(query, hint: nil)
        #expect(reader.counted == 3000)
        let rows = try rest(of: reader)
        #expect(rows.count == 3000)
        #expect(!rows.contains { $0[0] == "9999" })
        // The next read sees the table as it is by then.
        #expect(try source.count(query, isPart: false) == 1501)
        #expect(try rest(of: try source.open(query, hint: nil)).count == 1501)
    }

    @Test func aConditionIsCountedAsItIsRead() throws {
        try make(100)
        let query = try query(where: .any([.compare("i", .above, .integer(90)), .isNull("d")]))
        #expect(try source.count(query, isPart: false) == 10)
        try server.run("UPDATE \(table) SET d = NULL")
        #expect(try rest(of: try source.open(query, hint: nil)).count == 10)
    }

    @Test func theTransactionEndsWithTheRead() throws {
        try make(5000)
        let query = try query()
        #expect(try source.count(query, isPart: false) == 5000)
        #expect(try transactions() == "1")
        let reader = try source.open(query, hint: nil)
        #expect(try rest(of: reader).count == 5000)
        #expect(try transactions() == "0")
        #expect(try !reader.fill(RowBatch(layout: reader.layout)))
    }

    @Test func aReadThatIsGivenUpEndsItToo() throws {
        try make(50_000)
        let query = try query()
        #expect(try source.count(query, isPart: false) == 50_000)
        do {
            let reader = try source.open(query, hint: nil)
            #expect(try reader.fill(RowBatch(layout: reader.layout)))
            #expect(try transactions() == "1")
        }
        #expect(try transactions() == "0")
        #expect(try readAll(source, table).rows.count == 50_000)
    }

    /// What another question is told may not be stale, and none that fails may spoil the read.
    @Test func anotherQuestionLeavesTheState() throws {
        try make(10)
        let query = try query()
        #expect(try source.count(query, isPart: false) == 10)
        try server.run("INSERT INTO \(table) VALUES (11, '2024-02-29')")
        #expect(try source.count(of: table, where: nil) == 11)
        #expect(try transactions() == "0")
        #expect(try source.count(query, isPart: false) == 11)
        #expect(try source.count(of: table, where: .written("no_such_column = 1")) == nil)
        let reader = try source.open(query, hint: nil)
        #expect(reader.counted == nil)
        #expect(try rest(of: reader).count == 11)
    }

    @Test func anotherReadLeavesTheState() throws {
        try make(10)
        let query = try query()
        #expect(try source.count(query, isPart: false) == 10)
        try server.run("INSERT INTO \(table) VALUES (11, 'infinity')")
        let other = try source.open(try self.query(["i"]), hint: nil)
        #expect(other.counted == nil)
        #expect(try rest(of: other).count == 11)
        // And has its own dates looked at.
        #expect(try readAll(source, table).rows.contains(["11", "infinity"]))
    }

    /// The count fails at them, and says what the table has all the same.
    @Test(arguments: TypedDateTests.odd) func datesThatTheDriverDoesNotHaveAreReadAsText(_ day: String) throws {
        let notes = Mutex<[String]>([])
        let source = DataSource(settings: server.settings) { note in notes.withLock { $0.append(note) } }
        try make(2500, day: "CASE i WHEN 2100 THEN '\(day)' ELSE date '2020-01-01' + i END")
        let query = try query()
        #expect(try source.count(query, isPart: false) == 2500)
        #expect(try transactions() == "0")
        var hint: LearnedWidths?
        let rows = try ReadAgain.untilAllFits("\(table)", hint: &hint) {
            try rest(of: try source.open(query, hint: $0))
        }
        #expect(rows.count == 2500)
        #expect(rows.contains(["2100", day]))
        #expect(notes.withLock { $0 } == [])
    }

    /// Values that are longer than their slots have a read begin again, of the rows as they are then.
    @Test func aReadThatBeginsAgainIsOfTheTableAsItIsThen() throws {
        try make(100)
        try server.run("ALTER TABLE \(table) ADD m text; UPDATE \(table) SET m = repeat('é', i * 1000)")
        let query = try query(["i", "d", "m"])
        #expect(try source.count(query, isPart: false) == 100)
        var hint: LearnedWidths?
        var counts: [Int?] = []
        let rows = try ReadAgain.untilAllFits("\(table)", hint: &hint) {
            let reader = try source.open(query, hint: $0)
            counts.append(reader.counted)
            return try rest(of: reader)
        }
        #expect(counts.first == 100)
        #expect(counts.count > 1)
        #expect(counts.dropFirst().allSatisfy { $0 == nil })
        #expect(rows.map { $0[2]?.count ?? 0 }.sorted() == (1...100).map { $0 * 1000 })
        #expect(try transactions() == "0")
    }

    /// Few rows of a table are counted without a look at their dates.
    @Test func anOddDateOfAWindowHasItsReadBeginAgain() throws {
        try make(100, day: "CASE WHEN i = 50 THEN 'infinity' ELSE date '2020-01-01' + i END")
        let query = try query(where: .compare("i", .above, .integer(10)))
        #expect(try source.count(query, isPart: true) == 90)
        var hint: LearnedWidths?
        var counts: [Int?] = []
        let rows = try ReadAgain.untilAllFits("\(table)", hint: &hint) {
            let reader = try source.open(query, hint: $0)
            counts.append(reader.counted)
            return try rest(of: reader)
        }
        #expect(rows.count == 90 && rows.contains(["50", "infinity"]))
        #expect(counts.last == .some(nil))
        #expect(try transactions() == "0")
    }

    /// Where the source counts nothing there may be no read, by which a transaction would end.
    @Test(arguments: [true, false]) func ofNoRowsNoTransactionIsKept(isPart: Bool) throws {
        try make(10)
        let query = try query(where: .compare("i", .above, .integer(100)))
        #expect(try source.count(query, isPart: isPart) == 0)
        #expect(try transactions() == "0")
        try server.run("INSERT INTO \(table) VALUES (101, NULL)")
        #expect(try rest(of: try source.open(query, hint: nil)) == [["101", nil]])
    }

    /// The session may be ended between the two, as by `idle_in_transaction_session_timeout`.
    @Test func aSessionThatIsLostMeanwhileIsOpenedAgain() throws {
        try make(10)
        let query = try query()
        #expect(try source.count(query, isPart: false) == 10)
        try server.run(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = '\(table)'::regclass AND pid <> pg_backend_pid()"
        )
        do {
            #expect(try rest(of: try source.open(query, hint: nil)).count == 10)
        } catch let failure as Failure {
            #expect(failure.kind == .sessionGone)
            source.disconnect()
            #expect(try rest(of: try source.open(query, hint: nil)).count == 10)
        }
    }

    /// A column that has become a date since its table was described has its dates looked at.
    @Test func aColumnThatBecomesADateIsFenced() throws {
        let notes = Mutex<[String]>([])
        let source = DataSource(settings: server.settings) { note in notes.withLock { $0.append(note) } }
        try server.run("CREATE TABLE \(table) AS SELECT 1 AS i, timestamp '2024-01-02 03:04:05' AS d")
        #expect(try readAll(source, table).rows == [["1", "2024-01-02 03:04:05"]])
        let query = try query()
        try server.run("ALTER TABLE \(table) ALTER d TYPE date; UPDATE \(table) SET d = '0044-03-15 BC'")
        #expect(try source.count(query, isPart: false) == 1)
        var hint: LearnedWidths?
        let rows = try ReadAgain.untilAllFits("\(table)", hint: &hint) {
            try rest(of: try source.open(query, hint: $0))
        }
        #expect(rows == [["1", "0044-03-15 BC"]])
        // Its transaction was ended once, of which the server says nothing.
        #expect(notes.withLock { $0 } == [])
    }

    // MARK: Of a driver's words

    private func driver(_ refusal: String = "", rows: String = "3") throws -> RecordingDriver {
        try RecordingDriver(
            """
            info DRIVER_NAME "psqlodbcw.so"
            \(refusal)
            sql contains "START TRANSACTION"
            sql contains "ROLLBACK"
            sql contains "COUNT(*)"
            column "c" BIGINT size 19
            row "\(rows)"

            """
                + RecordingDriver.table(
                    columns: [("id", "BIGINT size 19"), ("d", "DATE size 10")],
                    answer: "row \"1\" \"2020-01-02\"\nrow \"2\" NULL\nrow \"3\" NULL"))
    }

    private func statements(_ driver: RecordingDriver) -> [String] {
        driver.calls.filter { $0.hasPrefix("SQLExecDirect") }
    }

    private let recorded = TableQuery(table: RecordingDriver.tableName, columns: ["id", "d"])

    @Test func theCountLooksAtTheDatesAndTheReadDoesNot() throws {
        let driver = try driver()
        let source = DataSource(settings: driver.settings) { _ in }
        #expect(try source.count(recorded, isPart: false) == 3)
        let reader = try source.open(recorded, hint: nil)
        #expect(reader.counted == 3, "\(statements(driver))")
        #expect(try rest(of: reader) == [["1", "2020-01-02"], ["2", nil], ["3", nil]])
        let fenced = statements(driver).filter { $0.contains("IS DISTINCT FROM 2") }
        #expect(fenced.count == 1)
        #expect(fenced.allSatisfy { $0.contains("VALUES ((SELECT COUNT(*) FROM") })
        #expect(statements(driver).count { $0.contains("START TRANSACTION ISOLATION LEVEL REPEATABLE READ") } == 1)
        #expect(statements(driver).count { $0.contains("ROLLBACK") } == 1)
    }

    /// An index may count the rows of a window without a look at any; they are read in the state in which they were counted all the same.
    @Test func theReadLooksAtTheDatesOfAWindow() throws {
        let driver = try driver()
        let source = DataSource(settings: driver.settings) { _ in }
        #expect(try source.count(recorded, isPart: true) == 3)
        let reader = try source.open(recorded, hint: nil)
        #expect(reader.counted == 3)
        #expect(try rest(of: reader) == [["1", "2020-01-02"], ["2", nil], ["3", nil]])
        let fenced = statements(driver).filter { $0.contains("IS DISTINCT FROM 2") }
        #expect(fenced.count == 1 && !fenced.contains { $0.contains("COUNT(*)") })
        #expect(statements(driver).count { $0.contains("ROLLBACK") } == 1)
    }

    /// A pooler may keep no transactions, and who speaks PostgreSQL's language may lack a part of it.
    @Test(arguments: ["START TRANSACTION", "VALUES"], ["0A000", "42601", "25006", "HY000"])
    func whoRefusesIsAskedAsOthersAre(part: String, state: String) throws {
        let driver = try driver("sql contains \"\(part)\"\nat execute fail \(state) 1 \"not here\"")
        let source = DataSource(settings: driver.settings) { _ in }
        #expect(try source.count(recorded, isPart: false) == 3)
        let reader = try source.open(recorded, hint: nil)
        #expect(reader.counted == nil)
        #expect(try rest(of: reader).count == 3)
        #expect(statements(driver).contains { $0.contains("SELECT COUNT(*) FROM") && !$0.contains("VALUES") })
        // The read has its dates looked at.
        #expect(statements(driver).count { $0.contains("IS DISTINCT FROM 2") && !$0.contains("COUNT") } == 1)
    }

    /// A count that is out of time is no reason to wait for another.
    @Test func aCountThatIsOutOfTimeIsNotAskedTwice() throws {
        let driver = try driver("sql contains \"VALUES\"\nat execute fail HYT00 1 \"timeout expired\"")
        let source = DataSource(settings: driver.settings) { _ in }
        #expect(try source.count(recorded, isPart: false) == nil)
        #expect(statements(driver).count { $0.contains("COUNT(*)") } == 1)
        #expect(try rest(of: try source.open(recorded, hint: nil)).count == 3)
    }

    // MARK: As SQL

    @Test func theCountHasTheConditionAndTheFences() throws {
        let dialect = ODBCDialect(identifierQuote: "\"", catalogSeparator: ".")
        var query = TableQuery(table: TableName(schema: "s", name: "t"), columns: ["i", "d"])
        #expect(try dialect.count(query, fenced: []) == "VALUES ((SELECT COUNT(*) FROM \"s\".\"t\"))")
        query.condition = .any([.isNull("i"), .compare("i", .above, .integer(3))])
        #expect(
            try dialect.count(query, fenced: ["d"])
                == "VALUES ((SELECT COUNT(*) FROM \"s\".\"t\" WHERE (\"i\" IS NULL OR \"i\" > 3) AND \(ODBCDialect.fence("\"d\""))))"
        )
        query.condition = .written("i = 1 -- one")
        #expect(
            try dialect.count(query, fenced: []) == "VALUES ((SELECT COUNT(*) FROM \"s\".\"t\" WHERE i = 1 -- one\n))")
    }
}
