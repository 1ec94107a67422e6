import ArgumentParser
import Extraction
import Files
import Logging

/// A command that reports by the shared output options and says with which code the program ends.
protocol ReportingCommand: ParsableCommand {
    var output: OutputOptions { get }
    func perform(_ context: CommandContext) throws -> ExitStatus
}

/// The world as a command sees it.
struct CommandContext {
    let terminal: Terminal
    let output: OutputOptions
    let log: Logger
    /// What somebody has asked for, and is told though the log be quiet.
    private let answers: Logger
    let environment: [String: String]
    let interruption: Interruption

    init(
        terminal: Terminal, output: OutputOptions, environment: [String: String], interruption: Interruption
    ) {
        self.terminal = terminal
        self.output = output
        self.environment = environment
        self.interruption = interruption
        let hasColor = terminal.isInteractive && (environment["NO_COLOR"] ?? "").isEmpty
        let level = output.quiet ? Logger.Level.error : output.logLevel?.level ?? .info
        var handler = StandardErrorLog(
            terminal: terminal, format: output.logFormat, hasColor: hasColor, logLevel: level)
        log = Logger(label: "kleene-ns", factory: { [handler] _ in handler })
        handler.logLevel = .trace
        answers = Logger(label: "kleene-ns", factory: { [handler] _ in handler })
        terminal.heed(interruption)
    }

    /// Writes a command's result.
    func show(_ listing: Listing) throws {
        try terminal.write(output.format.render(listing, conceal: terminal.concealed))
    }

    /// Says why a command came to nothing.
    func report(_ error: any Error) {
        if output.logFormat == .json {
            var values: [LogKey: String] = [:]
            if let failure = error as? Failure { values[.kind] = failure.kind.rawValue }
            log.entry(.error, "\(error)", values)
        } else {
            terminal.say("kleene-ns: \(error)")
        }
    }

    /// The source that options describe, from flags or from the configuration.
    func source(_ options: SourceOptions, needsFile: Bool = false) throws -> ChosenSource {
        try ChosenSource(options, environment: environment, needsFile: needsFile)
    }

    /// A coordinator for a source, with its secrets fetched and concealed.
    ///
    /// - Parameters:
    ///   - destination: The destination, beside which logins are remembered too; nil where there is none.
    ///   - warns: Whether to say what is probably not meant; for a command that does not say it itself.
    /// - Throws: a `Failure` of kind `configuration` when a secret is not to be had.
    func coordinator(_ source: ChosenSource, destination: DestinationConfiguration?, warns: Bool = true) throws
        -> Coordinator
    {
        var resolver = SecretResolver(environment: environment, directory: source.directory)
        resolver.expect(source.configuration.secrets + (destination?.references ?? []))
        var settings = try Composition.settings(for: source, resolver: &resolver)
        if let destination { Composition.rememberLogins(of: &settings, beside: destination) }
        let redactor = Redactor(settings.secrets + (destination?.secrets ?? []))
        terminal.conceal(redactor)
        if warns { for warning in Composition.warnings(settings) { log.entry(.warning, "\(warning)") } }
        interruption.await()
        let reporter = RunReporter(
            log: log, answers: answers, terminal: terminal, showsProgress: showsProgress)
        let log = log
        var program = WorkerProgram.ourselves(environment: environment, without: resolver.variables)
        let scratch = ScratchDirectory(environment: environment)
        if let scratch {
            program.environment.merge(scratch.variables(environment)) { $1 }
            interruption.atTheLatest { [path = scratch.path] in RemovedTree.remove(path) }
        }
        return Coordinator(
            program: program, source: settings,
            redactor: redactor, driverName: Composition.driverName(settings),
            stallLimit: source.stallLimit, runSettings: source.configuration.runSettings,
            interruption: interruption, observe: reporter.observe,
            hear: { log.entry(.debug, "the driver printed", [.line: $0]) }, report: reporter.report, scratch: scratch)
    }

    /// A destination with what is needed to reach it; its secrets are fetched and concealed.
    ///
    /// - Parameters:
    ///   - directory: Where relative paths of secret files start.
    ///   - stateDirectory: Where locks and staging of a destination without a "beside" lie.
    func reachable(
        _ destination: DestinationConfiguration, directory: String, stateDirectory: String
    ) throws -> DestinationConfiguration {
        var resolver = SecretResolver(environment: environment, directory: directory)
        resolver.expect(destination.references)
        defer { terminal.conceal(Redactor(resolver.secrets)) }
        return try destination.reachable(&resolver, stateDirectory: stateDirectory)
    }

    /// Whether a person sees a line that the next one replaces.
    private var showsProgress: Bool {
        terminal.isInteractive && !output.quiet && output.logFormat == .text
    }

    /// A coordinator for the source that options describe.
    func coordinator(_ options: SourceOptions) throws -> Coordinator {
        let source = try source(options)
        return try coordinator(source, destination: source.destination)
    }

    /// Shows what a source has: as it is kept from an earlier look, or as it is now.
    func show(_ question: CatalogQuestion, _ options: SourceOptions, _ caching: CacheOptions) throws -> ExitStatus {
        let source = try source(options)
        let coordinator = { try self.coordinator(source, destination: source.destination) }
        guard let cache = source.catalogCache else {
            if caching.refresh || caching.diff {
                throw Failure(
                    .configuration,
                    "\(caching.diff ? "--diff" : "--refresh") is for NetSuite: listings of other ODBC data sources are "
                        + "not kept.", advice: "Leave it out: this source is read anew each time.")
            }
            return try showing { Listing(try answer(question, by: coordinator())) }
        }
        let reader = CatalogReader(context: self, cache: cache, coordinator: coordinator)
        return try showing {
            caching.diff
                ? Listing(try reader.difference(question))
                : Listing(try reader.answer(question, refresh: caching.refresh))
        }
    }

    /// Shows a listing that takes a while to get.
    func showing(_ listing: () throws -> Listing) throws -> ExitStatus {
        do {
            try show(listing())
            return .done
        } catch let failure as Failure where failure.kind == .interrupted {
            report(failure)
            return ExitStatus(signal: interruption.signal ?? 0)
        }
    }

    /// Asks about the catalog, and says how far that has got.
    func ask(_ coordinator: Coordinator, _ question: CatalogQuestion, take: (CatalogPart) -> Void) throws {
        let progress = CatalogProgress(log: log, terminal: terminal, showsProgress: showsProgress)
        defer { progress.end() }
        try coordinator.ask(question, idle: { progress.notice(nil) }) { part in
            progress.notice(part)
            take(part)
        }
    }

    /// A question about the catalog, answered by the source.
    private func answer(_ question: CatalogQuestion, by coordinator: Coordinator) throws -> CatalogAnswer {
        var (schemas, tables, columns) = ([CatalogSchema](), [CatalogTable](), [CatalogTableColumns]())
        try ask(coordinator, question) { part in
            switch part {
            case .schemas(let all): schemas = all
            case .tables(let all): tables = all
            case .columns(let table): columns.append(table)
            }
        }
        switch question {
        case .schemas: return .schemas(schemas)
        case .tables: return .tables(tables)
        case .columns: return .columns(columns)
        case .allColumns(let schema):
            // In the order in which the tables are listed; what was told again was told better.
            let byName = Dictionary(columns.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
            let order = tables.map(\.name).filter { $0.isIn(schema: schema) }
            let rest = columns.filter { !order.contains($0.name) }
            return .columns(order.compactMap { byName[$0] } + rest)
        }
    }
}
