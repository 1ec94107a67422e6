import Extraction
import Foundation
import Rows
import SQLite
import SQLiteDestination
import Staging
import TestSupport
import Testing

/// The load of several chunks into a destination that is not there yet: a side file is filled and gets its name.
@Suite struct FirstLoadTests {
    private let folder: Folder
    private var path: String { folder.file() }

    init() throws { folder = try Folder() }

    /// Of two chunks that have ten rows in common.
    private static let chunks: [ChunkRows] = [
        ChunkRows(1, order: 1, (Int64(0)..<510).map { (id: Int64) in row(id, "earlier", 1) }),
        ChunkRows(2, order: 2, (Int64(500)..<1000).map { (id: Int64) in row(id, "later", id < 505 ? 1 : 2) }),
    ]

    static func extract(_ method: LoadMethod, name: String = "e", table: String = "t") -> TableExtract {
        guard method.replacesAllRows else {
            var extract = makeIncremental(method, name: name)
            extract.destinationTable = table
            return extract
        }
        return makeExtract(method, name: name, table: table)
    }

    /// Stages the two chunks for a file that is not there.
    private func stage(_ extract: TableExtract, for destination: SQLiteFile) throws
        -> (Lease, SealedFile, RunRecord)
    {
        let lease = try destination.lease(extract)
        let plan = makePlan(extract, kind: extract.incremental == nil ? nil : .integer, chunks: 2)
        let staging = try lease.stage(plan, columns: keyedColumns, run: plan.run, goingOn: false)
        for chunk in Self.chunks {
            try staging.write(makeBatch(chunk.rows), chunk: chunk.number)
            try staging.complete(chunk: chunk.number, order: chunk.order)
        }
        let sealed = try staging.seal()
        var record = RunRecord(extract, run: plan.run, version: "test")
        record.status = .succeeded
        return (lease, sealed, record)
    }

    /// A destination in whose way something comes when the load has found that there is no file: it asks for the free
    /// space then.
    private func destination(besideWhich body: @escaping @Sendable () -> Void) -> SQLiteFile {
        var settings = SQLiteFile.Settings()
        settings.freeBytes = { _ in
            body()
            return nil
        }
        return SQLiteFile(path: path, settings: settings)
    }

    private func sideFiles() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path + ".kleene").filter { !$0.hasPrefix("lock-") }
    }

    /// Where the one extract that has been here makes its file.
    private func newFile() throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: path + ".kleene")
        let lock = try #require(names.first { $0.hasPrefix("lock-") })
        return "\(path).kleene/new-\(lock.dropFirst("lock-".count)).db"
    }

    // MARK: What comes of it

    @Test(arguments: [LoadMethod.dropCreateLoad, .truncateLoad, .append, .upsert])
    func isAsTheLoadIntoAFileThatIsThere(method: LoadMethod) throws {
        let other = try Folder()
        try change(other.file(), "CREATE TABLE theirs (a)", "DROP TABLE theirs")
        let extract = Self.extract(method)
        let loaded = try [path, other.file()].map { path in
            try runChunks(
                extract, kind: extract.incremental == nil ? nil : .integer, Self.chunks,
                state: extract.incremental == nil ? nil : makeState(extract, through(2)), into: path
            ).result
        }
        let rows = [LoadMethod.upsert: 1000, .append: 1005][method] ?? 1010
        #expect(loaded.map(\.rowsInTable) == [rows, rows] && loaded.map(\.rowsAdded) == [rows, rows])
        #expect(loaded.map(\.notes) == [[], []])
        #expect(try table(path, order: "id, k, rowid") == table(other.file(), order: "id, k, rowid"))
        for sql in [
            // But for the run that made the table, which its definition tells.
            "SELECT type, name, tbl_name, substr(sql, instr(sql, '*/')) FROM sqlite_schema ORDER BY name",
            "SELECT version FROM _kleene_format",
            "SELECT name, extract FROM _kleene_tables", "SELECT extract, watermark FROM _kleene_watermarks",
            "SELECT status, rows_in_table FROM _kleene_runs",
        ] { #expect(try query(path, sql) == query(other.file(), sql)) }
        #expect(try SQLiteFile(path: path).runs(limit: 9).map(\.rowsAdded) == [rows])
        #expect(try query(path, "PRAGMA integrity_check") == [[.text("ok")]])
    }

    @Test(arguments: [1, 2]) func theFileIsAsAnyDestination(chunks: Int) throws {
        try runChunks(makeExtract(), kind: nil, Array(Self.chunks.prefix(chunks)), into: path)
        for (pragma, value) in [
            ("page_size", SQLiteValue.integer(8192)), ("journal_mode", .text("wal")), ("encoding", .text("UTF-8")),
            ("application_id", .integer(0x6B6C_6E73)), ("auto_vacuum", .integer(0)),
        ] { #expect(try query(path, "PRAGMA \(pragma)") == [[value]]) }
        #expect(contents(path + "-wal")?.isEmpty == true)
        #expect(try sideFiles() == [])
    }

    // MARK: What is in the way

    @Test func whoMakesTheFileMeanwhileKeepsItAndGetsTheRows() throws {
        let destination = destination { [path] in
            try? change(path, "CREATE TABLE IF NOT EXISTS theirs AS SELECT 7 AS a")
        }
        let (lease, sealed, record) = try stage(Self.extract(.upsert), for: destination)
        #expect(try destination.load(sealed, record: record).rowsInTable == 1000)
        #expect(try query(path, "SELECT a FROM theirs") == [[.integer(7)]])
        #expect(try query(path, "PRAGMA application_id") == [[.integer(0)]])
        #expect(try SQLiteFile(path: path).runs(limit: 9).map(\.rowsAdded) == [1000])
        lease.end(keepsStaging: false)
        #expect(try sideFiles() == [])
    }

    @Test func whatIsStagedStaysWhereTheFileThatWasMadeMeanwhileDoesNotTakeIt() throws {
        let destination = destination { [path] in try? change(path, "CREATE VIEW t AS SELECT 1 AS id") }
        let extract = Self.extract(.append)
        let (lease, sealed, record) = try stage(extract, for: destination)
        #expect(failure { _ = try destination.load(sealed, record: record) }?.message.contains("is a view") == true)
        lease.end(keepsStaging: true)
        #expect(destination.glance(at: extract)?.completed == [1: 510, 2: 500])
        #expect(try sideFiles().allSatisfy { $0.hasPrefix("staging-") })
        try FileManager.default.removeItem(atPath: path)
        let next = try destination.lease(extract)
        defer { next.end(keepsStaging: false) }
        let staged = try #require(destination.glance(at: extract))
        let resumed = try next.stage(staged.plan, columns: staged.columns, run: makeRun(), goingOn: true)
        let again = SQLiteFile(path: path)
        #expect(try again.load(resumed.seal(), record: record).rowsInTable == 1005)
    }

    /// SQLite would take it for the new file's own.
    @Test(arguments: [false, true]) func theLogOfAFileThatIsGoneIsHeeded(isThereBefore: Bool) throws {
        let log = try logOfAnotherFile()
        let leave = { @Sendable [path] in try? log.write(to: URL(filePath: path + "-wal")) }
        let destination = destination { if !isThereBefore { leave() } }
        let (lease, sealed, record) = try stage(Self.extract(.dropCreateLoad), for: destination)
        defer { lease.end(keepsStaging: false) }
        if isThereBefore { leave() }
        #expect(try destination.load(sealed, record: record).rowsInTable == 1010)
        #expect(try query(path, "PRAGMA integrity_check") == [[.text("ok")]])
        #expect(try query(path, "SELECT count(*) FROM t") == [[.integer(1010)]])
    }

    private func logOfAnotherFile() throws -> Data {
        let other = try Folder()
        let reader = try SQLiteDatabase(path: other.file(), access: .create)
        for sql in ["PRAGMA page_size = 8192", "PRAGMA journal_mode = WAL", "CREATE TABLE old (a)"] {
            try reader.query(sql)
        }
        let log = try #require(contents(other.file() + "-wal"))
        #expect(log.count > 8192)
        return log
    }

    /// A side directory on another file system cannot give its files names on this one.
    @Test(.enabled(if: FileManager.default.isWritableFile(atPath: "/dev/shm")), arguments: [1, 2])
    func whereAFileCannotBeGivenItsNameTheRowsAreCopied(chunks: Int) throws {
        let far = "/dev/shm/kleene-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: far, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: far) }
        try FileManager.default.createSymbolicLink(atPath: path + ".kleene", withDestinationPath: far)
        let loaded = try runChunks(makeExtract(), kind: nil, Array(Self.chunks.prefix(chunks)), into: path)
        #expect(loaded.result.rowsInTable == (chunks == 1 ? 510 : 1010))
        #expect(try query(path, "SELECT count(*) FROM t") == [[.integer(chunks == 1 ? 510 : 1010)]])
        #expect(try sideFiles() == [])
    }

    /// Rows of another run in it would be taken for this one's.
    @Test func whatCannotBeRemovedFromTheSideFilesPlaceIsNotTakenForIt() throws {
        let destination = SQLiteFile(path: path)
        let (lease, sealed, record) = try stage(Self.extract(.append), for: destination)
        try FileManager.default.createDirectory(atPath: newFile(), withIntermediateDirectories: false)
        #expect(try destination.load(sealed, record: record).rowsInTable == 1005)
        lease.end(keepsStaging: false)
        #expect(try query(path, "SELECT count(*) FROM t") == [[.integer(1005)]])
    }

    // MARK: One chunk

    /// Names that SQLite has for a row's number, each a column's: then the rows are counted.
    @Test func rowsAreCountedWhateverColumnsAreCalled() throws {
        let columns = ["rowid", "_ROWID_", "oid"].map { Column(name: $0, type: .integer) }
        for count in 1...3 {
            let folder = try Folder()
            let loaded = try runExtract(
                makeExtract(), rows: [[9, 9, 9], [7, 7, 7]].map { $0.prefix(count).map { .integer($0) } },
                columns: Array(columns.prefix(count)), into: folder.file())
            #expect(loaded.result.rowsInTable == 2)
        }
    }

    @Test(arguments: ["INSERT INTO t DEFAULT VALUES", "DELETE FROM t WHERE id = 2", "DELETE FROM t"])
    func otherRowsThanWereStagedAreNoDestination(_ sql: String) throws {
        let destination = SQLiteFile(path: path)
        let extract = makeExtract()
        let lease = try destination.lease(extract)
        defer { lease.end(keepsStaging: false) }
        let staging = try lease.stage(extract, columns: sampleColumns, run: makeRun())
        try staging.write(makeBatch(sampleRows(3)))
        let sealed = try staging.finish()
        try change(path + ".kleene/" + #require(try sideFiles().first { $0.hasSuffix(".db") }), sql)
        let refused = failure {
            _ = try destination.load(sealed, record: RunRecord(extract, run: makeRun(), version: "test"))
        }
        #expect(refused?.message.contains("3 rows of s.source came into staging, but") == true)
        #expect(contents(path) == nil)
    }

    // MARK: Room

    @Test func needsRoomForTheRowsOnce() throws {
        for (share, isEnough) in [(1.05, false), (1.2, true)] {
            let folder = try Folder()
            var settings = SQLiteFile.Settings()
            let side = folder.file() + ".kleene"
            settings.freeBytes = { _ in
                let names = (try? FileManager.default.contentsOfDirectory(atPath: side)) ?? []
                let staging = names.first { $0.hasPrefix("staging-") && $0.hasSuffix(".db") } ?? ""
                return Int(Double(contents(side + "/" + staging)?.count ?? 0) * share)
            }
            let destination = SQLiteFile(path: folder.file(), settings: settings)
            let (lease, sealed, record) = try stage(Self.extract(.append), for: destination)
            let refused = failure { _ = try destination.load(sealed, record: record) }
            #expect((refused == nil) == isEnough)
            #expect(isEnough || refused?.advice.contains("Free space") == true)
            #expect((contents(folder.file()) != nil) == isEnough)
            lease.end(keepsStaging: true)
            #expect((destination.glance(at: Self.extract(.append)) != nil) != isEnough)
        }
    }

    // MARK: What is left

    @Test func whatAKilledRunHasBuiltGoesWithTheNextOrAfterAWeek() throws {
        try runExtract(makeExtract(), rows: sampleRows(1), into: path)
        let built = try newFile()
        func leave(days: Double) throws {
            try Data(count: 100).write(to: URL(filePath: built))
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -days * 86_400)], ofItemAtPath: built)
        }
        let other = makeExtract(name: "other", table: "u")
        try leave(days: 6.9)
        try runExtract(other, rows: sampleRows(1), into: path)
        #expect(contents(built) != nil)
        try leave(days: 8)
        try runExtract(other, rows: sampleRows(1), into: path)
        #expect(contents(built) == nil)
        try leave(days: 0)
        let destination = SQLiteFile(path: path)
        let lease = try destination.lease(makeExtract())
        #expect(contents(built) == nil)
        lease.end(keepsStaging: false)
    }
}
