import Rows

/// What a comparison of a copy with its source has found.
package struct VerifyRecord: Codable, Sendable, Equatable {
    package enum Outcome: String, Codable, Sendable {
        /// No difference was found.
        case equal
        case different
        /// What differed was made right, and was looked at again.
        case repaired
        /// It came to no answer.
        case failed
    }

    package var id: String
    package var extract: String
    package var sourceTable: String
    package var destinationTable: String
    package var outcome: Outcome
    package var startedAt: Timestamp
    package var finishedAt: Timestamp?
    package var seconds: Double
    package var options: VerifyOptions
    /// Which rows are compared, in words.
    package var scope: String?
    package var watermark: Watermark?
    /// Rows of both sides in it, where they were counted.
    package var sourceRows: Int?
    package var rows: Int?
    /// Rows that were left aside, because they have changed since the watermark.
    package var rowsMoving: Int?
    package var buckets: Int?
    package var bucketsDifferent: Int?
    /// Rows that were read of the source to be compared, and those of them that were read to look again.
    package var rowsRead = 0
    package var rowsReread = 0
    package var found = DifferenceCounts()
    /// Differences of the first look that were none in the second.
    package var passing = 0
    package var uniqueColumns: [String] = []
    /// The first of the rows that differ.
    package var differences: [RowDifference] = []
    /// What was made right, and by which run.
    package var repaired: DifferenceCounts?
    package var repairRun: String?
    /// What still differs after a repair.
    package var remaining: DifferenceCounts?
    /// What this comparison cannot see, and what a person should know, in sentences.
    package var limits: [String] = []
    package var notes: [String] = []
    /// What to do about what differs, in sentences; nil where nothing does, or where the failure says it.
    package var advice: String?
    package var failure: Failure?
    package var version: String

    /// Differences that a record names.
    package static let mostNamed = 1000

    package init(_ extract: TableExtract, run: RunIdentity, options: VerifyOptions, version: String) {
        id = run.id
        self.extract = extract.name
        sourceTable = extract.table.description
        destinationTable = extract.destinationTable
        outcome = .failed
        startedAt = run.startedAt
        seconds = 0
        self.options = options
        self.version = version
    }
}
