package import Extraction
import ODBC

/// What the data say of the columns that identify rows.
extension DataSource {
    package func knowledge(of table: TableName) -> TableKnowledge? { service.knowledge(of: table) }

    package var deletionLog: DeletionLog? { service.deletionLog }

    package func tables(deletedAs type: String?, recordType: Int?) -> [String] {
        service.tables(deletedAs: type, recordType: recordType)
    }

    package func tallies(of columns: [String], in table: TableName) throws -> ColumnTallies? {
        let session = try connected()
        let sql = session.dialect.tallies(of: columns, in: table)
        let row = try aggregate(sql, values: columns.count * 2 + 1, session, table)
        let numbers = row.compactMap { $0.flatMap(Self.wholeNumber) }
        guard numbers.count == row.count, let rows = numbers.first else { return nil }
        return ColumnTallies(
            rows: rows,
            columns: columns.indices.map { .init(present: numbers[$0 * 2 + 1], distinct: numbers[$0 * 2 + 2]) })
    }

    package func repeatedKeys(_ columns: [String], in table: TableName, limit: Int) throws -> [RepeatedKey]? {
        let session = try connected()
        let sql = session.dialect.repeatedKeys(columns, in: table, limit: limit)
        do {
            let statement = try Statement(session.connection)
            try statement.execute(sql)
            defer { statement.close() }
            var found: [RepeatedKey] = []
            while found.count < limit,
                let row = try statement.nextTextRow(
                    columns: columns.count + 1, as: session.fetchesWide ? .wide : .narrow)
            {
                guard let rows = row[columns.count].flatMap(Self.wholeNumber) else { return nil }
                found.append(RepeatedKey(values: Array(row[..<columns.count]), rows: rows))
            }
            return found
        } catch {
            throw service.failure(error, .statement(table))
        }
    }

    package func duplicates(_ columns: [String], in table: TableName) throws -> Int? {
        let session = try connected()
        let row = try aggregate(session.dialect.duplicates(columns, in: table), values: 2, session, table)
        guard let groups = row[0].flatMap(Self.wholeNumber) else { return nil }
        return groups == 0 ? 0 : row[1].flatMap(Self.wholeNumber).map { $0 - groups }
    }
}
