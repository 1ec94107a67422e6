import ArgumentParser
import Extraction
import FoundationEssentials
import Rows
import Text
import Threads

extension KleeneNSCommand {
    struct Extract: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "extract",
            abstract: "Run extracts: the configured ones, or one given by flags.",
            discussion: ChoiceOptions.discussion + """


                EXAMPLES:
                  kleene-ns extract
                  kleene-ns extract 'trans*' --tag hourly
                  kleene-ns extract --sweep transactions
                  kleene-ns extract --quiet --max-runtime 2h --on-failure 'mail -s "kleene-ns" me@example.com'
                """)

        @OptionGroup var choice: ChoiceOptions
        @OptionGroup(title: "One extract by flags") var extract: ExtractOptions
        @OptionGroup(title: "Source") var source: SourceOptions
        @Flag(
            help:
                "Read the keys of the extracts and nothing else, and remove the rows that the source no longer has, as \"deletes\" says."
        )
        var sweep = false

        @OptionGroup(title: "Running unattended") var running: RunOptions
        @OptionGroup(title: "When all is over") var hooks: HookOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws { try choice.validate(with: extract, source) }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            try context.telling(hooks) {
                try context.run(
                    try ExtractOrder(choice, extract, source, context, sweeps: sweep), running, hooks, sweeps: sweep)
            }
        }
    }
}

extension CommandContext {
    /// Says what became of extracts whose result could not be printed: what is loaded is loaded.
    ///
    /// - Returns: the code of the run, which matters more than the paper it is on; where all was done, that of the printing.
    private func unshown(_ results: [ExtractResult], _ status: ExitStatus, _ failure: Failure) -> ExitStatus {
        let done = results.count { $0.status == .succeeded }
        var failure = failure
        failure.advice =
            done == 0
            ? "No extract was done; `kleene-ns runs list` shows why."
            : (results.count == 1 ? "The extract was" : "\(done) of \(Sentence.count(results.count, "extract")) were")
                + " done, and the rows are in the destination; only this result is missing. `kleene-ns runs list` shows it: do not run the extracts again for its sake."
        report(failure)
        guard status == .done else { return status }
        if failure.kind == .interrupted {
            return interruption.signal.map { ExitStatus(signal: $0) } ?? .runtimeReached
        }
        return ExitStatus(failure.kind)
    }

    /// Runs extracts, and shows what became of them.
    ///
    /// - Parameter sweeps: Whether they are swept, and nothing else.
    func run(
        _ order: ExtractOrder, _ running: RunOptions, _ hooks: HookOptions, sweeps: Bool = false
    ) throws -> ExitStatus {
        let begin = ContinuousClock().now
        var coordinator = try coordinator(
            order.source, destination: order.destination, extracts: order.extracts.map(\.name),
            masks: order.maskKey)
        running.apply(to: &coordinator.runSettings)
        if sweeps { coordinator.runSettings.sweeps = true }
        if let maxRuntime = running.maxRuntime {
            try Failure.unlessThreads {
                try interruption.expire(after: maxRuntime.seconds)
            }
        }
        let history = Composition.history(at: order.destination)
        func identify() -> RunIdentity {
            RunIdentity(startedAt: Timestamp(Date()), salt: .random(in: 0...UInt32.max))
        }
        let results =
            coordinator.extract(order.extracts, into: order.destination, history: history, identify: identify)
            + order.refused.map { result(of: $0, run: sweeps ? nil : identify(), history) }
        terminal.show(progress: nil)
        let status = ExitStatus(results, signal: interruption.signal, isOutOfTime: interruption.isOutOfTime)
        let page = RunPage(results)
        do {
            try show(page, seconds: (ContinuousClock().now - begin) / .seconds(1))
        } catch let failure as Failure {
            report(page)
            if status == .runtimeReached { report(running.outOfTime(results)) }
            let code = unshown(results, status, failure)
            tell(hooks, results, order.source.secrets)
            return code
        }
        report(page)
        if status == .runtimeReached { report(running.outOfTime(results)) }
        tell(hooks, results, order.source.secrets)
        return status
    }

    /// What became of an extract that could not run.
    ///
    /// Where an earlier run has read its table, and the source does not list that any more, it is written down: `status` would go
    /// on calling it well by its last success.
    ///
    /// - Parameter run: Nil for what is no run of the extract itself.
    private func result(of refused: RefusedExtract, run: RunIdentity?, _ history: RunHistory) -> ExtractResult {
        let extract = refused.extract
        let earlier = (try? history.last()) ?? []
        guard let run, refused.failure.kind == .statement,
            earlier.contains(where: { $0.extract.isExactly(extract.name) })
        else { return ExtractResult(notRun: extract, because: refused.failure) }
        var record = RunRecord(extract, run: run, version: Version.current)
        record.fail(refused.failure)
        record.finishedAt = Timestamp(Date())
        do {
            try history.add(record, 60)
        } catch {
            record.notes.append("The run could not be recorded: \(error)")
        }
        return ExtractResult(record)
    }

    /// Has the command that wants to be told of failures told of one by which no extract is begun: it may be all that anybody hears.
    func telling(_ hooks: HookOptions, _ body: () throws -> ExitStatus) throws -> ExitStatus {
        do {
            return try body()
        } catch {
            let failure = (error as? Failure) ?? Failure(.configuration, "\(error)", advice: "")
            // Nobody knows which of the others are secrets.
            tell(
                hooks, Listing(notBegun: failure), isDone: false,
                environment: environment.filter { HookOptions.plainVariables.contains($0.key) })
            throw error
        }
    }

    private func tell(_ hooks: HookOptions, _ results: [ExtractResult], _ secrets: [SecretReference]) {
        var environment = environment
        for secret in secrets {
            if case .environment(let name) = secret.place { environment[name] = nil }
        }
        tell(
            hooks, Listing(results), isDone: results.allSatisfy { $0.status == .succeeded }, environment: environment)
    }

    /// Runs the command that wants to be told; what it comes to changes nothing.
    private func tell(_ hooks: HookOptions, _ result: Listing, isDone: Bool, environment: [String: String]) {
        let json = terminal.concealed(ListingFormat.json.render(result))
        // The time that the run had is over with it.
        interruption.ceaseToExpire()
        do {
            try hooks.run(json, isDone: isDone, environment: environment, interruption: interruption)
        } catch {
            report(error)
        }
    }

    /// Shows what became of extracts: as data where that was asked for, else as a table or, to a person who has seen each
    /// of them end, as one line.
    private func show(_ page: RunPage, seconds: Double) throws {
        guard output.format == .table else { return try show(Listing(page.results)) }
        if output.quiet { return }
        if voice.isForPerson, terminal.showsResults, output.fields == nil {
            let isOne = page.results.count == 1 || page.results.allSatisfy { $0.status != .succeeded }
            if !isOne { terminal.say(RunDisplay.tally(page.results, seconds: seconds)) }
            return
        }
        if !page.shown.isEmpty { try show(Listing(page.shown)) }
    }
}
