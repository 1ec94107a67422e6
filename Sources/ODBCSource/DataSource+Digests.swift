package import Extraction
import ODBC
import Rows

/// What the rows of a table come to.
extension DataSource {
    package func digests(_ query: DigestQuery) throws -> [BucketDigest]? {
        let session = try connected()
        do {
            return try digests(query, session.dialect, session)
        } catch let failure as Failure where failure.kind == .statement || failure.kind == .data {
            guard let plainer = session.dialect.arithmetic.plainer(after: failure.sqlState) else { throw failure }
            var dialect = session.dialect
            dialect.arithmetic = plainer
            return try digests(query, dialect, session)
        }
    }

    private func digests(
        _ query: DigestQuery, _ dialect: ODBCDialect, _ session: Session
    ) throws -> [BucketDigest]? {
        let (sql, parts) = try dialect.digests(query)
        let columns = 2 + parts.reduce(0) { $0 + ($1?.count ?? 0) }
        do {
            // They are for speed: what only speaks like a database may not know them. Where a session is gone, what is asked next says so.
            if let settings = dialect.digestSettings { try? set(settings.begin, session) }
            defer { if let settings = dialect.digestSettings { try? set(settings.end, session) } }
            let statement = try Statement(session.connection)
            try statement.execute(sql)
            defer { statement.close() }
            guard try statement.columnCount() == columns else { return nil }
            let isApproximate = try (1...columns).map { number throws(ODBCError) in
                try statement.describeColumn(number).column(for: session.profile).type == .double
            }
            var found: [BucketDigest] = []
            while let row = try statement.nextTextRow(columns: columns, as: .narrow) {
                guard let digest = Self.digest(row, parts, isApproximate) else { return nil }
                // An arm of a range without rows.
                if digest.rows > 0 || query.bucketing.column == nil { found.append(digest) }
                if let most = query.mostBuckets, found.count > most { break }
            }
            return found
        } catch {
            throw service.failure(error, .statement(query.table))
        }
    }

    private func set(_ sql: String, _ session: Session) throws(ODBCError) {
        let statement = try Statement(session.connection)
        defer { statement.close() }
        try statement.execute(sql)
    }

    /// Nil where the source gives a bucket or a count that is no whole number.
    private static func digest(
        _ row: [String?], _ parts: [[ODBCDialect.DigestPart]?], _ isApproximate: [Bool]
    ) -> BucketDigest? {
        var bucket: Int64?
        if let text = row[0] {
            guard let whole = ExactSum.value(text, isApproximate: isApproximate[0]),
                let number = Int64(exactly: whole)
            else { return nil }
            bucket = number
        }
        guard let rows = row[1].flatMap(wholeNumber) else { return nil }
        var next = 2
        let values = parts.map { parts -> Int128? in
            guard let parts else { return nil }
            var sum: Int128? = 0
            for part in parts {
                defer { next += 1 }
                // The sum of nothing.
                guard let text = row[next] else { continue }
                guard let value = ExactSum.value(text, isApproximate: isApproximate[next]), let known = sum else {
                    sum = nil
                    continue
                }
                sum = known + value * part.factor
            }
            return sum
        }
        return BucketDigest(bucket: bucket, rows: rows, values: values)
    }
}
