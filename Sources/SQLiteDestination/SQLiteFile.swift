package import Extraction
import Files
import FoundationEssentials
package import Rows

/// A SQLite file as the destination of extracts.
///
/// Rows wait in a side file and come into the destination by one transaction, while it is in WAL mode: readers see the
/// old rows or the new ones, and never wait. Triggers of a loaded table do not fire, whatever the load method: the table
/// is exactly what the source delivered.
///
/// Not `Sendable`: one thread prepares, loads and releases.
package final class SQLiteFile: Destination {
    /// What a program may set, and a test.
    package struct Settings: Sendable {
        /// How long a load waits for another program's write lock, in seconds.
        package var busySeconds = 60
        /// Lowers the largest value or row, in bytes.
        package var lengthLimit: Int?
        /// Which source the rows come from, in words that are the same in every run; nil for one that only looks.
        package var source: String?
        /// Free bytes of the file system that holds a path; nil where nobody knows.
        package var freeBytes: @Sendable (String) -> Int?

        package init() { self.freeBytes = { FileSystem.freeBytes(at: $0) } }
    }

    /// The file, links resolved.
    package let path: String
    /// The file as the user named it.
    let givenPath: String
    let settings: Settings
    let side: SideDirectory
    private var locks: [String: ExtractLock] = [:]
    /// The staging that is open, by extract.
    private var stagings: [String: StagingFile] = [:]

    package init(path: String, settings: Settings = Settings()) {
        self.path = FileSystem.canonical(path)
        self.givenPath = Surroundings.absolute(path)
        self.settings = settings
        self.side = SideDirectory(besides: self.path)
    }

    /// The directory beside the file in which locks and staging lie; it need not be there.
    package var workplace: String { side.path }

    // MARK: Destination

    package func prepare(_ extract: TableExtract) throws {
        try Admission(destination: self, extract: extract).check()
        try side.create()
        let lock = try ExtractLock(path: side.lock(extract.name), extract: extract.name)
        side.removeNewFile(extract.name)
        side.removeAbandoned(except: extract)
        // The last check is the first that may write: a file in another journal mode is switched here.
        if FileSystem.size(of: path) > 0 {
            _ = try openForWriting()
        } else if let reason = WriteAheadLog.refusal(beside: path) {
            throw reason
        }
        locks[extract.name] = lock
        Failpoint.reach(.prepareLocked)
    }

    package func examine(_ extract: TableExtract) throws {
        try Admission(destination: self, extract: extract).check()
    }

    package func standing(of extract: TableExtract) throws -> Standing {
        guard isThere else { return Standing() }
        return try trying("Reading the books of \"\(extract.destinationTable)\"") {
            let database = try SQLiteDatabase(path: path, access: .readOnly, busySeconds: settings.busySeconds)
            if let version = try Bookkeeping.version(in: database) { try Admission.checkVersion(version, path: path) }
            return try Bookkeeping.standing(of: extract, in: database)
        }
    }

    package func staged(_ extract: TableExtract) throws -> StagedPlan? {
        try trying("Looking whether staged rows are loaded") {
            var database: SQLiteDatabase?
            if FileSystem.size(of: path) > 0 {
                database = try SQLiteDatabase(path: path, access: .readOnly, busySeconds: settings.busySeconds)
            }
            let encoding = try database?.value("PRAGMA main.encoding")?.text
            guard let staged = self.staged(extract, encoding: encoding ?? Self.encoding) else { return nil }
            // A run that was killed behind its commit has left what it had loaded: to load it again would double rows, or
            // pass old ones for new.
            let isLoaded = try database.map { try Bookkeeping.hasLoaded(staged.plan.run, in: $0) } ?? false
            return isLoaded ? nil : staged
        }
    }

    private func staged(_ extract: TableExtract, encoding: String) -> StagedPlan? {
        StagingBook.staged(at: side.staging(extract), extract: extract, source: settings.source, encoding: encoding)
    }

    package func glance(at extract: TableExtract) -> StagedPlan? {
        guard
            let staged = StagingBook.staged(
                at: side.staging(extract), extract: extract, source: settings.source, access: .snapshot)
        else { return nil }
        guard isThere else { return staged }
        // As `staged` does; where the destination cannot be looked at, nothing is promised.
        guard let database = try? SQLiteDatabase(path: path, access: .readOnly),
            let isLoaded = try? Bookkeeping.hasLoaded(staged.plan.run, in: database), !isLoaded,
            let encoding = try? database.value("PRAGMA main.encoding")?.text, encoding == staged.encoding
        else { return nil }
        return staged
    }

    package func stage(
        _ extract: TableExtract, plan: ReadPlan, columns: [Column], run: RunIdentity, resuming: Bool
    ) throws -> StagingFile {
        guard locks[extract.name] != nil else {
            throw Failure(
                .internal, "The extract \"\(extract.name)\" was staged without its lock.", advice: "Please report this."
            )
        }
        guard extract.loadMethod != .upsert || !plan.uniqueColumns.isEmpty else {
            throw Failure(
                .internal, "The extract \"\(extract.name)\" was to replace rows without knowing what identifies them.",
                advice: "Please report this.")
        }
        var encoding = Self.encoding
        var columnLimit = 2000
        var existing: ExistingTable?
        var standing = Standing()
        if FileSystem.size(of: path) > 0 {
            try trying("Looking at the table \"\(extract.destinationTable)\"") {
                let database = try SQLiteDatabase(path: path, access: .readWrite, busySeconds: settings.busySeconds)
                encoding = try database.value("PRAGMA main.encoding")?.text ?? encoding
                columnLimit = database.columnLimit
                existing = try ExistingTable.find(extract.destinationTable, in: database)
                standing = try Bookkeeping.standing(of: extract, in: database)
            }
        }
        let definition = try TableDefinition(extract, columns: columns, columnLimit: columnLimit)
        if extract.loadMethod != .dropCreateLoad {
            try existing?.check(definition, for: extract, path: path) { standing.adds($0, for: extract) }
        }
        let held = standing.heldColumns(by: extract) ?? []
        let drift = (plan.drift ?? Drift()).adding(types: Drift(held: held, result: columns))
        try drift.check(extract)
        if standing.holdsRows { try Admission.checkFirstAppend(extract, plan: plan, path: path) }
        // Open for this extract's run alone; closed here, its file may be opened again.
        stagings.removeValue(forKey: extract.name)?.close()
        let file = side.staging(extract)
        // Rows that are read in several chunks are kept for a later run, in a file that says so.
        var becomesDestination = false
        if case .absent = FileSystem.kind(of: path) { becomesDestination = !plan.isResumable }
        let staging: StagingFile
        if resuming, let staged = self.staged(extract, encoding: encoding) {
            staging = try StagingFile(
                resuming: staged, extract: extract, definition: definition, path: file, encoding: encoding, run: run,
                lengthLimit: settings.lengthLimit)
        } else {
            staging = try StagingFile(
                extract: extract, source: settings.source, plan: plan, columns: columns, definition: definition,
                path: file, encoding: encoding, run: run, lengthLimit: settings.lengthLimit,
                becomesDestination: becomesDestination)
        }
        staging.drift = drift.isEmpty ? nil : drift
        stagings[extract.name] = staging
        return staging
    }

    package func record(_ record: RunRecord) throws {
        let database = try openForWriting()
        try trying("Recording the run \(record.runID)") {
            defer { database.rollBack() }
            try database.query("BEGIN IMMEDIATE")
            // Asked again with the log, where a newer application id may still lie.
            try Admission.checkOwner(database)
            if let version = try Bookkeeping.version(in: database) { try Admission.checkVersion(version, path: path) }
            try Bookkeeping.create(in: database)
            // Whatever went wrong behind it, a load that is in stays in the books: a later run would add its rows again.
            guard try !Bookkeeping.hasSucceeded(record.runID, in: database) else { return }
            try Bookkeeping.write(record, in: database)
            Failpoint.reach(.booksWritten)
            try database.query("COMMIT")
            Failpoint.reach(.booksCommitted)
        }
        WriteAheadLog.trim(of: database)
    }

    package func release(_ extract: TableExtract, keepsStaging: Bool) {
        guard locks[extract.name] != nil else { return }
        let staging = stagings.removeValue(forKey: extract.name)
        staging?.close()
        // A guard stopped its load: a person says what becomes of it.
        let isStopped = staging?.isStopped == true
        // What an earlier run has left stays as well, if this one has not come as far as to use it.
        let isWorthKeeping =
            staging.map { $0.plan.isResumable && !$0.completed.isEmpty && !$0.isUnusable } ?? true
        if !isStopped, !keepsStaging || !isWorthKeeping { side.removeStaging(extract) }
        locks[extract.name] = nil
    }

    // MARK: Writing

    /// A connection that writes the destination as kleene-ns does; makes the file where it is absent.
    ///
    /// Looks first whether the file is another program's: a run may be recorded without having been prepared here.
    func openForWriting() throws -> SQLiteDatabase {
        if try Admission.checkFile(path, given: givenPath) { try Admission.checkHeader(path) }
        // SQLite would make it for everyone whom the umask lets; its log gets the file's own mode.
        PrivateFile.create(path)
        return try trying("Opening the destination") {
            let database = try SQLiteDatabase(path: path, access: .create, busySeconds: settings.busySeconds)
            guard !database.isReadOnly else {
                throw Failure(
                    .destination, "kleene-ns may read \(path) but not write it.",
                    advice: "Give the user that runs kleene-ns permission to write it.")
            }
            // Must be said before the file has its first page; without effect later.
            try database.query("PRAGMA main.page_size = \(Self.pageSize)")
            let mode = try WriteAheadLog.begin(in: database)
            guard mode == "wal" else { throw WriteAheadLog.failure(path: path, mode: mode) }
            for pragma in Self.pragmas { try database.query(pragma) }
            database.forbidDoubleQuotedStrings()
            database.enableTriggers(false)
            return database
        }
    }

    /// Measured (1 M rows, 135 MB): loads at 1.2 M rows/s with pages of 4096 bytes, 1.5 M with 8192, 1.7 M with 16384, which is
    /// much for small tables.
    static let pageSize = 8192

    /// Of a file that is not there yet.
    static let encoding = "UTF-8"

    /// For the sorts that build indexes, which take as much again. Measured: rows load as fast with 2 MB as with 32, and two
    /// indexes over 2 M rows are built as fast with 8 MB as with 16, which is 17 MiB more at the peak.
    static let cachePragma = "PRAGMA main.cache_size = -8192"

    private static let pragmas = [
        // A commit is on the disk when it says so: a run that was reported as done stays done.
        "PRAGMA main.synchronous = FULL",
        // Some distributions compile it on, and then every dropped page is overwritten with zeros first.
        "PRAGMA secure_delete = OFF",
        // A dropped table is back within the same transaction; what refers to it must not be touched meanwhile.
        "PRAGMA foreign_keys = OFF",
        cachePragma,
        // The checkpoint is a step of its own, after the commit.
        "PRAGMA wal_autocheckpoint = 0",
    ]
}
