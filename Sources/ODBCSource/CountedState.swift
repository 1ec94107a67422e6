import Extraction
import ODBC

/// A transaction in which the rows of a read were counted and in which they are read, so that both see one state of the table:
/// PostgreSQL's REPEATABLE READ.
///
/// Dates that the driver does not have (`ODBCDialect.fence`) are looked for by the count. In the read the server would take each row apart
/// once more for them; the count, which needs no cursor, it shares out among several processes. Of a window they are left to the read: an
/// index may count its rows without a look at any.
///
/// It lives as long as its one owner keeps it: the data source, until the next question of the session, or the reader, until all is read
/// and the cursor is closed that is open in it. While it lasts the server keeps old versions of rows, as it does for
/// as long as any read takes.
final class CountedState {
    /// How many rows the read must bring.
    let rows: Int
    private let query: TableQuery
    /// Columns of dates, by their position in the query, all of which the driver has.
    private let fenced: Set<Int>
    private let connection: Connection

    private init(rows: Int, query: TableQuery, fenced: [Int], connection: Connection) {
        self.rows = rows
        self.query = query
        self.fenced = Set(fenced)
        self.connection = connection
    }

    deinit { connection.rollBack() }

    /// Begins a transaction and counts in it.
    ///
    /// - Parameter fenced: Columns of dates, by their position in the query.
    /// - Returns: nil where the source does not do that, or has a date that the driver does not have: then there is no transaction.
    /// - Throws: what an ordinary count would come to as well.
    static func count(
        _ query: TableQuery, fenced: [Int], _ session: DataSource.Session
    ) throws -> CountedState? {
        let connection = session.connection
        let sql = try session.dialect.count(query, fenced: fenced.map { query.columns[$0] })
        do throws(ODBCError) {
            try Statement(connection).execute("START TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            let statement = try Statement(connection)
            try statement.execute(sql)
            if let rows = try statement.onlyTextRow(columns: 1)?[0].flatMap(DataSource.wholeNumber) {
                return CountedState(rows: rows, query: query, fenced: fenced, connection: connection)
            }
        } catch {
            connection.rollBack()
            // Whatever else it is, the same question comes to the same end without a transaction, and in the source's own words.
            guard error.has(.timeout, .canceled) || connection.isDead else { return nil }
            throw error
        }
        connection.rollBack()
        return nil
    }

    /// Whether it is of the rows of a read, and of its columns.
    func isOf(_ query: TableQuery) -> Bool { self.query == query }

    /// Whether all dates of a column are known to be ones that the driver has.
    func hasSeen(_ column: Int) -> Bool { fenced.contains(column) }
}
