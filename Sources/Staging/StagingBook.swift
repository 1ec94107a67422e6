import Extraction
import Files
import FoundationEssentials
import Rows
import SQLite
import Text

/// What a staging file says of itself: the plan that its chunks belong to, and which of them are whole.
enum StagingBook {
    /// Raised when the layout of staging files changes; files of another format are thrown away.
    ///
    /// 2: the source, and when each chunk was complete.
    private static let format = 2

    /// What was decided before the first row, as JSON.
    private struct Header: Codable {
        var format: Int
        var extract: TableExtract
        /// A fingerprint: rows of two accounts, or of one and the mock server, must not be mixed.
        var source: String?
        var plan: ReadPlan
        var columns: [Column]
        /// How rows are packed there (`PackedSection.format`); nil where they are not. A kleene-ns that does not know it reads again.
        var packing: Int?
    }

    static func create(in database: SQLiteDatabase, _ order: StagingOrder, source: String?, isPacked: Bool) throws {
        let header = Header(
            format: format, extract: order.extract, source: source.map(Fingerprint.of), plan: order.plan,
            columns: order.columns, packing: isPacked ? PackedSection.format : nil)
        try database.query("BEGIN")
        try database.query("CREATE TABLE book (header TEXT NOT NULL)")
        try database.query("INSERT INTO book VALUES (?)", [.text(try json(header))])
        try database.query(
            """
            CREATE TABLE chunks (
              number INTEGER PRIMARY KEY, chunk TEXT NOT NULL, read_order INTEGER, rows INTEGER,
              not_a_number TEXT, negative_zero TEXT, completed_at TEXT
            )
            """)
        for chunk in order.plan.chunks { try put(chunk, in: database) }
        try database.query("COMMIT")
    }

    /// Adds a chunk that has no rows yet, or changes its range.
    static func put(_ chunk: Chunk, in database: SQLiteDatabase) throws {
        try database.query(
            "INSERT OR REPLACE INTO chunks (number, chunk) VALUES (?, ?)",
            [.integer(Int64(chunk.number)), .text(try json(chunk))])
    }

    static func complete(_ chunk: CompletedChunk, in database: SQLiteDatabase) throws {
        try database.query(
            """
            UPDATE chunks SET read_order = ?2, rows = ?3, not_a_number = ?4, negative_zero = ?5, completed_at = ?6
            WHERE number = ?1
            """,
            [
                .integer(Int64(chunk.number)), .integer(Int64(chunk.order)), .integer(Int64(chunk.rows)),
                .text(try json(chunk.notANumber)), .text(try json(chunk.negativeZero)), .text(Timestamp(Date()).text),
            ])
        guard let odd = chunk.oddTimes, odd.columns.contains(where: { $0.count > 0 }) else { return }
        // A table of its own, which a file of an older kleene-ns lacks.
        try database.query("CREATE TABLE IF NOT EXISTS odd_times (number INTEGER PRIMARY KEY, odd TEXT NOT NULL)")
        try database.query(
            "INSERT OR REPLACE INTO odd_times VALUES (?, ?)", [.integer(Int64(chunk.number)), .text(try json(odd))])
    }

    static func completed(in database: SQLiteDatabase) throws -> [CompletedChunk] {
        let hasOdd = try database.value("SELECT 1 FROM sqlite_schema WHERE name = 'odd_times'") != nil
        let odd = hasOdd ? try database.query("SELECT number, odd FROM odd_times") : []
        return try database.query(
            "SELECT number, read_order, rows, not_a_number, negative_zero FROM chunks WHERE read_order IS NOT NULL "
                + "ORDER BY read_order"
        ).map { row in
            CompletedChunk(
                number: Int(row[0].integer ?? 0), order: Int(row[1].integer ?? 0), rows: Int(row[2].integer ?? 0),
                notANumber: try value([Int].self, row[3]), negativeZero: try value([Int].self, row[4]),
                oddTimes: try odd.first { $0[0] == row[0] }.map { try value(OddTimes.self, $0[1]) })
        }
    }

    /// Whether rows that were staged for one extract serve another: wherever the two are written. What an older version has staged says
    /// nothing of that.
    private static func isSame(_ one: TableExtract, _ other: TableExtract) -> Bool {
        var one = one
        one.origin = other.origin
        return one == other
    }

    /// What a file has of an extract; nil where it is another's, of another format, damaged, or not of a kind that is kept.
    ///
    /// Not an error: what cannot be gone on with is read again.
    ///
    /// - Parameters:
    ///   - source: The source that the rows must come from; nil for any.
    ///   - access: `snapshot` for a look without the extract's lock. It sees the chunks that are complete even where a
    ///     killed run has left a journal: nothing but whole chunks is ever in the book.
    static func staged(
        at path: String, extract: TableExtract, source: String?, access: SQLiteDatabase.Access = .readWrite
    ) -> StagedPlan? {
        guard FileSystem.size(of: path) > 0, (try? Workplace.checkFiles(path)) != nil,
            let database = try? SQLiteDatabase(path: path, access: access),
            let row = try? database.query("SELECT header FROM book").first,
            let header = try? value(Header.self, row[0]), header.format == format, isSame(header.extract, extract),
            source == nil || header.source == source.map(Fingerprint.of),
            let stopped = try? database.value("PRAGMA user_version")?.integer == stoppedMark,
            stopped || header.plan.isResumable,
            let last = try? database.value("SELECT max(completed_at) FROM chunks"),
            let completed = try? completed(in: database),
            let chunks = try? database.query("SELECT chunk FROM chunks ORDER BY number").map({
                try value(Chunk.self, $0[0])
            }), header.packing == nil || header.packing == PackedSection.format,
            completed.allSatisfy({ holds($0, isPacked: header.packing != nil, in: database) })
        else { return nil }
        var plan = header.plan
        plan.chunks = chunks
        var staged = StagedPlan(
            plan: plan, columns: header.columns,
            completed: Dictionary(completed.map { ($0.number, $0.rows) }, uniquingKeysWith: { first, _ in first }),
            completedAt: last.text.map { Timestamp(text: $0) })
        staged.isStopped = stopped
        return staged
    }

    /// `user_version` of a file whose load a guard has stopped.
    static let stoppedMark: Int64 = 1

    /// Whether a chunk that is said to be whole is there with all its rows.
    private static func holds(_ chunk: CompletedChunk, isPacked: Bool, in database: SQLiteDatabase) -> Bool {
        let table = ChunkForm.table(chunk.number)
        guard isPacked else { return (try? database.count(table)) == chunk.rows }
        return (try? database.value("SELECT CAST(total(rows) AS INTEGER) FROM \(table)")?.integer) == Int64(chunk.rows)
    }

    /// Whether the rows of a file that a run goes on with lie there packed.
    static func isPacked(_ database: SQLiteDatabase) throws -> Bool {
        guard let row = try database.query("SELECT header FROM book").first else { return false }
        return try value(Header.self, row[0]).packing != nil
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private static func value<Value: Decodable>(_ type: Value.Type, _ value: SQLiteValue) throws -> Value {
        try JSONDecoder().decode(type, from: Data((value.text ?? "").utf8))
    }
}
