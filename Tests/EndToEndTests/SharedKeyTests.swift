import Foundation
import TestSupport
import Testing

/// Columns that are named as unique and are not, of rows that come in different chunks.
@Suite struct SharedKeyTests {
    private let bench: FileBench

    init() throws {
        bench = try FileBench()
        try fill(shared: true)
        try configure()
    }

    /// 4000 rows, of which the first and the last have one name or two.
    private func fill(shared: Bool) throws {
        _ = try sqlite(
            bench.source,
            """
            DROP TABLE IF EXISTS items; CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, memo TEXT, k INTEGER);
            WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 4000)
            INSERT INTO items SELECT i, 'item ' || i, 'memo', i FROM s;
            UPDATE items SET name = '\(shared ? "item 1" : "item 4000")' WHERE id = 4000
            """)
    }

    private func configure(_ more: String = "") throws {
        try bench.configure(
            ["--load-method", "upsert"],
            #""unique_columns": ["name"], "chunk_key": "id", "chunk_rows": 1000"# + more)
    }

    @Test func rowsOfTwoChunksThatShareTheirKeyStopTheLoad() throws {
        for _ in 1...2 {
            let result = try bench.run("extract")
            #expect(result.code == 1, "\(result.all)")
            #expect(
                result.all.contains("\"name\" does not identify the rows of items: 2 rows share their values"),
                "\(result.all)")
        }
        // Nothing is kept that would come to the same end.
        try fill(shared: false)
        let result = try bench.run("extract")
        #expect(result.code == 0, "\(result.all)")
        #expect(try bench.rows("name").count == 4000)
        #expect(try !bench.notes().contains("other chunks"))
    }

    /// Chunks are ranges of the key that moves where a row changes: as many rows may have come twice as others have gone.
    @Test func rowsThatMayHaveMovedBetweenChunksStopNothing() throws {
        try bench.configure(
            ["--load-method", "upsert"],
            #""unique_columns": ["name"], "extract_type": "incremental", "incremental_key": "k", "chunk_key": "k", "chunk_rows": 1000"#
        )
        let result = try bench.run("extract")
        #expect(result.code == 0, "\(result.all)")
        #expect(try bench.rows("name").count == 3999)
        #expect(try bench.notes().contains("2 rows share their values with others, such as"))
    }

    /// Without a count nobody knows whether one row was read twice: it is said.
    @Test func rowsThatAreTakenForOneAreTold() throws {
        try configure(#", "guard": {"count": false}"#)
        let result = try bench.run("extract")
        #expect(result.code == 0, "\(result.all)")
        #expect(try bench.rows("name").count == 3999)
        #expect(try bench.notes().contains("2 rows share their values with others, such as"))
    }
}
