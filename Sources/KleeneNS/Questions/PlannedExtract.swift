import Extraction
import Rows

/// What `extract` would do for one extract, and why; or why it could do nothing.
struct PlannedExtract: Codable, Equatable, Sendable {
    var extract: TableExtract
    /// What the next run does, in a word; see `NextRun.action`.
    var action: String?
    /// What would be read: where staged chunks would be gone on with, as the run that staged them had planned.
    var plan: ReadPlan?
    /// The statements of the first chunks that would be read, as they would go to the source.
    var statements: [String] = []
    /// Chunks that an earlier run has staged and that would not be read again.
    var stagedChunks: Int?
    /// What would become of the destination table.
    var table: TableOutlook?
    /// Why all this, in sentences.
    var reasons: [String] = []
    var failure: Failure?

    /// Statements of so many chunks are shown.
    private static let shownChunks = 3

    /// - Parameters:
    ///   - next: What is decided.
    ///   - statement: The SQL of a read.
    init(
        _ extract: TableExtract, _ next: NextRun, into destination: some Destination,
        statement: (TableQuery) throws -> String
    ) throws {
        self.extract = extract
        action = next.action
        reasons = next.reasons
        var columns: [Column]?
        switch next.step {
        case .refuse(let failure): self.failure = failure
        case .goOn(let staged):
            stagedChunks = staged.completed.count
            columns = staged.columns
        case .readAll, .readNothing: break
        }
        guard let plan = next.plan else { return }
        statements = try next.chunks.prefix(Self.shownChunks).map { try statement(plan.query(for: $0)) }
        table = try destination.outlook(for: extract, plan: plan, columns: columns)
        self.plan = plan
    }

    /// What would be refused.
    init(_ extract: TableExtract, failure: Failure) {
        self.extract = extract
        self.failure = failure
        action = "refuse"
    }
}
