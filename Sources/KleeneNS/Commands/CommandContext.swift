import ArgumentParser
import Extraction
import Foundation
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
        let handler = StandardErrorLog(
            terminal: terminal, format: output.logFormat, hasColor: hasColor, logLevel: level)
        log = Logger(label: "kleene-ns", factory: { _ in handler })
    }

    /// Writes a command's result.
    func show(_ listing: Listing) throws {
        try terminal.write(output.format.render(listing))
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

    /// The configuration that options and environment name.
    func configuration(_ options: SourceOptions) throws -> Configuration {
        try ConfigurationFile.read(ConfigurationFile.path(flag: options.config, environment: environment))
    }

    /// A coordinator for a source, with its secrets fetched and concealed.
    ///
    /// - Throws: a `Failure` of kind `configuration` when a secret is not to be had.
    func coordinator(
        _ source: SourceConfiguration, options: SourceOptions, directory: String
    ) throws -> Coordinator {
        var resolver = SecretResolver(environment: environment, directory: directory)
        resolver.expect(source.secrets)
        let settings = try Composition.settings(
            for: source, loginTimeout: options.loginTimeout, mock: options.mock,
            stateDirectory: StateDirectory.path(
                flag: options.stateDir, environment: environment, configuration: directory),
            resolver: &resolver)
        terminal.conceal(Redactor(resolver.secrets))
        interruption.await()
        let reporter = RunReporter(
            log: log, terminal: terminal,
            showsProgress: terminal.isInteractive && !output.quiet && output.logFormat == .text)
        let log = log
        return Coordinator(
            program: .ourselves(environment: environment, without: resolver.variables), source: settings,
            secrets: resolver.secrets, driverName: Composition.driverName(settings),
            stallLimit: options.stallTimeout ?? source.stallTimeout ?? Bounds.defaultStallTimeout,
            interruption: interruption, observe: reporter.observe,
            hear: { log.entry(.debug, "the driver printed", [.line: $0]) })
    }

    /// Whether a mock server is to be looked at without any configuration.
    func looksAtMockAlone(_ options: SourceOptions) -> Bool {
        options.mock != nil && options.config == nil && !ConfigurationFile.isThere(environment: environment)
    }

    /// A coordinator for the source that options describe, from flags or from the configuration.
    func coordinator(_ options: SourceOptions) throws -> Coordinator {
        if options.isGivenByFlags { return try coordinator(options.source, options: options, directory: ".") }
        if looksAtMockAlone(options) {
            return try coordinator(.netSuite(.mock), options: options, directory: ".")
        }
        let configuration = try configuration(options)
        return try coordinator(configuration.source, options: options, directory: configuration.directory)
    }

    /// Asks the source something and shows the answer.
    func show(_ task: WorkOrder.Task, _ options: SourceOptions) throws -> ExitStatus {
        let coordinator = try coordinator(options)
        let answer: WorkerEvent
        do {
            answer = try coordinator.ask(task)
        } catch let failure as Failure where failure.kind == .interrupted {
            report(failure)
            return ExitStatus(signal: interruption.signal ?? 0)
        }
        guard let listing = Listing(answer) else {
            throw Failure(.internal, "The worker process answered another question.", advice: "Please report this.")
        }
        try show(listing)
        return .done
    }
}

extension Listing {
    /// The answer to a question; nil for an event that is no answer.
    init?(_ answer: WorkerEvent) {
        switch answer {
        case .schemas(let schemas): self.init(schemas)
        case .tables(let tables): self.init(tables)
        case .columns(let columns): self.init(columns)
        case .preview(let preview): self.init(preview)
        case .checks(let checks): self.init(checks)
        case .ready, .run, .note, .probe, .failed, .done: return nil
        }
    }
}
