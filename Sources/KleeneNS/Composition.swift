import Extraction
import FoundationEssentials
import HTTPS
import Masks
import ODBC
import ODBCSource
import PostgresDestination
import SQLiteDestination
import Staging
import SuiteAnalytics
import Text

/// The only place that names concrete sources and destinations.
enum Composition {
    // MARK: In the coordinator

    /// The settings that a worker needs to reach a source, with the secrets resolved.
    static func settings(
        for chosen: ChosenSource, resolver: inout SecretResolver
    ) throws -> WorkOrder.SourceSettings {
        switch chosen.configuration {
        case .odbc(let source):
            guard chosen.mock == nil else {
                throw Failure(
                    .configuration, "--mock stands in for NetSuite, and the source has \"profile\": \"odbc\".",
                    advice: "Leave --mock out, or describe a NetSuite source.")
            }
            var settings = source.settings
            try resolver.fetch(source.password.map { [$0] } ?? [])
            if let loginTimeout = chosen.limits.login { settings.loginTimeout = loginTimeout }
            settings.reading = settings.reading.shared(by: source.running.connections)
            if let statementTimeout = chosen.limits.statement { settings.reading.statementLimit = statementTimeout }
            if let password = source.password { settings.password = try resolver.resolve(password) }
            return .odbc(settings)
        case .netSuite(let source):
            let authentication: Authentication
            if chosen.mock != nil {
                // The configured credentials are not even looked up.
                authentication = MockServer.authentication(
                    like: source.login?.kind, source.login?.open ?? LoginValues())
            } else {
                try resolver.fetch(source.secrets)
                authentication = try configured(source, &resolver)
            }
            var settings = try service(source, authentication, stateDirectory: chosen.stateDirectory)
            settings.mock = chosen.mock
            settings.authorities = resolver.environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
            let loginTimeout = chosen.limits.login ?? source.loginTimeout ?? 30
            settings.ringSeconds = min(settings.ringSeconds, max(1, loginTimeout))
            var reading = source.reading
            if let statementTimeout = chosen.limits.statement { reading.statementLimit = statementTimeout }
            return .netSuite(
                settings, reading: reading.shared(by: source.running.connections),
                loginTimeout: loginTimeout)
        }
    }

    /// Who asks for the access tokens that a source is logged in to with; nil where it takes none.
    static func tokens(
        for source: WorkOrder.SourceSettings, learning redactor: Redactor, interruption: Interruption
    ) throws -> TokenDesk? {
        guard case .netSuite(let settings, _, let loginTimeout) = source,
            let (request, route) = settings.tokenRequest
        else { return nil }
        return try TokenDesk(learning: redactor) {
            try request.token(
                by: route, seconds: loginTimeout, at: Date(), isCalledOff: { interruption.count > 0 },
                conceal: redactor.learn)
        }
    }

    /// What is allowed and probably not meant: to be said before a login. A mock server is exempt.
    static func warnings(_ source: WorkOrder.SourceSettings) -> [String] {
        switch source {
        case .odbc(let settings): TransportKeyword.warnings(settings.pairs)
        case .netSuite(let settings, _, _): settings.door.warnings
        }
    }

    /// What can be found out of a login without one.
    ///
    /// - Parameter environment: The variables with which the driver would be loaded.
    static func checks(_ source: WorkOrder.SourceSettings, _ environment: [String: String]) -> [Check] {
        guard case .netSuite(let settings, _, _) = source, settings.mock == nil else { return [] }
        return DriverFiles(settings, environment: environment).checks
            + settings.authentication.method.checks(at: Date())
    }

    /// Whether a token is to be had in another way than the configured one; nil where none is asked for.
    ///
    /// - Parameter books: The destination in whose books logins are remembered; nil for none.
    static func otherSpelling(
        _ source: WorkOrder.SourceSettings, books: DestinationConfiguration?, learning redactor: Redactor,
        _ interruption: Interruption
    ) -> Check? {
        guard case .netSuite(let settings, _, let loginTimeout) = source else { return nil }
        return settings.otherSpelling(
            seconds: loginTimeout, shelf: logins(in: books, isNeeded: false),
            isCalledOff: { interruption.count > 0 }, conceal: redactor.learn)
    }

    private static func service(
        _ source: NetSuiteSourceConfiguration, _ authentication: Authentication, stateDirectory: String
    ) throws -> ServiceSettings {
        guard let account = source.account else {
            throw Failure(.internal, "A configuration without an account was taken for valid.")
        }
        var settings = ServiceSettings(
            account: account, role: source.role, authentication: authentication, stateDirectory: stateDirectory)
        if let driver = source.driver { settings.driver = driver }
        settings.host = source.host
        if let port = source.port { settings.port = port }
        if let dataSource = source.dataSource { settings.dataSource = dataSource }
        settings.attributes = source.attributes
        settings.customPropertiesForm = source.customPropertiesForm
        settings.uppercase = source.uppercase
        settings.staticSchema = source.staticSchema
        return settings
    }

    private static func configured(
        _ source: NetSuiteSourceConfiguration, _ resolver: inout SecretResolver
    ) throws -> Authentication {
        guard let login = source.login else {
            throw Failure(.internal, "A configuration without credentials was taken for valid.")
        }
        return try login.resolved(&resolver)
    }

    /// What a source is called in a sentence: its driver, or its data source.
    static func driverName(_ source: WorkOrder.SourceSettings) -> String {
        switch source {
        case .odbc(let settings):
            settings.driver.map { "The driver \($0)" } ?? settings.dsn.map { "The driver of the data source \($0)" }
                ?? "The driver"
        case .netSuite(let settings, _, _): settings.door.driverWords
        }
    }

    /// The library of the driver that a source is read with, as far as the driver manager's files tell.
    static func driverLibrary(of source: WorkOrder.SourceSettings) -> String? {
        switch source {
        case .odbc(let settings): ConnectionPlan.library(for: settings)
        case .netSuite(let settings, _, _): DriverManager.library(ofDriver: settings.door.driver)
        }
    }

    /// What a destination takes, by its kind.
    static func rules(of place: DestinationConfiguration?) -> TableRules {
        switch place {
        case .sqlite, nil: SQLiteFile.rules
        case .postgresql: PostgresDestination.rules
        }
    }

    /// The destination that a configuration names.
    ///
    /// - Parameters:
    ///   - source: Where its rows come from; nil for who only looks.
    ///   - patience: Seconds that it waits for another program's write lock; nil for its own.
    static func destination(
        _ place: DestinationConfiguration, of source: WorkOrder.SourceSettings? = nil, patience: Int? = nil
    ) -> any Destination {
        switch place {
        case .sqlite(let path):
            var settings = SQLiteFile.Settings()
            settings.source = source?.place
            if let patience { settings.busySeconds = patience }
            return SQLiteFile(path: path, settings: settings)
        case .postgresql(let place):
            var settings = PostgresDestination.Settings(workplace: place.stateDirectory + "/destinations")
            settings.source = source?.place
            if let patience { settings.lockSeconds = patience }
            return PostgresDestination(place.server, schema: place.schema, settings: settings)
        }
    }

    /// The drivers and the data sources that are registered on this machine.
    static var registered: (drivers: [String], dataSources: [String]) {
        (DriverManager.driverNames(), DriverManager.dataSourceNames())
    }

    /// The run records of a destination.
    ///
    /// - Parameter patience: Seconds that reading waits for another program's lock; nil for the destination's own.
    static func history(at place: DestinationConfiguration, patience: Int? = nil) -> RunHistory {
        let books = destination(place, patience: patience).books
        return RunHistory(
            list: { try books.runs(extract: $0, limit: $1) }, last: { try books.lastRuns() },
            find: { try books.run(id: $0) },
            add: { record, seconds in try destination(place, patience: seconds).record(record) })
    }

    /// The comparisons with the source that a destination has written down: of one extract or of all, so many at most.
    static func comparisons(at place: DestinationConfiguration) -> (_ extract: String?, _ limit: Int) throws ->
        [VerifyRecord]
    {
        let books = destination(place).books
        return { try books.comparisons(of: $0, limit: $1) }
    }

    /// The watermarks of a destination.
    static func watermarks(at place: DestinationConfiguration) -> WatermarkBook {
        let destination = destination(place)
        return WatermarkBook(
            states: { try destination.books.states() }, edits: { try destination.books.stateEdits(of: $0) },
            staged: { destination.glance(at: $0) }, largest: { try destination.largest($0, in: $1) },
            standing: { try destination.standing(of: $0) }, admit: { try destination.admit($0) },
            edit: { extracts, action, vouching, discardsStaging, change in
                try destination.edit(
                    StateEditing(extracts, action: action, at: Timestamp(Date()), discardsStaging: discardsStaging),
                    vouching: vouching, change: change)
            })
    }

    /// The passwords of proxies that an environment names: the library that asks for tokens knows them, and so may a driver.
    static func proxySecrets(_ environment: [String: String]) -> [Secret] {
        Proxy.all(in: environment).flatMap(\.secrets)
    }

    /// What a worker is told so that it sorts where there is room.
    static func sortingVariables(_ environment: [String: String]) -> [String: String] {
        SortingRoom.variables(environment)
    }

    // MARK: In the worker

    /// Does what an order says, and what follows it on the same login.
    ///
    /// Every outcome, good or bad, is an event.
    ///
    /// - Parameter next: Waits for the next task, where the order says that there are more; nil for no more.
    static func perform(
        _ order: WorkOrder, pipe: EventPipe, tokens: TokenInbox, isInterrupted: @escaping @Sendable () -> Bool,
        next: () -> WorkOrder.Task?
    ) {
        let redact = Redactor(order.secrets + proxySecrets(ProcessInfo.processInfo.environment))
        let token: @Sendable () throws -> Secret = {
            pipe.send(.tokenWanted)
            let token = try tokens.take()
            redact.learn([token])
            return token
        }
        let note: @Sendable (String) -> Void = { pipe.send(.note(redact($0))) }
        let settings = order.source
        let stuck: @Sendable (Int) -> Void = { pipe.send(.stuck(seconds: $0)) }
        let living = LivingConnections()
        let makeSource: @Sendable () -> DataSource = {
            Self.source(order, living, redact: redact, token: token, stuck: stuck, note: note)
        }
        let source = makeSource()
        defer { source.disconnect() }
        let maskKey = order.maskKey.map { MaskKey($0) }
        let room = WorkerRoom(
            source: RedactedSource(source, redact: redact, maskKey: maskKey),
            makeSource: { RedactedSource(makeSource(), redact: redact, maskKey: maskKey) },
            destination: { destination($0, of: settings) }, diagnose: { source.diagnose() },
            probe: { source.probe(tell: $0, isInterrupted: isInterrupted) }, isInterrupted: isInterrupted)
        let work = WorkerTask(room: room, pipe: pipe)
        work.perform(order.task)
        while order.isFollowed == true, let task = next() {
            redact.learn(task.secrets)
            pipe.send(.ready)
            work.perform(task)
        }
    }

    private static func source(
        _ order: WorkOrder, _ living: LivingConnections, redact: Redactor,
        token: @escaping @Sendable () throws -> Secret,
        stuck: @escaping @Sendable (_ seconds: Int) -> Void,
        note: @escaping @Sendable (String) -> Void
    ) -> DataSource {
        switch order.source {
        case .odbc(let settings): DataSource(settings: settings, conceal: redact.spoken, stuck: stuck, note: note)
        case .netSuite(let settings, let reading, let loginTimeout):
            DataSource(
                service: SuiteAnalyticsService(
                    settings, reading: reading, living: living,
                    shelf: logins(in: order.loginBooks, isNeeded: order.task.isExtract), conceal: redact.spoken,
                    token: token),
                reading: reading,
                loginTimeout: loginTimeout, conceal: redact.spoken, stuck: stuck, note: note)
        }
    }
}
