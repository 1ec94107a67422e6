import Extraction
import ODBC
import Text

/// The statement of a read, executed, and what the source says of its columns.
///
/// How a column is asked for hangs on its type. What the catalog lists of the table is enough for that, or a description for all reads of the
/// same columns in a session, such as the chunks of an extract, because it decides nothing that the result does not show too: where the table
/// has changed and a column would be asked for in another way now, that is seen before a row is read.
struct OpenedRead {
    let statement: Statement
    /// Of each column of the query, its place in the result, from 1.
    let ordinals: [Int]
    /// In the query's order.
    let descriptions: [ColumnDescription]
    /// Columns, by their position in the query, at whose dates the statement fails where the driver does not have them.
    let fenced: [Int]

    /// How a column is asked for.
    private struct Asking: Equatable {
        var spelt: SpeltMoment?
        var isFenced: Bool
    }

    /// - Parameters:
    ///   - order: The query's columns as the result has them.
    ///   - widths: What earlier tries have taught.
    ///   - state: The state that is read, where its rows were counted in it.
    /// - Throws: `ReadAgain` where the first rows have a date that the driver does not have.
    static func open(
        _ query: TableQuery, order: [Int], widths: LearnedWidths, session: DataSource.Session, state: CountedState?
    ) throws -> OpenedRead {
        let dialect = session.dialect
        var ordinals = [Int](repeating: 0, count: order.count)
        for (position, column) in order.enumerated() { ordinals[column] = position + 1 }
        let isTyped = session.profile.fetchesTimestampsTyped && !session.fetchesWide
        func asking(_ moments: [SpeltMoment?]?) -> [Asking] {
            query.columns.indices.map { column in
                let moment = moments?[column]
                let spelt = dialect.spelt(moment, isTyped: isTyped && widths[column] == nil)
                return Asking(spelt: spelt, isFenced: spelt == nil && dialect.isFenced(moment))
            }
        }
        for attempt in 1...attempts {
            let known = attempt == 1 ? session.described.moments(of: query) : nil
            var asked = asking(known)
            var declared: [ColumnDescription]?
            // The result of an expression does not show a column that has changed: then it is asked again.
            if known == nil || dialect.tagsValues || asked.contains(where: { $0.spelt != nil }) {
                declared = try describe(query, session)
                asked = asking(declared?.map { SpeltMoment($0.type) })
            }
            let fenced = query.columns.indices.filter { asked[$0].isFenced && state?.hasSeen($0) != true }
            let sql = try dialect.select(
                order.map { query.columns[$0] }, spelt: { asked[order[$0]].spelt },
                fenced: fenced.map { query.columns[$0] }, from: query)
            let statement = try execute(sql, fenced: fenced, widths: widths, session, state: state)
            try check(statement, columns: order.count)
            if let declared, dialect.tagsValues {
                return OpenedRead(statement: statement, ordinals: ordinals, descriptions: declared, fenced: fenced)
            }
            let found = try columns(of: statement, ordinals)
            let shown = asking(found.map { SpeltMoment($0.type) })
            let isStill = query.columns.indices.allSatisfy { asked[$0].spelt != nil || asked[$0] == shown[$0] }
            guard isStill else {
                session.described.forget()
                statement.close()
                continue
            }
            session.described.keep(declared ?? found, of: query)
            let descriptions = query.columns.indices.map {
                asked[$0].spelt == nil ? found[$0] : declared?[$0] ?? found[$0]
            }
            return OpenedRead(
                statement: statement, ordinals: ordinals, descriptions: descriptions, fenced: fenced)
        }
        throw ODBCError.misbehaviour(
            "the columns of \(query.table) are described in one way, and those of a read of it in another",
            in: "SQLDescribeCol")
    }

    /// The columns of dates at which a read of them would fail where the driver does not have one, by their position in the query.
    static func fenced(_ query: TableQuery, _ session: DataSource.Session) throws(ODBCError) -> [Int] {
        if session.described.moments(of: query) == nil {
            session.described.keep(try described(query, session), of: query)
        }
        let moments = session.described.moments(of: query)
        return query.columns.indices.filter { session.dialect.isFenced(moments?[$0]) }
    }

    /// How often a table may be changed between its description and its read.
    private static var attempts: Int { 4 }

    /// Whether a statement that is fenced has failed, as may be, for that.
    static func isFence(_ error: ODBCError) -> Bool { error.has(.dataException) }

    private static func execute(
        _ sql: String, fenced: [Int], widths: LearnedWidths, _ session: DataSource.Session, state: CountedState?
    ) throws -> Statement {
        let statement = try Statement(session.connection)
        do throws(ODBCError) {
            try statement.execute(sql)
        } catch {
            // Those that speak PostgreSQL's language may have no difference of dates.
            let isFenced = !fenced.isEmpty && (isFence(error) || error.has(.undefinedFunction, .unsupportedFeature))
            guard isFenced else { throw error }
            statement.close()
            // That of a state is ended by whoever has it.
            if state == nil, session.profile.readsInTransactions { session.connection.endTransaction() }
            throw ReadAgain(hint: widths.asText(fenced), columns: fenced)
        }
        return statement
    }

    private static func check(_ statement: Statement, columns: Int) throws(ODBCError) {
        let count = try statement.columnCount()
        guard count == columns else {
            throw ODBCError.misbehaviour(
                "the statement asked for \(Sentence.count(columns, "column")), the result has \(count)",
                in: "SQLNumResultCols")
        }
    }

    /// What the driver says of a result's columns, by their places.
    private static func columns(of statement: Statement, _ ordinals: [Int]) throws(ODBCError) -> [ColumnDescription] {
        try ordinals.map { ordinal throws(ODBCError) in try statement.describeColumn(ordinal) }
    }

    /// The columns as the source declares them, where the read itself may ask for expressions; nil where its result tells.
    private static func describe(
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

    /// What the driver says of the plain columns.
    private static func described(
        _ query: TableQuery, _ session: DataSource.Session
    ) throws(ODBCError) -> [ColumnDescription] {
        let statement = try Statement(session.connection)
        defer { statement.close() }
        try statement.execute(session.dialect.describe(query.columns, of: query.table))
        try check(statement, columns: query.columns.count)
        return try columns(of: statement, query.columns.indices.map { $0 + 1 })
    }
}
