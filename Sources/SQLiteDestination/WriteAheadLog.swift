import Extraction
import Files
import SQLite
import Text

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Whether SQLite can keep a write-ahead log at some place: it needs shared memory there, which most network file
/// systems do not give.
enum WriteAheadLog {
    /// Nil where a database beside `path` can have a log, else why not. Makes a small file there and removes it.
    static func refusal(beside path: String) -> Failure? {
        // A name that nobody can have foreseen; what has it all the same is not ours to write, nor to remove.
        let probe = "\(path).kleene-probe-\(getpid())-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
        guard PrivateFile.create(probe) else {
            return Failure(
                .destination,
                "No file can be made in \(FileSystem.parent(of: path)): \(describeSystemError(errno)).",
                advice: "Give the user that runs kleene-ns permission to write there.")
        }
        defer { for suffix in SQLiteDatabase.fileSuffixes { FileSystem.remove(probe + suffix) } }
        do {
            return try trying("Trying a write-ahead log") {
                let database = try SQLiteDatabase(path: probe, access: .create)
                try database.query("PRAGMA synchronous = OFF")
                let mode = try database.value("PRAGMA journal_mode = WAL")?.text
                try database.query("CREATE TABLE probe (value)")
                return mode == "wal" ? nil : failure(path: path, mode: mode)
            }
        } catch {
            return .wrapping(error)
        }
    }

    /// Gives a file a log, and waits as long as for any lock for programs that use it with a rollback journal; the journal mode
    /// that it has now. SQLite itself does not wait for one that is about to write.
    static func begin(in database: SQLiteDatabase) throws(SQLiteError) -> String? {
        let deadline = ContinuousClock.now + .seconds(database.busySeconds)
        while true {
            do throws(SQLiteError) {
                return try database.value("PRAGMA main.journal_mode = WAL")?.text
            } catch  where .busy ~= error.code && ContinuousClock.now < deadline {
                usleep(50_000)
            }
        }
    }

    /// What a person should know of a log that could not be emptied; nil where all is well.
    static func note(beside path: String) -> String? {
        let bytes = FileSystem.size(of: path + "-wal")
        guard bytes > notable else { return nil }
        return
            "The write-ahead log \(path)-wal has \(Sentence.size(bytes)): another program has been reading an "
            + "old state of the "
            + "file for long. The log grows with each load until that program has ended its transaction."
    }

    /// A log of so many bytes behind a load is worth a word.
    private static let notable = 8 << 20

    /// Moves the log into the file, as far as readers allow. Not done is no failure: the next one does it.
    static func truncate(of database: SQLiteDatabase) {
        _ = try? database.query("PRAGMA busy_timeout = 1000")
        _ = try? database.query("PRAGMA main.wal_checkpoint(TRUNCATE)")
    }

    /// The same where the log has grown: what is no load writes a few pages, and an extract may have nothing to load for
    /// years.
    static func trim(of database: SQLiteDatabase) {
        guard FileSystem.size(of: database.path + "-wal") > 1 << 20 else { return }
        truncate(of: database)
    }

    /// Whether a log or a journal lies where a file is to be made. SQLite throws it away if it makes the file itself; given
    /// a file that holds something, it would put the old one's pages into it.
    static func isLeft(at path: String) -> Bool {
        ["-wal", "-journal"].contains { FileSystem.size(of: path + $0) > 0 }
    }

    static func failure(path: String, mode: String?) -> Failure {
        Failure(
            .destination,
            "\(path) cannot have a write-ahead log; SQLite keeps the journal mode \"\(mode ?? "unknown")\" there.",
            advice:
                "Put the destination on a local file system: network file systems do not give the shared memory it needs."
        )
    }
}
