package import Extraction

/// How staged rows get into the file.
extension SQLiteFile {
    package func load(
        _ staging: StagingFile, record: RunRecord, state: ExtractState?, isGuarded: Bool
    ) throws -> LoadResult {
        var state = state
        state?.source = record.source?.identity?.words
        if let result = try FirstLoad(destination: self, staging: staging, record: record, state: state)() {
            staging.isStopped = false
            // Makes the empty log, so that whoever only looks at the file need not. The rows are in, whatever comes of it.
            _ = try? openForWriting()
            return result
        }
        try checkFreeSpace(for: staging, isFirst: false)
        let database = try openForWriting()
        Failpoint.reach(.loadOpened)
        let load = TableLoad(database: database, staging: staging, record: record, state: state, isGuarded: isGuarded)
        try load.prepare()
        var result: LoadResult
        do {
            result = try load()
        } catch {
            database.rollBack()
            // What was written before it failed still fills the log, perhaps on a full disk.
            WriteAheadLog.truncate(of: database)
            if (error as? Failure)?.kind == .guarded { try staging.keepStopped() }
            throw error
        }
        staging.isStopped = false
        Failpoint.reach(.loadCommitted)
        WriteAheadLog.truncate(of: database)
        Failpoint.reach(.loadCheckpointed)
        if let note = WriteAheadLog.note(beside: path) { result.notes.append(note) }
        return result
    }

    /// Refuses a load for which the file system has no room. A first load makes one copy of the rows; otherwise the log
    /// takes one, and the file grows by what its free pages and the rows that go do not cover.
    func checkFreeSpace(for staging: StagingFile, isFirst: Bool) throws {
        guard let free = settings.freeBytes(FileSystem.parent(of: path)) else { return }
        let staged = staging.byteCount
        let growth = isFirst ? 0 : max(0, staged - (try reusableBytes(for: staging.extract)))
        let needed = staged + staged / 10 + growth
        guard needed > free else { return }
        func megabytes(_ bytes: Int) -> String { "\((bytes + 999_999) / 1_000_000) MB" }
        throw Failure(
            .destination,
            "Loading \"\(staging.extract.destinationTable)\" needs about \(megabytes(needed)) on the file system of \(path), "
                + "and \(megabytes(free)) are free.",
            advice: "Free space, or move the destination to a larger file system, and run again.")
    }

    /// Bytes that the file has for new rows.
    private func reusableBytes(for extract: TableExtract) throws -> Int {
        guard FileSystem.size(of: path) > 0 else { return 0 }
        return try trying("Looking for free pages") {
            let database = try SQLiteDatabase(path: path, access: .readWrite, busySeconds: settings.busySeconds)
            let pages = try database.value("PRAGMA main.freelist_count")?.integer ?? 0
            let pageSize = try database.value("PRAGMA main.page_size")?.integer ?? 0
            let replaced =
                extract.loadMethod.replacesAllRows
                ? try Bookkeeping.stagedBytes(extract.destinationTable, in: database) : 0
            return Int(pages * pageSize) + replaced
        }
    }
}
