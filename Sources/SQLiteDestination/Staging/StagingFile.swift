import CSQLite
package import Extraction
import FoundationEssentials
package import Rows

/// The side file where a run's rows wait for the load: one table a chunk.
///
/// Rows of a read in one piece go in without journal and without syncing: they are thrown away on any doubt. With several
/// chunks, each is on the disk when it is complete, so that a later run can go on.
///
/// `@unchecked Sendable`: used by one thread at a time, the writer while rows come, then the one that loads.
package final class StagingFile: StagingTable, @unchecked Sendable {
    let extract: TableExtract
    let plan: ReadPlan
    let definition: TableDefinition
    let path: String
    private let run: RunIdentity
    private let lengthLimit: Int?
    private var database: SQLiteDatabase?
    private var open: [Int: StagedChunk] = [:]
    /// What has been completed, in the order of its reads.
    private(set) var completed: [CompletedChunk] = []
    /// The last read of the runs before this one: the reads of a run count from 1.
    private let earlierReads: Int

    /// A chunk that is whole.
    struct CompletedChunk: Equatable {
        var number: Int
        var order: Int
        var rows: Int
        /// By column: values that SQLite stores as something else.
        var notANumber: [Int]
        var negativeZero: [Int]
    }

    /// The name of a chunk's table inside the file.
    static func table(_ chunk: Int) -> String { "rows_\(chunk)" }

    /// A new file; what is there is thrown away.
    init(
        extract: TableExtract, plan: ReadPlan, columns: [Column], definition: TableDefinition, path: String,
        encoding: String, run: RunIdentity, lengthLimit: Int?
    ) throws {
        self.extract = extract
        self.plan = plan
        self.definition = definition
        self.path = path
        self.run = run
        self.lengthLimit = lengthLimit
        self.earlierReads = 0
        for suffix in ["", "-journal", "-wal", "-shm"] { FileSystem.remove(path + suffix) }
        try trying("Opening the staging of \(extract.table)") {
            let database = try SQLiteDatabase(path: path, access: .create)
            for pragma in Self.settings(encoding: encoding, isDurable: plan.isResumable) { try database.query(pragma) }
            if let lengthLimit { database.limitLength(lengthLimit) }
            try StagingBook.create(in: database, extract: extract, plan: plan, columns: columns)
            try database.query("BEGIN")
            self.database = database
        }
        Failpoint.reach(.stagingCreated)
    }

    /// An earlier run's file, without what it had not completed.
    init(
        resuming staged: StagedPlan, extract: TableExtract, definition: TableDefinition, path: String,
        encoding: String, run: RunIdentity, lengthLimit: Int?
    ) throws {
        self.extract = extract
        self.plan = staged.plan
        self.definition = definition
        self.path = path
        self.run = run
        self.lengthLimit = lengthLimit
        let (database, completed) = try trying("Opening the staging of \(extract.table)") {
            let database = try SQLiteDatabase(path: path, access: .readWrite)
            for pragma in Self.settings(encoding: encoding, isDurable: true) { try database.query(pragma) }
            if let lengthLimit { database.limitLength(lengthLimit) }
            let completed = try StagingBook.completed(in: database)
            let whole = Set(completed.map { Self.table($0.number) })
            let tables = try database.query(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'rows_*'")
            try database.query("BEGIN")
            for table in tables.compactMap({ $0[0].text }) where !whole.contains(table) {
                try database.query("DROP TABLE \(table)")
            }
            return (database, completed)
        }
        self.completed = completed
        self.earlierReads = completed.map(\.order).max() ?? 0
        self.database = database
        Failpoint.reach(.stagingResumed)
    }

    package func write(_ batch: RowBatch, chunk: Int) throws {
        try staged(chunk).write(batch)
    }

    private func staged(_ chunk: Int) throws -> StagedChunk {
        if let staged = open[chunk] { return staged }
        guard let database else {
            throw Failure(
                .internal, "Rows of \(extract.table) came after staging was closed.", advice: "Please report this.")
        }
        let staged = try trying("Staging \(extract.table)") {
            try StagedChunk(chunk, extract: extract, definition: definition, run: run, database: database)
        }
        open[chunk] = staged
        return staged
    }

    package func forget(chunk: Int) throws {
        guard open.removeValue(forKey: chunk) != nil, let database else { return }
        try trying("Emptying the staging of \(extract.table)") {
            _ = try database.query("DROP TABLE \(Self.table(chunk))")
        }
    }

    package func complete(chunk: Int, order: Int) throws {
        let staged = try staged(chunk)
        guard let database else { return }
        open[chunk] = nil
        let done = CompletedChunk(
            number: chunk, order: earlierReads + order, rows: staged.rowCount,
            notANumber: staged.notANumber, negativeZero: staged.negativeZero)
        completed.append(done)
        try trying("Staging the last rows of \(extract.table)") {
            try StagingBook.complete(done, in: database)
            // Rows of other chunks that are still being read go to the disk as well; a run that goes on drops them.
            try database.query("COMMIT")
            try database.query("BEGIN")
        }
    }

    package func split(_ chunk: Chunk, other: Chunk) throws {
        guard let database else { return }
        try trying("Staging \(extract.table)") {
            try StagingBook.put(chunk, in: database)
            try StagingBook.put(other, in: database)
        }
    }

    package func seal() throws -> StagedRows {
        guard let database else {
            throw Failure(.internal, "The staging of \(extract.table) was sealed twice.", advice: "Please report this.")
        }
        open = [:]
        completed.sort { $0.order < $1.order }
        let keys = try trying("Looking at the staged rows of \(extract.table)") {
            try database.query("COMMIT")
            try StagingProof(staging: self, database: database).proveUnique()
            return try StagingProof(staging: self, database: database).keys()
        }
        self.database = nil
        Failpoint.reach(.stagingSealed)
        return StagedRows(
            rows: rowCount, largestKey: keys.largest, rowsWithoutKey: keys.missing, notes: definition.notes + valueNotes
        )
    }

    /// Ends staging early: what is not complete is taken back.
    func close() {
        open = [:]
        database?.rollBack()
        database = nil
    }

    var rowCount: Int { completed.reduce(0) { $0 + $1.rows } }

    /// Bytes of the file.
    var byteCount: Int { FileSystem.size(of: path) }

    /// What makes the file cheap.
    ///
    /// Measured with 1,000,000 rows of 8 + 2 columns (135 MB), release build, SQLite 3.40.1, two shared cores: 0.7 to
    /// 1.3 M rows/s with pages of 4096 bytes, 1.3 to 1.5 M with 16384, 1.3 to 1.6 M with 65536; a cache of 16 MB is no
    /// faster than one of 4 MB, because rows are only ever added at the end. A journal costs next to nothing for the same
    /// reason: pages that are new in a transaction are not in it.
    static func settings(encoding: String, isDurable: Bool) -> [String] {
        [
            "PRAGMA encoding = '\(encoding)'",
            "PRAGMA page_size = 16384",
            "PRAGMA journal_mode = \(isDurable ? "TRUNCATE" : "OFF")",
            "PRAGMA synchronous = \(isDurable ? "FULL" : "OFF")",
            "PRAGMA locking_mode = EXCLUSIVE",
            "PRAGMA cache_size = -4096",
            "PRAGMA secure_delete = OFF",
        ]
    }

    private var valueNotes: [String] {
        func notes(_ counts: (CompletedChunk) -> [Int], _ text: (String, Int) -> String) -> [String] {
            let sums = completed.map(counts).reduce(into: definition.columns.map { _ in 0 }) { sums, counts in
                for (index, count) in counts.enumerated() where index < sums.count { sums[index] += count }
            }
            return zip(definition.columns, sums).filter { $0.1 > 0 }.map { text($0.0.name, $0.1) }
        }
        return notes(\.notANumber) { "Column \"\($0)\": \($1) values were NaN, which SQLite stores as NULL." }
            + notes(\.negativeZero) { "Column \"\($0)\": \($1) values were -0.0, which SQLite stores as 0.0." }
    }
}
