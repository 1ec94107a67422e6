import ArgumentParser
import Extraction
import FoundationEssentials
import Logging
import Rows

extension KleeneNSCommand {
    struct Verify: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Prove that destination tables are what the source has, and repair them.",
            discussion: """
                Both sides add up the rows of ranges of the key: how many there are, whole numbers, the incremental key, and \
                NULLs. Rows are read only where sums differ. What plain sums cannot see, such as a text that changed without \
                its date, --full compares value by value, and --sample does for a share of the rows. Of an incremental extract \
                only the rows up to its watermark are compared. Differences are looked at twice, because sources change. The \
                code is 7 where there is one.

                \(ChoiceOptions.discussion)

                EXAMPLES:
                  kleene-ns verify
                  kleene-ns verify transactions --sample 2%
                  kleene-ns verify transactions --full --repair
                  kleene-ns verify --history --format jsonl
                """)

        @OptionGroup var choice: ChoiceOptions

        @Flag(help: "Read all rows, and compare them value by value.")
        var full = false

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "Also compare this share of the rows value by value, though their sums agree, such as 2%.",
                valueName: "share"))
        var sample: ShareArgument?

        @Flag(help: "Repair what differs, in one change; the watermark stays where it is.")
        var repair = false

        @Flag(help: "Let a repair remove more rows than \"guard\" lets.")
        var allowShrink = false

        @Flag(help: "List earlier comparisons, the latest first; asks only the destination.")
        var history = false

        /// Absent: `defaultLimit`.
        @Option(parsing: .unconditional, help: "With --history, list at most this many comparisons. (default: 20)")
        var limit: Int?

        private static let defaultLimit = 20

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "Wait this long for an extract's lock that another run holds; then end with code 5. (default: do not wait)",
                valueName: "span"))
        var waitLock: DurationArgument?

        @OptionGroup(title: "Source") var source: SourceOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws {
            if full, sample != nil {
                throw ValidationError("'--full' and '--sample' exclude each other: full means all.")
            }
            try source.validateConfigured("verify")
            if history, full || repair || sample != nil || waitLock != nil {
                throw ValidationError(
                    "'--history' only lists: it takes no '--full', '--sample', '--repair' or '--wait-lock'.")
            }
            if limit != nil, !history { throw ValidationError("'--limit' is for '--history'.") }
            if allowShrink, !repair { throw ValidationError("'--allow-shrink' is for '--repair'.") }
            if let limit, limit < 1 { throw ValidationError("'--limit' must be 1 or more.") }
        }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let order = try ExtractOrder(choice, source, context)
            if history { return try list(order, context) }
            var coordinator = try context.coordinator(
                order.source, destination: order.destination, masks: order.maskKey)
            if let waitLock { coordinator.runSettings.lockWait = Double(waitLock.seconds) }
            var options = VerifyOptions(isFull: full, sample: sample?.share, repairs: repair)
            options.allowsShrinking = allowShrink
            let question = VerifyQuestion(
                extracts: order.extracts, destination: order.destination, settings: coordinator.runSettings,
                options: options)
            // What is wrong with one table of an entry for several stops no other.
            var records = order.refused.map { VerifyRecord($0, options: options) }
            let ending = order.extracts.isEmpty ? nil : ask(question, coordinator, context) { records.append($0) }
            let isQuiet = output.quiet && output.format == .table && records.allSatisfy { $0.outcome == .equal }
            let shown = output.format == .table ? records.compactMap(\.withoutFailure) : records
            if !isQuiet, !shown.isEmpty { try context.show(Listing(shown)) }
            if let ending {
                context.report(ending)
                return ending.kind == .interrupted
                    ? ExitStatus(signal: context.interruption.signal ?? 0) : ExitStatus(ending.kind)
            }
            var said: [Failure] = []
            for failure in records.compactMap(\.failure) where !said.contains(failure) {
                context.report(failure)
                said.append(failure)
            }
            return ExitStatus(records)
        }

        /// Has a worker compare, and shows what it is about; why it came to an end, where that is a failure.
        private func ask(
            _ question: VerifyQuestion, _ coordinator: Coordinator, _ context: CommandContext,
            take: (VerifyRecord) -> Void
        ) -> Failure? {
            defer { context.terminal.show(progress: nil) }
            do {
                try coordinator.ask(question) { answer in
                    switch answer {
                    case .doing(let extract, let text):
                        if context.voice.hasLivingLine { context.terminal.show(progress: "\(extract): \(text)") }
                        context.log.entry(.debug, "\(extract): \(text)")
                    case .note(let extract, let text): context.log.entry(.notice, "\(extract): \(text)")
                    case .found(let record): take(record)
                    }
                }
                return nil
            } catch {
                return Failure.wrapping(error)
            }
        }

        private func list(_ order: ExtractOrder, _ context: CommandContext) throws -> ExitStatus {
            let limit = limit ?? Self.defaultLimit
            let names = (order.extracts + order.refused.map(\.extract)).map(\.name)
            let records = try Composition.comparisons(at: order.destination)(
                names.count == 1 ? names[0] : nil, names.count == 1 ? limit : .max)
            try context.show(
                Listing(history: Array(records.filter { names.containsExactly($0.extract) }.prefix(limit))))
            return .done
        }
    }
}

extension VerifyRecord {
    /// Of an extract that cannot run.
    fileprivate init(_ refused: RefusedExtract, options: VerifyOptions) {
        let run = RunIdentity(startedAt: Timestamp(Date()), salt: .random(in: 0...UInt32.max))
        self.init(refused.extract, run: run, options: options, version: Version.current)
        failure = refused.failure
    }

    /// What a table shows of it: why it came to no answer is said below. Nil where there is nothing else.
    fileprivate var withoutFailure: VerifyRecord? {
        guard failure != nil else { return self }
        guard found.all > 0 else { return nil }
        var record = self
        record.failure = nil
        return record
    }
}

extension ExitStatus {
    /// The code of comparisons: of those that came to no answer before that of a difference.
    init(_ records: [VerifyRecord]) {
        let failures = records.compactMap(\.failure)
        guard failures.isEmpty else {
            self.init(failures, successes: records.count - failures.count, of: records.count)
            return
        }
        self = records.contains { $0.outcome == .different } ? .checkFailed : .done
    }
}
