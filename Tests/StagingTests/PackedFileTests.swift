import Extraction
import Foundation
import Rows
import SQLite
import TestSupport
import Testing

@testable import Staging

/// Files of packed rows beside files of rows: what a run has left, another goes on with.
@Suite struct PackedFileTests {
    private static let columns = [Column(name: "id", type: .integer), Column(name: "name", type: .text)]

    private let directory: TemporaryDirectory
    private let extract = TableExtract(
        name: "e", table: TableName(schema: "s", name: "source"), loadMethod: .dropCreateLoad, destinationTable: "t",
        decimal: .text, addsMetadataColumns: true)

    init() throws { directory = try TemporaryDirectory() }

    private func lease(takesBatches: Bool) throws -> Lease {
        try Lease(
            of: extract, in: Workplace(beside: directory.path("out")), source: nil,
            answers: .init(
                hasLoaded: { _ in false },
                terms: { StagingTerms(shape: StagedShape(self.extract, columns: $1), drift: nil) },
                takesBatches: takesBatches))
    }

    private func plan(_ run: RunIdentity) -> ReadPlan {
        ReadPlan(
            run: run, table: extract.table, columns: Self.columns.map(\.name), uniqueColumns: ["id"], isBackfill: false,
            chunks: [Chunk(number: 1), Chunk(number: 2)], reasons: [])
    }

    /// Leaves what a run that is killed behind its first chunk does: two rows, and the path of the file.
    private func leave(_ run: RunIdentity, takesBatches: Bool = true) throws -> String {
        let lease = try lease(takesBatches: takesBatches)
        defer { lease.end(keepsStaging: true) }
        let staging = try lease.stage(plan(run), columns: Self.columns, run: run, goingOn: false)
        try staging.write(makeBatch([[.integer(1), .text("a")], [.integer(2), nil]]), chunk: 1)
        try staging.complete(chunk: 1, order: 1)
        try staging.write(makeBatch([[.integer(9), .text("lost")]]), chunk: 2)
        return staging.path
    }

    private func texts(_ rows: SealedFile) throws -> [[String?]] {
        var found: [[String?]] = []
        try rows.eachBatch { batch in
            for row in 0..<batch.rowCount { found.append((0..<3).map { batch.text(column: $0, row: row) }) }
        }
        return found
    }

    /// Whichever way the first run had staged, and the second would: rows stay as they lie, and each says its own run.
    @Test(arguments: [false, true], [false, true])
    func aRunGoesOnWithWhatIsThere(first: Bool, second: Bool) throws {
        let runs = [1, 2].map { RunIdentity(startedAt: Timestamp(Date()), salt: UInt32($0)) }
        _ = try leave(runs[0], takesBatches: first)
        let lease = try lease(takesBatches: second)
        let staged = try #require(try lease.staged())
        #expect(staged.completed == [1: 2])
        let staging = try lease.stage(staged.plan, columns: Self.columns, run: runs[1], goingOn: true)
        try staging.write(makeBatch([[.integer(3), .text("c")]]), chunk: 2)
        try staging.complete(chunk: 2, order: 1)
        let sealed = try staging.seal()
        #expect(sealed.summary.rows == 3)
        #expect(
            try texts(sealed) == [["1", "a", runs[0].id], ["2", nil, runs[0].id], ["3", "c", runs[1].id]])
        lease.end(keepsStaging: false)
    }

    /// A block that lost rows is no whole chunk.
    @Test func aChunkThatLacksRowsIsReadAgain() throws {
        let path = try leave(RunIdentity(startedAt: Timestamp(Date()), salt: 3))
        do {
            let database = try SQLiteDatabase(path: path, access: .readWrite)
            try database.query("UPDATE rows_1 SET rows = 1")
        }
        let lease = try lease(takesBatches: true)
        #expect(try lease.staged() == nil)
        lease.end(keepsStaging: false)
    }

    /// What a later kleene-ns has packed otherwise is read again, and not taken for something else.
    @Test func anotherPackingIsReadAgain() throws {
        let path = try leave(RunIdentity(startedAt: Timestamp(Date()), salt: 5))
        #expect(try self.lease(takesBatches: true).staged() != nil)
        do {
            let database = try SQLiteDatabase(path: path, access: .readWrite)
            let format = PackedSection.format
            #expect(
                try database.changes(
                    by: "UPDATE book SET header = json_set(header, '$.packing', \(format + 1)) "
                        + "WHERE json_extract(header, '$.packing') = \(format)") == 1)
        }
        #expect(try self.lease(takesBatches: true).staged() == nil)
    }

    /// Rows that share their unique columns are found where their values lie packed.
    @Test(arguments: [[1, 1], [2, 1], [3, 1, 3]]) func rowsWithTheSameKeyAreFound(ids: [Int]) throws {
        let run = RunIdentity(startedAt: Timestamp(Date()), salt: 4)
        var extract = extract
        extract.uniqueColumns = ["id"]
        extract.loadMethod = .upsert
        let lease = try Lease(
            of: extract, in: Workplace(beside: directory.path("out")), source: nil,
            answers: .init(
                hasLoaded: { _ in false },
                terms: { StagingTerms(shape: StagedShape(extract, columns: $1), drift: nil) },
                takesBatches: true))
        let staging = try lease.stage(plan(run), columns: Self.columns, run: run, goingOn: false)
        try staging.write(makeBatch(ids.map { [.integer(Int64($0)), .text("x")] }), chunk: 1)
        for chunk in 1...2 { try staging.complete(chunk: chunk, order: chunk) }
        let refused = failure { _ = try staging.seal() }
        #expect((refused != nil) == (Set(ids).count < ids.count))
        if let refused { #expect(refused.message.contains("share their values with others")) }
        lease.end(keepsStaging: false)
    }
}
