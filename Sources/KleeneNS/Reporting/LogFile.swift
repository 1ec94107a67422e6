import Extraction
import Files
import FoundationEssentials
import Glibc
import Logging
import Synchronization

/// The file of `--log-file`: the machine's log, added to what is there, for its owner alone where it is new. No run waits for whoever
/// is to read a named pipe.
final class LogFile: Sendable {
    private let descriptor: Int32
    private let terminal: Terminal

    /// - Throws: a `Failure` of kind `configuration` where the file cannot be opened.
    init(_ path: String, terminal: Terminal) throws {
        guard SettingsFile.holdsText(path) else {
            throw Failure(
                .configuration, "The log file \(path) holds no text, and lines would be added to it.",
                advice: "It may be a database. Name another with --log-file.")
        }
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        descriptor = unsafe open(path, flags, 0o600)
        self.terminal = terminal
        guard descriptor >= 0 else {
            throw Failure(
                .configuration, "The log file \(path) cannot be opened: \(SystemError(errno)).",
                advice: "Name another with --log-file; its directory must be there.")
        }
    }

    deinit { close(descriptor) }

    /// Adds a line; what cannot be written is lost, as on a terminal.
    func add(_ line: String) {
        var rest = Array((terminal.concealed(line) + "\n").utf8)[...]
        while !rest.isEmpty, let count = try? Descriptor.writeSome(rest, to: descriptor), count > 0 {
            rest = rest.dropFirst(count)
        }
    }
}

/// Writes log entries to a file.
struct FileLog: LogHandler {
    let file: LogFile
    let format: LogFormat
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { file.add(LogLine(event, metadata: metadata).text(format)) }
}
