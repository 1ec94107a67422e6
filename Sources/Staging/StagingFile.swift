package import Extraction
import Files
package import Rows
import SQLite
import Text

/// The side file where a run's rows wait for the load.
///
/// Rows of a read in one piece go in without journal and without syncing: they are thrown away on any doubt. With several
/// chunks, each is on the disk when it is complete, so that a later run can go on.
///
/// `@unchecked Sendable`: used by one thread at a time, the writer while rows come, then the one that loads.
package final class StagingFile: StagingTable, @unchecked Sendable {
    let order: StagingOrder
    let terms: StagingTerms
    let path: String
    private let chunks: any StagingForm
    /// How the rows lie; a direct way becomes that of chunks where the read turns out to need several.
    private(set) var form: any StagingForm
    private var database: SQLiteDatabase?
    private var open: [Int: StagedChunk] = [:]
    /// What has been completed, in the order of its reads.
    private(set) var completed: [CompletedChunk] = []
    /// Whether no later run may go on with the rows, because they are damaged, or not what they should be.
    private(set) var isUnusable = false
    /// Whether a guard has stopped its load, so that it waits for a person.
    private(set) var isStopped = false
    /// By chunk: where its unique columns and its key were found.
    private var provenTables: [Int: String] = [:]
    /// The place of the last read of the runs that this one goes on with; its own reads come behind it.
    private var earlierReads = 0
    /// What loads the rows while more are read, and the rows for it; nil where nothing does.
    private(set) var follower: (any StagingFollower)?
    private var stream: StagedStream?
    /// Whether the rows may be followed: they come in one piece, and from its first row on.
    private var mayBeFollowed = false

    /// A new file; what is there is thrown away.
    ///
    /// - Parameter source: The source that the rows come from, in words that are the same in every run.
    init(_ order: StagingOrder, terms: StagingTerms, path: String, source: String?) throws {
        self.order = order
        self.terms = terms
        self.path = path
        let chunks = ChunkForm(order: order, source: source)
        self.chunks = terms.isPacked ? PackedForm(chunks: chunks) : chunks
        self.form = terms.direct ?? self.chunks
        mayBeFollowed = form is PackedForm && order.plan.chunks.count == 1
        try create()
        Failpoint.reach(.stagingCreated)
    }

    /// An empty file, in the place of whatever is there.
    private func create() throws {
        for suffix in SQLiteDatabase.fileSuffixes { FileSystem.remove(path + suffix) }
        // What SQLite makes is readable by whom the umask lets, and this may become the destination.
        PrivateFile.create(path)
        try Workplace.checkFiles(path)
        try trying("Opening the staging of \(order.extract.table)") {
            let database = try SQLiteDatabase(path: path, access: .create)
            for pragma in Self.settings(encoding: Self.encoding, pageSize: form.pageSize, isDurable: form.isDurable) {
                try database.query(pragma)
            }
            if let limit = terms.lengthLimit { database.limitLength(limit) }
            try form.begin(database)
            try database.query("BEGIN")
            self.database = database
        }
    }

    /// An earlier run's file, without what it had not completed.
    init(resuming staged: StagedPlan, _ order: StagingOrder, terms: StagingTerms, path: String) throws {
        var order = order
        order.plan = staged.plan
        order.columns = staged.columns
        self.order = order
        self.terms = terms
        self.isStopped = staged.isStopped
        self.path = path
        try Workplace.checkFiles(path)
        let attempt = "Opening the staging of \(order.extract.table)"
        let database = try trying(attempt) { try SQLiteDatabase(path: path, access: .readWrite) }
        // Which source it is stands in the book already; and so does how the rows lie, whatever the terms are now.
        let chunks = ChunkForm(order: order, source: nil)
        self.chunks = try trying(attempt) { try StagingBook.isPacked(database) } ? PackedForm(chunks: chunks) : chunks
        self.form = self.chunks
        try trying(attempt) {
            for pragma in Self.settings(encoding: Self.encoding, pageSize: form.pageSize, isDurable: true) {
                try database.query(pragma)
            }
            if let limit = terms.lengthLimit { database.limitLength(limit) }
            completed = try StagingBook.completed(in: database)
            earlierReads = completed.map(\.order).max() ?? 0
            let whole = Set(completed.map { form.table($0.number) })
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
        // Of a table that comes in one batch nothing is gained.
        if mayBeFollowed, stream == nil, let begun = open[chunk] { try follow(begun, chunk) }
        try using(batch.rowCount) { try staged(chunk).write(batch) }
    }

    /// Lets the destination's thread have the rows, those that are there and those that come.
    private func follow(_ begun: StagedChunk, _ chunk: Int) throws {
        guard let follower = terms.makeFollower?(), let database else { return }
        let reader = try trying("Staging \(order.extract.table)") {
            try PackedReader(following: terms.shape, of: form.table(chunk), in: database)
        }
        let stream = StagedStream(reader, rows: begun.rowCount)
        (self.stream, self.follower) = (stream, follower)
        follower.follow(stream)
    }

    /// Has the database to itself.
    ///
    /// - Parameter more: Rows that are there behind it.
    private func using<Result>(_ more: Int = 0, _ body: () throws -> Result) rethrows -> Result {
        guard let stream else { return try body() }
        return try stream.writing(more, body)
    }

    /// Takes the rows back from the thread that follows them.
    private func endFollowing() {
        stream?.end()
        follower?.giveUp()
        (stream, follower) = (nil, nil)
    }

    private func staged(_ chunk: Int) throws -> StagedChunk {
        if let staged = open[chunk] { return staged }
        guard let database else {
            throw Failure(
                .internal, "Rows of \(order.extract.table) came after staging was closed.",
                advice: "Please report this.")
        }
        let staged = try trying("Staging \(order.extract.table)") {
            try form.create(chunk, terms.shape, for: order.run, in: database)
            return StagedChunk(
                try form.writer(of: chunk, order, terms.shape, in: database), order: order, shape: terms.shape)
        }
        open[chunk] = staged
        return staged
    }

    package func forget(chunk: Int) throws {
        guard open.removeValue(forKey: chunk) != nil, let database else { return }
        endFollowing()
        try trying("Emptying the staging of \(order.extract.table)") {
            _ = try database.query("DROP TABLE \(form.table(chunk))")
        }
    }

    package func complete(chunk: Int, order place: Int) throws {
        let staged = try staged(chunk)
        guard let database else { return }
        open[chunk] = nil
        let done = CompletedChunk(
            number: chunk, order: place + earlierReads, rows: staged.rowCount,
            notANumber: staged.notANumber, negativeZero: staged.negativeZero, oddTimes: staged.oddTimes,
            seen: staged.seen)
        completed.append(done)
        try using {
            try trying("Staging the last rows of \(order.extract.table)") {
                try form.complete(done, in: database)
                // Rows of other chunks that are still being read go to the disk as well; a run that goes on drops them.
                try database.query("COMMIT")
                try database.query("BEGIN")
            }
        }
    }

    package func split(_ chunk: Chunk, other: Chunk) throws {
        guard let database else { return }
        endFollowing()
        mayBeFollowed = false
        let hasRoom = try trying("Staging \(order.extract.table)") { try form.put(chunk, in: database) }
        if !hasRoom {
            // No row is there now.
            close()
            form = chunks
            try create()
        }
        guard let database = self.database else { return }
        try trying("Staging \(order.extract.table)") {
            if !hasRoom { _ = try form.put(chunk, in: database) }
            _ = try form.put(other, in: database)
        }
    }

    package func seal() throws -> SealedFile {
        guard let database else {
            throw Failure(
                .internal, "The staging of \(order.extract.table) was sealed twice.", advice: "Please report this.")
        }
        open = [:]
        completed.sort { $0.order < $1.order }
        let attempt = "Looking at the staged rows of \(order.extract.table)"
        let keys = try using {
            try trying(attempt) {
                try distrustingDamage {
                    try database.query("COMMIT")
                    return try StagingProof(staging: self, database: database).prove()
                }
            }
        }
        // This connection keeps others out, and ends here.
        if let stream, let chunk = completed.first?.number {
            stream.complete(
                try trying(attempt) {
                    try PackedReader(
                        following: terms.shape, of: form.table(chunk),
                        in: SQLiteDatabase(path: path, access: .snapshot))
                })
        }
        self.database = nil
        Failpoint.reach(.stagingSealed)
        let summary = StagedRows(
            rows: rowCount, largestKey: keys.largest, rowsWithoutKey: keys.missing,
            notes: (terms.drift?.typeNotes(order.extract) ?? []) + terms.shape.notes + valueNotes + keys.notes)
        return SealedFile(self, summary: summary)
    }

    /// A table in which SQL finds the unique columns and the incremental key of a chunk's rows.
    func provenTable(_ chunk: Int, in database: SQLiteDatabase) throws -> String {
        if let table = provenTables[chunk] { return table }
        let columns = (order.key.map { [$0] } ?? []) + order.uniqueColumns
        let table = try form.table(chunk, holding: columns, terms.shape, in: database)
        provenTables[chunk] = table
        return table
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

    /// Says that no later run is to go on with the rows.
    func distrust() { isUnusable = true }

    /// Puts all on the disk after a guard has stopped the load: a person may have it loaded without another read.
    func keepStopped() throws {
        try trying("Keeping the staging of \(order.extract.table)") {
            do {
                let database = try SQLiteDatabase(path: path, access: .readWrite)
                try database.query("PRAGMA user_version = \(StagingBook.stoppedMark)")
            }
            // It may have been staged without a word to the disk.
            try FileSystem.synchronize(path)
        }
        isStopped = true
    }

    /// The rows are where they were to go.
    func markLoaded() { isStopped = false }

    /// Ends staging early: what is not complete is taken back.
    func close() {
        endFollowing()
        open = [:]
        database?.rollBack()
        database = nil
    }

    var rowCount: Int { completed.reduce(0) { $0 + $1.rows } }

    /// Whether a later run could go on with what is there.
    var isWorthKeeping: Bool { order.plan.isResumable && !completed.isEmpty && !isUnusable }

    static let encoding = "UTF-8"

    /// What makes the file cheap.
    ///
    /// Measured with 1,000,000 rows of 8 + 2 columns (135 MB), release build, SQLite 3.40.1, two shared cores: 0.7 to
    /// 1.3 M rows/s with pages of 4096 bytes, 1.3 to 1.5 M with 16384, 1.3 to 1.6 M with 65536; a cache of 16 MB is no
    /// faster than one of 4 MB, because rows are only ever added at the end. A journal costs next to nothing for the same
    /// reason: pages that are new in a transaction are not in it.
    package static func settings(encoding: String, pageSize: Int, isDurable: Bool) -> [String] {
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
}
