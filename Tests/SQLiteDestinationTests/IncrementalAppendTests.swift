import Extraction
import SQLiteDestination
import TestSupport
import Testing

@Suite struct IncrementalAppendTests {
    @Test func withUniqueColumnsEachVersionIsThereOnce() throws {
        let folder = try Folder()
        let extract = makeIncremental(.append)
        try runChunks(extract, [ChunkRows([row(1, "a", 1), row(2, "b", 2)])], into: folder.file())
        // The overlap delivers rows again, and one of them has changed.
        let loaded = try runChunks(
            extract, [ChunkRows([row(1, "a", 1), row(2, "B", 3), row(3, "c", nil)])], watermark: through(2),
            into: folder.file())
        try runChunks(
            extract, [ChunkRows([row(2, "B", 3), row(3, "c", nil)])], watermark: through(3), into: folder.file())
        #expect(loaded.result.rowsAdded == 2)
        #expect(try table(folder.file()) == ["1 a 1", "2 b 2", "2 B 3", "3 c -"])
    }

    @Test func oneVersionInTwoChunksIsAddedOnce() throws {
        let folder = try Folder()
        let chunks = [ChunkRows(1, [row(1, "a", 1)]), ChunkRows(2, order: 2, [row(1, "a", 1)])]
        // The second run finds a table; the first one makes it.
        for _ in 1...2 {
            try runChunks(makeIncremental(.append), chunks, into: folder.file())
        }
        #expect(try table(folder.file()) == ["1 a 1"])
    }

    @Test func theFirstRunIntoATableWithRowsIsRefusedWhereNobodyKnowsThem() throws {
        let folder = try Folder()
        try runExtract(
            makeExtract(), rows: [row(1, "a", 1)], columns: keyedColumns, into: folder.file())
        let extract = makeIncremental(.append, unique: [])
        let refused = failure { try runChunks(extract, [ChunkRows([row(1, "a", 1)])], into: folder.file()) }
        #expect(refused?.kind == .destination)
        #expect(refused?.advice.contains("state recover e") == true)
        #expect(try table(folder.file()) == ["1 a 1"])
        // With unique columns they are known, and with a watermark nothing is read again.
        try runChunks(makeIncremental(.append), [ChunkRows([row(1, "a", 1), row(2, "b", 2)])], into: folder.file())
        try runChunks(extract, [ChunkRows([row(3, "c", 3)])], watermark: through(2), into: folder.file())
        #expect(try table(folder.file()) == ["1 a 1", "2 b 2", "3 c 3"])
    }

    @Test func anEmptyTableIsNoObstacleToTheFirstRun() throws {
        let folder = try Folder()
        try change(folder.file(), "CREATE TABLE t (id INTEGER, name TEXT, k INTEGER)")
        try runChunks(makeIncremental(.append, unique: []), [ChunkRows([row(1, "a", 1)])], into: folder.file())
        #expect(try table(folder.file()) == ["1 a 1"])
    }
}
