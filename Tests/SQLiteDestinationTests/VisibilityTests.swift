import Extraction
import Foundation
import Rows
import SQLite
import SQLiteDestination
import TestSupport
import Testing

@Suite struct VisibilityTests {
    /// What a reader on a thread of its own has seen. `@unchecked Sendable`: touched with the lock held.
    private final class Observations: @unchecked Sendable {
        private let lock = NSLock()
        private var counts: Set<SQLiteValue> = []
        private var errors: [String] = []
        private var polls = 0
        private var isDone = false

        func add(_ count: SQLiteValue?) {
            lock.withLock {
                polls += 1; if let count { counts.insert(count) }
            }
        }
        func fail(_ error: any Error) { lock.withLock { errors.append("\(error)") } }
        func finish() { lock.withLock { isDone = true } }
        var finished: Bool { lock.withLock { isDone } }
        var all: (counts: Set<SQLiteValue>, errors: [String], polls: Int) { lock.withLock { (counts, errors, polls) } }
    }

    @Test(arguments: [(LoadMethod.dropCreateLoad, [0]), (.truncateLoad, [0]), (.append, [0, 20_000, 40_000])])
    func readersSeeTheOldOrTheNewRowsAndNothingElse(method: LoadMethod, offsets: [Int64]) throws {
        let folder = try Folder()
        try runExtract(makeExtract(method), rows: sampleRows(20_000), into: folder.file())
        let path = folder.file()
        let seen = Observations()
        let reader = Thread {
            do {
                // One connection that stays, and its view of the schema with it.
                let database = try SQLiteDatabase(path: path, access: .readWrite, busySeconds: 0)
                while !seen.finished { seen.add(try database.query("SELECT count(*), max(id) FROM t").first?[0]) }
            } catch { seen.fail(error) }
            seen.finish()
        }
        reader.start()
        for load in 1...3 {
            let rows = method == .append ? 20_000 : load.isMultiple(of: 2) ? 20_000 : 30_000
            let polls = seen.all.polls
            try runExtract(makeExtract(method), rows: sampleRows(rows), into: path)
            while seen.all.polls < polls + 2, seen.all.errors.isEmpty {}
        }
        seen.finish()
        while reader.isExecuting {}
        let allowed: Set<Int64> = method == .append ? [20_000, 40_000, 60_000, 80_000] : [20_000, 30_000]
        #expect(seen.all.errors == [])
        #expect(seen.all.counts.isSubset(of: Set(allowed.map(SQLiteValue.integer))))
        #expect(seen.all.counts.count > 1)
    }

    @Test func aReaderThatStaysDoesNotStopALoad() throws {
        let folder = try Folder()
        try runExtract(makeExtract(), rows: sampleRows(10), into: folder.file())
        let reader = try SQLiteDatabase(path: folder.file(), access: .readWrite)
        try reader.query("BEGIN")
        #expect(try reader.query("SELECT count(*) FROM t") == [[.integer(10)]])
        try runExtract(makeExtract(), rows: sampleRows(20), into: folder.file())
        #expect(try reader.query("SELECT count(*) FROM t") == [[.integer(10)]])
        try reader.query("COMMIT")
        #expect(try reader.query("SELECT count(*) FROM t") == [[.integer(20)]])
    }
}
