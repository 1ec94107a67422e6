import Extraction
import ODBCSource
import SuiteAnalytics

/// What the coordinator asks of a worker: one JSON line on the worker's standard input, secrets included.
///
/// It must never be printed or logged.
struct WorkOrder: Codable, Sendable {
    /// The source, with its secrets.
    enum SourceSettings: Codable, Sendable {
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
        case schemas
        case tables(schema: String?)
        case columns(TableName)
        case preview(TableName, limit: Int)
        case extract([OrderedExtract], destination: String)
        case diagnose
        /// The same, and then a probe on the same connection.
        case probe
    }

    var source: SourceSettings
    /// The secrets among the settings, for the worker's own redactor.
    var secrets: [String]
    var task: Task

    /// The line that the coordinator sends once it has had enough.
    static let stop = "stop"
}

/// What a worker says: JSON lines on what was its standard output.
enum WorkerEvent: Codable, Sendable {
    /// The order was understood.
    case ready
    case run(RunEvent)
    case schemas([CatalogSchema])
    case tables([CatalogTable])
    case columns(CatalogTableColumns)
    case preview(Preview)
    case checks([Check])
    case probe(ProbeEvent)
    /// Something a person should know.
    case note(String)
    /// A task other than an extract came to nothing.
    case failed(Failure)
    /// Everything was done, well or badly; the process is about to end.
    case done
}
