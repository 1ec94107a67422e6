package import Extraction
import Rows
package import Staging

/// Rows of the source held against those of a table. Nothing on the server is changed but tables of the session.
extension PostgresDestination {
    package func digests(
        _ query: DigestQuery, of table: String, in ranges: [BucketRange]?, without aside: [LeftAside<SealedFile>]
    ) throws -> [BucketDigest] {
        let names = [query.bucketing.column, query.since?.column].compactMap(\.self) + query.values.flatMap(\.columns)
        return try comparing("Adding up the rows of \"\(table)\"", table, [], names, aside) { bench in
            let query = query.named(by: bench.name)
            let scope = bench.sql.scope(ranges?.map { $0.named(by: bench.name) }, since: query.since)
            try bench.server.query(VerifySQL.digestSettings)
            return try bench.server.query(bench.sql.digests(query, scope: scope)).compactMap { row in
                guard let rows = row[1].flatMap({ Int($0) }), rows > 0 || query.bucketing.column == nil else {
                    return nil
                }
                return BucketDigest(
                    bucket: row[0].flatMap { Int64($0) }, rows: rows,
                    values: row[2...].map { $0.flatMap { Int128($0) } })
            }
        }
    }

    package func differences(_ comparison: RowComparison<SealedFile>) throws -> [RowDifference] {
        try comparing(
            "Comparing rows with \"\(comparison.table)\"", comparison.table, comparison.unique, comparison.columns,
            comparison.aside
        ) { try $0.differences(comparison) }
    }

    /// In a transaction that is taken back, by one look at the table. Statements name its columns as it does.
    ///
    /// - Parameter columns: Those that are named at all, beside the unique ones and those of rows that are left aside.
    private func comparing<Result>(
        _ attempt: String, _ table: String, _ unique: [String], _ columns: [String],
        _ aside: [LeftAside<SealedFile>], _ body: (VerifyBench) throws -> Result
    ) throws -> Result {
        try connected(attempt) { server in
            guard let there = try ExistingRelation.find(schema, table, in: server) else {
                throw Failure.nothingToVerify(table, in: place)
            }
            try server.query("BEGIN ISOLATION LEVEL REPEATABLE READ")
            try server.query("SET LOCAL statement_timeout = 0")
            defer { _ = try? server.query("ROLLBACK") }
            try there.checkSpelling(of: unique + columns + aside.flatMap(\.columns), place: place)
            let name = there.spelling.callAsFunction
            let types = Dictionary(
                there.columns.map { (Exact($0.name), $0.type) }, uniquingKeysWith: { first, _ in first })
            let sql = VerifySQL(
                table: there.sql, unique: unique.map(name), columns: columns.map(name), types: types,
                gone: there.column(MetadataColumn.deletedAt)?.name,
                aside: aside.enumerated().map {
                    .init(table: VerifySQL.aside($0), names: $1.names, columns: $1.columns.map(name))
                })
            let bench = VerifyBench(server: server, schema: schema, sql: sql, name: name)
            for (left, known) in zip(aside, sql.aside) {
                // It is found by names of its own.
                try bench.put(left.rows, as: known.table, by: []) { $0 }
            }
            return try body(bench)
        }
    }
}

/// A session that has staged rows and a table in reach.
struct VerifyBench {
    let server: PostgresConnection
    let schema: String
    let sql: VerifySQL
    /// As the table spells the name of a column.
    let name: (String) -> String

    /// Copies staged rows into a table of the session: of a row that was read twice, what was read later.
    ///
    /// - Parameters:
    ///   - key: The columns by which it is the same row; none where all are kept.
    ///   - called: What a staged column is called there.
    func put(_ rows: SealedFile, as name: String, by key: [String], called: (String) -> String) throws {
        let table = PostgresTable(schema, name, shape: rows.shape).called(called)
        let isOneRead = rows.tables.count == 1 || key.isEmpty
        let columns = table.columns.map { "\(PostgresName.quote($0.name)) \($0.type.sql)" }
        let staged = isOneRead ? name : PostgresTable.staged
        try server.query("CREATE TEMPORARY TABLE \(staged) (\(columns.joined(separator: ", "))) ON COMMIT DROP")
        let read = PostgresName.quote(PostgresTable.read)
        if !isOneRead { try server.query("ALTER TABLE \(staged) ADD COLUMN \(read) integer") }
        for (index, chunk) in rows.tables.enumerated() {
            let encoder = CopyEncoder(
                types: table.columns.map(\.type), names: table.columns.map(\.name),
                table: rows.order.extract.destinationTable)
            _ = unsafe try server.copy(table.copySQL(into: staged)) { send in
                encoder.begin()
                try rows.eachBatch(of: chunk) { unsafe try encoder.write($0, send) }
                unsafe try encoder.finish(send)
            }
            if !isOneRead { try server.query("UPDATE \(staged) SET \(read) = \(index) WHERE \(read) IS NULL") }
        }
        if !isOneRead {
            try server.query(sql.latestSQL(of: staged, as: name, columns: table.columns.map(\.name)))
            try server.query("DROP TABLE \(staged)")
        }
        try server.query("ANALYZE \(name)")
    }

    func differences(_ comparison: RowComparison<SealedFile>) throws -> [RowDifference] {
        try put(comparison.rows, as: VerifySQL.rows, by: sql.unique, called: name)
        var sql = sql
        if !sql.unique.isEmpty {
            sql.nullable = zip(sql.unique, try server.query(sql.nullsSQL).first ?? []).filter { $1 == "t" }.map(\.0)
        }
        var ranges: [BucketRange]?
        var hasKeys = false
        switch comparison.part {
        case .ranges(let some): ranges = some.map { $0.named(by: name) }
        case .keys(let keys):
            hasKeys = true
            for (place, name) in sql.unique.enumerated()
            where !sql.nullable.containsExactly(name) && keys.contains(where: { $0[place] == .null }) {
                sql.nullable.append(name)
            }
            try server.query(sql.createKeysSQL)
            let step = max(1, 10_000 / max(1, sql.unique.count))
            for start in stride(from: 0, to: keys.count, by: step) {
                let some = keys[start..<min(start + step, keys.count)]
                try server.query(sql.insertKeysSQL(some.count), some.flatMap { $0.map(\.text) })
            }
            try server.query("ANALYZE \(VerifySQL.keys)")
        }
        let scope = sql.scope(ranges, hasKeys: hasKeys, since: comparison.since?.named(by: name))
        let version = comparison.version.map { VersionKey(column: name($0.column), isMoment: $0.isMoment) }
        guard !sql.unique.isEmpty else { return try counted(scope, comparison.limit) }
        var found: [RowDifference] = []
        func rest() -> Int { max(0, comparison.limit - found.count) }
        let missing = sql.missingSQL(scope: scope, hasKeys: hasKeys, limit: rest())
        for row in try server.query(missing) { found.append(RowDifference(.missing, key: key(row[...]))) }
        for row in try server.query(sql.extraSQL(scope: scope, limit: rest())) {
            found.append(RowDifference(.extra, key: key(row[...])))
        }
        for row in try server.query(sql.repeatedSQL(scope: scope, limit: rest())) {
            found.append(RowDifference(.extra, key: key(row[...]), isRepeated: true))
        }
        let width = sql.unique.count
        for row in try server.query(sql.differentSQL(scope: scope, version: version, limit: rest())) {
            let columns = zip(comparison.columns, row[(width + 1)...]).filter { $1 == "t" }.map(\.0)
            found.append(
                RowDifference(
                    row[width] == "t" ? .stale : .different, key: key(row[..<width]), columns: columns))
        }
        return found
    }

    private func counted(_ scope: String, _ limit: Int) throws -> [RowDifference] {
        let row = try server.query(sql.countsSQL(scope: scope)).first ?? []
        func number(_ text: String??) -> Int { (text ?? nil).flatMap { Int($0) } ?? 0 }
        return RowDifference.counted(missing: number(row.first), extra: number(row.last), limit: limit)
    }

    private func key(_ values: ArraySlice<String?>) -> [KeyCell] {
        zip(sql.unique, values).map { name, value in
            guard let value else { return .null }
            let isNumber = ["bigint", "integer", "smallint"].contains { sql.types[Exact(name)] == $0 }
            return isNumber ? Int64(value).map { .integer($0) } ?? .text(value) : .text(value)
        }
    }
}
