import ArgumentParser
import Extraction
import Files
import FoundationEssentials

extension KleeneNSCommand {
    struct Doctor: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "doctor",
            abstract: "Check everything from the configuration to one login, and say how to fix each failure.",
            discussion: """
                With --probe it asks more on the same login: small statements that find out what source and driver \
                can do (block fetch, types, clock, time limits, cancelling). Nothing is changed at the source, \
                and no table of the business is read but for counts and the newest change of small ones. The report \
                holds no secret, no value of a row, and neither account nor company; it is meant to be shown to others.

                EXAMPLES:
                  kleene-ns doctor
                  kleene-ns doctor --as-cron --config /etc/kleene-ns.json
                  kleene-ns doctor --probe --report report.md
                """)

        /// Absent: what the configuration says.
        @Option(help: ArgumentHelp("The database file to check.", valueName: "file.db"), completion: .file())
        var destination: String?

        @Flag(help: "Find out what source and driver can do, on the same login.")
        var probe = false

        /// Absent: the findings are listed with the checks alone.
        @Option(
            help: ArgumentHelp("Write what --probe found to a file: JSON for .json, else Markdown.", valueName: "file"),
            completion: .file())
        var report: String?

        @Flag(help: "Check with the directory, PATH and variables that cron gives, in place of yours.")
        var asCron = false

        @OptionGroup(title: "Source") var source: SourceOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws {
            if report != nil, !probe { throw ValidationError("'--report' is written only by '--probe'.") }
        }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            var context = context
            let report = CheckReport(context)
            let file = self.report.map(Surroundings.absolute)
            if asCron {
                var cron = CronSurroundings(user: .init(environment: context.environment))
                cron.take(
                    context.environment, from: CrontabProgram(environment: context.environment).contents ?? "")
                let directory = FileManager.default.currentDirectoryPath
                report.begin(names: [])
                report.take(cron.checks(beside: context.environment, program: CronSurroundings.program))
                try cron.enter()
                context.environment = cron.environment
                report.explain = { CronSurroundings.explained($0, from: directory) }
            }
            Examination(
                options: source, destination: destination.map(DestinationConfiguration.init), probes: probe,
                report: file, context: context, tell: report.take, begin: report.begin
            ).perform()
            try report.end()
            if let signal = context.interruption.signal { return ExitStatus(signal: signal) }
            return report.isWell ? .done : .checkFailed
        }
    }
}

/// The checks of `doctor`, each after those it depends on.
private struct Examination {
    let options: SourceOptions
    let destination: DestinationConfiguration?
    let probes: Bool
    let report: String?
    let context: CommandContext
    /// Takes checks as they are done.
    let tell: ([Check]) -> Void
    /// Told first which names will come.
    let begin: (_ names: [String]) -> Void

    func perform() {
        let chosen: ChosenSource
        do {
            chosen = try context.source(options)
        } catch {
            begin([])
            if let invalid = error as? InvalidConfiguration {
                tell(invalid.faults.map { Check("configuration", .fail, "\($0)", cure: "Edit \(invalid.file).") })
            } else {
                tell([Check("configuration", failed: error)])
            }
            return tell(
                ["secrets", "destination", "login"].map { Check($0, .skip, "There is no valid configuration.") })
        }
        begin(
            (chosen.file?.extracts ?? []).filter(\.isEnabled).map { "extract \($0.name)" }
                + (chosen.file?.patterns ?? []).filter(\.isEnabled).compactMap { $0.pattern.map { "extracts \($0)" } })
        tell([Check(chosen.origin)])
        let secrets =
            chosen.mock == nil
            ? secretChecks(chosen)
            : [Check("secret", .skip, "The mock server has credentials of its own.")]
        tell(secrets + maskKeyCheck(chosen))
        let named = destination ?? chosen.destination
        var destination = named
        if let named {
            tell(named.warnings(context.environment).map { Check("destination", .warn, $0) })
            do {
                let reached = try context.reachable(
                    named, directory: chosen.directory, stateDirectory: chosen.stateDirectory)
                destination = reached
                tell(Composition.destination(reached).checks())
            } catch {
                tell([Check("destination", failed: error)])
            }
        } else {
            tell([Check("destination", .skip, "None is configured.")])
        }
        guard !secrets.contains(where: { $0.status == .fail }) else {
            return tell([Check("login", .skip, "A secret cannot be had or used: see above.")])
        }
        examine(chosen, destination: destination)
    }

    private static let interrupted = Check(
        "login", .skip, "The command was interrupted; the checks above are all that was found.")

    /// The enabled extracts of the configuration, with what their tables were filled with.
    private func examinations(_ source: ChosenSource, destination: DestinationConfiguration?) -> [ExtractExamination] {
        let book = destination.map { Composition.watermarks(at: $0) }
        return (source.file?.extracts ?? []).filter(\.isEnabled).map { configured in
            let extract = configured.tableExtract
            // A destination that is not there yet, or cannot be read, is a check of its own.
            let standing = book.flatMap { try? $0.standing(extract) }
            return ExtractExamination(
                extract, held: standing?.heldChoice(by: extract), masked: standing?.holding?.masking)
        }
    }

    /// The key of masks, which a mock server has no other for.
    private func maskKeyCheck(_ source: ChosenSource) -> [Check] {
        guard let reference = source.file?.maskKey else { return [] }
        var resolver = SecretResolver(environment: context.environment, directory: source.directory)
        resolver.expect(source.secrets)
        defer { context.terminal.conceal(Redactor(resolver.secrets)) }
        do {
            _ = try resolver.maskKey(reference)
            return [Check("secret", .pass, "\(reference.origin) can be had")]
        } catch {
            return [Check("secret", failed: error)]
        }
    }

    private func secretChecks(_ source: ChosenSource) -> [Check] {
        var resolver = SecretResolver(environment: context.environment, directory: source.directory)
        resolver.expect(source.secrets)
        let checks = source.configuration.secrets.map { reference in
            do {
                _ = try resolver.resolve(reference)
                return Check("secret", .pass, "\(reference.origin) can be had")
            } catch {
                return Check("secret", failed: error)
            }
        }
        context.terminal.conceal(Redactor(resolver.secrets))
        return checks.isEmpty ? [Check("secret", .skip, "The source needs none.")] : checks
    }

    /// The source, from the driver's file to one login, and what the extracts name of it.
    private func examine(_ source: ChosenSource, destination: DestinationConfiguration?) {
        do {
            let coordinator = try context.coordinator(source, destination: destination, warns: false)
            let warnings =
                Composition.warnings(coordinator.source).map { Check("source", .warn, $0) }
                + Composition.checks(coordinator.source, context.environment)
            tell(warnings)
            guard !warnings.contains(where: { $0.status == .fail }) else {
                return tell([Check("login", .skip, "It would be refused.")])
            }
            guard probes else { return diagnose(source, destination, coordinator) }
            let spelling = Composition.otherSpelling(
                coordinator.source, books: coordinator.loginBooks, learning: coordinator.redact, context.interruption)
            let result = try coordinator.probe()
            tell(result.checks + (spelling.map { [$0] } ?? []) + result.findings.map(\.check))
            guard let report else { return }
            do {
                try ProbeReport(result.findings, source: coordinator.source, date: Date()).write(to: report)
                tell([Check("report", .pass, "written to \(report)")])
            } catch {
                tell([Check("report", failed: error)])
            }
        } catch let failure as Failure where failure.kind == .interrupted {
            tell([Self.interrupted])
        } catch {
            tell([Check("login", failed: error)])
        }
    }

    private func diagnose(
        _ source: ChosenSource, _ destination: DestinationConfiguration?, _ coordinator: Coordinator
    ) {
        var isAnswered = false
        do {
            let question = DiagnosisQuestion(
                extracts: examinations(source, destination: destination),
                patterns: (source.file?.patterns ?? []).filter(\.isEnabled).compactMap(PatternExamination.init))
            try coordinator.ask(question) {
                isAnswered = true
                tell($0)
            }
        } catch let failure as Failure where failure.kind == .interrupted {
            tell([Self.interrupted])
        } catch {
            tell([Check(isAnswered ? "source" : "login", failed: error)])
        }
    }
}

extension Check {
    /// What there is of a configuration.
    fileprivate init(_ origin: ChosenSource.Origin) {
        switch origin {
        case .flags: self.init("configuration", .skip, "The source is given by flags.")
        case .mockAlone:
            self.init("configuration", .skip, "There is none; the mock server's own account is used.")
        case .file(let file): self.init("configuration", .pass, file.counted)
        }
    }
}
