import Extraction

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
        let probe = "\(path).kleene-probe-\(getpid())"
        defer { for suffix in ["", "-journal", "-wal", "-shm"] { FileSystem.remove(probe + suffix) } }
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

    static func failure(path: String, mode: String?) -> Failure {
        Failure(
            .destination,
            "\(path) cannot have a write-ahead log; SQLite keeps the journal mode \"\(mode ?? "unknown")\" there.",
            advice:
                "Put the destination on a local file system: network file systems do not give the shared memory it needs."
        )
    }
}
