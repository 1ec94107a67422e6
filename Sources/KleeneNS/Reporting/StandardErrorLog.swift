import Extraction
import FoundationEssentials
import Logging
import Text

/// The keys of log entries.
enum LogKey: String {
    case extract, run, rows, bytes, columns, seconds, table, driver, database, encoding, failure, advice, kind, line
    case window, chunks
    case rowsPerSecond = "rows_per_second"
}

extension Logger {
    /// An entry with a fixed message and values beside it.
    func entry(_ level: Logger.Level, _ message: Logger.Message, _ values: [LogKey: String] = [:]) {
        var metadata = Logger.Metadata()
        for (key, value) in values { metadata[key.rawValue] = .string(value) }
        log(level: level, message, metadata: metadata)
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
        let values = metadata.merging(event.metadata ?? [:]) { $1 }.map { ($0.key, "\($0.value)") }.sorted {
            $0.0 < $1.0
        }
        let time = Timestamp(Date()).text
        switch format {
        case .json:
            let members =
                [("time", time), ("level", event.level.rawValue), ("message", "\(event.message)")] + values
            let text = members.map { JSONValue.quoted($0.0) + ":" + JSONValue.quoted($0.1) }.joined(separator: ",")
            terminal.say("{" + text + "}")
        case .text:
            let pairs = values.map { " \($0.0)=\(Self.quotedIfNeeded($0.1))" }.joined()
            // The words of drivers and sources are in it: they must neither command the terminal nor look like other entries.
            let level = Terminal.Word(event.level.rawValue, color: color(event.level))
            terminal.say("\(time) ", level, " \("\(event.message)".visible)\(pairs)")
        }
    }

    private static func quotedIfNeeded(_ value: String) -> String {
        let isPlain = !value.isEmpty && !value.contains { $0.isWhitespace || "\"=".contains($0) }
        return isPlain && value.visible == value ? value : JSONValue.quoted(value)
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
