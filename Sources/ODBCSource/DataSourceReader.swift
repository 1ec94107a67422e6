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
    /// Columns whose dates may have the statement fail, by their position in the query.
    private let fenced: [Int]
    private var rowsRead = 0
    /// The state that is read, where its rows were counted in it; nil when it has ended too.
    private var state: CountedState?
    package let counted: Int?

    init(
        _ query: TableQuery, widths: LearnedWidths, session: DataSource.Session, reading: ReadSettings,
        service: any ODBCService, state: CountedState? = nil
    ) throws {
        self.query = query
        self.widths = widths
        self.service = service
        self.state = state
        self.counted = state?.rows
        self.readsInTransactions = session.profile.readsInTransactions
        let known = query.columns.indices.map { column in
            widths[column]
                ?? (session.profile.fetchesPiecesAlone || query.longColumns.contains(query.columns[column])
                    ? .outOfLine : nil)
        }
        // Columns that are read in pieces go last; the others keep their order.
        let isLong = known.map { $0 == .outOfLine }
        let order = query.columns.indices.filter { !isLong[$0] } + query.columns.indices.filter { isLong[$0] }
        do {
            let opened = try OpenedRead.open(query, order: order, widths: widths, session: session, state: state)
            let descriptions = opened.descriptions
            let planner = SlotPlanner(
                driver: session.profile, fetchesWide: session.fetchesWide, budget: reading.batchBytes)
            let plans = planner.plan(descriptions) { known[$0] }
            let rows = BatchLayout.capacity(
                for: plans.map(\.slot), budget: reading.batchBytes,
                limit: min(reading.batchRows ?? session.profile.batchRows, query.limit ?? .max))
            self.cursor = try BlockCursor(
                opened.statement, plans: plans, ordinals: opened.ordinals, rows: rows,
                doubtsMoments: session.dialect.spellsMoments)
            self.fenced = opened.fenced
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

    deinit { leaveState() }

    package var layout: BatchLayout { cursor.layout }

    package func fill(_ batch: RowBatch) throws -> Bool {
        if let limit = query.limit, rowsRead >= limit {
            batch.removeAll()
            return false
        }
        do {
            guard try cursor.fill(batch) else {
                leaveState()
                return false
            }
        } catch let error as SlotsTooNarrow {
            // Another value of the block may have failed, unsaid behind the one that was cut: the next try shall say it.
            endTransaction()
            let (next, changed) = widths.widened(by: error, cursor.plans)
            throw ReadAgain(hint: next, columns: changed)
        } catch let error as ODBCError where !fenced.isEmpty && OpenedRead.isFence(error) {
            throw spelling()
        } catch let error as CellError where !fenced.isEmpty && error.isDataException {
            throw spelling()
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

    /// A date that the driver does not have was met, or something else at which an expression fails: that fails again.
    private func spelling() -> ReadAgain<LearnedWidths> {
        endTransaction()
        return ReadAgain(hint: widths.asText(fenced), columns: fenced)
    }

    /// Ends what a read that failed has left of its transaction.
    private func endTransaction() {
        if state != nil {
            leaveState()
        } else if readsInTransactions {
            cursor.endTransaction()
        }
    }

    /// Behind the cursor, which is open in its transaction.
    private func leaveState() {
        guard state != nil else { return }
        cursor.close()
        state = nil
    }
}
