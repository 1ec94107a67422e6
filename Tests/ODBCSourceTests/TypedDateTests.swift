import Extraction
import ODBC
import Rows
import TestSupport
import Testing

@testable import ODBCSource

/// Dates of PostgreSQL come as structs, and are the text that the server makes of them: where one is none that psqlodbc has, the read
/// begins again with that text.
@Suite struct TypedDateTests {
    private let server: PostgreSQL
    private let source: DataSource
    private let table: TableName

    init() throws {
        server = try PostgreSQL()
        source = DataSource(settings: server.settings) { _ in }
        table = TableName(name: "typed_days_\(UInt64.random(in: .min ... .max))")
    }

    /// Of which psqlodbc 13.02 drops "BC", or makes another day.
    static let odd = [
        "infinity", "-infinity", "0044-03-15 BC", "4713-01-01 BC", "0001-12-31 BC", "10000-01-01", "12024-12-03",
        "5874897-12-31",
    ]

    private func source(batchRows: Int) -> DataSource {
        var settings = server.settings
        settings.reading.batchRows = batchRows
        return DataSource(settings: settings) { _ in }
    }

    @Test func allThatTheDriverHasAreReadAsStructs() throws {
        try server.run(
            """
            CREATE TABLE \(table) AS SELECT i, day, day::text AS text, (CASE i % 3 WHEN 0 THEN day END) AS some FROM (
                SELECT i, CASE i WHEN 0 THEN '0001-01-01' WHEN 3651 THEN '9999-12-31' ELSE date '0001-01-02' + i * 1000 + i % 7 END::date
                    AS day FROM generate_series(0, 3651) i) t;
            INSERT INTO \(table) SELECT 4000 + i, day, day::text, day FROM (
                SELECT i, (current_date - 2 + i) AS day FROM generate_series(0, 4) i) t;
            INSERT INTO \(table) VALUES (5000, '1582-10-10', '1582-10-10', NULL), (5001, '2000-02-29', '2000-02-29', NULL),
                (5002, '1900-02-28', '1900-02-28', NULL);
            """)
        for rows in [2000, 700, 1] {
            let read = try readAll(source(batchRows: rows), table)
            #expect(read.restarts == 0)
            #expect(read.columns.map(\.type) == [.integer, .date, .text, .date])
            #expect(read.rows.count == 3660)
            for row in read.rows {
                #expect(row[1] == row[2])
                if let some = row[3] { #expect(some == row[2]) }
            }
            #expect(read.rows.count { $0[3] == nil } == 2434 + 3)
        }
    }

    /// Wherever it stands in the driver's blocks of 2000 rows and in our batches, and whatever else comes with it.
    @Test(arguments: odd) func oneThatItDoesNotHaveBeginsAgain(_ day: String) throws {
        for place in [1, 2, 1999, 2000, 2001, 5000] {
            try server.run(
                """
                DROP TABLE IF EXISTS \(table);
                CREATE TABLE \(table) AS SELECT i, CASE WHEN i = \(place) THEN '\(day)' WHEN i % 5 > 0 THEN date '2020-01-01' + i END::date AS a,
                    date '2021-01-01' + i AS b, timestamp '2020-01-01' + i * interval '1 hour' AS at FROM generate_series(1, 5000) i;
                """)
            for rows in [2000, 1500, 7] where rows != 7 || place == 2001 {
                let read = try readAll(source(batchRows: rows), table)
                #expect(read.restarts == 1, "\(day) in row \(place)")
                #expect(read.rows.count == 5000)
                #expect(read.rows.filter { $0[1] == day }.map(\.[0]) == ["\(place)"])
                #expect(read.rows[2500][1] == "2026-11-06" && read.rows[2500][2] == "2027-11-07")
                #expect(read.rows[2500][3] == "2020-04-14 05:00:00")
            }
        }
    }

    @Test func allOfThemAreReadAtOnceAndInPieces() throws {
        try server.run(
            "CREATE TABLE \(table) (id serial, \"a day\" date, body text);"
                + Self.odd.map { "INSERT INTO \(table) (\"a day\", body) VALUES ('\($0)', repeat('x', 300000));" }
                .joined()
                + "INSERT INTO \(table) (body) VALUES (NULL)")
        for columns in [["id", "a day"], ["body", "a day"]] {
            let read = try readAll(source, table, columns: columns)
            #expect(read.rows.map(\.[1]) == Self.odd + [nil])
            #expect(read.columns.map(\.type)[1] == .date)
        }
    }

    /// Nobody has asked for these: the driver says that they are dates too.
    @Test func datesOfDomainsAndViewsAreFencedToo() throws {
        try server.run(
            """
            CREATE DOMAIN \(table)_d AS date; CREATE TABLE \(table)_t (i int, d \(table)_d);
            INSERT INTO \(table)_t VALUES (1, '2024-02-29'), (2, '0044-03-15 BC'), (3, 'infinity'), (4, NULL);
            CREATE VIEW \(table) AS SELECT i, d, d::date + 1 AS next, d > '1000-01-01' AS late FROM \(table)_t WHERE i > 0;
            """)
        let read = try readAll(source, table)
        #expect(read.restarts == 1)
        #expect(
            read.rows == [
                ["1", "2024-02-29", "2024-03-01", "1"], ["2", "0044-03-15 BC", "0044-03-16 BC", "0"],
                ["3", "infinity", "infinity", "1"], ["4", nil, nil, nil],
            ])
    }

    /// What a view's own expression fails at is said as the source says it, after one more try.
    @Test func aDivisionByZeroOfTheTablesOwnIsSaid() throws {
        try server.run(
            "CREATE VIEW \(table) AS SELECT i, date '2020-01-01' + i AS d, 1 / (i - 3000) AS n FROM generate_series(1, 5000) i"
        )
        let failure = #expect(throws: Failure.self) { try readAll(source, table) }
        #expect(failure?.message.contains("division by zero") == true, "\(String(describing: failure))")
    }

    /// An odd date that a condition leaves out is none of the read's.
    @Test func rowsThatAreNotAskedForAreNotFenced() throws {
        try server.run(
            """
            CREATE TABLE \(table) AS SELECT i, CASE WHEN i > 9 THEN 'infinity' ELSE date '2020-01-01' + i END::date AS d
                FROM generate_series(1, 12) i;
            """)
        var query = TableQuery(try source.columns(of: table), columns: ["i", "d"])
        query.condition = .all([.written("i < 5 -- first"), .compare("i", .above, .integer(1))])
        let reader = try source.open(query, hint: nil)
        let batch = RowBatch(layout: reader.layout)
        #expect(try reader.fill(batch))
        #expect(
            (0..<batch.rowCount).map { batch.text(column: 1, row: $0) } == ["2020-01-03", "2020-01-04", "2020-01-05"])
    }

    /// A column whose type changes between two reads of a session is asked for as what it is then.
    @Test func aColumnThatBecomesADateMeanwhileIsFenced() throws {
        try server.run("CREATE TABLE \(table) AS SELECT 1 AS i, timestamp '2024-01-02 03:04:05' AS d")
        #expect(try readAll(source, table).rows == [["1", "2024-01-02 03:04:05"]])
        try server.run("ALTER TABLE \(table) ALTER d TYPE date; UPDATE \(table) SET d = '0044-03-15 BC'")
        let date = try readAll(source, table)
        #expect(date.rows == [["1", "0044-03-15 BC"]])
        #expect(date.columns.map(\.type) == [.integer, .date])
        try server.run("ALTER TABLE \(table) ALTER d TYPE varchar(30) USING 'plain'")
        #expect(try readAll(source, table).rows == [["1", "plain"]])
        try server.run("ALTER TABLE \(table) ALTER d TYPE date USING 'infinity'")
        #expect(try readAll(source, table).rows == [["1", "infinity"]])
    }

    /// The same where the catalog was asked before the column changed: what it said is only believed where the result says so too.
    @Test(arguments: [
        ("timestamp", "date", "0044-03-15 BC"), ("varchar(30)", "date", "infinity"), ("date", "varchar(30)", "plain"),
        ("date", "timestamp", "0044-03-15 12:00:00 BC"), ("int", "date", "2024-02-29"),
    ])
    func whatTheCatalogSaidBeforeIsNotBelieved(of: String, is: String, value: String) throws {
        for counts in [false, true] {
            try server.run("DROP TABLE IF EXISTS \(table); CREATE TABLE \(table) (i int, d \(of))")
            var query = TableQuery(try source.columns(of: table), columns: ["i", "d"])
            try server.run(
                "ALTER TABLE \(table) ALTER d TYPE \(`is`) USING NULL; INSERT INTO \(table) VALUES (1, '\(value)'), (2, NULL)"
            )
            query.condition = .all([])
            if counts { #expect(try source.count(query, isPart: false) == 2) }
            let read = try rows(query)
            #expect(read == [["1", value], ["2", nil]], "\(of) that is \(`is`) now, counted: \(counts)")
        }
    }

    /// The rows of a query, whose columns nobody lists again.
    private func rows(_ query: TableQuery, of other: DataSource? = nil) throws -> [[String?]] {
        var hint: LearnedWidths?
        return try ReadAgain.untilAllFits("\(table)", hint: &hint) { _ in
        } read: { hint in
            let reader = try (other ?? source).open(query, hint: hint)
            let batch = RowBatch(layout: reader.layout)
            var rows: [[String?]] = []
            while try reader.fill(batch) {
                rows += (0..<batch.rowCount).map { row in [0, 1].map { batch.text(column: $0, row: row) } }
            }
            return rows
        }
    }

    // MARK: As SQL

    @Test func aFenceStandsBehindTheCondition() throws {
        var dialect = ODBCDialect(identifierQuote: "\"", catalogSeparator: ".")
        dialect.spellsMoments = true
        var query = TableQuery(table: TableName(schema: "s", name: "t"), columns: ["i", "d"])
        let fence =
            "(\"d\" IS NULL OR \"d\" BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' OR (1 / (\"d\" - \"d\")) IS DISTINCT FROM 2)"
        func sql() throws -> String { try dialect.select(["i", "d"], fenced: ["d"], from: query) }
        #expect(try sql() == "SELECT \"i\", \"d\" FROM \"s\".\"t\" WHERE \(fence)")
        query.condition = .all([])
        #expect(try sql() == "SELECT \"i\", \"d\" FROM \"s\".\"t\" WHERE \(fence)")
        query.condition = .any([.isNull("i"), .compare("i", .above, .integer(3))])
        #expect(try sql().hasSuffix("WHERE (\"i\" IS NULL OR \"i\" > 3) AND \(fence)"))
        query.condition = .written("i = 1 OR i = 2 -- two")
        #expect(try sql().hasSuffix("WHERE (i = 1 OR i = 2 -- two\n) AND \(fence)"))
        #expect(
            try dialect.select(["i", "d"], spelt: { $0 == 1 ? .date : nil }, from: query)
                == "SELECT \"i\", CAST(\"d\" AS text) FROM \"s\".\"t\" WHERE i = 1 OR i = 2 -- two\n")
    }

    // MARK: Of a driver's words

    private func driver(_ lines: String, before: String = "") throws -> RecordingDriver {
        try RecordingDriver(
            "info DRIVER_NAME \"psqlodbcw.so\"\n" + before
                + RecordingDriver.table(columns: [("id", "BIGINT size 19"), ("d", "DATE size 10")], answer: lines))
    }

    private func statements(_ driver: RecordingDriver, _ part: String) -> [String] {
        driver.calls.filter { $0.hasPrefix("SQLExecDirect") && $0.contains(part) }
    }

    /// The chunks of an extract are reads of the same columns in one session, which the catalog has listed; a session that begins behind
    /// that asks once.
    @Test(arguments: [true, false]) func theColumnsAreDescribedOnceAtMost(isListed: Bool) throws {
        let driver = try driver("row \"1\" \"2020-01-02\"\nrow \"2\" NULL")
        let source = DataSource(settings: driver.settings) { _ in }
        let query = TableQuery(try source.columns(of: .init(schema: "s", name: "t")), columns: ["id", "d"])
        if !isListed { source.disconnect() }
        for _ in 1...3 { #expect(try rows(query, of: source) == [["1", "2020-01-02"], ["2", nil]]) }
        #expect(statements(driver, "WHERE 1 = 0").count == (isListed ? 0 : 1))
        #expect(statements(driver, "IS DISTINCT FROM 2").count == 3)
        #expect(driver.calls.contains { $0.hasPrefix("SQLBindCol") && $0.contains("ctype=91") })
    }

    /// Those that speak PostgreSQL's language may have no difference of dates.
    @Test(arguments: ["42883", "0A000", "22008"]) func whoHasNoDifferenceOfDatesIsAskedForText(state: String) throws {
        let driver = try driver(
            "row \"1\" \"2020-01-02\"",
            before:
                "sql contains \"IS DISTINCT FROM\"\nat execute fail \(state) 1 \"operator does not exist: date - date\"\n"
        )
        let read = try readAll(DataSource(settings: driver.settings) { _ in }, .init(schema: "s", name: "t"))
        #expect(read.restarts == 1)
        #expect(read.rows == [["1", "2020-01-02"]])
        #expect(statements(driver, "CAST(\\\"d\\\" AS text)").count == 1)
    }

    /// Any other failure is one of the statement, which is not tried in another way.
    @Test func otherFailuresAreSaidAtOnce() throws {
        let driver = try driver(
            "row \"1\" \"2020-01-02\"",
            before: "sql contains \"IS DISTINCT FROM\"\nat execute fail 42501 1 \"permission denied for table t\"\n")
        let failure = #expect(throws: Failure.self) {
            try readAll(DataSource(settings: driver.settings) { _ in }, .init(schema: "s", name: "t"))
        }
        #expect(failure?.message.contains("permission denied") == true, "\(String(describing: failure))")
        #expect(statements(driver, "CAST(").isEmpty)
    }

    /// A driver that delivers rows with a failure of the fetch, or marks a row: none of them is the last one.
    @Test(arguments: [
        "at row 3 fail 22012 1 \"division by zero\"\nlie error-keeps-rows", "at row 2 fail 22008 1 \"infinite\"",
    ])
    func aFetchThatFailsAtADateBeginsAgain(lines: String) throws {
        let rows = "row \"1\" \"2020-01-02\"\nrow \"2\" NULL\nrow \"3\" \"2020-01-03\"\nrow \"4\" \"2020-01-04\""
        let driver = try driver(
            rows,
            before:
                "sql contains \"IS DISTINCT FROM\"\ncolumn \"id\" BIGINT size 19\ncolumn \"d\" DATE size 10\n\(rows)\n\(lines)\n"
        )
        let read = try readAll(DataSource(settings: driver.settings) { _ in }, .init(schema: "s", name: "t"))
        #expect(read.restarts == 1)
        #expect(read.rows.map(\.[1]) == ["2020-01-02", nil, "2020-01-03", "2020-01-04"])
    }

    @Test(arguments: ["lie indicator-unwritten column 2", "lie indicator-value -77 column 2"])
    func lengthsThatADriverDoesNotWriteAreNotBelieved(lie: String) throws {
        let driver = try driver("row \"1\" \"2020-01-02\"\n\(lie)")
        let source = DataSource(settings: driver.settings) { _ in }
        #expect(throws: Failure.self) { try readAll(source, .init(schema: "s", name: "t")) }
    }

    /// A struct that is no day has the column read as text.
    @Test func aStructThatIsNoDayIsReadAsText() throws {
        let driver = try driver("row \"1\" \"2020-01-02\"\nrow \"2\" \"0000-00-00\"")
        let read = try readAll(DataSource(settings: driver.settings) { _ in }, .init(schema: "s", name: "t"))
        #expect(read.restarts == 1)
        #expect(read.rows.map(\.[1]) == ["2020-01-02", "0000-00-00"])
    }
}
