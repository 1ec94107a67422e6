package import Extraction
package import ODBC
import Rows
import Text

/// Whatever is behind an ODBC driver, as a source of extracts.
///
/// Not `Sendable`: the thread that connects is the thread that reads.
package final class DataSource: Source {
    let service: any ODBCService
    private let reading: ReadSettings
    private let loginTimeout: Int
    /// Takes secrets out of what the driver says, as it says it.
    private let conceal: (@Sendable (String) -> String)?
    /// Told where a driver holds on to a statement that is out of time and cancelled; the call does not come back by itself.
    private let stuck: @Sendable (_ seconds: Int) -> Void
    /// Told what the driver remarks, once per distinct text.
    private let note: @Sendable (String) -> Void
    private(set) var session: Session?
    private var remarked: Set<Diagnostic> = []
    /// Whether text was tried on the way here and back.
    private(set) var hasTriedEncoding = true

    package init(
        service: any ODBCService, reading: ReadSettings = ReadSettings(), loginTimeout: Int = 30,
        conceal: (@Sendable (String) -> String)? = nil,
        stuck: @escaping @Sendable (_ seconds: Int) -> Void = { _ in }, note: @escaping @Sendable (String) -> Void
    ) {
        self.service = service
        self.reading = reading
        self.loginTimeout = loginTimeout
        self.conceal = conceal
        self.stuck = stuck
        self.note = note
    }

    /// Any database, by its settings.
    package convenience init(
        settings: DataSourceSettings, conceal: (@Sendable (String) -> String)? = nil,
        stuck: @escaping @Sendable (_ seconds: Int) -> Void = { _ in },
        note: @escaping @Sendable (String) -> Void
    ) {
        self.init(
            service: DatabaseService(settings), reading: settings.reading, loginTimeout: settings.loginTimeout,
            conceal: conceal, stuck: stuck, note: note)
    }

    /// What lives as long as one physical connection.
    struct Session {
        let connection: Connection
        let profile: DriverProfile
        let dialect: ODBCDialect
        let fetchesWide: Bool
        let facts: SourceFacts
        /// The letters beyond ASCII that were seen to arrive.
        let letters: String
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
        let (connection, plan) = try login()
        do {
            let driverName = connection.info(.driverName) ?? ""
            let named = DriverProfile.matching(library: driverName)
            var profile = named == .unknown ? plan.profile : named
            if profile == .unknown, connection.tellsCaseApart { profile.nameCase = .sensitive }
            // What a session is told may be how its text arrives.
            if service.settlesSessions, let session = profile.session { try settle(connection, session) }
            hasTriedEncoding = profile.takesLiterals
            let (fetchesWide, letters) = try hasTriedEncoding ? probeEncoding(connection) : (false, "")
            connection.fetchesWide = fetchesWide
            let facts = SourceFacts(
                driverName: driverName, driverVersion: connection.info(.driverVersion) ?? "",
                databaseName: connection.info(.databaseName) ?? "",
                databaseVersion: connection.info(.databaseVersion) ?? "",
                encoding: fetchesWide ? "wide UTF-16" : "narrow UTF-8",
                identity: service.identity(on: connection, profile: profile))
            var dialect = service.dialect(
                profile: profile, identifierQuote: connection.info(.identifierQuote),
                catalogSeparator: connection.info(.catalogSeparator))
            // Only narrow text is taken apart.
            if fetchesWide { dialect.tagsValues = false }
            return Session(
                connection: connection, profile: profile, dialect: dialect,
                fetchesWide: fetchesWide, facts: facts, letters: letters)
        } catch let error as ODBCError {
            throw service.failure(error, .listing("what the source says of itself"))
        }
    }

    /// One physical connection, through the service's own guard.
    private func login() throws -> (Connection, ConnectionPlan) {
        mayLogInAgain = false
        do {
            let (connection, plan) = try service.guarding {
                // Made here, behind any wait for another process's login: some passwords grow old in minutes.
                let plan = try service.connectionPlan()
                try plan.checkFile()
                let connection = try Connection(
                    plan.string, environment: Environment(conceal: conceal), loginTimeout: loginTimeout
                ) { [weak self] in self?.remark($0) }
                return (connection, plan)
            }
            service.hasOpened(connection)
            // A session that is lost from here on was not refused: to open another counts nowhere.
            mayLogInAgain = true
            if let seconds = reading.statementLimit {
                connection.watch = StatementWatch(seconds: seconds, stuck: stuck)
            }
            return (connection, plan)
        } catch let error as ODBCError {
            mayLogInAgain = service.mayLogInAgain(after: error)
            throw service.failure(error, .connect)
        } catch let failure as Failure where failure.kind == .connection {
            // What is asked for first was not to be had: the driver was not called.
            mayLogInAgain = true
            throw failure
        }
    }

    /// Tells a session all that values depend on. What a source refuses, such as one that is older or another's, is noted.
    private func settle(_ connection: Connection, _ session: DriverProfile.SessionSettings) throws(ODBCError) {
        do {
            return try run(session.together, on: connection)
        } catch {
            if connection.isDead { throw error }
        }
        for sql in session.apart {
            do {
                try run(sql, on: connection)
            } catch {
                if connection.isDead { throw error }
                note(
                    "The source refused \"\(sql)\", so that values may depend on how its sessions are set: \(error.saying)"
                )
            }
        }
    }

    private func run(_ sql: String, on connection: Connection) throws(ODBCError) {
        let statement = try Statement(connection)
        try statement.execute(sql)
    }

    /// Whether text must be fetched as UTF-16, and the letters that were seen to arrive.
    private func probeEncoding(_ connection: Connection) throws -> (wide: Bool, letters: String) {
        switch try service.encodingProbe(connection) {
        case .narrow(let letters): return (false, letters)
        case .wide(let letters): return (true, letters)
        case .neither(let got):
            throw Failure(
                .environment,
                "Text does not arrive as it is at the source: the letters é, € and 𝄞 came back as \(got).",
                advice: "Set the driver's character set to UTF-8 (for DataDirect drivers IANAAppCodePage=106).")
        case .refused(let error):
            // A driver with little SQL can read tables all the same.
            hasTriedEncoding = false
            note(
                "Whether text arrives unharmed could not be tested, because the source refused every form of the test "
                    + "(\(error.saying)); it is taken for UTF-8, and a value that is none stops the run.")
            return (false, "")
        }
    }

    private func remark(_ diagnostic: Diagnostic) {
        guard remarked.insert(diagnostic).inserted, !diagnostic.text.isEmpty else { return }
        note("The driver remarks: \(diagnostic.text) [SQLSTATE \(diagnostic.state)]")
    }

    /// The living session; connects where there is none.
    func connected() throws -> Session {
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
        let found: [CatalogTable]
        do {
            found = try service.tables(schema: schema, on: session.connection)
        } catch {
            throw service.failure(error, .listing("the tables"))
        }
        if let schema, found.isEmpty { throw noSuchSchema(schema) }
        return found
    }

    package func columns(of table: TableName, withKey: Bool) throws -> CatalogTableColumns {
        let session = try connected()
        do {
            let found = try service.columns(
                of: table, withKey: withKey, profile: session.profile, on: session.connection)
            guard let found, !found.columns.isEmpty else { throw unseen(table, session) }
            return found
        } catch let error as ODBCError {
            throw service.failure(error, .listing("the columns of \(table)"))
        }
    }

    package func eachColumns(of tables: [TableName], tell: (CatalogTableColumns) throws -> Void) throws {
        let session = try connected()
        let told: Set<TableName>
        do {
            told = try service.eachColumns(
                of: Set(tables), profile: session.profile, on: session.connection, tell: tell)
        } catch let error as ODBCError {
            throw service.failure(error, .listing("the columns of all tables"))
        }
        for table in tables where !told.contains(table) { try tell(try visibleColumns(of: table)) }
    }

    // MARK: Keys

    package func clock() throws -> SourceClock {
        let session = try connected()
        do {
            if let both = session.dialect.zonedClockQuery {
                do {
                    if let clock = try clock(both, session) { return clock }
                } catch let error as ODBCError where service.failure(error, .listing("the clock")).kind == .statement {
                    // Another server that speaks the same protocol, without that catalog.
                }
            }
            if let clock = try clock(session.dialect.clockQuery, session) { return clock }
            throw Failure(
                .environment,
                "The source's clock could not be read: \"\(session.dialect.clockQuery)\" gave no date and time.",
                advice: session.dialect.clockAdvice)
        } catch let error as ODBCError {
            var failure = service.failure(error, .listing("the source's clock"))
            if failure.kind == .statement {
                failure.advice = session.dialect.clockAdvice
            }
            throw failure
        }
    }

    /// What a clock query says; nil where that is no moment.
    private func clock(_ sql: String, _ session: Session) throws -> SourceClock? {
        let statement = try Statement(session.connection)
        try statement.execute(sql)
        defer { statement.close() }
        let columns = try statement.columnCount()
        guard columns > 0, let row = try statement.nextTextRow(columns: columns),
            let now = row[0].flatMap(Self.moment)
        else { return nil }
        return SourceClock(session: now, local: columns > 1 ? row[1].flatMap(Self.moment) : nil)
    }

    /// What follows the fraction is a zone; the moment is taken as it is written.
    private static func moment(_ text: String) -> Moment? {
        Moment(text.prefix { !"+Z".contains($0) }) ?? Moment(text.prefix(19))
    }

    package var mostColumns: Int? { session?.dialect.maximumColumns }

    package var comparesMomentsAsText: Bool { session?.dialect.moments == .text }

    package var addsUpSeconds: Bool { session?.dialect.arithmetic == .postgreSQL }

    /// Of 24 columns PostgreSQL (15) takes as long to count the values of each as for all other sums twice over.
    package var columnsCountedTogether: Int { session?.dialect.arithmetic == .postgreSQL ? 12 : 1 }

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
            let failure = service.failure(error, .statement(table))
            guard failure.kind == .statement || failure.kind == .timeout || failure.kind == .data else { throw failure }
            return nil
        }
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

    package func statement(for query: TableQuery) throws -> String {
        try connected().dialect.select(query.columns, from: query)
    }

    /// Whether another login does no harm: the last one was accepted, or surely never reached the service.
    package private(set) var mayLogInAgain = false

    // MARK: Reading

    package func open(_ query: TableQuery, hint: LearnedWidths?) throws -> DataSourceReader {
        let session = try connected()
        if let maximum = session.dialect.maximumColumns, query.columns.count > maximum {
            throw Failure(
                .statement,
                "\(query.table) has \(Sentence.count(query.columns.count, "column")), and one query of this "
                    + "source may name \(maximum).",
                advice: "List the columns to read with \"columns\" or --columns.")
        }
        return try DataSourceReader(
            query, widths: hint ?? LearnedWidths(), session: session, reading: reading, service: service)
    }
}
