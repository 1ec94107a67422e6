import CProcess
import Extraction
import FoundationEssentials

/// The load into a destination that is not there yet: the side file gets the books and the destination's name.
///
/// Nobody can have opened what has no name, so the rows need neither a second copy nor a log; the file gets its name when
/// all of it is on the disk, and only if nobody else has made one meanwhile.
struct FirstLoad {
    let path: String
    let staging: StagingFile
    let record: RunRecord
    let state: ExtractState?

    /// Nil where the destination is there now, where one that is gone has left its log, or where the file system cannot do
    /// that: then the rows are loaded as into any file.
    func callAsFunction() throws -> LoadResult? {
        let begin = ContinuousClock.now
        let attempt = "Loading \"\(staging.extract.destinationTable)\""
        let table = staging.table(1)
        var result = try trying(attempt) {
            let database = try SQLiteDatabase(path: staging.path, access: .readWrite)
            Failpoint.reach(.loadOpened)
            // Without a journal and without syncing, as it was filled: whatever fails, the file is thrown away.
            for pragma in [
                "journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "cache_size = -4096",
            ] {
                try database.query("PRAGMA \(pragma)")
            }
            database.forbidDoubleQuotedStrings()
            try database.query("BEGIN IMMEDIATE")
            Failpoint.reach(.loadBegun)
            if staging.extract.loadMethod == .upsert {
                try database.query(
                    staging.definition.uniqueIndexSQL(
                        staging.plan.uniqueColumns, name: LoadIndex.unique.rawValue + staging.definition.name))
            }
            let rows = try database.count(table)
            guard rows == staging.rowCount else {
                throw Failure(
                    .internal,
                    "\(staging.rowCount) rows of \(staging.extract.table) were staged, but \(rows) are there.",
                    advice: "Nothing was loaded. Please report this.")
            }
            let result = LoadResult(rowsInTable: rows, rowsAdded: rows, notes: [])
            var final = record
            final.rowsInTable = result.rowsInTable
            final.rowsAdded = result.rowsAdded
            final.seconds += (ContinuousClock.now - begin) / .seconds(1)
            final.finishedAt = Timestamp(Date())
            try Bookkeeping.register(final, stagedBytes: staging.byteCount, in: database)
            if let state { try Bookkeeping.write(state, in: database) }
            try Bookkeeping.write(final, in: database)
            Failpoint.reach(.loadRecorded)
            try database.query("COMMIT")
            // From its first moment on, readers find a log there and do not hold up the next load.
            let mode = try database.value("PRAGMA main.journal_mode = WAL")?.text
            guard mode == "wal" else { throw WriteAheadLog.failure(path: path, mode: mode) }
            return result
        }
        for suffix in ["-wal", "-shm"] { FileSystem.remove(staging.path + suffix) }
        try FileSystem.synchronize(staging.path)
        Failpoint.reach(.loadSynchronized)
        if WriteAheadLog.isLeft(at: path) { return nil }
        // One step, without a moment in which the file has two names: SQLite would give each a log of its own.
        guard unsafe kns_rename_to_new(staging.path, path) == 0 else { return nil }
        Failpoint.reach(.loadNamed)
        let parent = FileSystem.parent(of: path)
        do {
            try FileSystem.synchronize(parent)
        } catch {
            // The rows are there for everyone to see: to call that a failure would have them loaded twice.
            result.notes.append(
                "The directory \(parent) could not be put on the disk, so a power failure in the next moments could take "
                    + "\(path) away.")
        }
        Failpoint.reach(.loadCommitted)
        Failpoint.reach(.loadCheckpointed)
        return result
    }
}
