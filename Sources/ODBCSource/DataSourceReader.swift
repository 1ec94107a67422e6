import Extraction
import ODBC
package import Rows
import Text

/// One read of one table: a statement, its block cursor, and the order of its columns.
///
/// Long columns are fetched last, because drivers deliver values in pieces only behind the bound ones; the batch has the
/// columns in the query's order all the same.
package final class DataSourceReader: TableReader {
    package let columns: [Column]
    private let cursor: BlockCursor
    private let query: TableQuery
    private let widths: LearnedWidths
    private let service: any ODBCService
    private let readsInTransactions: Bool
    private var rowsRead = 0

    init(
        _ query: TableQuery, widths: LearnedWidths, session: DataSource.Session, reading: ReadSettings,
        service: any ODBCService
    ) throws {
        self.query = query
        self.widths = widths
        self.service = service
        self.readsInTransactions = session.profile.readsInTransactions
        let known = query.columns.indices.map { column in
            widths[column]
                ?? (session.profile.fetchesPiecesAlone || query.longColumns.contains(query.columns[column])
                    ? .outOfLine : nil)
        }
        // Columns that are read in pieces go last; the others keep their order.
        let isLong = known.map { $0 == .outOfLine }
        let order = query.columns.indices.filter { !isLong[$0] } + query.columns.indices.filter { isLong[$0] }
        var ordinals = [Int](repeating: 0, count: order.count)
        for (position, column) in order.enumerated() { ordinals[column] = position + 1 }
        do {
            let declared = try Self.declared(query, session)
            let isTyped = session.profile.fetchesTimestampsTyped && !session.fetchesWide
            let sql = try session.dialect.select(
                order.map { query.columns[$0] },
                spelt: { position in
                    let column = order[position]
                    return session.dialect.spelt(declared?[column], isTyped: isTyped && widths[column] == nil)
                }, from: query)
            let statement = try Statement(session.connection)
            try statement.execute(sql)
            let count = try statement.columnCount()
            guard count == order.count else {
                throw ODBCError.misbehaviour(
                    "the statement asked for \(Sentence.count(order.count, "column")), the result has \(count)",
                    in: "SQLNumResultCols")
            }
            let descriptions =
                try declared
                ?? ordinals.map { ordinal throws(ODBCError) in try statement.describeColumn(ordinal) }
            let planner = SlotPlanner(
                driver: session.profile, fetchesWide: session.fetchesWide, budget: reading.batchBytes)
            let plans = planner.plan(descriptions) { known[$0] }
            let rows = BatchLayout.capacity(
                for: plans.map(\.slot), budget: reading.batchBytes,
                limit: min(reading.batchRows, query.limit ?? .max))
            self.cursor = try BlockCursor(
                statement, plans: plans, ordinals: ordinals, rows: rows, doubtsMoments: session.dialect.spellsMoments)
            self.columns = zip(descriptions, query.columns).map { description, name in
                var column = description.column(for: session.profile)
                // The name as the catalog has it: results fold case, cut names short, or leave them out.
                column.name = name
                return column
            }
        } catch let error as ODBCError {
            throw service.failure(error.quotingNoValue(of: query, isFetch: false), .statement(query.table))
                .naming(query.condition)
        }
    }

    /// The columns as the source declares them, where the read itself may ask for expressions; nil where its result tells.
    private static func declared(
        _ query: TableQuery, _ session: DataSource.Session
    ) throws(ODBCError) -> [ColumnDescription]? {
        guard session.dialect.tagsValues else {
            return session.dialect.spellsMoments ? try described(query, session) : nil
        }
        let types = try Statement(session.connection)
        try types.execute(session.dialect.declaredTypes(of: query.table))
        let typed = try types.textRows().filter { $0.count == 2 && $0[1]?.isEmpty == false }.compactMap(\.[0])
        let names = Set(typed.map { Array($0.lowercased().utf8) })
        var columns = try described(query, session)
        for index in columns.indices {
            columns[index].isUndeclared = !names.contains(Array(query.columns[index].lowercased().utf8))
        }
        return columns
    }

    /// What the driver says of the plain columns, in the query's order.
    private static func described(
        _ query: TableQuery, _ session: DataSource.Session
    ) throws(ODBCError) -> [ColumnDescription] {
        let statement = try Statement(session.connection)
        defer { statement.close() }
        try statement.execute(session.dialect.describe(query.columns, of: query.table))
        let count = try statement.columnCount()
        guard count == query.columns.count else {
            throw ODBCError.misbehaviour(
                "the statement asked for \(Sentence.count(query.columns.count, "column")), the result has \(count)",
                in: "SQLNumResultCols")
        }
        return try (1...max(1, count)).map { ordinal throws(ODBCError) in try statement.describeColumn(ordinal) }
    }

    package var layout: BatchLayout { cursor.layout }

    package func fill(_ batch: RowBatch) throws -> Bool {
        if let limit = query.limit, rowsRead >= limit {
            batch.removeAll()
            return false
        }
        do {
            guard try cursor.fill(batch) else { return false }
        } catch let error as SlotsTooNarrow {
            // Another value of the block may have failed, unsaid behind the one that was cut: the next try shall say it.
            if readsInTransactions { cursor.endTransaction() }
            let (next, changed) = widths.widened(by: error, cursor.plans)
            throw ReadAgain(hint: next, columns: changed)
        } catch let error as CellError {
            throw service.classifier.failure(
                error.quotingNoValue(of: query), table: query.table, columns: query.columns)
        } catch let error as ODBCError {
            throw service.failure(
                error.quotingNoValue(of: query, isFetch: true), .fetch(query.table, row: rowsRead))
        }
        if let limit = query.limit { batch.rowCount = min(batch.rowCount, limit - rowsRead) }
        rowsRead += batch.rowCount
        return true
    }
}
