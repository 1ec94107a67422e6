import Extraction
import FoundationEssentials

/// What `extract` would do for one extract, and why; or why it could do nothing.
struct PlannedExtract: Codable, Equatable, Sendable {
    var extract: TableExtract
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

    /// - Parameter statement: The SQL of a read.
    init(
        _ extract: TableExtract, plan: ReadPlan, destination: some Destination, settings: RunSettings,
        statement: (TableQuery) throws -> String
    ) throws {
        self.extract = extract
        var plan = plan
        var chunks = plan.chunks
        reasons = plan.reasons + (plan.notes ?? [])
        if let staged = destination.glance(at: extract) {
            if settings.startsAfresh {
                reasons.append("Without --fresh it would go on with \(staged.summary).")
            } else if let reason = staged.reasonAgainst(plan, settings: settings, at: Date()) {
                reasons.append(reason)
            } else {
                reasons.append("It goes on with \(staged.summary); the window is that run's.")
                let drift = plan.drift
                plan = staged.plan
                plan.drift = drift
                stagedChunks = staged.completed.count
                chunks = staged.plan.chunks.filter { staged.completed[$0.number] == nil }
            }
        }
        if plan.watermark != nil, !plan.isBackfill, plan.window?.isEmpty == true {
            chunks = []
            reasons.append("No row can be in the window, so nothing is read.")
        }
        statements = try chunks.prefix(Self.shownChunks).map { try statement(plan.query(for: $0)) }
        table = try destination.outlook(for: extract, plan: plan)
        self.plan = plan
    }

    init(_ extract: TableExtract, failure: Failure) {
        self.extract = extract
        self.failure = failure
    }
}
