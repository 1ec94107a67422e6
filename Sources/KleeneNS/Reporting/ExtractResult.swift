import Extraction

/// What became of one extract.
struct ExtractResult: Equatable, Sendable {
    enum Status: String, Sendable {
        case succeeded, failed, interrupted
        /// Chosen, but never begun, because something before it ended the command.
        case notRun = "not_run"
    }

    var name: String
    var status: Status
    var rows: Int?
    /// What the load did to the rows of the table; nil where nobody knows.
    var rowsAdded: Int?
    var rowsReplaced: Int?
    var rowsUnchanged: Int?
    var rowsRemoved: Int?
    var seconds: Double?
    var sourceTable: String
    var destinationTable: String
    var runID: String?
    var failure: Failure?
    /// Of a run that did not load: what the next one can go on with, where that is known.
    var chunksKept: KeptChunks?
    /// What a person should know although the run went on.
    var notes: [String] = []

    /// The result of a run that has a record.
    init(_ record: RunRecord) {
        name = record.extract
        switch record.status {
        case .succeeded: status = .succeeded
        case .failed: status = .failed
        case .interrupted: status = .interrupted
        }
        rows = record.rowsRead
        rowsAdded = record.rowsAdded
        rowsReplaced = record.rowsReplaced
        rowsUnchanged = record.rowsUnchanged
        rowsRemoved = record.rowsRemoved
        seconds = record.seconds
        sourceTable = record.sourceTable
        destinationTable = record.destinationTable
        runID = record.runID
        failure = record.failure
        chunksKept = record.chunksKept
        notes = record.notes
    }

    /// Adds what came of a sweep behind the extract's own run.
    mutating func add(sweep record: RunRecord) {
        notes += record.notes
        seconds = seconds.map { $0 + record.seconds }
        if let removed = record.rowsRemoved { rowsRemoved = (rowsRemoved ?? 0) + removed }
        guard status == .succeeded, record.status != .succeeded else { return }
        status = record.status == .interrupted ? .interrupted : .failed
        runID = record.runID
        failure = record.failure
        chunksKept = record.chunksKept
    }

    /// The result of an extract that was never begun.
    init(notRun extract: TableExtract, because failure: Failure?) {
        name = extract.name
        status = failure == nil || failure?.kind == .credentials || failure?.kind == .connection ? .notRun : .failed
        sourceTable = extract.table.description
        destinationTable = extract.destinationTable
        self.failure = failure
    }
}
