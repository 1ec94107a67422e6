import Extraction
import Files
import SQLite
import Staging

/// The load into a destination that is not there yet: a file of the side directory gets the rows, the books, and then
/// the destination's name.
///
/// Nobody can have opened what has no name, so it needs neither journal nor log, and each page is written once; it gets
/// its name when all of it is on the disk, and only if nobody else has made a destination meanwhile. A read in one chunk
/// was staged in the very file, so its rows need no second copy either.
struct FirstLoad {
    let destination: SQLiteFile
    let change: Change<SealedFile>

    private var table: TableChange<SealedFile> { change.tables[0] }
    /// Whether the rows were staged in the file that becomes the destination.
    private var isInPlace: Bool { table.rows.form is DirectForm }
    private var path: String { destination.path }

    /// The file that becomes the destination.
    private var file: String {
        isInPlace ? table.rows.path : destination.workplace.newFile(table.run.extract)
    }

    /// Nil where the destination is there now, where one that is gone has left its log, or where the file system cannot
    /// do that: then the rows, which stay in staging, are loaded as into any file.
    func load() throws -> LoadResult? {
        guard case .absent = FileSystem.kind(of: path), !WriteAheadLog.isLeft(at: path) else { return nil }
        if !isInPlace {
            try destination.checkFreeSpace(for: change.tables, isFirst: true)
            // Rows of a run that was killed would be taken for this one's.
            destination.workplace.removeNewFile(table.run.extract)
            guard PrivateFile.create(file) else { return nil }
        }
        // Whatever fails, it is of no use; when all went well, it is not there any more.
        defer { destination.workplace.removeNewFile(table.run.extract) }
        var result = try fill()
        for suffix in ["-wal", "-shm"] { FileSystem.remove(file + suffix) }
        try FileSystem.synchronize(file)
        Failpoint.reach(.loadSynchronized)
        if WriteAheadLog.isLeft(at: path) { return nil }
        // One step, without a moment in which the file has two names: SQLite would give each a log of its own.
        guard FileSystem.move(file, toNew: path) == 0 else { return nil }
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

    /// Brings everything into the file, and closes it.
    private func fill() throws -> LoadResult {
        let database = try open()
        Failpoint.reach(.loadOpened)
        let transaction = ChangeTransaction(database: database, change: unguarded)
        if !isInPlace { try transaction.prepare { rows, _ in rows.path } }
        let result = try transaction.commit(isInPlace: isInPlace)[0]
        try trying("Loading \"\(table.table)\"") {
            // From its first moment on, readers find a log there and do not hold up the next load.
            let mode = try database.value("PRAGMA main.journal_mode = WAL")?.text
            guard mode == "wal" else { throw WriteAheadLog.failure(path: path, mode: mode) }
        }
        return result
    }

    /// Where nothing is there, nothing gets smaller.
    private var unguarded: Change<SealedFile> {
        var change = change
        change.tables[0].guards = nil
        return change
    }

    private func open() throws -> SQLiteDatabase {
        try Workplace.checkFiles(file)
        return try trying("Opening the new destination") {
            let database = try SQLiteDatabase(path: file, access: isInPlace ? .readWrite : .create)
            let settings = StagingFile.settings(
                encoding: SQLiteFile.encoding, pageSize: SQLiteFile.pageSize, isDurable: false)
            for pragma in settings + [SQLiteFile.cachePragma] { try database.query(pragma) }
            database.forbidDoubleQuotedStrings()
            return database
        }
    }
}
