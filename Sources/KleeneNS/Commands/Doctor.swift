import ArgumentParser
import Extraction
import FoundationEssentials

extension KleeneNSCommand {
    struct Doctor: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "doctor",
            abstract: "Check everything from the configuration to one login, with the cure for each failure.",
            discussion: """
                With --probe it goes on asking on that one login: small statements that find out what source and driver \
                can do (block fetch, types, clock, time limits, cancelling). Nothing is changed at the source, \
                and no table of the business is read but for counts and the newest change of small ones. The report \
                holds no secret, no value of a row, and neither account nor company; it is meant to be shown to others.
                """)

        /// Absent: what the configuration says.
        @Option(help: ArgumentHelp("The database file to check.", valueName: "file.db"))
        var destination: String?

        @Flag(help: "Find out what source and driver can do, on the same login.")
        var probe = false

        /// Absent: the findings are listed with the checks alone.
        @Option(
            help: ArgumentHelp("Write what --probe found to a file: JSON for .json, else Markdown.", valueName: "file"))
        var report: String?

        @OptionGroup(title: "Source") var source: SourceOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws {
            if report != nil, !probe { throw ValidationError("'--report' is written only by '--probe'.") }
        }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let checks = Examination(
                options: source, destination: destination.map(DestinationConfiguration.init), probes: probe,
                report: report, context: context
            ).checks()
            let isWell = !checks.contains { $0.status == .fail }
            if !output.quiet || !isWell || output.format != .table { try context.show(Listing(checks)) }
            if let signal = context.interruption.signal { return ExitStatus(signal: signal) }
            return checks.contains { $0.status == .fail } ? .checkFailed : .done
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

    func checks() -> [Check] {
        var checks: [Check] = []
        var source: ChosenSource?
        do {
            let chosen = try context.source(options)
            source = chosen
            checks.append(Check(chosen.origin))
        } catch let invalid as InvalidConfiguration {
            checks += invalid.faults.map { Check("configuration", .fail, "\($0)", cure: "Edit \(invalid.file).") }
        } catch {
            checks.append(Check("configuration", failed: error))
        }
        guard let source else {
            return checks
                + ["secrets", "destination", "login"].map { Check($0, .skip, "There is no valid configuration.") }
        }
        let secrets =
            source.mock == nil
            ? secretChecks(source)
            : [Check("secret", .skip, "The mock server has credentials of its own.")]
        checks += secrets
        let named = destination ?? source.destination
        var destination = named
        if let named {
            do {
                let reached = try context.reachable(
                    named, directory: source.directory, stateDirectory: source.stateDirectory)
                destination = reached
                checks += Composition.destination(reached).checks()
            } catch {
                checks.append(Check("destination", failed: error))
            }
        } else {
            checks.append(Check("destination", .skip, "None is configured."))
        }
        guard !secrets.contains(where: { $0.status == .fail }) else {
            return checks + [Check("login", .skip, "A secret is missing.")]
        }
        return checks + sourceChecks(source, destination: destination)
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
            return ExtractExamination(extract, held: standing?.heldColumns(by: extract))
        }
    }

    private func secretChecks(_ source: ChosenSource) -> [Check] {
        var resolver = SecretResolver(environment: context.environment, directory: source.directory)
        resolver.expect(source.configuration.secrets)
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

    private func sourceChecks(_ source: ChosenSource, destination: DestinationConfiguration?) -> [Check] {
        do {
            let coordinator = try context.coordinator(source, destination: destination, warns: false)
            let warnings =
                Composition.warnings(coordinator.source).map { Check("source", .warn, $0) }
                + Composition.checks(coordinator.source)
            guard !warnings.contains(where: { $0.status == .fail }) else {
                return warnings + [Check("login", .skip, "It would be refused.")]
            }
            guard probes else {
                var checks = warnings
                do {
                    let question = DiagnosisQuestion(extracts: examinations(source, destination: destination))
                    try coordinator.ask(question) { checks += $0 }
                } catch let failure as Failure where failure.kind == .interrupted {
                    return checks + [Self.interrupted]
                } catch  where checks.count > warnings.count {
                    return checks + [Check("source", failed: error)]
                }
                return checks
            }
            let spelling = Composition.otherSpelling(
                coordinator.source, learning: coordinator.redact, context.interruption)
            let result = try coordinator.probe()
            let checks = warnings + result.checks + (spelling.map { [$0] } ?? []) + result.findings.map(\.check)
            guard let report else { return checks }
            do {
                try ProbeReport(result.findings, source: coordinator.source, date: Date()).write(to: report)
                return checks + [Check("report", .pass, "written to \(report)")]
            } catch {
                return checks + [Check("report", failed: error)]
            }
        } catch let failure as Failure where failure.kind == .interrupted {
            return [Self.interrupted]
        } catch {
            return [Check("login", failed: error)]
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
        case .file(let file): self.init("configuration", .pass, "\(file.extracts.count) extracts")
        }
    }
}
