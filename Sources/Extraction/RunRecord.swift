package import FoundationEssentials

/// Which run: an id that sorts by time, and when it began.
package struct RunIdentity: Codable, Hashable, Sendable {
    /// `20261123T091500Z-7f3a9c01`: UTC to the second, then random hexadecimal digits.
    package let id: String
    package let startedAt: Timestamp

    package init(startedAt: Timestamp, salt: UInt32) {
        self.startedAt = startedAt
        let compact = startedAt.text.filter { !"-:.".contains($0) }
        let digits = String(salt, radix: 16)
        let suffix = String(repeating: "0", count: 8 - digits.count) + digits
        self.id = "\(compact.prefix(8))T\(compact.dropFirst(9).prefix(6))Z-\(suffix)"
    }
}

/// A moment as UTC text `YYYY-MM-DDTHH:MM:SS.mmmZ`, which sorts as time does.
package struct Timestamp: Codable, Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String

    /// Of a moment in the years 1 to 9999. By our own calendar: a format of Foundation's reads the machine's time zone first.
    package init(_ date: Date) {
        let seconds = min(max(date.timeIntervalSince1970, -62_135_596_800), 253_402_300_799)
        let whole = seconds.rounded(.down)
        let milliseconds = Int(((seconds - whole) * 1000).rounded(.down))
        let moment = Moment(seconds: Int(whole))
        self.text = moment.description.replacing(" ", with: "T") + ".\(String(milliseconds + 1000).dropFirst())Z"
    }

    package init(text: String) { self.text = text }

    package init(from decoder: any Decoder) throws {
        self.text = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    /// Seconds from here to another moment; nil where the text is not one.
    package func seconds(until date: Date) -> Double? {
        guard let begin = Moment(text.hasSuffix("Z") ? String(text.dropLast()) : text) else { return nil }
        return date.timeIntervalSince1970 - Double(begin.seconds)
    }

    package var description: String { text }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.text < right.text }
}

/// How a run ended.
package enum RunStatus: String, Codable, Sendable {
    case succeeded, failed, interrupted
}

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
    package var rowsRead: Int
    /// Bytes of values, without lengths and padding.
    package var bytesRead: Int
    package var rowsInTable: Int?
    /// Rows that the table did not have before; nil where nothing was loaded.
    package var rowsAdded: Int?
    /// What an incremental run read, such as `[2026-11-01 00:00:00, 2026-11-23 08:00:00)`.
    package var window: String?
    /// How far the extract had got before the run, and after it.
    package var watermarkBefore: Watermark?
    package var watermarkAfter: Watermark?
    /// Rows whose incremental key is NULL.
    package var rowsWithoutKey: Int?
    package var chunks: Int?
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
    /// The kleene-ns that ran.
    package var version: String

    package init(_ extract: TableExtract, run: RunIdentity, version: String) {
        self.runID = run.id
        self.extract = extract.name
        self.sourceTable = extract.table.description
        self.destinationTable = extract.destinationTable
        self.extractType = extract.extractType
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

/// Everything observable that happens in a run. Progress, log and record are observers of one stream of these.
package enum RunEvent: Codable, Sendable {
    case started(extract: String, run: RunIdentity)
    /// The run waits, for another run's lock or before it tries again; told again and again while it does. The sentence is
    /// nil where it has been said.
    case waiting(extract: String, text: String?)
    case connected(SourceFacts)
    /// What is to be read: the window of an incremental run, and in how many chunks.
    case planned(extract: String, window: String?, chunks: Int)
    /// The statement was accepted; rows may follow.
    case reading(extract: String, columns: Int)
    /// Rows and bytes staged so far.
    case progress(extract: String, rows: Int, bytes: Int)
    /// The read begins again with wider slots.
    case restarted(extract: String, columns: [String])
    case loading(extract: String, rows: Int)
    /// Something a person should know, said once.
    case note(extract: String?, text: String)
    case finished(RunRecord)
}
