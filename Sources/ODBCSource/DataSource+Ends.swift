package import Extraction
import ODBC
import Rows
import Text

/// Counts of rows, and the ends of a key: what a run asks of a table before and after it reads it.
extension DataSource {
    /// Nil where the source refuses, or answers otherwise than with one number: a count is evidence, and no read depends on it.
    package func count(of table: TableName, where condition: Condition?) throws -> Int? {
        let session = try connected()
        let sql = try session.dialect.count(in: table, where: condition)
        do {
            let statement = try Statement(session.connection)
            try statement.execute(sql)
            return try statement.onlyTextRow(columns: 1)?[0].flatMap(Self.wholeNumber)
        } catch {
            if error.kind == .misbehaviour { return nil }
            _ = try refusal(of: table, error)
            return nil
        }
    }

    /// What a source said that would not count, or was not done in time: no more than that no answer is to be had.
    ///
    /// - Throws: the failure where it is of another kind, such as a session that is lost.
    func refusal(of table: TableName, _ error: ODBCError) throws(Failure) -> Failure {
        let failure = service.failure(error, .statement(table))
        guard failure.kind == .statement || failure.kind == .timeout || failure.kind == .data else { throw failure }
        return failure
    }

    /// Some count in doubles or decimals: `12.0`, `12.00`, `1E+06`. What is no count must not pass for none, by which the rows
    /// would never be read.
    static func wholeNumber(_ text: String) -> Int? {
        let number = Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
        return number.flatMap { $0 >= 0 ? $0 : nil }
    }

    package func extent(
        of column: String, kind: KeyKind, in table: TableName, where condition: Condition?
    ) throws -> KeyExtent {
        let session = try connected()
        func ask(_ condition: Condition?) throws -> [String?] {
            let sql = try session.dialect.extent(of: column, kind: kind, in: table, where: condition)
            do {
                return try aggregate(sql, values: 3, session, table)
            } catch let failure as Failure {
                throw failure.naming(condition)
            }
        }
        let row = try ask(condition)
        guard let rows = row[2].flatMap(Self.wholeNumber) else {
            throw service.failure(
                .misbehaviour("COUNT(*) gave no whole number", in: "SQLGetData"), .statement(table))
        }
        let ends = try keys(Array(row[0...1]), of: KeyColumn(column, kind, table)) {
            Array(try ask(.both(condition, $0))[0...1])
        }
        return KeyExtent(smallest: ends[0], largest: ends[1], rows: rows)
    }

    package func ends(
        of column: String, kind: KeyKind, in table: TableName, where condition: Condition?
    ) throws -> KeyEnds {
        let session = try connected()
        func ask(_ condition: Condition?) throws -> [String?] {
            let sql = try session.dialect.ends(of: column, kind: kind, in: table, where: condition)
            return try aggregate(sql, values: 2, session, table)
        }
        let ends = try keys(try ask(condition), of: KeyColumn(column, kind, table)) { try ask(.both(condition, $0)) }
        return KeyEnds(smallest: ends[0], largest: ends[1])
    }

    package func maximum(
        of column: String, kind: KeyKind, in table: TableName, where condition: Condition?
    ) throws -> KeyValue? {
        let session = try connected()
        let form: Statement.TextForm = kind == .text && session.fetchesWide ? .wide : .narrow
        let sql = try session.dialect.maximum(of: column, kind: kind, in: table, where: condition)
        return try keys(try aggregate(sql, values: 1, session, table, form), of: KeyColumn(column, kind, table)) {
            let sane = try session.dialect.maximum(of: column, kind: kind, in: table, where: .both(condition, $0))
            return try aggregate(sane, values: 1, session, table, form)
        }[0]
    }

    /// The one row of an aggregate.
    func aggregate(
        _ sql: String, values: Int, _ session: Session, _ table: TableName, _ form: Statement.TextForm = .narrow
    ) throws -> [String?] {
        do {
            let statement = try Statement(session.connection)
            try statement.execute(sql)
            guard let row = try statement.onlyTextRow(columns: values, as: form) else {
                throw ODBCError.misbehaviour(
                    "an aggregate did not give one row of \(Sentence.count(values, "value"))", in: "SQLFetch")
            }
            return row
        } catch let error as ODBCError {
            throw service.failure(error, .statement(table))
        }
    }

    /// The ends of a key's range as values. A key of time whose ends order no rows is asked for once more, among the values
    /// that do: the source sorts an infinity or a zero date as it sorts others.
    ///
    /// - Parameter again: Asks for the same with a further condition.
    private func keys(
        _ texts: [String?], of key: KeyColumn, again: (Condition) throws -> [String?]
    ) throws -> [KeyValue?] {
        guard key.kind.isTime, let hasKey = Condition.hasKey(key.name, key.kind) else {
            return try texts.map { try $0.map(key.value) }
        }
        let readings = texts.map { $0.map { MomentReading($0) } }
        if comparesMomentsAsText || readings.allSatisfy({ $0 == nil || $0?.moment != nil }) {
            return try zip(texts, readings).map { try key.moment($0, $1) }
        }
        // What the source still takes for the largest, and is none, is no end to cut or count by: 30 February.
        return try again(hasKey).map { text in try key.moment(text, text.map { MomentReading($0) }) }
    }
}
