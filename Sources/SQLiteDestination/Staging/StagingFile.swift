import CSQLite
package import Extraction
import Files
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
    private let source: String?
    let plan: ReadPlan
    let definition: TableDefinition
    let path: String
    let columns: [Column]
    /// How the columns differ from those that the table was filled with.
    var drift: Drift?
    /// The destination's text encoding: SQLite joins two files only if they share it.
    private let encoding: String
    private let run: RunIdentity
    private let lengthLimit: Int?
    private var database: SQLiteDatabase?
    private var open: [Int: StagedChunk] = [:]
    /// What has been completed, in the order of its reads.
    private(set) var completed: [CompletedChunk] = []
    /// Whether no later run may go on with the rows, because they are damaged, or not what they should be.
    private(set) var isUnusable = false
    /// Whether a guard has stopped its load, so that it waits for a person.
    var isStopped = false
    /// The place of the last read of the runs that this one goes on with; its own reads come behind it.
    private var earlierReads = 0

    /// A chunk that is whole.
    struct CompletedChunk: Equatable {
        var number: Int
        var order: Int
        var rows: Int
        /// By column: values that SQLite stores as something else.
        var notANumber: [Int]
        var negativeZero: [Int]
        /// Values of columns of time that are not ISO 8601.
        var oddTimes: OddTimes?
        /// Not kept for a later run, which looks for itself.
        var seen = Seen()
    }

    /// What was seen of a chunk's rows as they came, so that nobody need look again.
    struct Seen: Equatable {
        struct Keys: Equatable {
            /// The largest incremental key, as text; nil where there is none.
            var largest: String?
            /// Rows without one.
            var missing: Int
        }

        /// Whether they are known to differ in their unique columns, with NULL in none.
        var isUnique = false
        /// Nil where it is not known.
        var keys: Keys?
        /// The same of a key of time, and of one of text.
        var moments: MomentKeys?
        var texts: TextKeys?
    }

    /// Whether the file itself becomes the destination, which is not there yet: then its rows lie in the destination's table,
    /// beside the books, and are written once.
    private(set) var becomesDestination: Bool

    /// The name of a chunk's table inside the file, as SQL.
    func table(_ chunk: Int) -> String {
        becomesDestination ? Identifier.quote(definition.name) : Self.chunkTable(chunk)
    }

    static func chunkTable(_ chunk: Int) -> String { "rows_\(chunk)" }

    /// A new file; what is there is thrown away.
    init(
        extract: TableExtract, source: String?, plan: ReadPlan, columns: [Column], definition: TableDefinition,
        path: String, encoding: String, run: RunIdentity, lengthLimit: Int?, becomesDestination: Bool = false
    ) throws {
        self.extract = extract
        self.source = source
        self.plan = plan
        self.becomesDestination = becomesDestination
        self.definition = definition
        self.path = path
        self.run = run
        self.lengthLimit = lengthLimit
        self.columns = columns
        self.encoding = encoding
        try create()
        Failpoint.reach(.stagingCreated)
    }

    /// An empty file, in the place of whatever is there.
    private func create() throws {
        for suffix in FileSystem.databaseSuffixes { FileSystem.remove(path + suffix) }
        // What SQLite makes is readable by whom the umask lets, and this may become the destination.
        PrivateFile.create(path)
        try SideDirectory.checkFiles(path)
        try trying("Opening the staging of \(extract.table)") {
            let database = try SQLiteDatabase(path: path, access: .create)
            let pageSize = becomesDestination ? SQLiteFile.pageSize : Self.pageSize
            for pragma in Self.settings(encoding: encoding, pageSize: pageSize, isDurable: plan.isResumable) {
                try database.query(pragma)
            }
            if let lengthLimit { database.limitLength(lengthLimit) }
            if becomesDestination {
                try database.query("BEGIN")
                try Bookkeeping.create(in: database)
            } else {
                try StagingBook.create(in: database, extract: extract, source: source, plan: plan, columns: columns)
                try database.query("BEGIN")
            }
            self.database = database
        }
    }

    /// An earlier run's file, without what it had not completed.
    init(
        resuming staged: StagedPlan, extract: TableExtract, definition: TableDefinition, path: String,
        encoding: String, run: RunIdentity, lengthLimit: Int?
    ) throws {
        self.extract = extract
        // What is in the book already.
        self.source = nil
        self.plan = staged.plan
        self.isStopped = staged.isStopped
        self.columns = staged.columns
        self.encoding = encoding
        self.becomesDestination = false
        self.definition = definition
        self.path = path
        self.run = run
        self.lengthLimit = lengthLimit
        try SideDirectory.checkFiles(path)
        try trying("Opening the staging of \(extract.table)") {
            let database = try SQLiteDatabase(path: path, access: .readWrite)
            for pragma in Self.settings(encoding: encoding, pageSize: Self.pageSize, isDurable: true) {
                try database.query(pragma)
            }
            if let lengthLimit { database.limitLength(lengthLimit) }
            completed = try StagingBook.completed(in: database)
            earlierReads = completed.map(\.order).max() ?? 0
            let whole = Set(completed.map { Self.chunkTable($0.number) })
            let tables = try database.query(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'rows_*'")
            try database.query("BEGIN")
            for table in tables.compactMap({ $0[0].text }) where !whole.contains(table) {
                try database.query("DROP TABLE \(table)")
            }
            self.database = database
        }
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
            try StagedChunk(
                table(chunk), extract: extract, definition: definition, plan: plan, run: run, database: database)
        }
        open[chunk] = staged
        return staged
    }

    package func forget(chunk: Int) throws {
        guard open.removeValue(forKey: chunk) != nil, let database else { return }
        try trying("Emptying the staging of \(extract.table)") {
            _ = try database.query("DROP TABLE \(table(chunk))")
        }
    }

    package func complete(chunk: Int, order: Int) throws {
        let staged = try staged(chunk)
        guard let database else { return }
        open[chunk] = nil
        let done = CompletedChunk(
            number: chunk, order: order + earlierReads, rows: staged.rowCount,
            notANumber: staged.notANumber, negativeZero: staged.negativeZero, oddTimes: staged.oddTimes,
            seen: staged.seen)
        completed.append(done)
        try trying("Staging the last rows of \(extract.table)") {
            if !becomesDestination { try StagingBook.complete(done, in: database) }
            // Rows of other chunks that are still being read go to the disk as well; a run that goes on drops them.
            try database.query("COMMIT")
            try database.query("BEGIN")
        }
    }

    package func split(_ chunk: Chunk, other: Chunk) throws {
        if becomesDestination {
            // No row is there now, and what several chunks need is not in such a file.
            close()
            becomesDestination = false
            try create()
        }
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
            try distrustingDamage {
                try database.query("COMMIT")
                return try StagingProof(staging: self, database: database)()
            }
        }
        self.database = nil
        Failpoint.reach(.stagingSealed)
        return StagedRows(
            rows: rowCount, largestKey: keys.largest, rowsWithoutKey: keys.missing,
            notes: (drift?.typeNotes(extract) ?? []) + definition.notes + valueNotes + keys.notes
        )
    }

    /// Looks at what is staged, or loads it. Where it is damaged, or is not what rows must be, a later run would come to the
    /// same end: it reads afresh.
    func distrustingDamage<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            if (error as? SQLiteError)?.isDamage == true || (error as? Failure)?.kind == .data { isUnusable = true }
            throw error
        }
    }

    /// Puts all on the disk after a guard has stopped the load: a person may have it loaded without another read.
    func keepStopped() throws {
        try trying("Keeping the staging of \(extract.table)") {
            do {
                let database = try SQLiteDatabase(path: path, access: .readWrite)
                try database.query("PRAGMA user_version = \(StagingBook.stoppedMark)")
            }
            // It may have been staged without a word to the disk.
            try FileSystem.synchronize(path)
        }
        isStopped = true
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
    static func settings(encoding: String, pageSize: Int, isDurable: Bool) -> [String] {
        [
            "PRAGMA encoding = '\(encoding)'",
            // Of several the last before the first page counts.
            "PRAGMA page_size = \(pageSize)",
            "PRAGMA journal_mode = \(isDurable ? "TRUNCATE" : "OFF")",
            "PRAGMA synchronous = \(isDurable ? "FULL" : "OFF")",
            "PRAGMA locking_mode = EXCLUSIVE",
            "PRAGMA cache_size = -4096",
            "PRAGMA secure_delete = OFF",
        ]
    }

    private static let pageSize = 16384

    private var timeNotes: [String] {
        var sum = OddTimes(definition)
        for chunk in completed { if let odd = chunk.oddTimes { sum.add(odd) } }
        return sum.notes(definition)
    }

    private var valueNotes: [String] {
        func notes(_ counts: (CompletedChunk) -> [Int], _ text: (String, Int) -> String) -> [String] {
            let sums = completed.map(counts).reduce(into: definition.columns.map { _ in 0 }) { sums, counts in
                for (index, count) in counts.enumerated() where index < sums.count { sums[index] += count }
            }
            return zip(definition.columns, sums).filter { $0.1 > 0 }.map { text($0.0.name, $0.1) }
        }
        return notes(\.notANumber) { "Column \"\($0)\": \($1) values were NaN, which SQLite stores as NULL." }
            + timeNotes
            + notes(\.negativeZero) { "Column \"\($0)\": \($1) values were -0.0, which SQLite stores as 0.0." }
    }
}
