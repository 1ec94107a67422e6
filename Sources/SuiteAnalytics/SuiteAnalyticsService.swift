package import Extraction
import FoundationEssentials
package import ODBC
package import ODBCSource
package import Rows
package import Text

/// NetSuite's SuiteAnalytics Connect, by whichever door.
package struct SuiteAnalyticsService: ODBCService {
    private let settings: ServiceSettings
    private let door: any ServiceDoor
    private let batchRows: Int
    private let failures: ServiceFailures
    package let classifier: FailureClassifier
    private let living: LivingConnections
    private let token: @Sendable () throws -> Secret
    private let conceal: @Sendable (String) -> String
    private let shelf: (any LoginShelf)?

    /// - Parameters:
    ///   - living: The connections of this process to the same service.
    ///   - shelf: Where a server remembers logins; nil where none does.
    ///   - conceal: Takes secrets out of what is remembered of a login.
    ///   - token: Gives an access token, for a login that takes one.
    package init(
        _ settings: ServiceSettings, reading: ReadSettings, living: LivingConnections = LivingConnections(),
        shelf: (any LoginShelf)? = nil, conceal: @escaping @Sendable (String) -> String = { $0 },
        token: @escaping @Sendable () throws -> Secret = {
            throw Failure(.internal, "An access token is needed, and nobody is there to ask for one.")
        }
    ) {
        self.settings = settings
        self.living = living
        self.token = token
        self.conceal = conceal
        self.shelf = shelf
        self.batchRows = reading.batchRows ?? DriverProfile.usualBatchRows
        let door = settings.door
        self.door = door
        self.failures = ServiceFailures(settings)
        var classifier = FailureClassifier(
            driver: door.driver, library: DriverManager.library(ofDriver: door.driver), user: nil)
        classifier.connecting = "Connecting to account \(settings.account)"
        classifier.refusal = "NetSuite refused the login to account \(settings.account)"
        classifier.installation = door.installation
        self.classifier = classifier
    }

    /// `CHAR_LENGTH` is not among the functions that the service knows, and a `SELECT` needs a table.
    package var encodingProbe: EncodingProbe {
        EncodingProbe(statements: [
            "SELECT '\(EncodingProbe.literal)', LENGTH('\(EncodingProbe.literal)') FROM DUAL",
            "SELECT '\(EncodingProbe.literal)', NULL FROM DUAL",
        ])
    }

    package func connectionPlan() throws -> ConnectionPlan { try plan(token: token) }

    package func plainPlan() throws -> ConnectionPlan { try plan(token: { Secret("token") }) }

    private func plan(token: () throws -> Secret) throws -> ConnectionPlan {
        let login = try settings.authentication.method.login(
            to: settings.account, at: Date(), token: token)
        do {
            return try ConnectionPlan(string: door.string(for: login, batchRows: batchRows), driver: door.driver)
        } catch let error as ConnectionStringError {
            throw Failure(
                .configuration, "\"\(error.keyword)\" has a value that NetSuite's connection string cannot carry.",
                advice: "Leave out \";\" and braces, or set \"custom_properties_form\" to \"braces\".")
        }
    }

    package func guarding<Result>(_ login: () throws -> Result) throws -> Result {
        let bell = door.bell
        return try LoginBreakerStore(
            directory: settings.stateDirectory, workplace: settings.workplace, shelf: shelf, conceal: conceal
        ).guarding(
            settings.subject, further: living.areThere, outcome: ServiceFailures.outcome,
            ring: { try bell?.ring() }, login: login)
    }

    package func hasOpened(_ connection: Connection) { living.add(connection) }

    package func dialect(profile: DriverProfile, identifierQuote: String?, catalogSeparator: String?) -> ODBCDialect {
        var dialect = ODBCDialect(identifierQuote: identifierQuote ?? "\"", catalogSeparator: catalogSeparator)
        dialect.qualifiesTables = false
        dialect.limitsByTop = true
        dialect.maximumColumns = 1000
        dialect.moments = .functions
        dialect.arithmetic = .oracle
        dialect.clockIsConfigurable = false
        dialect.clockQuery = "SELECT TO_CHAR(SYSDATE, 'YYYY-MM-DD HH24:MI:SS') FROM DUAL"
        return dialect
    }

    package func identity(on connection: Connection, profile: DriverProfile) -> SourceIdentity? { door.identity }

    package func tables(schema: String?, on connection: Connection) throws(ODBCError) -> [CatalogTable] {
        try rows(SystemTables.tables, on: connection).compactMap(SystemTables.table)
            .filter { $0.name.isIn(schema: schema) }
    }

    package func nameCase(_ profile: DriverProfile) -> NameCase { .unicode }

    package func knowledge(of table: TableName) -> TableKnowledge? { KnownTables.table(table.name) }

    package var deletionLog: DeletionLog? { KnownTables.deletionLog }

    package func tables(deletedAs type: String?, recordType: Int?) -> [String] {
        KnownTables.tables(deletedAs: type, recordType: recordType).map(\.table)
    }

    /// As the catalog has it now; the case of names may have changed since somebody wrote them down.
    package func columns(
        of table: TableName, withKey: Bool, profile: DriverProfile, on connection: Connection
    ) throws -> CatalogTableColumns? {
        if let found = try exactColumns(of: table, withKey: withKey, on: connection) { return found }
        switch TableLookup(.unicode).find(table, among: try tables(schema: nil, on: connection).map(\.name)) {
        case .one(let found):
            return found.name.isExactly(table.name)
                ? nil : try exactColumns(of: found, withKey: withKey, on: connection)
        case .several(let names): throw Failure.ambiguous(table, names)
        case .none, .noSuchSchema: return nil
        }
    }

    /// SQL goes out without a schema, so one that is given is held against the one that the columns are listed under.
    private func exactColumns(
        of table: TableName, withKey: Bool, on connection: Connection
    ) throws(ODBCError) -> CatalogTableColumns? {
        let columns = try rows(SystemTables.columns(of: table.name), on: connection)
            .filter { row in
                guard let place = SystemTables.place(row) else { return true }
                return TableName(catalog: place.catalog, schema: place.schema, name: table.name)
                    .isIn(schema: table.schema, catalog: table.catalog)
            }
        if columns.isEmpty { return nil }
        let key = withKey ? SystemTables.keyColumns(try rows(SystemTables.key(of: table.name), on: connection)) : []
        return SystemTables.listing(of: table, columns, key: key)
    }

    /// Two statements, whatever the number of tables; rows of columns are held of one table at a time.
    package func eachColumns(
        of tables: Set<TableName>, profile: DriverProfile, on connection: Connection,
        tell: (CatalogTableColumns) throws -> Void
    ) throws -> Set<TableName> {
        let keys = Dictionary(
            grouping: try rows(SystemTables.allKeys, on: connection).filter { $0.count >= 4 },
            by: { Exact($0[3] ?? "") })
        var groups = ColumnGroups<[String?]>()
        var told: Set<TableName> = []
        func end(_ group: (table: TableName, rows: [[String?]])?) throws {
            guard let group, tables.contains(group.table) else { return }
            let key = SystemTables.keyColumns(keys[Exact(group.table.name)] ?? [])
            told.insert(group.table)
            try tell(SystemTables.listing(of: group.table, group.rows, key: key))
        }
        let statement = try Statement(connection)
        defer { statement.close() }
        try statement.execute(SystemTables.allColumns)
        let count = try statement.columnCount()
        while let row = try statement.nextTextRow(columns: count) {
            guard row.count >= 10, let name = row[9] else { continue }
            let place = SystemTables.place(row)
            try end(groups.add(row, of: TableName(catalog: place?.catalog, schema: place?.schema, name: name)))
        }
        try end(groups.end())
        return told.subtracting(groups.torn)
    }

    private func rows(_ sql: String, on connection: Connection) throws(ODBCError) -> [[String?]] {
        let statement = try Statement(connection)
        try statement.execute(sql)
        return try statement.textRows()
    }

    /// Only where the service was surely not reached: an attempt whose outcome nobody knows may have counted.
    package func mayLogInAgain(after error: ODBCError) -> Bool { ServiceFailures.outcome(error) == .notTried }

    package func verdict(on error: ODBCError, _ phase: FailureClassifier.Phase) -> FailureVerdict? {
        failures.verdict(on: error, phase)
    }

    package var probePlan: ProbePlan {
        let probe = ServiceProbe()
        var plan = ProbePlan()
        plan.fromConstants = " FROM DUAL"
        plan.clocks = [
            "SYSDATE", "TO_CHAR(SYSDATE, 'YYYY-MM-DD HH24:MI:SS')", "CURRENT_TIMESTAMP", "SYSTIMESTAMP",
            "SYS_EXTRACT_UTC(SYSTIMESTAMP)",
        ]
        plan.items = probe.items
        plan.blockStatement = {
            "SELECT column_name, data_type, type_name, oa_length, oa_userdata FROM oa_columns "
                + "WHERE table_name = \(SystemTables.literal(probe.wideTable))"
        }
        // Half a minute and more in a real account, without a row of anybody's data.
        plan.slowStatement = "SELECT table_name, column_name, type_name FROM oa_columns"
        plan.privateWords = privateWords
        return plan
    }

    /// What tells whose account it is.
    private var privateWords: [(word: String, placeholder: String)] {
        let id = settings.account.rawValue
        var words = [(id, "<account>"), (id.replacing("_", with: "-"), "<account>")]
        if let number = id.split(separator: "_").first { words.append((String(number), "<account>")) }
        if let host = settings.host { words.append((host, "<host>")) }
        return words + settings.authentication.method.privateWords
    }
}
