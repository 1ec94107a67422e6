import Foundation
import SQLiteDestination
import Staging
import TestSupport
import Testing

@testable import Extraction

@Suite struct ChunkedStagingTests {
    private func open(
        _ path: String, _ extract: TableExtract = makeIncremental(), chunks: Int = 3, goingOn: Bool = false
    ) throws -> (SQLiteFile, Lease, StagingFile) {
        let destination = SQLiteFile(path: path)
        let lease = try destination.lease(extract)
        let run = makeRun()
        let staging = try lease.stage(
            makePlan(extract, kind: .integer, chunks: chunks, run: run), columns: keyedColumns, run: run,
            goingOn: goingOn)
        return (destination, lease, staging)
    }

    private func load(_ destination: SQLiteFile, _ staging: StagingFile) throws -> Int? {
        let staged = try staging.seal()
        var record = RunRecord(makeIncremental(), run: makeRun(), version: "test")
        record.status = .succeeded
        record.rowsRead = staged.rows
        return try destination.load(staged, record: record).rowsInTable
    }

    @Test func whatIsForgottenIsReadAgainAndCountsOnce() throws {
        let folder = try Folder()
        let (destination, lease, staging) = try open(folder.file(), chunks: 2)
        try staging.write(makeBatch([row(1, "a", 1)]), chunk: 1)
        try staging.write(makeBatch([row(9, "half", 1)]), chunk: 2)
        try staging.forget(chunk: 2)
        try staging.complete(chunk: 1, order: 1)
        try staging.write(makeBatch([row(2, "b", 2)]), chunk: 2)
        try staging.complete(chunk: 2, order: 3)
        #expect(try load(destination, staging) == 2)
        #expect(try table(folder.file()) == ["1 a 1", "2 b 2"])
        lease.end(keepsStaging: false)
    }

    @Test func aRunGoesOnWithWholeChunksOnly() throws {
        let folder = try Folder()
        var (destination, lease, staging) = try open(folder.file())
        try staging.write(makeBatch([row(1, "a", 1)]), chunk: 1)
        try staging.write(makeBatch([row(2, "half", 1)]), chunk: 2)
        try staging.complete(chunk: 1, order: 1)
        let range = KeyRange(
            key: "id", lower: .integer(50), upper: nil, holdsNulls: false, smallest: .integer(1), largest: .integer(99))
        try staging.split(Chunk(number: 3), other: Chunk(number: 4, range: range))
        // Splits go to the disk with the next chunk that is whole.
        try staging.complete(chunk: 4, order: 2)
        try staging.write(makeBatch([row(3, "half", 1)]), chunk: 3)
        lease.end(keepsStaging: true)

        destination = SQLiteFile(path: folder.file())
        lease = try destination.lease(makeIncremental())
        let found = try #require(destination.glance(at: makeIncremental()))
        #expect(found.completed == [1: 1, 4: 0])
        #expect(found.plan.chunks.map(\.number) == [1, 2, 3, 4])
        #expect(found.plan.chunks.last?.range == range)
        staging = try lease.stage(found.plan, columns: found.columns, run: makeRun(), goingOn: true)
        try staging.write(makeBatch([row(2, "b", 2), row(1, "A", 1)]), chunk: 2)
        try staging.complete(chunk: 2, order: 1)
        try staging.complete(chunk: 3, order: 2)
        // Read later than the first run's chunk, whose row it has again.
        #expect(try load(destination, staging) == 2)
        #expect(try table(folder.file()) == ["1 A 1", "2 b 2"])
        lease.end(keepsStaging: false)
        #expect(destination.glance(at: makeIncremental()) == nil)
    }

    /// Leaves a run with one whole chunk of two.
    private func leave(_ path: String) throws -> String {
        let (_, lease, staging) = try open(path, chunks: 2)
        try staging.write(makeBatch([row(1, "a", 1), row(2, "b", 1)]), chunk: 1)
        try staging.complete(chunk: 1, order: 1)
        lease.end(keepsStaging: true)
        #expect(SQLiteFile(path: path).glance(at: makeIncremental()) != nil)
        let names = try FileManager.default.contentsOfDirectory(atPath: path + ".kleene")
        return path + ".kleene/" + (names.first { $0.hasPrefix("staging-") && $0.hasSuffix(".db") } ?? "")
    }

    @Test(
        arguments: [
            "DROP TABLE rows_1", "DELETE FROM rows_1 WHERE id = 2", "UPDATE book SET header = 'x'", "DROP TABLE chunks",
            "UPDATE book SET header = json_set(header, '$.format', 99)", "UPDATE chunks SET chunk = '{}'",
        ])
    func damagedStagingIsNoneAndTheRunStartsAfresh(_ damage: String) throws {
        let folder = try Folder()
        let file = try leave(folder.file())
        try change(file, damage)
        #expect(SQLiteFile(path: folder.file()).glance(at: makeIncremental()) == nil)
        try runChunks(makeIncremental(), [ChunkRows([row(1, "a", 1)])], into: folder.file())
        #expect(try table(folder.file()) == ["1 a 1"])
    }

    @Test func aFileThatIsNoDatabaseOrCutShortIsNone() throws {
        let folder = try Folder()
        let file = try leave(folder.file())
        let whole = try #require(contents(file))
        for part in [Data("no database".utf8), whole.prefix(20_000), Data(count: 50_000)] {
            try part.write(to: URL(filePath: file))
            #expect(SQLiteFile(path: folder.file()).glance(at: makeIncremental()) == nil, "\(part.count) bytes")
        }
        try runChunks(makeIncremental(), [ChunkRows([row(1, "a", 1)])], into: folder.file())
    }

    @Test func aChangedExtractFindsNothing() throws {
        let folder = try Folder()
        _ = try leave(folder.file())
        let destination = SQLiteFile(path: folder.file())
        var others = [makeIncremental(.append), makeIncremental(name: "other"), makeIncremental(unique: ["name"])]
        others.append(makeIncremental())
        others[3].filter = "id > 0"
        for other in others { #expect(destination.glance(at: other) == nil) }
        #expect(destination.glance(at: makeIncremental()) != nil)
    }

    @Test func aReadInOnePieceIsNotKept() throws {
        let folder = try Folder()
        let (destination, lease, staging) = try open(folder.file(), chunks: 1)
        try staging.write(makeBatch([row(1, "a", 1)]), chunk: 1)
        try staging.complete(chunk: 1, order: 1)
        lease.end(keepsStaging: true)
        #expect(destination.glance(at: makeIncremental()) == nil)
    }

    @Test func stagingThatNobodyComesBackForGoesAfterAWeek() throws {
        let folder = try Folder()
        let file = try leave(folder.file())
        func age(_ days: Double) throws {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -days * 86_400)], ofItemAtPath: file)
        }
        let other = makeExtract(name: "other")
        try age(6.9)
        try runExtract(other, rows: sampleRows(1), into: folder.file())
        #expect(FileManager.default.fileExists(atPath: file))
        // Whose run is at work keeps its own, however old.
        try age(8)
        let holder = SQLiteFile(path: folder.file())
        let lease = try holder.lease(makeIncremental())
        try runExtract(other, rows: sampleRows(1), into: folder.file())
        #expect(FileManager.default.fileExists(atPath: file))
        lease.end(keepsStaging: true)
        try runExtract(other, rows: sampleRows(1), into: folder.file())
        #expect(!FileManager.default.fileExists(atPath: file))
    }
}
