import ArgumentParser
import Extraction
import Files
import Logging
import Text

/// A command that reports by the shared output options and says with which code the program ends.
protocol ReportingCommand: ParsableCommand {
    var output: OutputOptions { get }
    func perform(_ context: CommandContext) throws -> ExitStatus
}

/// The world as a command sees it.
struct CommandContext {
    let terminal: Terminal
    let output: OutputOptions
    /// What is said while a command works.
    let log: Logger
    let voice: Voice
    /// What somebody has asked for, and is told though the log be quiet.
    private let answers: Logger
    /// Where runs are logged.
    private let runLogs: [RunReporter.Log]
    /// Changed by who checks what another environment would come to.
    var environment: [String: String]
    let interruption: Interruption

    /// - Throws: a `Failure` where the log's file cannot be opened.
    init(
        terminal: Terminal, output: OutputOptions, environment: [String: String], interruption: Interruption
    ) throws {
        self.terminal = terminal
        self.output = output
        self.environment = environment
        self.interruption = interruption
        let voice = Voice(
            output, isTerminal: terminal.isInteractive, showsResults: terminal.showsResults, environment: environment)
        self.voice = voice
        let level = output.logLevel?.level ?? .info
        let screenLevel = output.quiet ? Logger.Level.error : level
        func screen(_ level: Logger.Level) -> any LogHandler {
            voice.isForPerson
                ? PersonLog(terminal: terminal, hasColor: voice.hasColor, logLevel: level)
                : StandardErrorLog(
                    terminal: terminal, format: output.logFormat, hasColor: voice.hasColor, logLevel: level)
        }
        let file = try output.logFile.map {
            FileLog(file: try LogFile($0, terminal: terminal), format: output.logFormat, logLevel: level)
        }
        var handlers = [screen(screenLevel)]
        if let file { handlers.append(file) }
        let all = MultiplexLogHandler(handlers)
        log = Logger(label: "kleene-ns", factory: { _ in all })
        let loud = screen(.trace)
        answers = Logger(label: "kleene-ns", factory: { _ in loud })
        var runLogs: [RunReporter.Log] = []
        if !voice.isForPerson {
            let handler = screen(screenLevel)
            runLogs.append(
                .init(
                    logger: Logger(label: "kleene-ns", factory: { _ in handler }), explains: output.logFormat == .json))
        }
        if let file {
            runLogs.append(.init(logger: Logger(label: "kleene-ns", factory: { _ in file }), explains: true))
        }
        self.runLogs = runLogs
        terminal.heed(interruption)
    }

    /// Writes a command's result.
    func show(_ listing: Listing) throws {
        var listing = listing
        if let fields = output.fields {
            let names: [String] = fields.split(separator: ",").map { String($0).trimmingBlanks }
            listing = try listing.selecting(names)
        }
        let text = output.format.render(listing, width: terminal.resultWidth, conceal: { terminal.concealed($0) })
        output.format == .table ? try writeLines(text) : try terminal.write(text)
    }

    /// A result that is one JSON document, as it is to be written: as people read it, or on one line.
    func rendered(document: String) throws -> String {
        output.format == .jsonl ? try JSONText(document.utf8).value.text + "\n" : document
    }

    /// Writes lines of a result for people, in colors where there are any.
    func writeLines(_ text: String) throws {
        try terminal.write(text, paint: voice.paintsResults ? { StatusColors.paint($0) } : nil)
    }

    /// Says why a command came to nothing.
    func report(_ error: any Error) {
        if output.logFormat == .json {
            var values: [LogKey: String] = [:]
            if let failure = error as? Failure { values[.kind] = failure.kind.rawValue }
            log.entry(.error, "\(error)", values)
        } else if let invalid = error as? InvalidConfiguration, let width = terminal.width {
            let lines = "kleene-ns: \(invalid)".split(separator: "\n")
            terminal.say(lines.flatMap { Self.wrapped($0, to: width) }.joined(separator: "\n"))
        } else if let failure = error as? Failure, let width = terminal.width {
            var lines = RunPage.paragraphs(failure, indent: 2, width: width)
            lines[0] = "kleene-ns: " + lines[0].dropFirst(2)
            if lines[0].displayWidth > width {
                lines = RunPage.paragraphs(failure, indent: 0, width: width - 11)
                lines = lines.enumerated().map { ($0 == 0 ? "kleene-ns: " : "           ") + $1 }
            }
            terminal.say(lines.joined(separator: "\n"))
        } else {
            terminal.say("kleene-ns: \(error)")
        }
    }

    /// A line with its beginning kept, and what does not fit below it, further in.
    private static func wrapped(_ line: Substring, to width: Int) -> [String] {
        let indent = line.prefix { $0 == " " }
        return line.dropFirst(indent.count).wrapped(to: width, hanging: indent.count + 2, behind: indent.count)
            .enumerated().map { $0 == 0 ? indent + $1 : $1 }
    }

    /// Says, once all is over, what was not done and why.
    func report(_ page: RunPage) {
        // The log has said it, run by run.
        guard output.logFormat == .text else {
            var said = page.results.filter { $0.runID != nil }.compactMap(\.failure)
            for failure in page.results.filter({ $0.runID == nil }).compactMap(\.failure) where !said.contains(failure)
            {
                report(failure)
                said.append(failure)
            }
            return
        }
        for line in page.lines(width: terminal.width) {
            let isHeading = !line.hasPrefix(" ")
            guard voice.hasColor, isHeading, let colon = line.firstIndex(of: ":") else {
                terminal.say(line)
                continue
            }
            let word = String(line[..<colon])
            terminal.say("", .init(word, color: word == "failed" ? .red : .yellow), String(line[colon...]))
        }
    }

    /// The source that options describe, from flags or from the configuration.
    ///
    /// - Parameter substitute: What the command could be given in place of a configuration.
    func source(
        _ options: SourceOptions, or substitute: ConfigurationFile.Substitute = .source
    ) throws -> ChosenSource {
        try ChosenSource(options, environment: environment, or: substitute)
    }

    /// A coordinator for a source, with its secrets fetched and concealed.
    ///
    /// - Parameters:
    ///   - destination: The destination, beside which logins are remembered too; nil where there is none.
    ///   - warns: Whether to say what is probably not meant; for a command that does not say it itself.
    ///   - extracts: The names of those that are to run.
    ///   - masks: Where the key is by which columns are masked; nil where none is.
    /// - Throws: a `Failure` of kind `configuration` when a secret is not to be had.
    func coordinator(
        _ source: ChosenSource, destination: DestinationConfiguration?, warns: Bool = true, extracts: [String] = [],
        masks: SecretReference? = nil
    ) throws -> Coordinator {
        // The first sign: a secret that a command fetches may take its time.
        if voice.hasLivingLine { terminal.show(progress: "starting …") }
        var resolver = SecretResolver(environment: environment, directory: source.directory)
        resolver.expect(source.secrets + (destination?.references ?? []))
        let maskKey = try masks.map { try resolver.maskKey($0) }
        var settings = try Composition.settings(for: source, resolver: &resolver)
        var loginBooks: DestinationConfiguration?
        if let destination, Composition.rememberLogins(of: &settings, beside: destination) {
            loginBooks = books(of: destination, &resolver, source)
        }
        let redactor = Redactor(
            settings.secrets + [maskKey].compactMap(\.self) + ((loginBooks ?? destination)?.secrets ?? [])
                + Composition.proxySecrets(environment))
        terminal.conceal(redactor)
        if warns { for warning in Composition.warnings(settings) { log.entry(.warning, "\(warning)") } }
        interruption.await()
        let reporter = RunReporter(
            logs: runLogs, answers: answers, terminal: terminal, voice: voice, extracts: extracts,
            stops: { [interruption] in interruption.count })
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
            hear: { log.entry(.debug, "the driver printed", [.line: $0]) }, begin: reporter.begin,
            report: reporter.report,
            tick: reporter.tick, heed: reporter.heed,
            tokens: try Composition.tokens(for: settings, learning: redactor, interruption: interruption),
            maskKey: maskKey, loginBooks: loginBooks, scratch: scratch)
    }

    /// A destination that remembers logins in its books, ready to be reached; nil where a secret of it is not to be had, which a command
    /// that asks the source only does without.
    private func books(
        of destination: DestinationConfiguration, _ resolver: inout SecretResolver, _ source: ChosenSource
    ) -> DestinationConfiguration? {
        if destination.isReachable { return destination }
        do {
            return try destination.reachable(&resolver, stateDirectory: source.stateDirectory)
        } catch {
            log.entry(.debug, "logins are not remembered in the books of \(destination.words): \(error)")
            return nil
        }
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

    /// A coordinator for the source that options describe.
    func coordinator(_ options: SourceOptions) throws -> Coordinator {
        let source = try source(options)
        return try coordinator(source, destination: source.destination)
    }

    /// Shows what a source has: as it is kept from an earlier look, or as it is now.
    ///
    /// - Parameter tables: Names or globs of the tables to list; none for all.
    func show(
        _ question: CatalogQuestion, _ options: SourceOptions, _ caching: CacheOptions, tables: [String] = [],
        choice: ColumnChoice? = nil
    ) throws -> ExitStatus {
        let source = try source(options)
        let coordinator = { try self.coordinator(source, destination: source.destination) }
        guard let cache = source.catalogCache else {
            if caching.refresh || caching.diff {
                throw Failure(
                    .configuration,
                    "\(caching.diff ? "--diff" : "--refresh") is for NetSuite: listings of other ODBC data sources are "
                        + "not kept.", advice: "Leave it out: this source is read again each time.")
            }
            return try showing {
                Listing(try answer(question, by: coordinator()).choosing(tables).checking(choice), choice)
            }
        }
        let reader = CatalogReader(context: self, cache: cache, coordinator: coordinator)
        return try showing {
            caching.diff
                ? Listing(try reader.difference(question))
                : Listing(
                    try reader.answer(question, refresh: caching.refresh).choosing(tables).checking(choice), choice)
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
        let progress = CatalogProgress(log: log, terminal: terminal, showsProgress: voice.hasLivingLine)
        defer { progress.end() }
        var coordinator = coordinator
        coordinator.tick = coordinator.heed
        try coordinator.ask(question, idle: { progress.notice(nil) }) { part in
            progress.notice(part)
            take(part)
        }
    }

    /// A question about the catalog, answered by the source.
    func answer(_ question: CatalogQuestion, by coordinator: Coordinator) throws -> CatalogAnswer {
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
