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
    /// The rows of the read that is opened next, counted in a transaction that goes on.
    private var counted: CountedState?
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
        let described = DescribedColumns()
        /// The letters beyond ASCII that were seen to arrive.
        let letters: String
    }

    package func connect() throws -> SourceFacts {
        if let session, !session.connection.isDead { return session.facts }
        counted = nil
        session = nil
        let new = try open()
        session = new
        return new.facts
    }

    /// Ends the connection, if there is one.
    package func disconnect() {
        counted = nil
        session = nil
    }

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

    /// The living session, for a question; connects where there is none. A state that was counted for a read is left by it: what a
    /// question is told may be stale otherwise, and one that fails would have the read fail.
    func connected() throws -> Session {
        counted = nil
        return try living()
    }

    private func living() throws -> Session {
        _ = try connect()
        guard let session else { throw Failure(.internal, "A connection was opened and is not there.") }
        return session
    }

    package var mostColumns: Int? { session?.dialect.maximumColumns }

    package var comparesMomentsAsText: Bool { session?.dialect.moments == .text }

    package var keepsStates: Bool { session?.dialect.keepsStates == true }

    package var addsUpSeconds: Bool { session?.dialect.arithmetic.isPostgreSQL == true }

    package var addsUpByRange: Bool {
        if case .sqlite = session?.dialect.arithmetic { true } else { false }
    }

    /// Of 24 columns PostgreSQL (15) takes as long to count the values of each as for all other sums twice over.
    package var columnsCountedTogether: Int { session?.dialect.arithmetic.isPostgreSQL == true ? 32 : 1 }

    package func statement(for query: TableQuery) throws -> String {
        try living().dialect.select(query.columns, from: query)
    }

    /// Whether another login does no harm: the last one was accepted, or surely never reached the service.
    package private(set) var mayLogInAgain = false

    // MARK: Reading

    package func count(_ query: TableQuery, isPart: Bool) throws -> Int? {
        let session = try connected()
        guard session.dialect.keepsStates else { return try count(of: query.table, where: query.condition) }
        do {
            let fenced = try isPart ? [] : OpenedRead.fenced(query, session)
            counted = try CountedState.count(query, fenced: fenced, session)
        } catch let error as ODBCError {
            if try refusal(of: query.table, error).kind == .timeout { return nil }
        }
        let rows = try counted?.rows ?? count(of: query.table, where: query.condition)
        // Of nothing there may be no read by which it ends.
        if rows == 0 { counted = nil }
        return rows
    }

    package func open(_ query: TableQuery, hint: LearnedWidths?) throws -> DataSourceReader {
        let session = try living()
        // The reader ends it.
        let state = counted.flatMap { $0.isOf(query) ? $0 : nil }
        counted = nil
        if let maximum = session.dialect.maximumColumns, query.columns.count > maximum {
            throw Failure(
                .statement,
                "\(query.table) has \(Sentence.count(query.columns.count, "column")), and one query of this "
                    + "source may name \(maximum).",
                advice: "List the columns to read with \"columns\" or --columns.")
        }
        return try DataSourceReader(
            query, widths: hint ?? LearnedWidths(), session: session, reading: reading, service: service,
            state: state)
    }
}
