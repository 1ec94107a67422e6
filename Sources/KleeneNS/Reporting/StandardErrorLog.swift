import Extraction
import FoundationEssentials
import Logging
import Text

/// The keys of log entries.
enum LogKey: String, CaseIterable {
    case extract, run, rows, bytes, columns, seconds, table, driver, database, encoding, failure, advice, kind, line
    case window, chunks
    case rowsPerSecond = "rows_per_second"

    /// Whether JSON has its values as numbers.
    var isNumber: Bool {
        switch self {
        case .rows, .bytes, .seconds, .chunks, .rowsPerSecond: true
        default: false
        }
    }
}

extension Logger {
    /// An entry with a fixed message and values beside it.
    func entry(_ level: Logger.Level, _ message: Logger.Message, _ values: [LogKey: String] = [:]) {
        var metadata = Logger.Metadata()
        for (key, value) in values { metadata[key.rawValue] = .string(value) }
        log(level: level, message, metadata: metadata)
    }
}

/// A log entry as one line, for machines: text, or a JSON object.
struct LogLine {
    let time: String
    let level: Logger.Level
    let message: String
    let values: [(key: String, value: String)]

    init(_ event: LogEvent, metadata: Logger.Metadata, at date: Date = Date()) {
        time = Timestamp(date).text
        level = event.level
        message = "\(event.message)"
        values = metadata.merging(event.metadata ?? [:]) { $1 }.map { ($0.key, "\($0.value)") }.sorted { $0.0 < $1.0 }
    }

    func text(_ format: LogFormat) -> String {
        switch format {
        case .json: json
        case .text: "\(time) \(level.rawValue)\(rest)"
        }
    }

    /// What follows the level.
    var rest: String {
        // The words of drivers and sources are in it: they must neither command the terminal nor look like other entries.
        " \(message.visible)" + values.map { " \($0.key)=\(Self.quotedIfNeeded($0.value))" }.joined()
    }

    private var json: String {
        let head = [("time", time), ("level", level.rawValue), ("message", message)]
        let members =
            head.map { JSONValue.quoted($0) + ":" + JSONValue.quoted($1) }
            + values.map { JSONValue.quoted($0.key) + ":" + Self.json($0.key, $0.value) }
        return "{" + members.joined(separator: ",") + "}"
    }

    private static func json(_ key: String, _ value: String) -> String {
        guard LogKey(rawValue: key)?.isNumber == true, let number = Double(value), number.isFinite else {
            return JSONValue.quoted(value)
        }
        return value
    }

    private static func quotedIfNeeded(_ value: String) -> String {
        let isPlain = !value.isEmpty && !value.contains { $0.isWhitespace || "\"=".contains($0) }
        return isPlain && value.visible == value ? value : JSONValue.quoted(value)
    }
}

/// Writes log entries to the terminal's standard error, as text or as one JSON object a line.
struct StandardErrorLog: LogHandler {
    let terminal: Terminal
    let format: LogFormat
    let hasColor: Bool
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let line = LogLine(event, metadata: metadata)
        switch format {
        case .json: terminal.say(line.text(.json))
        case .text:
            terminal.say("\(line.time) ", Terminal.Word(line.level.rawValue, color: color(line.level)), line.rest)
        }
    }

    private func color(_ level: Logger.Level) -> Terminal.Word.Color? {
        guard hasColor else { return nil }
        switch level {
        case .error, .critical: return .red
        case .warning: return .yellow
        default: return nil
        }
    }
}
