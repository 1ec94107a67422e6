package import Extraction
import Files
import SQLite
package import Staging
import Text

/// How a change gets into the file.
extension SQLiteFile {
    package func commit(_ change: Change<SealedFile>) throws -> [LoadResult] {
        // A file that is not there is made for rows, not for a refusal.
        if !isThere { try change.tables.first?.checkTableIsThere(false, in: path) }
        if change.isOnlyRows, let result = try FirstLoad(destination: self, change: change).load() {
            for table in change.tables { table.rows.markLoaded() }
            // Makes the empty log, so that whoever only looks at the file need not. The rows are in, whatever comes of it.
            _ = try? openForWriting()
            return [result]
        }
        try checkFreeSpace(for: change.tables, isFirst: false)
        let database = try openForWriting()
        let transaction = ChangeTransaction(database: database, change: change)
        defer { transaction.uses.forEach { workplace.removeNewFile($0) } }
        let results: [LoadResult]
        do {
            if !change.tables.isEmpty { Failpoint.reach(.loadOpened) }
            try transaction.prepare { try attachable($0, to: database, for: $1) }
            results = try transaction.commit()
        } catch {
            database.rollBack()
            // What was written before it failed still fills the log, perhaps on a full disk.
            if !change.tables.isEmpty { WriteAheadLog.truncate(of: database) }
            throw error
        }
        guard !change.tables.isEmpty else {
            Failpoint.reach(.booksCommitted)
            WriteAheadLog.trim(of: database)
            return results
        }
        for table in change.tables { table.rows.markLoaded() }
        Failpoint.reach(.loadCommitted)
        WriteAheadLog.truncate(of: database)
        Failpoint.reach(.loadCheckpointed)
        return results.map { result in
            var result = result
            if let note = WriteAheadLog.note(beside: path) { result.notes.append(note) }
            return result
        }
    }

    /// The file in which staged rows can be attached: SQLite joins two files only if they share their text encoding, and rows
    /// wait as UTF-8.
    func attachable(_ rows: SealedFile, to database: SQLiteDatabase, for use: String) throws -> String {
        let wanted = try trying("Looking at the destination") { try database.value("PRAGMA main.encoding")?.text }
        guard let wanted, wanted != (try rows.encoding) else { return rows.path }
        let file = workplace.newFile(use)
        workplace.removeNewFile(use)
        try RecodedRows(rows, encoding: wanted).write(to: file)
        return file
    }

    /// Refuses a load for which the file system has no room. A first load makes one copy of the rows; otherwise the log
    /// takes one, and the file grows by what its free pages and the rows that go do not cover.
    func checkFreeSpace(for tables: [TableChange<SealedFile>], isFirst: Bool) throws {
        guard let first = tables.first, let free = settings.freeBytes(FileSystem.parent(of: path)) else { return }
        let staged = tables.reduce(0) { $0 + $1.rows.byteCount }
        let growth = isFirst ? 0 : max(0, staged - (try reusableBytes(for: tables)))
        let needed = staged + staged / 10 + growth
        guard needed > free else { return }
        throw Failure(
            .destination,
            "Loading \"\(first.table)\" needs about \(Sentence.size(needed)) on the file system of \(path), "
                + "and \(Sentence.size(free)) are free.",
            advice: "Free space, or move the destination to a larger file system, and run again.")
    }

    /// Bytes that the file has for new rows.
    private func reusableBytes(for tables: [TableChange<SealedFile>]) throws -> Int {
        guard FileSystem.size(of: path) > 0 else { return 0 }
        return try trying("Looking for free pages") {
            let database = try SQLiteDatabase(path: path, access: .readWrite, busySeconds: settings.busySeconds)
            let pages = try database.value("PRAGMA main.freelist_count")?.integer ?? 0
            let pageSize = try database.value("PRAGMA main.page_size")?.integer ?? 0
            let replaced = try tables.filter(\.way.replacesAllRows).reduce(0) {
                try $0 + Bookkeeping.stagedBytes($1.table, in: database)
            }
            return Int(pages * pageSize) + replaced
        }
    }
}
