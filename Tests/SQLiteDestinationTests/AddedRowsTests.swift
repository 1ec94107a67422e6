import Extraction
import SQLite
import SQLiteDestination
import TestSupport
import Testing

/// An upsert says how many of its rows the table did not have.
@Suite struct AddedRowsTests {
    @Test(arguments: [
        "CREATE TABLE t (id INTEGER, name TEXT, k INTEGER)",
        "CREATE TABLE t (id INTEGER, name TEXT, k INTEGER, rowid TEXT DEFAULT 'x')",
        "CREATE TABLE t (id INTEGER, name TEXT, k INTEGER, rowid TEXT, _rowid_ TEXT, oid TEXT)",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, k INTEGER)",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, k INTEGER) WITHOUT ROWID",
        "CREATE TABLE t (number INTEGER PRIMARY KEY AUTOINCREMENT, id INTEGER, name TEXT, k INTEGER)",
    ])
    func areCountedWhateverNumbersTheTableGivesItsRows(_ table: String) throws {
        let folder = try Folder()
        try change(folder.file(), table)
        var extract = makeIncremental(adopts: true)
        extract.addsMetadataColumns = false
        let first = try runChunks(extract, [ChunkRows([row(7, "a", 1), row(9, "b", 2)])], into: folder.file())
        #expect(first.result.rowsAdded == 2)
        let second = try runChunks(
            extract,
            [
                ChunkRows(1, order: 1, [row(9, "B", 3), row(-3, "c", 3)]),
                ChunkRows(2, order: 2, [row(-3, "C", 3), row(8, "d", 3)]),
            ], into: folder.file())
        #expect(second.result.rowsAdded == 2)
        #expect(try query(folder.file(), "SELECT count(*) FROM t") == [[.integer(4)]])
    }

    @Test(arguments: ["9223372036854775807", "9223372036854775805", "-8"])
    func areCountedWhateverTheLargestNumberIs(_ number: String) throws {
        let folder = try Folder()
        var extract = makeIncremental(adopts: true)
        extract.addsMetadataColumns = false
        try change(
            folder.file(), "CREATE TABLE t (id INTEGER, name TEXT, k INTEGER)",
            "INSERT INTO t (rowid, id, name, k) VALUES (\(number), 1, 'a', 1)")
        let loaded = try runChunks(
            extract, [ChunkRows([row(1, "A", 2), row(2, "b", 2), row(3, "c", 2), row(4, "d", 2)])], into: folder.file())
        #expect(loaded.result.rowsAdded == 3)
        #expect(try table(folder.file()) == ["1 A 2", "2 b 2", "3 c 2", "4 d 2"])
    }
}
