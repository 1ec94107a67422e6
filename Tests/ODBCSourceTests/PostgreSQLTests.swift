import Extraction
import ODBCSource
import Rows
import TestSupport
import Testing

/// Through the real driver manager and the stock psqlodbc, from a real PostgreSQL.
@Suite struct PostgreSQLTests {
    let server: PostgreSQL
    let source: DataSource

    init() throws {
        server = try PostgreSQL()
        source = DataSource(settings: server.settings) { _ in }
    }

    @Test func everyTypeArrivesAsThePlanSays() throws {
        try server.run(
            """
            DROP TABLE IF EXISTS every_type;
            CREATE TABLE every_type (
                id bigint PRIMARY KEY, small smallint, amount numeric(38,10), loose numeric, ratio double precision,
                single real, flag boolean, name varchar(40), note text, day date, at timestamp, zoned timestamptz,
                clock time, key uuid, bytes bytea, document jsonb, price money);
            INSERT INTO every_type VALUES
                (9223372036854775807, -32768, 1234567890123456789012345678.0123456789, 12.50, 0.1, 0.1, true, 'Ünïcödé 🌍',
                 '', '2024-02-29', '2024-01-01 00:00:00.000001', '2024-01-01 12:00:00+02', '23:59:59.5',
                 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '\\x00ff', '{"a": 1}', '12.34'),
                (-9223372036854775808, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                 NULL, NULL);
            """)
        let read = try readAll(source, TableName(schema: "public", name: "every_type"))
        #expect(
            read.rows[0] == [
                "9223372036854775807", "-32768", "1234567890123456789012345678.0123456789", "12.50", "0.1", "0.1",
                "1", "Ünïcödé 🌍", "", "2024-02-29", "2024-01-01 00:00:00.000001", "2024-01-01 10:00:00",
                "23:59:59.5", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00FF", "{\"a\": 1}", "$12.34",
            ])
        #expect(read.rows[1].first == "-9223372036854775808")
        #expect(read.rows[1].dropFirst().allSatisfy { $0 == nil })
        #expect(
            read.columns.map(\.type) == [
                .integer, .integer, .decimal(precision: 38, scale: 10), read.columns[3].type, .double, .double,
                .boolean,
                .text, .text, .date, .timestamp, .timestamp, .time, .uuid, .binary, .text, .text,
            ])
    }

    @Test func textsLongerThanTheirSlotsAreReadWholeAfterARestart() throws {
        try server.run(
            """
            DROP TABLE IF EXISTS long_texts;
            CREATE TABLE long_texts (id int, body text, raw bytea);
            INSERT INTO long_texts SELECT i, repeat('é', CASE WHEN i % 1000 = 7 THEN i * 200 ELSE 3 END),
                decode(repeat('ab', CASE WHEN i = 2500 THEN 1500000 ELSE 2 END), 'hex') FROM generate_series(1, 3000) i;
            """)
        let read = try readAll(source, TableName(name: "long_texts"))
        #expect(read.restarts > 0)
        #expect(read.rows.count == 3000)
        for row in read.rows {
            let id = try #require(row[0].flatMap { Int($0) })
            #expect(row[1]?.count == (id % 1000 == 7 ? id * 200 : 3))
            #expect(row[2]?.count == (id == 2500 ? 3_000_000 : 4))
        }
    }

    /// A table of more rows than its sums have room for in memory, for a role that may write nothing to the disk.
    @Test func sumsOfBucketsAreAddedUpWithoutASort() throws {
        try server.run(
            """
            DROP TABLE IF EXISTS summed; DROP ROLE IF EXISTS digest_reader;
            CREATE TABLE summed AS SELECT i::bigint AS id, i % 7 AS n, repeat('x', 200) AS body FROM generate_series(0, 99999) i;
            ALTER TABLE summed ADD PRIMARY KEY (id); ANALYZE summed;
            CREATE ROLE digest_reader LOGIN PASSWORD '\(server.password)'; GRANT SELECT ON summed TO digest_reader;
            ALTER ROLE digest_reader SET temp_file_limit = '1kB'; ALTER ROLE digest_reader SET work_mem = '64kB';
            ALTER ROLE digest_reader SET max_parallel_workers_per_gather = 0;
            """)
        var settings = server.settings
        settings.user = "digest_reader"
        let source = DataSource(settings: settings) { _ in }
        let names = ["id", "n", "body"]
        let query = DigestQuery(
            table: TableName(schema: "public", name: "summed"), bucketing: .widths("id", width: 1000),
            values: [.smallest("id"), .largest("id"), .sum("n"), .weighed(WeighedColumns(drawnFor: names))])
        let digests = try #require(try source.digests(query))
        #expect(digests.count == 100)
        #expect(digests.reduce(0) { $0 + $1.rows } == 100_000)
        #expect(digests.first { $0.bucket == 99_000 }?.values.prefix(2) == [99_000, 99_999])
        // Other statements sort as before.
        let sorted = Condition.written(
            "current_setting('enable_sort') = 'on' AND current_setting('jit_inline_above_cost') = '-1'")
        #expect(try source.count(of: query.table, where: sorted) == 100_000)
    }

    /// What speaks like PostgreSQL may lack a function that PostgreSQL has; the sums are the same without it.
    @Test func aServerWithoutRangesIsAskedInPlainerWords() throws {
        let database = "plain_\(UInt64.random(in: .min ... .max))"
        try server.run("CREATE DATABASE \(database)")
        defer { _ = try? server.run("DROP DATABASE \(database) WITH (FORCE)") }
        try server.run(
            "CREATE TABLE moments AS SELECT i AS id, timestamp '1969-12-31 23:59:00.5' + i * interval '7 seconds' AS at "
                + "FROM generate_series(1, 50) i", in: database)
        var settings = server.settings
        settings.attributes.removeAll { $0.keyword == "Database" }
        settings.attributes.append(.init(keyword: "Database", value: database))
        let query = DigestQuery(
            table: TableName(schema: "public", name: "moments"), bucketing: .whole, values: [.seconds("at")])
        func sums() throws -> [Int128?]? { try DataSource(settings: settings) { _ in }.digests(query)?.first?.values }
        let before = try sums()
        try server.run("ALTER FUNCTION pg_catalog.tsrange_subdiff RENAME TO gone", in: database)
        #expect(try sums() == before)
        // Of seconds 7i − 60.
        #expect(before == [5925])
    }

    /// What speaks like PostgreSQL may know none of the settings by which sums take less time; it is asked for them all the same.
    @Test func aServerWithoutSettingsIsAskedForSumsAllTheSame() throws {
        let database = "plain_\(UInt64.random(in: .min ... .max))"
        try server.run("CREATE DATABASE \(database)")
        defer { _ = try? server.run("DROP DATABASE \(database) WITH (FORCE)") }
        try server.run("CREATE TABLE numbers AS SELECT i AS id, i * 7 AS n FROM generate_series(1, 50) i", in: database)
        try server.run("ALTER FUNCTION pg_catalog.set_config RENAME TO gone", in: database)
        var settings = server.settings
        settings.attributes.removeAll { $0.keyword == "Database" }
        settings.attributes.append(.init(keyword: "Database", value: database))
        let query = DigestQuery(
            table: TableName(schema: "public", name: "numbers"), bucketing: .whole, values: [.sum("n")])
        let digests = try DataSource(settings: settings) { _ in }.digests(query)
        #expect(digests == [BucketDigest(bucket: 0, rows: 50, values: [8925])])
    }

    @Test func catalogNamesKeysAndUniqueIndexes() throws {
        try server.run(
            """
            DROP TABLE IF EXISTS "Mixed_Case"; DROP TABLE IF EXISTS "MixedxCase";
            CREATE TABLE "Mixed_Case" ("order" int, "b key" int, "a key" int, e text UNIQUE, PRIMARY KEY ("b key", "a key"));
            CREATE TABLE "MixedxCase" (wrong int);
            INSERT INTO "Mixed_Case" VALUES (1, 2, 3, 'x');
            """)
        let listing = try source.columns(of: TableName(schema: "public", name: "Mixed_Case"))
        #expect(listing.columns.map(\.name) == ["order", "b key", "a key", "e"])
        #expect(listing.columns.map(\.key) == [nil, 1, 2, nil])
        #expect(listing.columns[3].uniqueIndexes == ["Mixed_Case_e_key"])
        #expect(try source.tables(schema: "public").contains { $0.table == "Mixed_Case" && $0.type == "TABLE" })
        #expect(try source.schemas().contains { $0.schema == "public" })
        #expect(try readAll(source, listing.name).rows == [["1", "2", "3", "x"]])
    }

    @Test(arguments: ["back\\slash", "per%cent", "under_score", "quo\"te", "sp ace"])
    func tablesOfAnyNameAreFound(name: String) throws {
        let quoted = "\"" + name.replacing("\"", with: "\"\"") + "\""
        try server.run(
            "DROP TABLE IF EXISTS \(quoted); CREATE TABLE \(quoted) (id int); INSERT INTO \(quoted) VALUES (7)")
        #expect(try readAll(source, TableName(schema: "public", name: name)).rows == [["7"]])
    }

    @Test func unknownTableNamesTheOnesNearIt() throws {
        try server.run("DROP TABLE IF EXISTS near_customers; CREATE TABLE near_customers (id int)")
        let failure = #expect(throws: Failure.self) { try source.columns(of: TableName(name: "customers")) }
        #expect(failure?.kind == .statement)
        #expect(failure?.advice.contains("near_customers") == true)
    }

    @Test func wrongPasswordIsACredentialsFailureThatDoesNotShowIt() throws {
        var settings = server.settings
        settings.password = "not;the}password"
        let failure = #expect(throws: Failure.self) {
            try DataSource(settings: settings) { _ in }.connect()
        }
        #expect(failure?.kind == .credentials)
        #expect(failure.map { !"\($0)".contains("not;the") } == true)
    }

    @Test func limitIsKept() throws {
        try server.run(
            "DROP TABLE IF EXISTS limited; CREATE TABLE limited AS SELECT i FROM generate_series(1, 5000) i")
        #expect(try readAll(source, TableName(name: "limited"), limit: 10).rows.count == 10)
    }

    @Test func rowsBeyondOneBatchArriveInOrderAndWhole() throws {
        try server.run(
            """
            DROP TABLE IF EXISTS many; CREATE TABLE many AS
            SELECT i, CASE WHEN i % 3 = 0 THEN NULL ELSE i::text END AS t FROM generate_series(1, 7001) i
            """)
        let read = try readAll(source, TableName(name: "many"))
        #expect(read.batches >= 4)
        #expect(read.rows.count == 7001)
        #expect(
            read.rows.enumerated().allSatisfy { index, row in
                row == [String(index + 1), (index + 1) % 3 == 0 ? nil : String(index + 1)]
            })
    }
}
