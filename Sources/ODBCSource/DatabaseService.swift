package import Extraction
package import ODBC
import Rows
import Text

/// Any database behind an ODBC driver: `"profile": "odbc"`. Catalog functions, quoted names, one password for ever.
package struct DatabaseService: ODBCService {
    let settings: DataSourceSettings

    package init(_ settings: DataSourceSettings) { self.settings = settings }

    package var settlesSessions: Bool { true }

    package func connectionPlan() throws -> ConnectionPlan { try ConnectionPlan(settings) }

    package func dialect(profile: DriverProfile, identifierQuote: String?, catalogSeparator: String?) -> ODBCDialect {
        var dialect = ODBCDialect(identifierQuote: identifierQuote, catalogSeparator: catalogSeparator)
        if profile == .sqlite { dialect.moments = .text }
        dialect.tagsValues = profile.tagsValues
        dialect.spellsMoments = profile == .postgreSQL
        if profile == .mariaDB { dialect.backslashes = .hexadecimal }
        if profile == .postgreSQL { dialect.backslashes = .escapeString }
        switch profile {
        case .sqlite: dialect.arithmetic = .sqlite(inHalves: false)
        case .postgreSQL: dialect.arithmetic = .postgreSQL(hasRanges: true)
        case .mariaDB: dialect.arithmetic = .mariaDB
        case .freeTDS: dialect.arithmetic = .sqlServer
        default: break
        }
        // Where CURRENT_TIMESTAMP has a zone, the clock on the wall is what columns without one hold.
        if profile == .postgreSQL || profile == .mariaDB { dialect.clockQuery = "SELECT LOCALTIMESTAMP" }
        switch profile {
        // What the session was given before it was put into UTC: by the server, the database or the role. Until the end of the transaction
        // it is given that again, once its own clock has been read, which OFFSET makes sure of; pg_settings has it too, and takes a
        // millisecond.
        case .postgreSQL:
            dialect.zonedClockQuery =
                "SELECT s.clock, now() AT TIME ZONE set_config('TimeZone', NULL, true) "
                + "FROM (SELECT LOCALTIMESTAMP AS clock OFFSET 0) s"
        case .mariaDB:
            dialect.zonedClockQuery =
                "SELECT LOCALTIMESTAMP, CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', @@GLOBAL.time_zone)"
        default: break
        }
        if let query = settings.clockQuery {
            dialect.clockQuery = query
            dialect.zonedClockQuery = nil
        }
        return dialect
    }

    package var classifier: FailureClassifier {
        // A plan that cannot be made has been reported before any driver could fail.
        let plan = try? ConnectionPlan(settings)
        return FailureClassifier(
            driver: settings.driver ?? settings.dsn ?? plan?.driver ?? "the data source", library: plan?.library,
            user: settings.user)
    }

    /// Not where nobody knows what the database has said: it may lock users too.
    package func mayLogInAgain(after error: ODBCError) -> Bool {
        let verdict = LoginJudge.general.verdict(on: error)
        return verdict.meaning == .notTried || [.timeout, .broken].contains(verdict.topic)
    }

    package var probePlan: ProbePlan {
        var plan = ProbePlan()
        let places = ["server", "servername", "host", "hostname", "database", "db", "dbq"]
        plan.privateWords = settings.pairs.map { ($0.keyword.lowercased(), $0.value) }
            .filter { keyword, _ in places.contains(keyword) || SecretKeyword.kind(of: keyword) != nil }
            .map { ($1, "<\($0)>") }
        if let user = settings.user { plan.privateWords.append((user, "<user>")) }
        if let dsn = settings.dsn { plan.privateWords.append((dsn, "<dsn>")) }
        return plan
    }

    package func tables(schema: String?, on connection: Connection) throws(ODBCError) -> [CatalogTable] {
        try connection.tables(schema: schema).map {
            CatalogTable(catalog: $0.catalog, schema: $0.schema, table: $0.name, type: $0.type, remarks: $0.remarks)
        }
    }

    package func columns(
        of table: TableName, withKey: Bool, profile: DriverProfile, on connection: Connection
    ) throws -> CatalogTableColumns? {
        guard table.isDotted else { return try exactColumns(of: table, withKey, profile, connection) }
        let lookup = TableLookup(profile.nameCase)
        switch lookup.find(table, among: try tables(schema: nil, on: connection).map(\.name)) {
        case .one(let found): return try exactColumns(of: found, withKey, profile, connection)
        case .several(let names): throw Failure.ambiguous(table, names)
        case .none, .noSuchSchema:
            // What is not listed may be there: system tables, and those of other databases.
            for reading in table.readings {
                if let found = try exactColumns(of: reading, withKey, profile, connection) { return found }
            }
            return nil
        }
    }

    private func exactColumns(
        of table: TableName, _ withKey: Bool, _ profile: DriverProfile, _ connection: Connection
    ) throws -> CatalogTableColumns? {
        var rows: [Connection.ColumnRow] = []
        do {
            rows = try connection.columns(catalog: table.catalog, schema: table.schema, table: table.name)
        } catch {
            guard table.schema != nil, error.isWithoutSchemas else { throw error }
        }
        if rows.isEmpty, let schema = table.schema, table.catalog == nil {
            // Where there are no schemas, as in MariaDB, people name the database.
            rows = try connection.columns(catalog: schema, schema: nil, table: table.name)
        }
        let homes = Set(rows.map(\.home))
        guard let home = homes.first else { return nil }
        guard homes.count == 1 else { throw Failure.ambiguous(table, Array(homes)) }
        return try listing(rows, of: home, withKey: withKey, profile, connection)
    }

    private func listing(
        _ rows: [Connection.ColumnRow], of home: TableName, withKey: Bool, _ profile: DriverProfile,
        _ connection: Connection
    ) throws(ODBCError) -> CatalogTableColumns {
        let withKey = withKey && profile.tellsKeys
        let key = withKey ? try connection.primaryKey(catalog: home.catalog, schema: home.schema, table: home.name) : []
        let indexes =
            withKey ? connection.uniqueIndexes(catalog: home.catalog, schema: home.schema, table: home.name) : []
        let rows = profile == .sqlite ? try Self.withGenerated(rows, of: home, connection) : rows
        var listing = CatalogTableColumns(
            name: home, columns: rows.map { Self.column($0, profile: profile, key: key, indexes: indexes) })
        listing.nameCase = profile.nameCase
        return listing
    }

    /// The columns with those that are generated, which libsqliteodbc 0.9998 leaves out: it asks `PRAGMA table_info`.
    private static func withGenerated(
        _ rows: [Connection.ColumnRow], of home: TableName, _ connection: Connection
    ) throws(ODBCError) -> [Connection.ColumnRow] {
        let statement = try Statement(connection)
        let name = home.name.quoted(with: "'")
        try statement.execute("SELECT name, type, hidden FROM pragma_table_xinfo(\(name)) ORDER BY cid")
        let all = try statement.textRows()
        // Of another table of the name, in another file that is attached, it tells nothing.
        guard all.contains(where: { $0.last == "2" || $0.last == "3" }),
            rows.allSatisfy({ row in all.contains { $0[0].isExactly(row.name) } })
        else { return rows }
        return all.enumerated().compactMap { place, column -> Connection.ColumnRow? in
            guard let name = column[0] else { return nil }
            if let listed = rows.first(where: { $0.name.isExactly(name) }) { return listed }
            guard column[2] == "2" || column[2] == "3" else { return nil }
            let type = (column[1] ?? "").lowercased()
            return rows.first?.renamed(
                name, type: type.contains("int") ? .integer : .longVarchar, typeName: type, ordinal: place + 1)
        }
    }

    /// One statement for the columns. Keys and indexes have to be asked for table by table, once that statement is closed, so
    /// the columns wait in memory, up to a bound.
    package func eachColumns(
        of tables: Set<TableName>, profile: DriverProfile, on connection: Connection,
        tell: (CatalogTableColumns) throws -> Void
    ) throws -> Set<TableName> {
        var groups = ColumnGroups<Connection.ColumnRow>()
        var read: [(table: TableName, rows: [Connection.ColumnRow])] = []
        var columns = 0
        func keep(_ group: (table: TableName, rows: [Connection.ColumnRow])?) {
            guard let group, tables.contains(group.table), columns < Self.mostColumns else { return }
            columns += group.rows.count
            read.append(group)
        }
        do {
            try connection.eachColumn { keep(groups.add($0, of: $0.home)) }
            keep(groups.end())
        } catch let error as ODBCError {
            // A driver that cannot list all of them may list each.
            if connection.isDead { throw error }
        }
        read.removeAll { groups.torn.contains($0.table) }
        for (table, rows) in read {
            try tell(try listing(Connection.ordered(rows), of: table, withKey: true, profile, connection))
        }
        return Set(read.map(\.table))
    }

    /// Some 20 MB of descriptions.
    private static let mostColumns = 100_000

    private static func column(
        _ row: Connection.ColumnRow, profile: DriverProfile, key: [String], indexes: [Connection.UniqueIndex]
    ) -> CatalogColumn {
        let description = ColumnDescription(
            name: row.name, type: row.type, size: row.size ?? 0, decimalDigits: row.decimalDigits ?? 0,
            isNullable: row.isNullable, typeName: row.typeName)
        let type = description.column(for: profile).type
        var found = CatalogColumn(
            name: row.name, type: row.typeName, length: row.size.flatMap { $0 > 0 ? $0 : nil },
            decimalDigits: row.decimalDigits, nullable: row.isNullable,
            key: key.firstIndex(ofExactly: row.name).map { $0 + 1 },
            uniqueIndexes: indexes.filter { $0.columns.containsExactly(row.name) }.map(\.name),
            incrementalKeyCandidate: [.timestamp, .date, .integer].contains(type), keyKind: keyKind(type))
        if type == .timestamp { found.hasZone = hasZone(row.typeName.lowercased(), profile) }
        return found
    }

    /// Whether a type's moments are shown in the session's zone; nil where that is not known.
    private static func hasZone(_ type: String, _ profile: DriverProfile) -> Bool? {
        switch profile {
        case .postgreSQL: type == "timestamptz"
        case .mariaDB: type == "timestamp"
        default: nil
        }
    }

    private static func keyKind(_ type: ColumnType) -> KeyKind? {
        switch type {
        case .timestamp: .timestamp
        case .date: .date
        case .integer: .integer
        case .text: .text
        case .boolean, .largeInteger, .decimal, .double, .time, .uuid, .binary, .any: nil
        }
    }
}

extension Connection.ColumnRow {
    fileprivate var home: TableName { TableName(catalog: catalog, schema: schema, name: table) }
}

extension Failure {
    /// A name that may mean several tables.
    package static func ambiguous(_ table: TableName, _ names: [TableName]) -> Failure {
        let all = names.map(\.description).sorted().joined(separator: ", ")
        let looksSame = names.allSatisfy { $0.description == table.description }
        return Failure(
            .statement, "There is more than one table \(table): \(all).",
            advice: looksSame
                ? "Their names look the same and are written with other characters: copy the one you mean from `kleene-ns tables`."
                : "Name the schema, with \"schema\" or --schema.")
    }
}
