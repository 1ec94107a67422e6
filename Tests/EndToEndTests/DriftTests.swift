import Foundation
import TestSupport
import Testing

/// Columns that come, go and come back, through the real program and libsqliteodbc.
@Suite struct DriftTests {
    private static let rows = (1...5).map { "\($0)|item \($0)|memo \($0)|\($0)" }
    private static let upsert = [
        "--load-method", "upsert", "--extract-type", "incremental", "--incremental-key", "k", "--overlap", "0s",
    ]
    private let bench: FileBench

    init() throws {
        bench = try FileBench()
        try bench.fill(bench.source, table: "items", Self.rows)
    }

    private func source(_ sql: String) throws { _ = try sqlite(bench.source, sql) }

    /// A permission goes, rows change, and it comes back: nothing is stale in the end, and nothing was said to have succeeded
    /// meanwhile.
    @Test func aColumnThatGoesAndComesBackLosesNothing() throws {
        try bench.configure(Self.upsert)
        #expect(try bench.run("extract").code == 0)
        try source("ALTER TABLE items RENAME TO base; CREATE VIEW items AS SELECT id, name, k FROM base")
        try source("UPDATE base SET memo = 'new', k = 10 WHERE id = 1")
        let keyed = #""unique_columns": ["id"]"#
        try bench.configure(Self.upsert, keyed)
        let before = try bench.digest()
        let refused = try bench.run("extract")
        #expect(refused.code == 6 && refused.all.contains("\"memo\""), "\(refused.all)")
        let plan = try bench.run("plan")
        #expect(plan.code == 6, "\(plan.all)")
        #expect(try bench.digest() == before)
        try source("DROP VIEW items; ALTER TABLE base RENAME TO items")
        #expect(try bench.run("extract").code == 0)
        #expect(try bench.rows() == ["1|item 1|new|10"] + Self.rows.dropFirst())
    }

    /// Told to go on, and told what was missed when the column is back; the command that is named brings it.
    @Test func whatWasReadMeanwhileIsNamedWithTheCommandThatBringsIt() throws {
        let keyed = #""unique_columns": ["id"]"#
        try bench.configure(Self.upsert, keyed)
        #expect(try bench.run("extract").code == 0)
        try source("ALTER TABLE items RENAME TO base; CREATE VIEW items AS SELECT id, name, k FROM base")
        try source("UPDATE base SET memo = 'new', k = 10 WHERE id = 1")
        try bench.configure(Self.upsert, keyed + #", "drift": {"gone": "ignore"}"#)
        let ignored = try bench.run("extract")
        #expect(ignored.code == 0, "\(ignored.all)")
        #expect(try bench.notes().contains("Gone: the column \\\"memo\\\""))
        #expect(try bench.rows() == ["1|item 1|memo 1|10"] + Self.rows.dropFirst())
        #expect((try bench.json("state", "show", "t")["next"] as? String)?.contains("\"memo\"") == true)
        try source("DROP VIEW items; ALTER TABLE base RENAME TO items")
        try bench.configure(Self.upsert, keyed)
        #expect(try bench.run("extract").code == 0)
        let notes = try bench.notes()
        #expect(
            notes.contains("Back: the column \\\"memo\\\"") && notes.contains("state rewind t --to '5'"), "\(notes)")
        #expect((try bench.json("state", "show", "t")["next"] as? String)?.contains("Some rows lack") == true)
        #expect(try bench.run("state", "rewind", "t", "--to", "5").code == 0)
        #expect(try bench.run("extract").code == 0)
        #expect(try bench.rows() == ["1|item 1|new|10"] + Self.rows.dropFirst())
        #expect((try bench.json("state", "show", "t")["next"] as? String)?.contains("lack") == false)
    }

    @Test(arguments: ["drop_create_load", "truncate_load", "append", "upsert"])
    func aNewColumnComesWithTheNextRun(_ method: String) throws {
        try bench.configure(["--load-method", method])
        #expect(try bench.run("extract").code == 0)
        try source("ALTER TABLE items ADD COLUMN extra TEXT; UPDATE items SET extra = 'x' || id")
        let result = try bench.json("extract", "--state-dir", bench.directory.path("state"))
        #expect(result["status"] as? String == "succeeded", "\(result)")
        #expect((result["notes"] as? [String])?.contains { $0.contains("\"extra\"") } == true, "\(result)")
        #expect(try sqlite(bench.destination, "SELECT count(*) FROM t WHERE extra = 'x' || id") == "5")
        let record = try sqlite(
            bench.destination,
            "SELECT json_extract(record, '$.drift.new[0]') FROM _kleene_runs ORDER BY rowid DESC LIMIT 1")
        #expect(record == "extra")
    }

    @Test func aPolicyOfFailOrIgnoreHoldsForNewColumns() throws {
        try bench.configure(["--load-method", "truncate_load"])
        #expect(try bench.run("extract").code == 0)
        try source("ALTER TABLE items ADD COLUMN extra TEXT")
        try bench.configure(["--load-method", "truncate_load"], #""drift": {"new": "fail"}"#)
        let refused = try bench.run("extract")
        #expect(refused.code == 6 && refused.all.contains("\"extra\""), "\(refused.all)")
        try bench.configure(["--load-method", "truncate_load"], #""drift": {"new": "ignore"}"#)
        #expect(try bench.run("extract").code == 0)
        #expect(
            try sqlite(bench.destination, "SELECT count(*) FROM pragma_table_info('t') WHERE name = 'extra'") == "0")
    }

    /// The advice goes in no circle: each command that is named leads on.
    @Test(arguments: ["reset", "accept"])
    func aColumnAddedToTheConfigurationComes(_ command: String) throws {
        try bench.configure(Self.upsert, #""columns": ["id", "k"]"#)
        #expect(try bench.run("extract").code == 0)
        try bench.configure(Self.upsert, #""columns": ["id", "memo", "k"]"#)
        let refused = try bench.run("extract")
        #expect(refused.code == 2 && refused.all.contains("state \(command) t"), "\(refused.all)")
        #expect(try bench.run("state", command, "t").code == 0)
        try source("UPDATE items SET k = 9 WHERE id = 5")
        let result = try bench.run("extract")
        #expect(result.code == 0, "\(result.all)")
        let memos = try sqlite(bench.destination, "SELECT count(memo) FROM t")
        #expect(memos == (command == "reset" ? "5" : "1"))
        guard command == "accept" else { return }
        #expect(try bench.notes().contains("state reset t"))
        #expect(try bench.run("state", "reset", "t").code == 0)
        #expect(try bench.run("extract").code == 0)
        #expect(try sqlite(bench.destination, "SELECT count(memo) FROM t") == "5")
    }

    @Test(arguments: ["drop_create_load", "truncate_load", "append", "upsert"])
    func goneColumnsMayBeDropped(_ method: String) throws {
        try bench.configure(["--load-method", method], #""drift": {"gone": "evolve"}"#)
        #expect(try bench.run("extract").code == 0)
        try source("ALTER TABLE items DROP COLUMN memo")
        let result = try bench.run("extract")
        #expect(result.code == 0, "\(result.all)")
        #expect(try sqlite(bench.destination, "SELECT count(*) FROM pragma_table_info('t') WHERE name = 'memo'") == "0")
        #expect(try bench.notes().contains("Gone: the column"))
    }

    /// Told once in the configuration, for ever.
    @Test(arguments: ["drop_create_load", "truncate_load", "append", "upsert"])
    func aColumnThatTheConfigurationNamesMayGoToo(_ method: String) throws {
        let columns = #""columns": ["id", "memo", "k"]"#
        try bench.configure(["--load-method", method], columns)
        #expect(try bench.run("extract").code == 0)
        try source("ALTER TABLE items DROP COLUMN memo")
        let refused = try bench.run("extract")
        #expect(refused.code == (method == "drop_create_load" ? 1 : 6), "\(refused.all)")
        try bench.configure(["--load-method", method], columns + #", "drift": {"gone": "ignore"}"#)
        for _ in 1...2 {
            let result = try bench.run("extract")
            #expect(result.code == 0, "\(result.all)")
        }
    }

    @Test func renamedIsGoneAndNew() throws {
        try bench.configure(["--load-method", "truncate_load"])
        #expect(try bench.run("extract").code == 0)
        try source("ALTER TABLE items RENAME COLUMN memo TO remark")
        #expect(try bench.run("extract").code == 6)
        try bench.configure(["--load-method", "truncate_load"], #""drift": {"gone": "ignore"}"#)
        #expect(try bench.run("extract").code == 0)
        #expect(try sqlite(bench.destination, "SELECT count(remark), count(memo) FROM t") == "5|0")
    }

    @Test(arguments: [
        // In another order, in another case, longer, without NULL, and with a column that is nobody's but the user's.
        "CREATE TABLE n (k INTEGER NOT NULL, ID INTEGER PRIMARY KEY, Memo VARCHAR(400), name TEXT NOT NULL)",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, name VARCHAR(4000), memo TEXT NOT NULL, k INTEGER)",
    ])
    func whatDoesNoHarmRaisesNoAlarm(_ other: String) throws {
        try bench.configure(Self.upsert)
        #expect(try bench.run("extract").code == 0)
        try source(
            "\(other); INSERT INTO n (id, name, memo, k) SELECT id, name, memo, k FROM items; DROP TABLE items; ALTER TABLE n RENAME TO items"
        )
        try source("INSERT INTO items (id, name, memo, k) VALUES (6, 'item 6', 'memo 6', 6)")
        _ = try sqlite(
            bench.destination, "ALTER TABLE t ADD COLUMN mine TEXT; CREATE INDEX by_name ON t (name); VACUUM; ANALYZE")
        let result = try bench.run("extract")
        #expect(result.code == 0, "\(result.all)")
        #expect(try bench.rows() == Self.rows + ["6|item 6|memo 6|6"])
        #expect(try bench.notes() == "[]")
    }

    @Test func anotherTypeStopsWhereRowsStay() throws {
        for method in ["append", "upsert", "truncate_load", "drop_create_load"] {
            let bench = try FileBench()
            try bench.fill(bench.source, table: "items", Self.rows)
            try bench.configure(["--load-method", method])
            #expect(try bench.run("extract").code == 0)
            _ = try sqlite(
                bench.source,
                "ALTER TABLE items ADD COLUMN d DATE; UPDATE items SET d = '2024-01-0' || id; "
                    + "CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT, memo DATE, k INTEGER NOT NULL); "
                    + "INSERT INTO n SELECT id, name, d, k FROM items; DROP TABLE items; ALTER TABLE n RENAME TO items")
            let result = try bench.run("extract")
            let keeps = ["append", "upsert"].contains(method)
            #expect(result.code == (keeps ? 6 : 0), "\(method): \(result.all)")
            guard keeps else { continue }
            try bench.configure(["--load-method", method], #""drift": {"changed": "ignore"}"#)
            #expect(try bench.run("extract").code == 0)
        }
    }
}
