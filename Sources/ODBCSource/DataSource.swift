package import Extraction
import ODBC
import Rows

/// Any ODBC data source as a source of extracts: catalog functions for discovery, block fetches for rows.
///
/// Not `Sendable`: the thread that connects is the thread that reads.
package final class DataSource: Source {
    let settings: DataSourceSettings
    /// Told what the driver remarks, once per distinct text.
    private let note: @Sendable (String) -> Void
    private var session: Session?
    private var remarked: Set<Diagnostic> = []

    package init(settings: DataSourceSettings, note: @escaping @Sendable (String) -> Void) {
        self.settings = settings
        self.note = note
    }

    /// What lives as long as one physical connection.
    struct Session {
        let connection: Connection
        let profile: DriverProfile
        let dialect: ODBCDialect
        let fetchesWide: Bool
        let facts: SourceFacts
    }

    package func connect() throws -> SourceFacts {
        if let session, !session.connection.isDead { return session.facts }
        session = nil
        let new = try open()
        session = new
        return new.facts
    }

    /// Ends the connection, if there is one.
    package func disconnect() { session = nil }

    private func open() throws -> Session {
        let plan = try ConnectionPlan(settings)
        let classifier = classifier(plan)
        do {
            let environment = try Environment()
            let connection = try Connection(
                plan.string, environment: environment, loginTimeout: settings.loginTimeout
            ) { [weak self] in self?.remark($0) }
            let driverName = connection.info(.driverName) ?? ""
            let named = DriverProfile.matching(library: driverName)
            let profile = named == .unknown ? plan.profile : named
            let fetchesWide = try probeEncoding(connection)
            let facts = SourceFacts(
                driverName: driverName, driverVersion: connection.info(.driverVersion) ?? "",
                databaseName: connection.info(.databaseName) ?? "",
                databaseVersion: connection.info(.databaseVersion) ?? "",
                encoding: fetchesWide ? "wide UTF-16" : "narrow UTF-8")
            let dialect = ODBCDialect(
                identifierQuote: connection.info(.identifierQuote),
                catalogSeparator: connection.info(.catalogSeparator))
            return Session(
                connection: connection, profile: profile, dialect: dialect, fetchesWide: fetchesWide, facts: facts)
        } catch let error as ODBCError {
            throw classifier.failure(error, .connect)
        }
    }

    /// Whether text must be fetched as UTF-16.
    private func probeEncoding(_ connection: Connection) throws -> Bool {
        switch try EncodingProbe.run(connection) {
        case .narrow: return false
        case .wide: return true
        case .neither(let got):
            throw Failure(
                .environment,
                "Text does not arrive as it is at the source: the letters é, € and 𝄞 came back as \(got).",
                advice: "Set the driver's character set to UTF-8 (for DataDirect drivers IANAAppCodePage=106).")
        case .refused(let error):
            throw Failure(
                .environment,
                "Whether text arrives unharmed could not be tested, because the source refused every form of the test: "
                    + "\(error.saying).",
                advice: "Please report this with the name of the database.")
        }
    }

    private func remark(_ diagnostic: Diagnostic) {
        guard remarked.insert(diagnostic).inserted, !diagnostic.text.isEmpty else { return }
        note("The driver remarks: \(diagnostic.text) [SQLSTATE \(diagnostic.state)]")
    }

    private func classifier(_ plan: ConnectionPlan?) -> FailureClassifier {
        FailureClassifier(
            driver: settings.driver ?? settings.dsn ?? plan?.driver ?? "the data source", library: plan?.library,
            user: settings.user)
    }

    /// The living session; connects where there is none.
    private func connected() throws -> Session {
        _ = try connect()
        guard let session else { throw Failure(.internal, "A connection was opened and is not there.") }
        return session
    }

    // MARK: Discovery

    package func schemas() throws -> [CatalogSchema] {
        // From the tables, because the forms of SQLTables that list schemas return tables in libsqliteodbc 0.9998 and
        // nothing in MariaDB 3.1.15.
        var seen: Set<CatalogSchema> = []
        return try tables(schema: nil).compactMap { table in
            let schema = CatalogSchema(catalog: table.catalog, schema: table.schema)
            return seen.insert(schema).inserted ? schema : nil
        }
    }

    package func tables(schema: String?) throws -> [CatalogTable] {
        let session = try connected()
        do {
            return try session.connection.tables(schema: schema).map {
                CatalogTable(catalog: $0.catalog, schema: $0.schema, table: $0.name, type: $0.type, remarks: $0.remarks)
            }
        } catch {
            throw classifier(nil).failure(error, .listing("the tables"))
        }
    }

    package func columns(of table: TableName) throws -> CatalogTableColumns {
        let session = try connected()
        do {
            var rows = try session.connection.columns(catalog: table.catalog, schema: table.schema, table: table.name)
            if rows.isEmpty, let schema = table.schema, table.catalog == nil {
                // Where there are no schemas, as in MariaDB, people name the database.
                rows = try session.connection.columns(catalog: schema, schema: nil, table: table.name)
            }
            let homes = Set(rows.map { TableName(catalog: $0.catalog, schema: $0.schema, name: $0.table) })
            guard let home = homes.first else { throw unknown(table) }
            guard homes.count == 1 else {
                let names = homes.map(\.description).sorted().joined(separator: ", ")
                throw Failure(
                    .statement, "There is more than one table \(table): \(names).",
                    advice: "Name the schema, with \"schema\" or --schema.")
            }
            let key = session.connection.primaryKey(
                catalog: home.catalog, schema: home.schema, table: home.name)
            let indexes = session.connection.uniqueIndexes(
                catalog: home.catalog, schema: home.schema, table: home.name)
            return CatalogTableColumns(
                name: home,
                columns: rows.map { Self.column($0, profile: session.profile, key: key, indexes: indexes) })
        } catch let error as ODBCError {
            throw classifier(nil).failure(error, .listing("the columns of \(table)"))
        }
    }

    private static func column(
        _ row: Connection.ColumnRow, profile: DriverProfile, key: [String], indexes: [Connection.UniqueIndex]
    ) -> CatalogColumn {
        let description = ColumnDescription(
            name: row.name, type: row.type, size: row.size ?? 0, decimalDigits: row.decimalDigits ?? 0,
            isNullable: row.isNullable, typeName: row.typeName)
        let type = description.column(for: profile).type
        return CatalogColumn(
            name: row.name, type: row.typeName, length: row.size.flatMap { $0 > 0 ? $0 : nil },
            decimalDigits: row.decimalDigits, nullable: row.isNullable,
            key: key.firstIndex(of: row.name).map { $0 + 1 },
            uniqueIndexes: indexes.filter { $0.columns.contains(row.name) }.map(\.name),
            incrementalKeyCandidate: [.timestamp, .date, .integer].contains(type))
    }

    /// No such table: with the names that come near, if the source lists any.
    private func unknown(_ table: TableName) -> Failure {
        let folded = table.name.lowercased()
        let near = ((try? tables(schema: nil)) ?? [])
            .filter {
                $0.table.lowercased() == folded || $0.table.lowercased().contains(folded)
                    || folded.contains($0.table.lowercased())
            }
            .prefix(5).map(\.name.description)
        return Failure(
            .statement, "The source lists no table \(table) for this user.",
            advice: near.isEmpty
                ? "`kleene-ns tables` lists the tables it has." : "Near it come: \(near.joined(separator: ", ")).")
    }

    // MARK: Reading

    package func open(_ query: TableQuery, widths: LearnedWidths) throws -> DataSourceReader {
        let session = try connected()
        let reader = try DataSourceReader(
            query, widths: widths, session: session, settings: settings, classifier: classifier(nil))
        if let caveat = session.profile.doubleCaveat {
            let doubles = reader.columns.filter { $0.type == .double }.map { "\"\($0.name)\"" }
            if !doubles.isEmpty, widths.rounds == 0 {
                note(
                    "Values of \(query.table) may not be exact: \(caveat) (\(doubles.prefix(5).joined(separator: ", ")))."
                )
            }
        }
        return reader
    }
}
