import Logging
import Text

/// Says log entries to a person at a terminal: the sentence, and what belongs to it in brackets; no time and no level but a
/// word where something may be wrong.
struct PersonLog: LogHandler {
    let terminal: Terminal
    let hasColor: Bool
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let values = metadata.merging(event.metadata ?? [:]) { $1 }.map { "\($0.key) \($0.value)" }.sorted()
        let text = "\(event.message)".visible + (values.isEmpty ? "" : " (\(values.joined(separator: ", ").visible))")
        switch event.level {
        case .warning: terminal.say("", .init("warning", color: hasColor ? .yellow : nil), ": \(text)", wraps: true)
        case .error, .critical:
            terminal.say("", .init("error", color: hasColor ? .red : nil), ": \(text)", wraps: true)
        default: terminal.say(text, wraps: true)
        }
    }
}
