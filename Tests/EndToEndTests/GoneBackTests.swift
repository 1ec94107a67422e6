import Foundation
import TestSupport
import Testing

/// Sources that went back: numbers that began again, rows with an older key, newest rows that are gone; and watermarks that people move
/// to where rows would be missed or doubled.
@Suite struct GoneBackTests {
    private static let rows = (1...5).map { "\($0)|item \($0)|memo \($0)|\($0 * 1000)" }
    private static let upsert = [
        "--load-method", "upsert", "--extract-type", "incremental", "--incremental-key", "k",
    ]
    private static let append = ["--load-method", "append", "--extract-type", "incremental", "--incremental-key", "k"]
    private let bench: FileBench

    init() throws { bench = try FileBench() }

    /// Rows without a column that identifies them.
    private func fillPlain(_ numbers: ClosedRange<Int>) throws {
        _ = try sqlite(
            bench.source,
            "DROP TABLE IF EXISTS items; CREATE TABLE items (id INTEGER, name TEXT, memo TEXT, k INTEGER); "
                + "INSERT INTO items VALUES "
                + numbers.map { "(\($0), 'a', 'b', \($0))" }.joined(separator: ", "))
    }

    private func extract(code: Int32 = 0) throws -> Program.Result {
        let result = try bench.run("extract")
        #expect(result.code == code, "\(result.all)")
        return result
    }

    @Test func numbersThatBeganAgainComeOnceTheTableIsDroppedAsAdvised() throws {
        try bench.fill(bench.source, table: "items", Self.rows)
        try bench.configure(Self.upsert)
        _ = try extract()
        let new = (2...6).map { "\($0)|new \($0)|memo|\($0)" }
        try bench.fill(bench.source, table: "items", new)
        let refused = try extract(code: 10)
        #expect(refused.all.contains("drop the table \"t\""), "\(refused.all)")
        _ = try sqlite(bench.destination, "DROP TABLE t")
        _ = try extract()
        #expect(try bench.rows() == new)
    }

    /// Once a repair has brought what the upsert left out, nothing is said any more.
    @Test func rowsWithASmallerKeyThanTheTableHasAreToldAndRepaired() throws {
        try bench.fill(bench.source, table: "items", Self.rows)
        try bench.configure(Self.upsert)
        _ = try extract()
        _ = try sqlite(bench.source, "UPDATE items SET k = 4500, name = 'restored' WHERE id = 5")
        #expect(try bench.run("state", "reset", "t", "--yes").code == 0)
        _ = try extract()
        #expect(try bench.notes().contains("1 row came with a smaller k than the table \\\"t\\\" has"))
        #expect(try bench.run("verify", "t", "--repair").code == 0)
        #expect(try bench.rows().contains("5|restored|memo 5|4500"))
        _ = try extract()
        #expect(try !bench.notes().contains("smaller"))
    }

    @Test func newestRowsThatAreGoneAreNotedAndTheAdviceReadsWhatComesInTheirPlace() throws {
        try fillPlain(1...20)
        try bench.configure(Self.append)
        _ = try extract()
        try fillPlain(1...12)
        _ = try extract()
        #expect(try bench.notes().contains("state rewind t --to 13"))
        let rewound = try bench.run("state", "rewind", "t", "--to", "13")
        #expect(rewound.code == 0 && rewound.errors.contains("are added a second time"), "\(rewound.all)")
        _ = try extract()
        #expect(try !bench.notes().contains("rewind"))
        try fillPlain(1...15)
        _ = try extract()
        #expect(try sqlite(bench.destination, "SELECT count(*), count(DISTINCT k) FROM t") == "23|20")
    }

    @Test func aSourceThatIsEmptiedIsNoted() throws {
        try bench.fill(bench.source, table: "items", Self.rows)
        try bench.configure(Self.upsert)
        _ = try extract()
        _ = try sqlite(bench.source, "DELETE FROM items")
        _ = try extract()
        #expect(try bench.notes().contains("has no row with a k now"))
        #expect(try bench.rows() == Self.rows)
    }

    /// Read as one, or counted first where there is a column to cut by.
    @Test(arguments: [false, true]) func textsThatBeganAgainComeOnceTheAdviceIsFollowed(isIdentified: Bool) throws {
        func fill(_ keys: [String]) throws {
            let rows = keys.enumerated().map { "(\($0 + 1), 'a', 'b', '\($1)')" }.joined(separator: ", ")
            _ = try sqlite(
                bench.source,
                "DROP TABLE IF EXISTS items; CREATE TABLE items (id INTEGER\(isIdentified ? " PRIMARY KEY" : ""), name TEXT, memo TEXT, "
                    + "k TEXT); INSERT INTO items VALUES \(rows)")
        }
        try fill(["SO7", "SO8", "SO9"])
        try bench.configure(isIdentified ? Self.upsert : Self.append)
        for _ in 1...2 { _ = try extract() }
        try fill(["SO1", "SO2"])
        let refused = try extract(code: 10)
        #expect(
            refused.errors.contains("The largest k that the source has is SO2, and it has no row behind SO9"),
            "\(refused.all)")
        let edit = isIdentified ? ["reset", "t", "--yes"] : ["rewind", "t", "--to", "SO1"]
        #expect(refused.errors.contains("state \(edit[0]) t"), "\(refused.all)")
        #expect(try bench.program.run(["state"] + edit).code == 0)
        _ = try extract()
        #expect(try bench.rows("k").filter { ["SO1", "SO2"].contains($0) } == ["SO1", "SO2"])
    }

    @Test func aRewindThatDoublesNothingIsNotWarnedOf() throws {
        try bench.fill(bench.source, table: "items", Self.rows)
        for flags in [Self.upsert, Self.append] {
            try bench.configure(flags)
            _ = try extract()
            let rewound = try bench.run("state", "rewind", "t", "--to", "3000")
            #expect(rewound.code == 0 && !rewound.all.contains("second time"), "\(rewound.all)")
            _ = try extract()
            #expect(try bench.rows() == Self.rows)
        }
    }

    /// A watermark of another time, or of another file, would leave out what lies between it and the table.
    @Test func aWatermarkThatLiesAboveTheTableIsImportedOnlyByForce() throws {
        try bench.fill(bench.source, table: "items", Array(Self.rows.prefix(2)))
        try bench.configure(Self.upsert + ["--overlap", "0s"])
        _ = try extract()
        let old = try Data(contentsOf: URL(fileURLWithPath: bench.destination))
        try bench.fill(bench.source, table: "items", Self.rows)
        _ = try extract()
        #expect(try bench.run("state", "export", "marks.json").code == 0)
        // The watermark that the table has reached, after it was set back or forgotten.
        for edit in [["rewind", "t", "--to", "1000"], ["reset", "t", "--yes"]] {
            #expect(try bench.program.run(["state"] + edit).code == 0)
            let back = try bench.run("state", "import", "marks.json")
            #expect(back.code == 0, "\(back.all)")
        }
        for file in [bench.destination + "-wal", bench.destination + "-shm"] {
            try? FileManager.default.removeItem(atPath: file)
        }
        try old.write(to: URL(fileURLWithPath: bench.destination))
        for edit in [["show", "t"], ["reset", "t", "--yes"]] {
            #expect(try bench.program.run(["state"] + edit).code == 0)
            let refused = try bench.run("state", "import", "marks.json")
            #expect(refused.code == 2, "\(refused.all)")
            #expect(refused.all.contains("has rows up to 2000 only") && refused.all.contains("state recover t"))
        }
        #expect(try bench.run("state", "recover", "t").code == 0)
        _ = try extract()
        #expect(try bench.rows() == Self.rows)
        try old.write(to: URL(fileURLWithPath: bench.destination))
        #expect(try bench.run("state", "import", "marks.json", "--force").code == 0)
    }

    /// PostgreSQL takes a number below zero for a very large `oid`: a window that begins there holds nothing.
    @Test func aWindowThatTheSourceBendsIsRefused() throws {
        let postgres = try PostgreSQL()
        let table = "oids_" + UUID().uuidString.prefix(8).lowercased()
        try postgres.run(
            "CREATE TABLE \(table) (id int PRIMARY KEY, o oid); INSERT INTO \(table) SELECT g, g FROM generate_series(1, 20) g"
        )
        let program = Program(directory: bench.directory.url, environment: ["PGTEST": postgres.password])
        try """
        {"source": {"profile": "odbc", "driver": "PostgreSQL Unicode",
          "attributes": {"Server": "\(postgres.host)", "Port": "\(postgres.port)", "Database": "\(postgres.database)"},
          "user": "\(postgres.user)", "password": {"env": "PGTEST"}},
         "destination": {"type": "sqlite", "path": "d.db"},
         "extracts": [{"name": "t", "table": "\(table)", "destination_table": "t", "load_method": "upsert",
          "extract_type": "incremental", "incremental_key": "o"}]}
        """.write(toFile: bench.directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        func extract() throws -> Program.Result {
            try program.run(["extract", "--state-dir", bench.directory.path("state")])
        }
        let first = try extract()
        #expect(first.code == 0, "\(first.all)")
        try postgres.run("INSERT INTO \(table) VALUES (21, 21)")
        let second = try extract()
        #expect(
            second.code == 10 && second.all.contains("is 21, and that it has no row in the window"), "\(second.all)")
    }
}
