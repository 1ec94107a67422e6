import ArgumentParser
import Extraction
import FoundationEssentials
import Rows
import Text

extension KleeneNSCommand {
    struct Status: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "status",
            abstract: "Show for each extract when it was last done, what that changed, and what comes next.",
            discussion: """
                Asks only the destination: there is no login. With --max-age it is a check: the code is 7 where an enabled \
                extract was not done within that time.

                EXAMPLES:
                  kleene-ns status
                  kleene-ns status --max-age 6h --quiet
                """)

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "End with code 7 where an enabled extract was last done longer ago, such as 90m, 6h or 2d.",
                valueName: "span"))
        var maxAge: DurationArgument?

        @OptionGroup var books: BooksOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let scope = try books.scope(context)
            let standings = try scope.overview(maxAge: maxAge?.seconds, at: Date())
            let isFresh = !standings.contains { $0.isStale }
            if !output.quiet || !isFresh || output.format != .table { try context.show(Listing(standings)) }
            context.report(RunPage(standings.compactMap(\.failedRun)))
            return maxAge != nil && !isFresh ? .checkFailed : .done
        }
    }
}

/// How an extract stands, for the question of every morning.
struct ExtractOverview {
    enum Health: String, Sendable {
        /// The last run was done, in time.
        case ok
        /// The last run was not done.
        case failed
        /// The last run was done, too long ago.
        case stale
        case never
        case disabled
    }

    var standing: ExtractStanding
    var success: RunRecord?
    /// Seconds since the last run that was done.
    var age: Int?
    /// Whether it was done too long ago, or never, and somebody cares.
    var isStale = false

    var health: Health {
        if standing.extract?.isEnabled == false { return .disabled }
        guard let last = standing.lastRun else { return .never }
        if last.status != .succeeded { return .failed }
        return isStale ? .stale : .ok
    }

    /// The last run, where it failed.
    var failedRun: ExtractResult? {
        standing.lastRun.flatMap { $0.status == .succeeded ? nil : ExtractResult($0) }
    }

    /// What the next run does, in a few words.
    var next: String {
        switch standing.nextRun?.step {
        case nil: "nothing"
        case .refuse: "is refused"
        case .readNothing: "reads nothing"
        case .goOn(let staged):
            "goes on: \(staged.completed.count) of \(Sentence.count(staged.plan.chunks.count, "chunk", "is", "are")) there"
        case .readAll: standing.nextRun?.readsChanges == true ? "reads changes" : "reads everything"
        }
    }
}

extension StateScope {
    /// All configured extracts, then others that have a watermark.
    ///
    /// - Parameter maxAge: Seconds within which an extract must have been done.
    func overview(maxAge: Int?, at now: Date) throws -> [ExtractOverview] {
        let configured = configured.map(\.name)
        let others = try names().filter { !configured.containsExactly($0) }
        return try (configured + others).map { name in
            var standing = try standing(of: name)
            // A backfill that went well says nothing of changes that nobody reads.
            standing.lastRun = lastExtract(of: name)
            let success = lastSuccess(of: name, at: now)
            var overview = ExtractOverview(standing: standing, success: success, age: success?.age(at: now))
            if let maxAge, standing.extract?.isEnabled == true { overview.isStale = (overview.age ?? .max) > maxAge }
            return overview
        }
    }
}

extension Listing {
    init(_ overviews: [ExtractOverview]) {
        self.init(
            columns: [
                "extract", "status", "last_success", "age_seconds", "rows", "rows_added", "rows_replaced", "watermark",
                "next_action", "next", "last_run_id",
            ],
            rows: overviews.map { overview in
                [
                    Cell(overview.standing.name), Cell(overview.health.rawValue),
                    Cell(time: overview.success?.finishedAt ?? overview.success?.startedAt),
                    Cell(
                        overview.age.map { .integer($0) } ?? .null,
                        words: overview.age.map { Span.rough(seconds: Double($0)) } ?? ""),
                    Cell(overview.success?.rowsRead), Cell(overview.success?.rowsAdded),
                    Cell(overview.success?.rowsReplaced), Cell(overview.standing.state?.watermark),
                    Cell(overview.standing.nextRun.map { .string($0.action) } ?? .null, words: ""),
                    Cell(overview.next), Cell(run: overview.standing.lastRun?.runID),
                ]
            }, spare: ["last_run_id", "rows_replaced", "last_success", "rows", "watermark", "rows_added"],
            headings: Self.countHeadings.merging(["age_seconds": "age", "last_run_id": "last_run"]) { $1 })
    }
}
