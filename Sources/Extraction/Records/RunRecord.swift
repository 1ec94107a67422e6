import Text

/// One execution of one extract: what it was to do, what it did, and why it stopped.
package struct RunRecord: Codable, Sendable, Equatable {
    package var runID: String
    package var extract: String
    package var sourceTable: String
    package var destinationTable: String
    package var extractType: ExtractType
    package var loadMethod: LoadMethod
    package var status: RunStatus
    package var startedAt: Timestamp
    package var finishedAt: Timestamp?
    package var seconds: Double
    /// How long each step took; nil in records of versions before 0.2.
    package var steps: StepTimes?
    package var rowsRead: Int
    /// Bytes of values, without lengths and padding.
    package var bytesRead: Int
    package var rowsInTable: Int?
    /// Rows that the table did not have before; nil where nothing was loaded.
    package var rowsAdded: Int?
    /// Rows of the table that a load replaced, rows that were there already, and rows that went; nil where nobody knows.
    package var rowsReplaced: Int?
    package var rowsUnchanged: Int?
    package var rowsRemoved: Int?
    /// What an incremental run read, such as `[2026-11-01 00:00:00, 2026-11-23 08:00:00)`.
    package var window: String?
    /// The same, exactly; nil in records of versions before 0.2.
    package var range: Window?
    /// How far the extract had got before the run, and after it.
    package var watermarkBefore: Watermark?
    package var watermarkAfter: Watermark?
    /// Rows whose incremental key is NULL.
    package var rowsWithoutKey: Int?
    package var chunks: Int?
    /// The statement that asked for the rows, of several chunks the first; long ones are cut. Nil where nothing was read, and of older
    /// versions.
    package var statement: String?
    /// Of a run that did not load: what the next one can go on with; nil where that is not known, or nothing was read.
    package var chunksKept: KeptChunks?
    /// The run whose staged chunks this one went on with, and how many rows they had.
    package var resumedFrom: String?
    package var rowsResumed: Int?
    /// Failures that were put up with.
    package var retries: Int?
    /// How often the read began again because values were longer than their slots.
    package var restarts: Int
    /// Largest resident memory of the process that read, in bytes.
    package var peakMemory: Int?
    package var source: SourceFacts?
    /// How the source's columns differ from those that the table had; nil where they do not.
    package var drift: Drift?
    package var notes: [String]
    package var failure: Failure?
    /// What it did where it was no extract, such as `repair`; nil for an extract or a backfill.
    package var action: Action?
    /// Whether it read a range that somebody had named: no evidence that what has changed since was read. Nil for no, and in
    /// older records.
    package var isBackfill: Bool?
    /// Rows that a repair made right.
    package var repaired: DifferenceCounts?
    /// The kleene-ns that ran.
    package var version: String

    /// What a run did that was no extract.
    package enum Action: String, Codable, Sendable {
        /// Keys were read, and rows that the source no longer has went.
        case sweep
        /// Rows that a comparison found to differ were made right.
        case repair
    }

    /// Of longer statements, which name keys by the thousand, so much is kept for each run.
    private static let statementLength = 4000

    /// Keeps a statement, or the beginning of it.
    mutating func keep(statement: String) {
        let rest = statement.count - Self.statementLength
        self.statement =
            rest > 0
            ? "\(statement.prefix(Self.statementLength))… (\(Sentence.count(rest, "further character")))" : statement
    }

    package init(_ extract: TableExtract, run: RunIdentity, version: String) {
        self.runID = run.id
        self.extract = extract.name
        self.sourceTable = extract.table.description
        self.destinationTable = extract.destinationTable
        self.extractType = extract.extractType
        self.action = extract.sweeps == true ? .sweep : nil
        self.isBackfill = extract.backfill != nil ? true : nil
        self.loadMethod = extract.loadMethod
        self.status = .failed
        self.startedAt = run.startedAt
        self.seconds = 0
        self.rowsRead = 0
        self.bytesRead = 0
        self.restarts = 0
        self.notes = []
        self.version = version
    }
}
