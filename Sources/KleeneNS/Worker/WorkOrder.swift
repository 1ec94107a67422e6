import Extraction
import FoundationEssentials
import ODBCSource
import SuiteAnalytics
import Text

/// What the coordinator asks of a worker: one JSON line on the worker's standard input, secrets included.
///
/// It must never be printed or logged.
struct WorkOrder: Codable, Sendable, Unprintable {
    /// The source, with its secrets.
    enum SourceSettings: Codable, Sendable, Unprintable {
        case odbc(DataSourceSettings)
        case netSuite(ServiceSettings, reading: ReadSettings, loginTimeout: Int)
    }

    /// An extract, and the identity of its run until the worker begins it: the coordinator has to record the run if the
    /// worker cannot.
    struct OrderedExtract: Codable, Sendable {
        var extract: TableExtract
        var run: RunIdentity
    }

    enum Task: Codable, Sendable {
        /// `clock` is the source's, as an earlier worker of the same command has read it.
        case extract(
            [OrderedExtract], destination: DestinationConfiguration, settings: RunSettings, clock: SourceClock?)
        /// Anything else.
        case question(AskedQuestion)
    }

    var source: SourceSettings
    var task: Task
    /// By which columns are masked; nil where none is.
    var maskKey: Secret?
    /// The destination in whose books logins are remembered; nil where that is beside it, or there is none.
    var loginBooks: DestinationConfiguration?
    /// Whether the worker, once it has done the task, waits for others of the same source, logged in as it is.
    var isFollowed: Bool?

    /// All secrets that are in the order: what redaction takes out, here and in the worker.
    var secrets: [Secret] {
        source.secrets + [maskKey].compactMap(\.self) + (loginBooks?.secrets ?? []) + task.secrets
    }

    /// The order as a worker reads it: the text into which secrets are encoded.
    func line() throws -> [UInt8] {
        let encoder = JSONEncoder()
        if let passage = Secret.passage { encoder.userInfo[passage] = true }
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    /// A further task for a worker that has done one.
    struct Following: Codable, Sendable, Unprintable {
        var following: Task

        /// As a worker reads it; another text into which secrets are encoded.
        func line() throws -> [UInt8] {
            let encoder = JSONEncoder()
            if let passage = Secret.passage { encoder.userInfo[passage] = true }
            return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
        }
    }

    /// What comes of asking for an access token.
    enum TokenAnswer: Codable, Sendable, Unprintable {
        case granted(Secret)
        case refused(Failure)

        /// The answer as a worker reads it; another text into which a secret is encoded.
        func line() throws -> [UInt8] {
            let encoder = JSONEncoder()
            if let passage = Secret.passage { encoder.userInfo[passage] = true }
            return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
        }
    }

    /// The line that the coordinator sends once it has had enough.
    static let stop = "stop"
}

extension WorkOrder.Task {
    /// Whether it loads into a destination, without which it comes to nothing.
    var isExtract: Bool { if case .extract = self { true } else { false } }

    /// Those of a destination.
    var secrets: [Secret] {
        switch self {
        case .extract(_, let destination, _, _): destination.secrets
        case .question(let asked): asked.question.secrets
        }
    }
}

extension WorkOrder.SourceSettings {
    /// All secrets that are in the settings: what redaction takes out, here and in the worker.
    var secrets: [Secret] {
        switch self {
        case .odbc(let settings): settings.secrets
        case .netSuite(let settings, _, _): settings.secrets
        }
    }
}

/// What a worker says: JSON lines on what was its standard output.
///
/// `Answer` is what the question asks for that was put to it; an extract has none.
enum WorkerEvent<Answer: Codable & Sendable>: Codable, Sendable {
    /// The order was understood.
    case ready
    case run(RunEvent)
    /// The source's clock, at which all windows of the command end: another worker does not read it again.
    case clock(SourceClock)
    /// A part of the answer.
    case answer(Answer)
    /// Something a person should know.
    case note(String)
    /// The driver holds on to a statement that is past its limit of this many seconds, and does not give way to being
    /// cancelled: the process is lost.
    case stuck(seconds: Int)
    /// Somebody sent the worker alone a signal that asks to stop; it stops.
    case signalled(Int32)
    /// A login takes an access token, which the coordinator has or asks for.
    case tokenWanted
    /// A task came to nothing.
    case failed(Failure)
    /// Everything was done, well or badly; the process is about to end.
    case done
}
