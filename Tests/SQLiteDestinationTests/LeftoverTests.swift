import Foundation
import Rows
import SQLite
import SQLiteDestination
import Staging
import TestSupport
import Testing

@testable import Extraction

/// What killed runs, other programs and people have left beside a destination, and what years of runs would leave.
@Suite struct LeftoverTests {
    private func size(_ path: String) -> Int { contents(path)?.count ?? 0 }

    private func record(_ extract: String = "e", startedAt: Date = Date()) -> RunRecord {
        let run = RunIdentity(startedAt: Timestamp(startedAt), salt: .random(in: 0...UInt32.max))
        return RunRecord(makeExtract(name: extract), run: run, version: "test")
    }

    // MARK: Logs

    /// SQLite cannot know that a log belongs to a file that is gone: it would put the old pages into the new file.
    @Test func theLogOfARemovedFileIsNotTakenForTheNewOnes() throws {
        let folder = try Folder()
        try runExtract(makeExtract(), rows: sampleRows(2000, prefix: "old"), into: folder.file())
        do {
            let reader = try SQLiteDatabase(path: folder.file(), access: .readWrite)
            try reader.query("BEGIN")
            _ = try reader.query("SELECT count(*) FROM t")
            try runExtract(makeExtract(), rows: sampleRows(3000, prefix: "older"), into: folder.file())
            try reader.query("COMMIT")
        }
        #expect(size(folder.file() + "-wal") > 0)
        try FileManager.default.removeItem(atPath: folder.file())
        try runExtract(makeExtract(), rows: sampleRows(50, prefix: "new"), into: folder.file())
        #expect(try query(folder.file(), "PRAGMA integrity_check") == [[.text("ok")]])
        #expect(try query(folder.file(), "SELECT count(*) FROM t WHERE name LIKE 'new %'") == [[.integer(50)]])
        #expect(try SQLiteFile(path: folder.file()).runs(limit: 9).count == 1)
    }

    /// As of an extract whose runs always fail, or never find a change.
    @Test func runsThatLoadNothingDoNotLetTheLogGrow() throws {
        let folder = try Folder()
        let destination = SQLiteFile(path: folder.file())
        var largest = 0
        for _ in 0..<200 {
            try destination.record(record())
            largest = max(largest, size(folder.file() + "-wal"))
        }
        #expect(largest < 2_000_000, "\(largest)")
        for number in 0..<200 {
            try destination.edit(StateEditing(["e"], action: "import", at: Timestamp(Date()))) { _, _ in
                makeState(makeIncremental(), through(Int64(number)))
            }
            largest = max(largest, size(folder.file() + "-wal"))
        }
        #expect(largest < 2_000_000, "\(largest)")
        #expect(try destination.runs(limit: 999).count == 200)
    }

    // MARK: Clocks

    /// A machine whose clock was years ahead, and is right again.
    @Test func aClockThatIsSetBackLosesNoRecord() throws {
        let folder = try Folder()
        let destination = SQLiteFile(path: folder.file())
        try destination.record(record())
        try change(
            folder.file(),
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
            INSERT INTO _kleene_runs SELECT 'ahead' || i, extract, status, printf('2099-01-01T00:00:00.%04dZ', i),
              finished_at, seconds, source_table, destination_table, extract_type, load_method, rows_read, bytes_read,
              rows_in_table, failure, message, version, record FROM n, (SELECT * FROM _kleene_runs)
            """)
        let now = record()
        try destination.record(now)
        #expect(try destination.run(id: now.runID) == now)
        #expect(try destination.runs(extract: "e", limit: 1) == [now])
        #expect(try query(folder.file(), "SELECT count(*) FROM _kleene_runs") == [[.integer(1000)]])
    }

    /// By the last chunk: a backfill of many nights is never too old while it goes on.
    @Test func stagedRowsAreTooOldADayAfterTheLastAndWhereTheyAreOfATimeToCome() {
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        func reason(_ seconds: Double, begun: Double? = nil) -> String? {
            let run = RunIdentity(startedAt: Timestamp(now.addingTimeInterval(-(begun ?? seconds))), salt: 1)
            let plan = makePlan(makeIncremental(), kind: .integer, chunks: 2, run: run)
            let last = begun.map { _ in Timestamp(now.addingTimeInterval(-seconds)) }
            return StagedPlan(plan: plan, columns: keyedColumns, completed: [:], completedAt: last)
                .reasonOfAge(settings: RunSettings(), at: now)
        }
        #expect(reason(3600, begun: 900_000) == nil)
        #expect(reason(90_000, begun: 900_000)?.contains("too old") == true)
        #expect(reason(3600) == nil && reason(-3600) == nil)
        #expect(reason(90_000)?.contains("too old") == true)
        #expect(reason(-90_000)?.contains("the clock was set back") == true)
    }

    // MARK: Staging

    /// Stages two chunks of which the second is not whole.
    private func stage(_ destination: SQLiteFile, rows: [[Cell?]]) throws -> (Lease, StagingFile) {
        let lease = try destination.lease(makeIncremental())
        let run = makeRun()
        let staging = try lease.stage(
            makePlan(makeIncremental(), kind: .integer, chunks: 2, run: run),
            columns: keyedColumns, run: run, goingOn: false)
        try staging.write(makeBatch(rows), chunk: 1)
        try staging.complete(chunk: 1, order: 1)
        return (lease, staging)
    }

    private func leave(_ destination: SQLiteFile) throws {
        let (lease, _) = try stage(destination, rows: [row(1, "a", 1)])
        lease.end(keepsStaging: true)
    }

    private func file(_ path: String) throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: path + ".kleene")
        return path + ".kleene/" + (try #require(names.first { $0.hasPrefix("staging-") && $0.hasSuffix(".db") }))
    }

    @Test func rowsOfAnotherSourceAreNotGoneOnWith() throws {
        let folder = try Folder()
        func destination(_ source: String?) -> SQLiteFile {
            var settings = SQLiteFile.Settings()
            settings.source = source
            return SQLiteFile(path: folder.file(), settings: settings)
        }
        try leave(destination("sandbox"))
        #expect(destination("sandbox").glance(at: makeIncremental()) != nil)
        #expect(destination("production").glance(at: makeIncremental()) == nil)
        #expect(destination("production").glance(at: makeIncremental()) == nil)
        // Who does not know the source only looks.
        #expect(destination(nil).glance(at: makeIncremental()) != nil)
    }

    /// Mended at the source, they must be read again; kept, they would fail every run until they are too old.
    @Test func rowsThatTheirUniqueColumnsDoNotIdentifyAreNotKept() throws {
        let folder = try Folder()
        let destination = SQLiteFile(path: folder.file())
        let (lease, staging) = try stage(destination, rows: [row(1, "a", 1), row(1, "b", 1)])
        try staging.complete(chunk: 2, order: 2)
        #expect(failure { _ = try staging.seal() }?.kind == .data)
        lease.end(keepsStaging: true)
        #expect(destination.glance(at: makeIncremental()) == nil)
    }

    /// A file that can be counted and not be read: found out by the load, which must not find it again.
    @Test func aFileThatIsDamagedInsideCostsOneRun() throws {
        let folder = try Folder()
        let destination = SQLiteFile(path: folder.file())
        let (lease, staging) = try stage(
            destination, rows: (Int64(0)..<20_000).map { (id: Int64) in row(id, "row \(id)", id) })
        try staging.complete(chunk: 2, order: 2)
        let sealed = try staging.seal()
        let path = try file(folder.file())
        let handle = try #require(FileHandle(forUpdatingAtPath: path))
        // The middle of every leaf page: cells whose headers say more than there is.
        for page in 8..<20 {
            try handle.seek(toOffset: UInt64(page * 16384 + 9000))
            try handle.write(contentsOf: Data(repeating: 0xFF, count: 4000))
        }
        try handle.close()
        #expect(destination.glance(at: makeIncremental()) != nil)
        var record = RunRecord(makeIncremental(), run: makeRun(), version: "test")
        record.status = .succeeded
        let refused = failure { _ = try destination.load(sealed, record: record) }
        #expect(refused?.message.contains("malformed") == true, "\(refused?.description ?? "nothing was refused")")
        lease.end(keepsStaging: true)
        #expect(destination.glance(at: makeIncremental()) == nil)
    }

    /// The destination was replaced by a file of another encoding, to which SQLite cannot join what is staged as it lies there.
    @Test(arguments: ["UTF-16le", "UTF-16be"])
    func rowsThatAreStagedGoIntoAFileOfAnotherTextEncoding(encoding: String) throws {
        let folder = try Folder()
        let destination = SQLiteFile(path: folder.file())
        let (lease, staging) = try stage(destination, rows: [row(1, "ä 𝄞", 1), row(2, nil, 2)])
        try staging.write(makeBatch([row(3, "", 3)]), chunk: 2)
        try staging.complete(chunk: 2, order: 2)
        let sealed = try staging.seal()
        try change(folder.file(), "PRAGMA encoding = '\(encoding)'", "CREATE TABLE other (a)")
        var record = RunRecord(makeIncremental(), run: makeRun(), version: "test")
        record.status = .succeeded
        #expect(try destination.load(sealed, record: record).rowsAdded == 3)
        lease.end(keepsStaging: false)
        #expect(try table(folder.file()) == ["1 ä 𝄞 1", "2 - 2", "3  3"])
        #expect(try query(folder.file(), "PRAGMA encoding") == [[.text(encoding)]])
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.file() + ".kleene")
        #expect(left.allSatisfy { $0.hasPrefix("lock-") })
    }

    @Test func theBackfillThatNobodyComesBackForGoesWithTheExtractsOwnRuns() throws {
        let folder = try Folder()
        var backfill = makeIncremental()
        backfill.backfill = .init(from: "1", to: "2")
        let destination = SQLiteFile(path: folder.file())
        let lease = try destination.lease(backfill)
        let run = makeRun()
        let staging = try lease.stage(
            makePlan(backfill, kind: .integer, chunks: 2, run: run), columns: keyedColumns, run: run,
            goingOn: false)
        try staging.complete(chunk: 1, order: 1)
        lease.end(keepsStaging: true)
        let path = try file(folder.file())
        func age(_ days: Double) throws {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -days * 86_400)], ofItemAtPath: path)
        }
        try age(6.9)
        try runChunks(makeIncremental(), [ChunkRows([row(1, "a", 1)])], into: folder.file())
        #expect(FileManager.default.fileExists(atPath: path))
        try age(8)
        try runChunks(makeIncremental(), [ChunkRows([row(1, "a", 1)])], into: folder.file())
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    // MARK: Names

    @Test func aLinkToAFileThatIsNotThereYetLeadsToItsLock() throws {
        let folder = try Folder()
        try FileManager.default.createDirectory(atPath: folder.file("data"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: folder.file("second"), withDestinationPath: "data/real.db")
        try FileManager.default.createSymbolicLink(atPath: folder.file("first"), withDestinationPath: "second")
        #expect(SQLiteFile(path: folder.file("first")).path == folder.file("data/real.db"))
        try runExtract(makeExtract(), rows: sampleRows(3), into: folder.file("first"))
        #expect(try query(folder.file("data/real.db"), "SELECT count(*) FROM t") == [[.integer(3)]])
        // In a circle there is nothing to lead to, and the sentence is the system's.
        try FileManager.default.createSymbolicLink(atPath: folder.file("circle"), withDestinationPath: "circle")
        #expect(failure { _ = try SQLiteFile(path: folder.file("circle")).lease(makeExtract()) }?.kind == .destination)
    }

    // MARK: Two at once

    @Test func ofTwoFirstLoadsTheSecondAddsItsTable() throws {
        let folder = try Folder()
        let runs = try ["a", "b"].map { name in
            let destination = SQLiteFile(path: folder.file())
            let extract = makeExtract(.append, name: name, table: name)
            let lease = try destination.lease(extract)
            let staging = try lease.stage(extract, columns: sampleColumns, run: makeRun())
            try staging.write(makeBatch(sampleRows(5, prefix: name)))
            return (destination, lease, try staging.finish(), extract)
        }
        for (destination, lease, sealed, extract) in runs {
            var record = RunRecord(extract, run: makeRun(), version: "test")
            record.status = .succeeded
            #expect(try destination.load(sealed, record: record).rowsAdded == 5)
            lease.end(keepsStaging: false)
        }
        #expect(
            try query(folder.file(), "SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b)")
                == [[.integer(5), .integer(5)]])
        #expect(try SQLiteFile(path: folder.file()).runs(limit: 9).count == 2)
        #expect(try query(folder.file(), "PRAGMA integrity_check") == [[.text("ok")]])
    }

    @Test func severalWatermarksAreSetTogetherOrNotAtAll() throws {
        let folder = try Folder()
        let destination = SQLiteFile(path: folder.file())
        try destination.record(record())
        func edit(_ fails: Bool) throws {
            try destination.edit(StateEditing(["a", "b"], action: "import", at: Timestamp(Date()))) { name, _ in
                if fails, name == "b" { throw Failure(.configuration, "No.") }
                return makeState(makeIncremental(name: name), through(7))
            }
        }
        #expect(failure { try edit(true) }?.message == "No.")
        let holder = SQLiteFile(path: folder.file())
        let lease = try holder.lease(makeIncremental(name: "b"))
        #expect(failure { try edit(false) }?.kind == .busy)
        #expect(try destination.states().isEmpty)
        #expect(try destination.stateEdits(of: nil).isEmpty)
        lease.end(keepsStaging: false)
        try edit(false)
        #expect(try destination.states().map(\.extract) == ["a", "b"])
        #expect(try destination.stateEdits(of: nil).map(\.action) == ["import", "import"])
    }
}
