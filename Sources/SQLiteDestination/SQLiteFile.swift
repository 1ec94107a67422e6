package import Extraction
import Files
import Rows
import SQLite
import Staging

/// A SQLite file as the destination of extracts.
///
/// Rows wait in a side file and come into the destination by one transaction, while it is in WAL mode: readers see the
/// old rows or the new ones, and never wait. Triggers of a loaded table do not fire, whatever the load method: the table
/// is exactly what the source delivered.
///
/// It holds nothing open between calls.
package final class SQLiteFile: Destination, Sendable {
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

    package static let rules = TableRules(name: "SQLite", nameCase: .ascii, reservedPrefixes: ["sqlite_"])

    /// The file, links resolved.
    package let path: String
    /// The file as the user named it.
    let givenPath: String
    let settings: Settings
    let workplace: Workplace

    package init(path: String, settings: Settings = Settings()) {
        self.path = FileSystem.canonical(path)
        self.givenPath = Surroundings.absolute(path)
        self.settings = settings
        self.workplace = Workplace(beside: self.path)
    }

    /// The directory beside the file in which locks and staging lie; it need not be there.
    package var workplacePath: String { workplace.path }

    // MARK: Destination

    package var books: any Books { self }

    package func admit(_ extract: TableExtract) throws {
        try Admission(destination: self, extract: extract).check()
    }

    package func standing(of extract: TableExtract) throws -> Standing {
        guard isThere else { return Standing() }
        return try trying("Reading the books of \"\(extract.destinationTable)\"") {
            let database = try openForReading()
            return try Bookkeeping.standing(of: extract.name, table: extract.destinationTable, in: database)
        }
    }

    var isThere: Bool {
        guard case .file = FileSystem.kind(of: path) else { return false }
        return FileSystem.size(of: path) > 0
    }

    // MARK: Connections

    /// A connection that only looks, at books that this kleene-ns can read.
    func openForReading() throws -> SQLiteDatabase {
        let database = try SQLiteDatabase(path: path, access: .readOnly, busySeconds: settings.busySeconds)
        try Admission.checkVersion(of: database)
        return database
    }

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
