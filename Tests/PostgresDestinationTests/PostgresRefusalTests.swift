import Extraction
import Rows
import Staging
import TestSupport
import Testing

@testable import PostgresDestination

/// Tables of which a load would change more than their own rows: they are refused before the source is asked, and the advice works.
@Suite(.enabled(if: ThrowawayServer.isThere, "there is no PostgreSQL beside the tests"))
struct PostgresRefusalTests {
    private let columns = [Column(name: "id", type: .integer), Column(name: "name", type: .text)]
    private func rows(_ range: ClosedRange<Int64>, _ name: String) -> [[Cell?]] {
        range.map { [.integer($0), .text(name)] }
    }

    /// What stands between the first two backquotes of a failure's advice.
    private func statement(_ failure: Failure?) throws -> String {
        String(try #require(failure?.advice.split(separator: "`").dropFirst().first))
    }

    @Test(arguments: [LoadMethod.dropCreateLoad, .truncateLoad, .append, .upsert])
    func tableWithAChildIsRefusedUntilTheyArePart(method: LoadMethod) throws {
        let bench = try PostgresBench()
        let unique = method == .upsert ? ["id"] : []
        try bench.load(columns, rows(1...3, "a"), method, unique: unique)
        try bench.query("CREATE TABLE archive () INHERITS (t)")
        try bench.query("INSERT INTO archive VALUES (99, 'mine')")
        let error = #expect(throws: Failure.self) {
            try bench.destination.admit(PostgresBench.extract(method, unique: unique))
        }
        #expect(error?.kind == .destination && error?.message.contains("archive inherits from it") == true)
        #expect(throws: Failure.self) { try bench.load(columns, rows(4...5, "b"), method, unique: unique) }
        #expect(try bench.query("SELECT count(*), max(name) FROM t") == [["4", "mine"]])
        try bench.query(try statement(error))
        try bench.load(columns, rows(4...5, "b"), method, unique: unique)
        #expect(try bench.query("SELECT count(*) FROM archive") == [["1"]])
    }

    @Test(arguments: [
        "CREATE TABLE p (id bigint, name text); ALTER TABLE t INHERIT p",
        "CREATE TABLE p (id bigint, name text) PARTITION BY RANGE (id); ALTER TABLE p ATTACH PARTITION t DEFAULT",
    ])
    func tableThatIsPartOfAnotherIsRefusedUntilTheyArePart(sql: String) throws {
        let bench = try PostgresBench()
        try bench.load(columns, rows(1...3, "a"), .truncateLoad)
        for part in sql.split(separator: "; ") { try bench.query(String(part)) }
        let error = #expect(throws: Failure.self) { try bench.destination.admit(PostgresBench.extract(.truncateLoad)) }
        #expect(error?.message.contains("\(bench.schema).p") == true, "\(String(describing: error))")
        try bench.query(try statement(error))
        try bench.load(columns, rows(4...5, "b"), .truncateLoad)
        #expect(try bench.query("SELECT count(*), max(name) FROM t") == [["2", "b"]])
    }

    @Test(arguments: ["CASCADE", "SET NULL", "SET DEFAULT"])
    func foreignKeyThatActsOnAnotherTableIsRefusedUntilItOnlyLooks(action: String) throws {
        let bench = try PostgresBench()
        try bench.load(columns, rows(1...3, "a"), .truncateLoad)
        try bench.query("ALTER TABLE t ADD PRIMARY KEY (id)")
        try bench.query(
            "CREATE TABLE notes (tid bigint CONSTRAINT \"of T\" REFERENCES t ON UPDATE CASCADE ON DELETE \(action), note text)"
        )
        try bench.query("INSERT INTO notes VALUES (1, 'typed by a person')")
        var follower = PostgresBench.extract(.upsert, unique: ["id"])
        follower.follows = Follows(
            extract: "h", table: TableName(schema: "s", name: "h"), parentKey: "id", childKey: "name", key: "u")
        var remover = PostgresBench.extract(.upsert, unique: ["id"])
        remover.deletes = Deletes(by: .sweep, mode: .hard)
        let removing = [PostgresBench.extract(.truncateLoad), PostgresBench.extract(), follower, remover]
        for extract in removing {
            let refusal = #expect(throws: Failure.self) { try bench.destination.admit(extract) }
            #expect(
                refusal?.message.contains("\(bench.schema).notes: its foreign key of T says ON DELETE \(action)")
                    == true,
                "\(String(describing: refusal))")
        }
        let error = #expect(throws: Failure.self) { try bench.load(columns, rows(1...5, "b"), .truncateLoad) }
        #expect(error?.kind == .destination)
        // Where none goes, nothing happens to the other table.
        remover.deletes = Deletes(by: .sweep, mode: .soft)
        try bench.destination.admit(remover)
        try bench.load(columns, rows(1...3, "c"), .upsert, unique: ["id"])
        #expect(try bench.query("SELECT tid, note FROM notes") == [["1", "typed by a person"]])
        try bench.query(try statement(error))
        try bench.load(columns, rows(1...5, "b"), .truncateLoad)
        #expect(try bench.query("SELECT tid, note FROM notes") == [["1", "typed by a person"]])
        #expect(try bench.query("SELECT count(*), max(name) FROM t") == [["5", "b"]])
        // A row that somebody refers to is not taken away from under the reference.
        #expect(throws: Failure.self) { try bench.load(columns, rows(4...5, "d"), .truncateLoad) }
        #expect(try bench.query("SELECT count(*), max(name) FROM t") == [["5", "b"]])
    }

    @Test func keyThatTakesDifferentTextsForTheSameIsRefused() throws {
        let bench = try PostgresBench()
        let texts = [Column(name: "code", type: .text)]
        try bench.load(texts, [[.text("a")]], .upsert, unique: ["code"])
        try bench.query(
            "CREATE COLLATION \(bench.schema).ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false)")
        try bench.query("ALTER TABLE t ALTER code TYPE text COLLATE ci")
        let error = #expect(throws: Failure.self) { try bench.load(texts, [[.text("A")]], .upsert, unique: ["code"]) }
        #expect(error?.kind == .drift, "\(String(describing: error))")
        #expect(try bench.query("SELECT code FROM t") == [["a"]])
        try bench.query(try statement(error))
        try bench.load(texts, [[.text("A")]], .upsert, unique: ["code"])
        #expect(try bench.query("SELECT count(*) FROM t") == [["2"]])
    }

    /// `ON CONFLICT` goes by every index that keeps the columns unique, whatever collation the columns have.
    @Test func uniqueIndexThatTakesDifferentTextsForTheSameIsRefused() throws {
        let bench = try PostgresBench()
        let texts = [Column(name: "code", type: .text), Column(name: "n", type: .integer)]
        try bench.load(texts, [[.text("a"), .integer(1)]], .upsert, unique: ["code"])
        try bench.query(
            "CREATE COLLATION \(bench.schema).ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false)")
        try bench.query("CREATE UNIQUE INDEX mine ON t (code COLLATE ci)")
        let error = #expect(throws: Failure.self) {
            try bench.load(texts, [[.text("A"), .integer(2)]], .upsert, unique: ["code"])
        }
        #expect(error?.kind == .drift, "\(String(describing: error))")
        #expect(
            error?.message.contains("has the unique index \"mine\" on \"code\" with a collation of its own") == true,
            "\(String(describing: error))")
        #expect(try bench.query("SELECT code, n FROM t") == [["a", "1"]])
        // One of ours by its name is another's by what it does.
        try bench.query("DROP INDEX kleene_unique_t")
        try bench.query("ALTER INDEX mine RENAME TO kleene_unique_t")
        let again = #expect(throws: Failure.self) {
            try bench.load(texts, [[.text("A"), .integer(2)]], .upsert, unique: ["code"])
        }
        try bench.query(try statement(again))
        try bench.load(texts, [[.text("A"), .integer(2)]], .upsert, unique: ["code"])
        #expect(try bench.query("SELECT count(*) FROM t") == [["2"]])
    }

    /// `ON CONFLICT` takes every unique index on the columns, and refuses one that is looked at later.
    @Test(arguments: ["PRIMARY KEY", "UNIQUE"])
    func constraintThatIsLookedAtLaterIsRefusedUntilItIsNot(kind: String) throws {
        let bench = try PostgresBench()
        try bench.query("CREATE TABLE t (id bigint, name text, CONSTRAINT \"my Key\" \(kind) (id) DEFERRABLE)")
        let extract = PostgresBench.extract(.upsert, unique: ["id"])
        let error = #expect(throws: Failure.self) { try bench.destination.admit(extract) }
        #expect(
            error?.message.contains("has the constraint \"my Key\" on \"id\"") == true, "\(String(describing: error))")
        // Where a source declares the unique columns, they are known behind the read.
        #expect(throws: Failure.self) { try bench.load(columns, rows(1...3, "a"), .upsert, unique: ["id"]) }
        try bench.query(try statement(error))
        try bench.destination.admit(extract)
        for name in ["a", "b"] { try bench.load(columns, rows(1...3, name), .upsert, unique: ["id"]) }
        #expect(try bench.query("SELECT count(*), min(name) FROM t") == [["3", "b"]])
        // For rows that are only added, such a constraint does.
        let other = try PostgresBench()
        try other.query("CREATE TABLE t (id bigint, name text, PRIMARY KEY (id) DEFERRABLE)")
        for _ in 1...2 { try other.load(columns, rows(1...3, "a"), .truncateLoad) }
        #expect(try other.query("SELECT count(*) FROM t") == [["3"]])
    }

    @Test(arguments: [LoadMethod.upsert, .truncateLoad])
    func tableWhoseChangesArePublishedIsRefusedUntilItsRowsCanBeFound(method: LoadMethod) throws {
        let bench = try PostgresBench()
        let unique = method == .upsert ? ["id"] : []
        let extract = PostgresBench.extract(method, unique: unique)
        try bench.load(columns, rows(1...3, "a"), method, unique: unique)
        try bench.query("CREATE PUBLICATION of_\(bench.schema) FOR TABLE t")
        defer { _ = try? bench.query("DROP PUBLICATION of_\(bench.schema)") }
        let error = #expect(throws: Failure.self) { try bench.destination.admit(extract) }
        #expect(
            error?.kind == .destination && error?.message.contains("is in the publication of_\(bench.schema)") == true,
            "\(String(describing: error))")
        try bench.destination.admit(PostgresBench.extract(.append))
        // What it publishes of new rows alone is no matter.
        try bench.query("ALTER PUBLICATION of_\(bench.schema) SET (publish = 'insert, truncate')")
        try bench.destination.admit(extract)
        try bench.query("ALTER PUBLICATION of_\(bench.schema) SET (publish = 'insert, update, delete')")
        // A key that is looked at later identifies no row.
        try bench.query("ALTER TABLE t ADD CONSTRAINT late PRIMARY KEY (id) DEFERRABLE")
        #expect(throws: Failure.self) { try bench.destination.admit(extract) }
        try bench.query("ALTER TABLE t DROP CONSTRAINT late")
        try bench.query(try statement(error))
        try bench.destination.admit(extract)
        try bench.load(columns, rows(1...3, "b"), method, unique: unique)
        #expect(try bench.query("SELECT count(*), min(name) FROM t") == [["3", "b"]])
        try bench.query("ALTER TABLE t REPLICA IDENTITY DEFAULT, ADD PRIMARY KEY (id)")
        try bench.destination.admit(extract)
        try bench.load(columns, rows(1...3, "c"), method, unique: unique)
        #expect(try bench.query("SELECT count(*), min(name) FROM t") == [["3", "c"]])
    }

    /// Before the source is asked; the setting is a database's, so the server is the test's own.
    @Test(arguments: [
        "ALTER ROLE kleene", "ALTER DATABASE kleene", "ALTER ROLE kleene IN DATABASE kleene", "ALTER SYSTEM",
    ])
    func sessionsForReadingOnlyAreRefusedUntilTheyAreNot(level: String) throws {
        let own = try OwnServer()
        let bench = try PostgresBench(on: own.server)
        try bench.query("\(level) SET default_transaction_read_only = on")
        if level == "ALTER SYSTEM" {
            try bench.query("SELECT pg_reload_conf()")
            try wait { try bench.query("SHOW default_transaction_read_only") == [["on"]] }
        }
        let error = #expect(throws: Failure.self) { try bench.destination.admit(PostgresBench.extract()) }
        #expect(
            error?.kind == .destination && error?.message.contains("are for reading only") == true,
            "\(String(describing: error))")
        let administrator = try bench.session()
        try administrator.query("SET default_transaction_read_only = off")
        try administrator.query(try statement(error))
        try bench.destination.admit(PostgresBench.extract())
        try bench.load(columns, rows(1...3, "a"))
    }
}
