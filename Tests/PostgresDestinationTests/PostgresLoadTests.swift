import Extraction
import Foundation
import Rows
import Staging
import TestSupport
import Testing

@testable import PostgresDestination

/// What is about PostgreSQL alone: what a table takes along, who is refused, and what readers see.
@Suite(.enabled(if: ThrowawayServer.isThere, "there is no PostgreSQL beside the tests"))
struct PostgresLoadTests {
    private let columns = [Column(name: "id", type: .integer), Column(name: "name", type: .text)]
    private func rows(_ range: ClosedRange<Int64>, _ name: String) -> [[Cell?]] {
        range.map { [.integer($0), .text(name)] }
    }

    @Test func tableThatIsMadeAgainKeepsIndexesRightsAndComments() throws {
        let bench = try PostgresBench()
        try bench.load(columns, rows(1...3, "a"))
        let role = "kleene_reader_\(UInt32.random(in: .min ... .max))"
        try bench.query("CREATE ROLE \(role)")
        defer { _ = try? bench.query("DROP OWNED BY \(role)"); _ = try? bench.query("DROP ROLE \(role)") }
        for sql in [
            "CREATE INDEX by_name ON t (lower(name))", "ALTER TABLE t ADD PRIMARY KEY (id)",
            "ALTER TABLE t ADD CHECK (id > 0)", "GRANT SELECT ON t TO \(role)", "COMMENT ON TABLE t IS 'it''s mine'",
            "COMMENT ON COLUMN t.name IS 'who'", "GRANT UPDATE (name) ON t TO \(role)",
            "ALTER TABLE t SET (fillfactor = 70)", "CREATE STATISTICS both_of_t ON id, name FROM t",
            "ALTER TABLE t REPLICA IDENTITY FULL",
        ] { try bench.query(sql) }
        let result = try bench.load(columns, rows(4...9, "b"))
        #expect(result.notes == [] && result.rowsInTable == 6)
        #expect(
            try bench.query("SELECT indexname FROM pg_indexes WHERE schemaname = '\(bench.schema)' ORDER BY 1") == [
                ["by_name"], ["t_pkey"],
            ])
        #expect(
            try bench.query(
                "SELECT has_table_privilege('\(role)', 't', 'SELECT'), obj_description('t'::regclass), col_description('t'::regclass, 2)"
            ) == [["t", "it's mine", "who"]])
        #expect(
            try bench.query("SELECT count(*) FROM pg_constraint WHERE conrelid = 't'::regclass AND contype = 'c'") == [
                ["1"]
            ])
        let more = """
            SELECT has_column_privilege('\(role)', 't', 'name', 'UPDATE'), has_column_privilege('\(role)', 't', 'id', 'UPDATE'),
              reloptions, relreplident, (SELECT count(*) FROM pg_statistic_ext WHERE stxrelid = c.oid)
            FROM pg_class c WHERE oid = 't'::regclass
            """
        #expect(try bench.query(more) == [["t", "f", "{fillfactor=70}", "f", "1"]])
    }

    /// An upsert says what became of each row, as it does in SQLite.
    @Test func mergedRowsAreCounted() throws {
        let bench = try PostgresBench()
        let first = try bench.load(columns, rows(1...3, "a"), .upsert, unique: ["id"])
        #expect(first.rowsAdded == 3 && first.rowsReplaced == 0 && first.rowsUnchanged == 0)
        let second = try bench.load(columns, rows(2...5, "b"), .upsert, unique: ["id"])
        #expect(second.rowsAdded == 2 && second.rowsReplaced == 2 && second.rowsUnchanged == 0)
        #expect(try bench.load(columns, rows(1...3, "c"), .truncateLoad).rowsReplaced == nil)
        // A table of keys alone has nothing to replace.
        let keys = try PostgresBench()
        try keys.load([columns[0]], [[.integer(1)]], .upsert, unique: ["id"])
        let again = try keys.load([columns[0]], [[.integer(1)], [.integer(2)]], .upsert, unique: ["id"])
        #expect(again.rowsAdded == 1 && again.rowsReplaced == 0 && again.rowsUnchanged == 1)
    }

    @Test func indexThatNoLongerFitsIsSaidAndGone() throws {
        let bench = try PostgresBench()
        try bench.load(columns, rows(1...3, "a"))
        try bench.query("CREATE UNIQUE INDEX one_name ON t (name, id)")
        try bench.query("CREATE INDEX by_name ON t (name)")
        let result = try bench.load([columns[0]], [[.integer(1)]])
        #expect(
            result.notes.count == 2 && result.notes[0].contains("by_name") && result.notes[1].contains("one_name"),
            "\(result.notes)")
        #expect(try bench.query("SELECT * FROM t") == [["1"]])
    }

    @Test(arguments: [
        "CREATE VIEW v AS SELECT * FROM t", "CREATE TABLE c (id bigint REFERENCES t (id))",
        "CREATE MATERIALIZED VIEW v AS SELECT id FROM t",
        "CREATE POLICY p ON t USING (true)", "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        "CREATE RULE r AS ON UPDATE TO t DO ALSO NOTHING", "CREATE SEQUENCE s OWNED BY t.id",
        "CREATE FUNCTION f(t) RETURNS int LANGUAGE sql AS 'SELECT 1'", "CREATE TABLE c (old t)",
        "CREATE TABLE c (old t[])", "CREATE FUNCTION f() RETURNS SETOF t LANGUAGE plpgsql AS 'BEGIN END'",
        "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    ])
    func tableThatOthersDependOnIsNotMadeAgain(sql: String) throws {
        let bench = try PostgresBench()
        try bench.load(columns, rows(1...3, "a"))
        try bench.query("ALTER TABLE t ADD PRIMARY KEY (id)")
        try bench.query(sql)
        let error = #expect(throws: Failure.self) { try bench.load(columns, rows(4...5, "b")) }
        #expect(error?.kind == .destination && error?.advice.contains("truncate_load") == true)
        #expect(try bench.query("SELECT count(*), max(name) FROM ONLY t") == [["3", "a"]])
        // The advice works.
        try bench.load(columns, rows(4...5, "b"), .truncateLoad)
        #expect(try bench.query("SELECT count(*), max(name) FROM ONLY t") == [["2", "b"]])
    }

    /// Such a publication is every test's, so it is made on a server of its own.
    @Test func publicationOfAllTablesHoldsEachOfThem() throws {
        let own = try OwnServer()
        let bench = try PostgresBench(on: own.server)
        try bench.load(columns, rows(1...3, "a"))
        try bench.query("CREATE PUBLICATION everything FOR ALL TABLES WITH (publish = 'insert')")
        let error = #expect(throws: Failure.self) { try bench.load(columns, rows(4...5, "b")) }
        #expect(error?.message.contains("the publication everything depends on it") == true)
        try bench.load(columns, rows(4...5, "b"), .truncateLoad)
        #expect(try bench.query("SELECT count(*), max(name) FROM t") == [["2", "b"]])
    }

    /// A reader in a transaction that sees one moment sees the old rows, or none of a table that was made again, and never a part.
    @Test(arguments: [LoadMethod.dropCreateLoad, .truncateLoad, .upsert])
    func readerSeesOldOrNewRows(method: LoadMethod) throws {
        let bench = try PostgresBench()
        try bench.load(columns, rows(1...100, "old"), method, unique: ["id"])
        let repeatable = try bench.session()
        try repeatable.query("BEGIN ISOLATION LEVEL REPEATABLE READ")
        try repeatable.query("SELECT 1")
        try bench.load(columns, rows(1...200, "new"), method, unique: ["id"])
        let seen = try repeatable.query("SELECT count(*), min(name), max(name) FROM t")[0]
        if method == .dropCreateLoad {
            #expect(seen == ["0", nil, nil])
        } else {
            #expect(seen == ["100", "old", "old"])
        }
        #expect(try bench.query("SELECT count(*), min(name), max(name) FROM t") == [["200", "new", "new"]])
    }

    @Test func tableThatAReaderHoldsIsWaitedForAndThenBusy() throws {
        let bench = try PostgresBench()
        try bench.load(columns, rows(1...3, "a"))
        let reader = try bench.session()
        try reader.query("BEGIN")
        try reader.query("SELECT * FROM t")
        var settings = bench.destination.settings
        settings.lockSeconds = 1
        let impatient = PostgresDestination(ThrowawayServer.server, schema: bench.schema, settings: settings)
        let extract = PostgresBench.extract()
        let lease = try impatient.lease(extract)
        defer { lease.end(keepsStaging: false) }
        let change = try bench.change(extract, columns, rows(4...5, "b"), under: lease)
        let error = #expect(throws: Failure.self) { try impatient.commit(change) }
        #expect(error?.kind == .busy, "\(String(describing: error))")
        let process = "\(reader.process) of kleene, idle in transaction"
        #expect(error?.message.contains(process) == true, "\(String(describing: error))")
        // The advice works.
        let advice = try #require(error?.advice.split(separator: "`").dropFirst().first)
        #expect(advice == "SELECT pg_terminate_backend(\(reader.process))")
        try bench.query(String(advice))
        #expect(try impatient.commit(change)[0].rowsInTable == 2)
    }

    @Test func extractIsLockedForOtherMachinesToo() throws {
        let bench = try PostgresBench()
        let lease = try bench.destination.lease(PostgresBench.extract())
        defer { lease.end(keepsStaging: false) }
        let elsewhere = try TemporaryDirectory()
        let other = PostgresDestination(
            ThrowawayServer.server, schema: bench.schema,
            settings: PostgresDestination.Settings(workplace: elsewhere.url.path))
        let error = #expect(throws: Failure.self) { try other.lease(PostgresBench.extract()) }
        #expect(error?.kind == .busy && error?.message.contains("the session") == true, "\(String(describing: error))")
    }

    @Test func serverThatIsAwayOrRefusesTheLoginIsSaid() throws {
        let bench = try PostgresBench()
        var away = ThrowawayServer.server
        away.port = 1
        let destination = PostgresDestination(away, schema: bench.schema, settings: bench.destination.settings)
        let error = #expect(throws: Failure.self) { try destination.lease(PostgresBench.extract()) }
        #expect(error?.kind == .destination && error?.message.contains("127.0.0.1:1") == true)
        var refused = ThrowawayServer.server
        refused.password = .init("not-the-password")
        let wrong = PostgresDestination(refused, schema: bench.schema, settings: bench.destination.settings)
        let refusal = #expect(throws: Failure.self) { try wrong.lease(PostgresBench.extract()) }
        #expect(refusal?.sqlState == "28P01" && refusal?.description.contains("not-the-password") == false)
    }

    /// A commit whose answer never came is a load where the server has done it, and none where it has not.
    @Test(arguments: [CuttingProxy.Cut.beforeTheAnswer, .beforeTheServer])
    func commitWithoutAnAnswerIsLookedUp(cut: CuttingProxy.Cut) throws {
        let bench = try PostgresBench()
        try bench.load(columns, rows(1...3, "a"))
        let proxy = try CuttingProxy(to: try #require(ThrowawayServer.server.port))
        defer { proxy.stop() }
        var server = ThrowawayServer.server
        server.port = proxy.port
        server.sslMode = "disable"
        let destination = PostgresDestination(server, schema: bench.schema, settings: bench.destination.settings)
        let extract = PostgresBench.extract()
        let lease = try destination.lease(extract)
        defer { lease.end(keepsStaging: false) }
        let change = try bench.change(extract, columns, rows(4...5, "b"), under: lease)
        let run = change.tables[0].run.runID
        proxy.arm(cut)
        if cut == .beforeTheAnswer {
            #expect(try destination.commit(change)[0].rowsInTable == 2)
        } else {
            let error = #expect(throws: Failure.self) { try destination.commit(change) }
            #expect(error?.kind == .destination, "\(String(describing: error))")
            #expect(try bench.query("SELECT count(*) FROM t") == [["3"]])
            #expect(try destination.books.run(id: run) == nil)
            #expect(try destination.commit(change)[0].rowsInTable == 2)
        }
        #expect(proxy.count == 1)
        #expect(try bench.query("SELECT count(*), min(name) FROM t") == [["2", "b"]])
        #expect(try destination.books.run(id: run)?.status == .succeeded)
    }

    @Test func columnThatWouldChangeValuesIsRefused() throws {
        let bench = try PostgresBench()
        for type in ["smallint", "numeric(10,2)", "double precision", "text", "boolean"] {
            try bench.query("DROP TABLE IF EXISTS t")
            try bench.query("CREATE TABLE t (id \(type), name text)")
            if type == "smallint" {
                try bench.load(columns, rows(1...3, "a"), .truncateLoad)
                #expect(throws: Failure.self) { try bench.load(columns, rows(99_999...99_999, "a"), .truncateLoad) }
                #expect(try bench.query("SELECT count(*) FROM t") == [["3"]])
                try bench.query("DELETE FROM t")
            } else {
                let error = #expect(throws: Failure.self) { try bench.load(columns, rows(1...3, "a"), .truncateLoad) }
                #expect(error?.kind == .drift, "\(type): \(String(describing: error))")
            }
        }
        // A text that is too long would lose the blanks at its end without a word.
        try bench.query("DROP TABLE t")
        try bench.query("CREATE TABLE t (id bigint, name varchar(2))")
        let error = #expect(throws: Failure.self) {
            try bench.load(columns, [[.integer(1), .text("a   ")]], .truncateLoad)
        }
        #expect(error?.kind == .drift, "\(String(describing: error))")
    }

    /// On a server of its own: the setting is that of a role, which all tests share.
    @Test func roleThatQuotesAllIdentifiersLoadsAsOthersDo() throws {
        let own = try OwnServer()
        let bench = try PostgresBench(on: own.server)
        try bench.load(columns, rows(1...3, "a"), .truncateLoad)
        try bench.query("ALTER ROLE CURRENT_USER SET quote_all_identifiers = on")
        try bench.load(columns, rows(4...5, "b"), .truncateLoad)
        #expect(try bench.query("SELECT count(*), max(name) FROM t") == [["2", "b"]])
    }

    /// With the rights and NOT NULL that it has, and no others, whatever new tables get.
    @Test func tableThatIsMadeAgainHasTheRightsThatItHad() throws {
        let bench = try PostgresBench()
        try bench.load(columns, rows(1...3, "a"))
        let role = "kleene_reader_\(UInt32.random(in: .min ... .max))"
        try bench.query("CREATE ROLE \(role)")
        defer { _ = try? bench.query("DROP OWNED BY \(role)"); _ = try? bench.query("DROP ROLE \(role)") }
        try bench.query("ALTER DEFAULT PRIVILEGES IN SCHEMA \(bench.schema) GRANT SELECT, DELETE ON TABLES TO \(role)")
        try bench.query("GRANT SELECT ON t TO \(role)")
        try bench.query("ALTER TABLE t ALTER name SET NOT NULL")
        let seen = """
            SELECT has_table_privilege('\(role)', 't', 'SELECT'), has_table_privilege('\(role)', 't', 'DELETE'),
              (SELECT attnotnull FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'name')
            """
        #expect(try bench.load(columns, rows(4...5, "b")).notes == [])
        #expect(try bench.query(seen) == [["t", "f", "t"]])
        try bench.query("REVOKE ALL ON t FROM \(role)")
        let result = try bench.load(columns, [[.integer(1), nil]])
        #expect(try bench.query(seen) == [["f", "f", "f"]])
        #expect(result.notes.count == 1 && result.notes[0].contains("NOT NULL of the column name"), "\(result.notes)")
    }
}
