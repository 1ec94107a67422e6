import Extraction
import Rows
import SQLite
import SQLiteDestination
import Staging
import TestSupport
import Testing

/// What a run does about failures, with the real staging behind it.
@Suite struct ReadFailureTests {
    private func keyed(decimal: DecimalStorage = .text, chunkRows: Int? = nil) -> TableExtract {
        var extract = makeExtract(decimal: decimal)
        extract.uniqueColumns = ["id"]
        extract.chunking = .init(rows: chunkRows)
        return extract
    }

    private func counts(_ folder: Folder) throws -> [SQLiteValue] {
        try query(folder.file(), "SELECT count(*), count(DISTINCT id) FROM t")[0]
    }

    @Test func aReadMayBeHalvedBeforeItsFirstRow() throws {
        let folder = try Folder()
        let source = PlayedTable(rows: sampleRows(10)) { $0 <= 2 ? Failure(.timeout, "It took too long.") : nil }
        let record = source.run(keyed(), into: SQLiteFile(path: folder.file()))
        #expect(record.failure == nil)
        #expect(try counts(folder) == [.integer(10), .integer(10)])
    }

    /// The half that is there must not pass for the whole chunk.
    @Test func aChunkThatWasHalvedBeforeItsFirstRowIsGoneOnWithByItsOtherHalf() throws {
        let folder = try Folder()
        let broken = PlayedTable(rows: sampleRows(40)) { read in
            switch read {
            case 1, 2: Failure(.timeout, "It took too long.")
            case 3: nil
            default: Failure(.statement, "No more of this.")
            }
        }
        let extract = keyed(chunkRows: 20)
        #expect(broken.run(extract, into: SQLiteFile(path: folder.file())).failure?.kind == .statement)
        let record = PlayedTable(rows: sampleRows(40)).run(extract, into: SQLiteFile(path: folder.file()))
        #expect(record.failure == nil)
        #expect((record.rowsResumed ?? 0) > 0)
        #expect(try counts(folder) == [.integer(40), .integer(40)])
    }

    /// While they are looked at nothing is said for as long as it takes, which must not pass for a stall.
    @Test func theLoadIsToldBeforeTheStagedRowsAreLookedAt() throws {
        let folder = try Folder()
        let source = PlayedTable(rows: sampleRows(3) + sampleRows(1))
        let record = source.run(keyed(), into: SQLiteFile(path: folder.file()))
        #expect(record.failure?.message.contains("does not identify the rows") == true)
        #expect(source.events.contains { if case .loading(_, 4) = $0 { true } else { false } })
    }

    /// What the destination cannot take is no better for another login, and no half of it is.
    @Test func aValueThatCannotBeStoredCostsOneLogin() throws {
        let folder = try Folder()
        let columns = [
            Column(name: "id", type: .integer), Column(name: "amount", type: .decimal(precision: 10, scale: 2)),
        ]
        let rows: [[Cell?]] = (0..<200).map { [.integer($0), .text($0 == 3 ? "1.005" : "1.00")] }
        let source = PlayedTable(columns, rows: rows)
        let record = source.run(keyed(decimal: .scaledInteger), into: SQLiteFile(path: folder.file()))
        #expect(record.failure?.kind == .data)
        #expect(record.failure?.message.contains("row 4 of") == true)
        #expect(source.logins == 1)
    }
}
