package import Extraction
import Rows
import SQLite
package import Staging

/// Rows of the source held against those of a table. Nothing of the file is changed: what is needed lies in a temporary database.
extension SQLiteFile {
    package func digests(
        _ query: DigestQuery, of table: String, in ranges: [BucketRange]?, without aside: [LeftAside<SealedFile>]
    ) throws -> [BucketDigest] {
        try trying("Adding up the rows of \"\(table)\"") {
            let bench = try VerifyBench(self, table: table, unique: [], columns: [], aside: aside)
            let scope = bench.sql.scope(ranges, since: query.since)
            func added() throws -> [BucketDigest] {
                let scan = DigestScan(query)
                try scan.run(on: bench.database, from: bench.sql.table, where: scope)
                return scan.digests
            }
            let version = try bench.version
            guard aside.isEmpty, let (lower, upper) = try bench.halves(scope) else { return try added() }
            let scan = DigestScan(query)
            // Each by a look of its own at the file, which is the same one where nobody has committed anything in between.
            let beside = Beside {
                let bench = try VerifyBench(self, table: table, unique: [], columns: [], aside: [])
                let scan = DigestScan(query)
                try scan.run(on: bench.database, from: bench.sql.table, where: upper)
                return scan
            }
            try beside.start()
            let first = Result { try scan.run(on: bench.database, from: bench.sql.table, where: lower) }
            let other = Result { try beside.wait {} }
            try first.get()
            scan.add(try other.get())
            return try bench.version == version ? scan.digests : added()
        }
    }

    package func differences(_ comparison: RowComparison<SealedFile>) throws -> [RowDifference] {
        try trying("Comparing rows with \"\(comparison.table)\"") {
            try VerifyBench(
                self, table: comparison.table, unique: comparison.unique, columns: comparison.columns,
                aside: comparison.aside
            ).differences(comparison)
        }
    }
}

/// A connection that has staged rows and a table in reach.
struct VerifyBench {
    let destination: SQLiteFile
    let database: SQLiteDatabase
    let sql: VerifySQL
    /// What the table is called.
    private let name: String
    /// What the table's unique columns do to values.
    private let affinities: [Affinity]

    init(
        _ destination: SQLiteFile, table: String, unique: [String], columns: [String], aside: [LeftAside<SealedFile>]
    ) throws {
        self.destination = destination
        database = try destination.openForReading()
        guard let existing = try ExistingTable.find(table, in: database), existing.kind == "table" else {
            throw Failure.nothingToVerify(table, in: destination.path)
        }
        name = existing.name
        affinities = unique.map { name in
            existing.columns.first { NameCase.ascii.areSame($0.name, name) }?.affinity ?? .none
        }
        var sql = VerifySQL(
            table: "main.\(Identifier.quote(existing.name))", unique: unique, columns: columns,
            hasGone: existing.columns.contains {
                Identifier.folded($0.name) == Identifier.folded(MetadataColumn.deletedAt)
            }, rowNumber: existing.rowID,
            aside: aside.enumerated().map { .init(table: VerifySQL.aside($0), names: $1.names, columns: $1.columns) })
        sql.isIndexed = try !unique.isEmpty && existing.hasUniqueIndex(on: unique, in: database)
        self.sql = sql
        for (left, known) in zip(aside, sql.aside) {
            try put(left.rows, as: known.table, by: known.names, isUnique: false)
        }
    }

    /// Changes where another connection has committed something (`PRAGMA data_version`).
    var version: Int64? { get throws { try database.value("PRAGMA data_version")?.integer } }

    /// So many row numbers are worth a second thread.
    private static let leastOfHalves: Int64 = 200_000

    /// The number of the first row, and how far it is to that of the last; nil where rows have none, or there are none, or the distance
    /// does not fit.
    var numbers: (first: Int64, span: Int64)? {
        get throws {
            guard let number = sql.rowNumber else { return nil }
            // Each by itself, or SQLite would read all rows.
            let ends = try database.query(
                "SELECT (SELECT min(\(number)) FROM \(sql.table)), (SELECT max(\(number)) FROM \(sql.table))")
            guard let first = ends.first?.first?.integer, let last = ends.first?.last?.integer,
                case (let span, false) = last.subtractingReportingOverflow(first)
            else { return nil }
            return (first, span)
        }
    }

    /// Two conditions that part the rows of a scope by their numbers; nil where there are too few, or where rows have none.
    func halves(_ scope: String) throws -> (lower: String, upper: String)? {
        guard let number = sql.rowNumber, let (first, span) = try numbers, span >= Self.leastOfHalves
        else { return nil }
        let middle = first + span / 2
        return ("(\(scope)) AND d.\(number) <= \(middle)", "(\(scope)) AND d.\(number) > \(middle)")
    }

    /// Copies staged rows into a temporary table, by which they are found: of a row that was read twice, what was read later.
    ///
    /// - Parameter key: The columns by which.
    func put(_ rows: SealedFile, as name: String, by key: [String], isUnique: Bool) throws {
        let schema = "kleene_staged"
        let use = "verify/" + rows.order.extract.name
        let path = try destination.attachable(rows, to: database, for: use)
        defer { if path != rows.path { destination.workplace.removeNewFile(use) } }
        try database.query(
            "ATTACH ? AS \(schema)", [.text(SQLiteDatabase.uri(path, query: "?mode=ro&immutable=1"))])
        defer { _ = try? database.query("DETACH \(schema)") }
        try database.query(rows.shape.createSQL(name))
        if !key.isEmpty { try database.query(VerifySQL.indexSQL(on: name, key, isUnique: isUnique)) }
        for chunk in rows.tables {
            try database.query("INSERT OR REPLACE INTO \(name) SELECT * FROM \(schema).\(chunk)")
        }
        let number = Identifier.rowNumber(besides: rows.shape.storedColumns.map(\.name))
        if isUnique, rows.order.plan.takesNullKeys == true, rows.tables.count > 1, !key.isEmpty, let number {
            try database.query(VerifySQL.removeOlderNullsSQL(from: name, key, number: number))
        }
    }

    func differences(_ comparison: RowComparison<SealedFile>) throws -> [RowDifference] {
        try put(comparison.rows, as: VerifySQL.rows, by: sql.unique, isUnique: true)
        // All in one look at the file.
        try database.query("BEGIN")
        defer { database.rollBack() }
        var ranges: [BucketRange]?
        var hasKeys = false
        switch comparison.part {
        case .ranges(let some): ranges = some
        case .keys(let keys):
            hasKeys = true
            for statement in sql.createKeysSQL(VerifySQL.keys, affinities) { try database.query(statement) }
            try insert(keys)
        }
        let scope = sql.scope(ranges, hasKeys: hasKeys, since: comparison.since)
        guard !sql.unique.isEmpty else { return try counted(scope, comparison.limit) }
        try database.query(sql.createThereSQL(scope: scope))
        try database.query(VerifySQL.indexSQL(on: VerifySQL.there, sql.unique, isUnique: false))
        var found: [RowDifference] = []
        func rest() -> Int { max(0, comparison.limit - found.count) }
        for row in try database.query(sql.missingSQL(hasKeys: hasKeys, limit: rest())) {
            found.append(RowDifference(.missing, key: try key(row[...])))
        }
        for row in try database.query(sql.extraSQL(limit: rest())) {
            found.append(RowDifference(.extra, key: try key(row[...])))
        }
        for row in try database.query(sql.repeatedSQL(limit: rest())) {
            found.append(RowDifference(.extra, key: try key(row[...]), isRepeated: true))
        }
        let isNumberAsText =
            comparison.version.flatMap { version in
                comparison.rows.columns.first { Identifier.folded($0.name) == Identifier.folded(version.column) }?.type
            } == .largeInteger
        let statement = sql.differentSQL(
            version: comparison.version, isNumberAsText: isNumberAsText, limit: rest())
        let width = sql.unique.count
        for row in try database.query(statement) {
            let columns = zip(sql.columns, row[(width + 1)...]).filter { $1 == .integer(1) }.map(\.0)
            found.append(
                RowDifference(
                    row[width] == .integer(1) ? .stale : .different, key: try key(row[..<width]), columns: columns))
        }
        return found
    }

    private func counted(_ scope: String, _ limit: Int) throws -> [RowDifference] {
        let row = try database.query(sql.countsSQL(scope: scope)).first ?? []
        return RowDifference.counted(
            missing: Int(row.first?.integer ?? 0), extra: Int(row.last?.integer ?? 0), limit: limit)
    }

    private func insert(_ keys: [[KeyCell]]) throws {
        let places = Array(repeating: "?", count: sql.unique.count).joined(separator: ", ")
        for key in keys {
            try database.query(
                "INSERT INTO \(VerifySQL.keys) VALUES (\(places))",
                key.map { cell in
                    switch cell {
                    case .null: .null
                    case .integer(let number): .integer(number)
                    case .text(let text): .text(text)
                    }
                })
        }
    }

    private func key(_ values: ArraySlice<SQLiteValue>) throws -> [KeyCell] {
        try values.map { value in
            switch value {
            case .null: .null
            case .integer(let number): .integer(number)
            case .text(let text): .text(text)
            case .real, .blob:
                throw Failure(
                    .configuration,
                    "The unique columns of \"\(name)\" hold fractions or bytes, by which rows cannot be asked for again.",
                    advice: "Name other \"unique_columns\".")
            }
        }
    }
}
