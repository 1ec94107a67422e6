import NIOCore

/// A query's result that is being read: a cursor, or a whole result on its way out.
///
/// `@unchecked Sendable`: belongs to one session, and its batches are made on a thread of the pool while the session waits,
/// so that no two use it at once.
final class RunningResult: @unchecked Sendable {
    let columns: [ResultColumn]
    let sql: String
    private let statement: SQLiteStatement
    private let connection: SQLiteConnection
    /// Keeps the state of the data that the query found when it was executed.
    private var snapshot: SQLiteStatement?
    private(set) var delivered = 0
    private(set) var isExhausted = false

    init(
        _ statement: SQLiteStatement, columns: [ResultColumn], sql: String, of connection: SQLiteConnection,
        _ snapshot: SQLiteStatement
    ) {
        self.statement = statement
        self.snapshot = snapshot
        self.columns = columns
        self.sql = sql
        self.connection = connection
    }

    /// Bytes of one batch at most; what holds more could not be sent as a message, or kept in memory.
    private static let byteLimit = 256 << 20

    /// Appends up to `limit` rows to `buffer`; how many there were.
    ///
    /// Fewer than asked for means that there are no more, unless `pause` stops a batch behind so many bytes. Throws what
    /// SQLite says, or that the rows are too large; the rows are then to be dropped.
    func encode(upTo limit: Int, pause: Int = .max, into buffer: inout ByteBuffer) throws(SQLiteFailure) -> Int {
        guard !isExhausted else { return 0 }
        var count = 0
        while count < limit, buffer.readableBytes < pause {
            guard try statement.step() else {
                isExhausted = true
                snapshot = nil
                break
            }
            guard statement.encodeRow(as: columns, into: &buffer, upTo: Self.byteLimit) else {
                throw SQLiteFailure(code: 0, description: "one batch has more than \(Self.byteLimit) bytes")
            }
            count += 1
        }
        delivered += count
        return count
    }
}
