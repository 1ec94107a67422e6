import ArgumentParser
import Extraction
import FoundationEssentials
import Logging
import Rows

extension KleeneNSCommand {
    struct CheckCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Check what was done, without a login.",
            subcommands: [Freshness.self])
    }
}

extension KleeneNSCommand.CheckCommand {
    struct Freshness: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "freshness",
            abstract: "Check how long ago extracts were last done.",
            discussion: """
                Asks only the destination: there is no login. The code is 7 where an extract was last done longer ago than \
                --error, or never; beyond --warn it is said, and the code is 0. Without a NAME all enabled extracts are checked. \
                Backfills, sweeps and repairs do not count.

                EXAMPLES:
                  kleene-ns check freshness --warn 6h --error 24h
                  kleene-ns check freshness transactions --error 90m --format json
                """)

        @Argument(
            help: ArgumentHelp("Names or globs of configured extracts.", valueName: "name"), completion: .extractName)
        var names: [String] = []

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("Say which were last done longer ago than this, such as 6h.", valueName: "span"))
        var warn: DurationArgument?

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "End with code 7 where one was last done longer ago than this. (default: 24h, without --warn)",
                valueName: "span"))
        var error: DurationArgument?

        @OptionGroup var books: BooksOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws {
            if let warn, let error, warn.seconds > error.seconds {
                throw ValidationError("'--warn' must be shorter than '--error'.")
            }
        }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let scope = try books.scope(context)
            // Books that cannot be read say nothing, and not that nothing was done.
            _ = try scope.book.states()
            // A destination that flags alone have filled has no configuration: what has a watermark there is meant, as of `status`.
            let kept = try names.isEmpty && scope.configured.isEmpty ? scope.names() : []
            let chosen =
                try kept.isEmpty
                ? Selection(patterns: names, tags: []).choose(from: scope.configured).map(\.name) : kept
            let limits = FreshnessLimits(
                warn: warn?.seconds, error: error?.seconds ?? (warn == nil ? FreshnessLimits.day : nil))
            let now = Date()
            let found = chosen.map { name -> ExtractFreshness in
                let success = scope.lastSuccess(of: name, at: now)
                return ExtractFreshness(name, success: success, age: success?.age(at: now), limits: limits)
            }
            let isFresh = found.allSatisfy { $0.verdict == .ok }
            if !output.quiet || !isFresh || output.format != .table { try context.show(Listing(found)) }
            for freshness in found where freshness.verdict == .warn {
                context.log.entry(.warning, "\(freshness.words)")
            }
            return found.contains { $0.verdict == .error } ? .checkFailed : .done
        }
    }
}

/// Seconds after which an extract was done too long ago.
struct FreshnessLimits: Equatable, Sendable {
    var warn: Int?
    var error: Int?

    /// Where nobody says how long is too long.
    static let day = 86_400

    /// - Parameter age: Nil for an extract that was never done, or nobody knows when.
    func verdict(_ age: Int?) -> ExtractFreshness.Verdict {
        let age = age ?? .max
        if let error, age > error { return .error }
        if let warn, age > warn { return .warn }
        return .ok
    }
}

/// How long ago an extract was last done.
struct ExtractFreshness: Equatable, Sendable {
    enum Verdict: String, Sendable {
        case ok, warn, error
    }

    var name: String
    var lastSuccess: Timestamp?
    var age: Int?
    var limits: FreshnessLimits
    var verdict: Verdict

    init(_ name: String, success: RunRecord?, age: Int?, limits: FreshnessLimits) {
        self.name = name
        lastSuccess = success?.finishedAt ?? success?.startedAt
        self.age = age
        self.limits = limits
        verdict = limits.verdict(age)
    }

    /// A sentence.
    var words: String {
        guard let age else {
            return lastSuccess.map {
                "The extract \"\(name)\" was last done at \($0), which is ahead of this machine's clock: how long ago is not known."
            } ?? "The extract \"\(name)\" was never done."
        }
        let done = "The extract \"\(name)\" was last done \(Span.exactWords(age)) ago"
        switch verdict {
        case .ok: return done + "."
        case .warn: return done + ", longer than \(Span.exactWords(limits.warn ?? 0))."
        case .error: return done + ", longer than \(Span.exactWords(limits.error ?? 0))."
        }
    }
}

extension Listing {
    init(_ freshness: [ExtractFreshness]) {
        self.init(
            columns: ["extract", "status", "last_success", "age_seconds", "warn_seconds", "error_seconds", "message"],
            rows: freshness.map {
                [
                    Cell($0.name), Cell($0.verdict.rawValue), Cell(time: $0.lastSuccess),
                    Cell($0.age.map { .integer($0) } ?? .null, words: $0.age.map(CatalogReader.ago) ?? "never"),
                    Cell($0.limits.warn), Cell($0.limits.error), Cell($0.words),
                ]
            }, untold: ["warn_seconds", "error_seconds", "message"], spare: ["last_success"],
            headings: ["age_seconds": "age"])
    }
}
