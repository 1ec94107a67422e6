import Extraction
import ODBCSource
import Rows
import TestSupport
import Testing

/// Timestamps that come as structs are the text that the server makes of them.
@Suite struct TypedTimestampTests {
    private let server: PostgreSQL
    private let source: DataSource

    init() throws {
        server = try PostgreSQL()
        source = DataSource(settings: server.settings) { _ in }
    }

    /// What psqlodbc 13.02 has no room for, or shows as another value or as today's midnight; and what lies near that.
    private static let odd = [
        "timestamp 'infinity'", "timestamp '-infinity'", "timestamp '10000-01-02 03:04:05'",
        "timestamp '294276-12-31 23:59:59.5'", "timestamp '0044-03-15 01:02:03 BC'", "timestamp '4713-01-01 BC'",
        "timestamp '0001-01-01'", "timestamp '9999-12-31 23:59:59.999999'", "timestamp '9999-12-31 23:59:59'",
        "current_date - 2", "current_date - 1", "current_date", "current_date + 1", "current_date + 2",
        "current_date + interval '1 microsecond'",
    ]

    private static func insertion(into table: String, further: String = "") -> String {
        odd.map { "INSERT INTO \(table) SELECT at, at::text\(further) FROM (SELECT (\($0))::timestamp AS at) t;" }
            .joined(separator: "\n")
    }

    @Test func theyReadAsTheServersText() throws {
        try server.run(
            """
            DROP TABLE IF EXISTS typed_moments;
            CREATE TABLE typed_moments (at timestamp, text varchar(40));
            INSERT INTO typed_moments
                SELECT at, at::text FROM (SELECT CASE WHEN i % 10 = 0 THEN NULL ELSE
                    timestamp '0002-01-01' + i * interval '12 days 1 hour 7 minutes 3.01 seconds' * 20
                    + CASE WHEN i % 3 = 0 THEN interval '0' ELSE i * 37 % 1000000 * interval '1 microsecond' END END AS at
                FROM generate_series(1, 5000) i) t;
            """)
        let plain = try readAll(source, .init(name: "typed_moments"))
        #expect(plain.restarts == 0)
        #expect(plain.rows.count == 5000)
        for row in plain.rows { #expect(row[0] == row[1]) }
        try server.run(Self.insertion(into: "typed_moments"))
        let read = try readAll(source, .init(name: "typed_moments"))
        #expect(read.restarts == 1)
        #expect(read.rows.count == 5000 + Self.odd.count)
        for row in read.rows { #expect(row[0] == row[1]) }
    }

    /// One doubt is enough for all columns of moments: each row has another one that is in doubt.
    @Test func severalColumnsBeginAgainOnce() throws {
        try server.run(
            """
            DROP TABLE IF EXISTS typed_spans;
            CREATE TABLE typed_spans AS SELECT i, CASE i WHEN 1 THEN 'infinity' ELSE '2024-01-01 10:00:00' END::timestamp AS a,
                CASE i WHEN 30000 THEN '-infinity' ELSE '2024-01-01 10:00:00.5' END::timestamptz AS b, 'x'::text AS c
                FROM generate_series(1, 30000) i;
            """)
        let read = try readAll(source, .init(name: "typed_spans"))
        #expect(read.restarts == 1)
        #expect(read.rows.first == ["1", "infinity", "2024-01-01 10:00:00.5", "x"])
        #expect(read.rows.last == ["30000", "2024-01-01 10:00:00", "-infinity", "x"])
    }

    @Test func zonesAreUTC() throws {
        try server.run(
            """
            DROP TABLE IF EXISTS typed_zones;
            CREATE TABLE typed_zones AS SELECT '2024-01-01 12:00:00.25+02'::timestamptz AS at, current_date::timestamp
                AT TIME ZONE 'UTC' AS midnight, (current_date::timestamp)::text AS text;
            """)
        let read = try readAll(source, .init(name: "typed_zones"))
        #expect(read.rows == [["2024-01-01 10:00:00.25", read.rows[0][2], read.rows[0][2]]])
    }

    @Test func theyDoWhereRowsAreReadOneByOne() throws {
        try server.run(
            """
            DROP TABLE IF EXISTS typed_slowly;
            CREATE TABLE typed_slowly (at timestamp, text varchar(40), body text, last timestamp);
            \(Self.insertion(into: "typed_slowly", further: ", repeat('x', 600000), at"))
            """)
        let read = try readAll(source, .init(name: "typed_slowly"))
        #expect(read.rows.count == Self.odd.count)
        for row in read.rows {
            #expect(row[0] == row[1])
            #expect(row[3] == row[1])
            #expect(row[2]?.count == 600_000)
        }
    }

    /// A driver of that name that cannot read a cell once more gets its column read as text, all of it.
    @Test func textIsAskedForWhereACellCannotBeReadOnceMore() throws {
        let driver = try RecordingDriver(
            "info DRIVER_NAME \"psqlodbcw.so\"\n"
                + RecordingDriver.table(
                    columns: [("id", "BIGINT size 19"), ("at", "TIMESTAMP size 26")],
                    answer: """
                        row "1" "2020-01-02 03:04:05"
                        row "2" NULL
                        row "3" "0000-00-00 00:00:00"
                        lie timestamp-today
                        """))
        let read = try readAll(DataSource(settings: driver.settings) { _ in }, .init(schema: "s", name: "t"))
        #expect(read.restarts == 1)
        #expect(read.rows.map(\.[1]) == ["2020-01-02 03:04:05", nil, "0000-00-00 00:00:00"])
        #expect(driver.calls.contains { $0.hasPrefix("SQLBindCol") && $0.contains("ctype=93") })
    }

    @Test(arguments: ["lie indicator-unwritten column 2", "lie indicator-value -77 column 2"])
    func lengthsThatADriverDoesNotWriteAreNotBelieved(lie: String) throws {
        let driver = try RecordingDriver(
            "info DRIVER_NAME \"psqlodbcw.so\"\n"
                + RecordingDriver.table(
                    columns: [("id", "BIGINT size 19"), ("at", "TIMESTAMP size 26")],
                    answer: "row \"1\" \"2020-01-02 03:04:05\"\n\(lie)"))
        let source = DataSource(settings: driver.settings) { _ in }
        #expect(throws: Failure.self) { try readAll(source, .init(schema: "s", name: "t")) }
    }
}
