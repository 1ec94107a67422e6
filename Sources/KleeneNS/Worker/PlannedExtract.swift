import Extraction

/// What `extract` would do for one extract, and why; or why it could do nothing.
struct PlannedExtract: Codable, Equatable, Sendable {
    var extract: TableExtract
    var plan: ReadPlan?
    /// The statements of the first chunks, as they would go to the source.
    var statements: [String]
    /// Chunks that an earlier run has staged and that would not be read again.
    var stagedChunks: Int?
    var failure: Failure?

    init(extract: TableExtract, plan: ReadPlan, statements: [String], stagedChunks: Int?) {
        self.extract = extract
        self.plan = plan
        self.statements = statements
        self.stagedChunks = stagedChunks
    }

    init(extract: TableExtract, failure: Failure) {
        self.extract = extract
        self.statements = []
        self.failure = failure
    }
}
