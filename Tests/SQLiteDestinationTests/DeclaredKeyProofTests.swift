import Extraction
import Foundation
import Rows
import SQLite
import SQLiteDestination
import TestSupport
import Testing

/// What only the source says of a table's key is proven on the rows: the played table declares `id`.
@Suite struct DeclaredKeyProofTests {
    private static func source(_ rows: [[Cell?]]) -> PlayedTable { PlayedTable(keyedColumns, rows: rows) }

    private static let doubled = [row(1, "a", 1), row(2, "b", 2), row(2, "c", 2)]
    private static let whole = [row(1, "a", 1), row(2, "b", 2), row(3, "c", 3)]

    private func declared(_ method: LoadMethod, unique: [String] = [], chunkRows: Int? = nil) -> TableExtract {
        var extract = makeIncremental(method, unique: unique)
        extract.chunking = .init(rows: chunkRows)
        return extract
    }

    @Test(arguments: [LoadMethod.append, .upsert]) func aDeclaredKeyThatALoadReliesOnIsProven(
        _ method: LoadMethod
    ) throws {
        let folder = try Folder()
        let destination = SQLiteFile(path: folder.file())
        let failure = Self.source(Self.doubled).run(declared(method), into: destination).failure
        #expect(failure?.kind == .data)
        #expect(
            failure?.message
                == "\"id\", which the source declares as the key, does not identify the rows of s.source: 2 rows share their "
                + "values with others, such as (2) 2 times.")
        #expect(failure?.advice.contains("`kleene-ns keys s.source`") == true)
        #expect(!FileManager.default.fileExists(atPath: folder.file()) || (try? table(folder.file())) == nil)
        // Named by other columns, the next run is not held up by what was refused.
        let corrected = declared(method, unique: ["id", "name"])
        #expect(Self.source(Self.doubled).run(corrected, into: destination).failure == nil)
        #expect(try table(folder.file()) == ["1 a 1", "2 b 2", "2 c 2"])
    }

    @Test(arguments: [LoadMethod.append, .upsert]) func aNullInADeclaredKeyStopsWhatReliesOnIt(
        _ method: LoadMethod
    ) throws {
        let folder = try Folder()
        let rows = Self.whole + [row(nil, "d", 2)]
        let failure = Self.source(rows).run(declared(method), into: SQLiteFile(path: folder.file())).failure
        #expect(failure?.kind == .data)
        #expect(failure?.message.hasSuffix("of s.source: 1 row has NULL there.") == true, "\(failure as Any)")
    }

    /// The rows have been corrected at the source, the configuration is as it was.
    @Test(arguments: [nil, 20]) func aRefusedStagingDoesNotHoldUpTheNextRun(_ chunkRows: Int?) throws {
        let folder = try Folder()
        let destination = SQLiteFile(path: folder.file())
        let rows = (1...60).map { row($0, "a", $0) }
        let extract = declared(.append, chunkRows: chunkRows)
        let refused = Self.source(rows + [row(60, "b", 60)]).run(extract, into: destination)
        #expect(refused.failure?.kind == .data)
        if chunkRows != nil { #expect((refused.chunks ?? 0) > 1) }
        let record = Self.source(rows).run(extract, into: destination)
        #expect(record.failure == nil)
        #expect(
            try query(folder.file(), "SELECT count(*), count(DISTINCT id) FROM t") == [[.integer(60), .integer(60)]])
    }

    /// A load that replaces all rows finds none by the key: what it is not is said, and the table is as the source has it.
    @Test(arguments: [LoadMethod.dropCreateLoad, .truncateLoad, .append])
    func aFullLoadSaysThatADeclaredKeyIsNone(_ method: LoadMethod) throws {
        let folder = try Folder()
        let record = Self.source(Self.doubled).run(makeExtract(method), into: SQLiteFile(path: folder.file()))
        #expect(record.failure == nil)
        #expect(try table(folder.file()) == ["1 a 1", "2 b 2", "2 c 2"])
        let notes = record.notes.filter {
            $0.contains("which the source declares as the key, does not identify the rows")
        }
        #expect(notes.count == 1, "\(record.notes)")
    }

    @Test func aDeclaredKeyThatHoldsIsNoNews() throws {
        let folder = try Folder()
        let record = Self.source(Self.whole).run(makeExtract(), into: SQLiteFile(path: folder.file()))
        #expect(record.failure == nil && !record.notes.contains { $0.contains("identify") }, "\(record.notes)")
    }

    /// Who names the columns is told at once where they are none.
    @Test func uniqueColumnsThatAPersonNamesStopAFullLoadToo() throws {
        let folder = try Folder()
        var extract = makeExtract()
        extract.uniqueColumns = ["id"]
        let failure = Self.source(Self.doubled).run(extract, into: SQLiteFile(path: folder.file())).failure
        #expect(failure?.kind == .data && failure?.message.contains("declares") == false)
    }
}
