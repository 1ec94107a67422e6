import Extraction
import Text

/// What a driver prints on standard error: some say there, and nowhere else, what went wrong.
///
/// mdbtools 1.0.0 prints `File not found` and gives ODBC no reason at all.
final class DriverWords {
    private var lines: [String] = []

    /// The first lines are about what went wrong first; a driver that prints a line a row would fill the memory.
    private static let most = 3
    private static let longest = 200

    func add(_ line: String) {
        let text = line.trimmingBlanks
        guard !text.isEmpty, lines.count < Self.most, !lines.contains(text) else { return }
        lines.append(text.count > Self.longest ? text.prefix(Self.longest) + "…" : text)
    }

    /// The failure with these words, where it is the driver's; they are used up by that.
    func beside(_ failure: Failure) -> Failure {
        guard failure.isDrivers, let words = take() else { return failure }
        var failure = failure
        failure.message += words
        return failure
    }

    /// A failed check with these words.
    func beside(_ check: Check) -> Check {
        guard check.status == .fail, let words = take() else { return check }
        var check = check
        check.detail += words
        return check
    }

    /// A run's end with these words where it failed; with it they are forgotten.
    ///
    /// Not at the next one's beginning: what is printed is heard before what was told meanwhile, so that a run's first words
    /// may come before its beginning.
    func beside(_ event: RunEvent) -> RunEvent {
        guard case .finished(var record) = event else { return event }
        record.failure = record.failure.map { beside($0) }
        lines = []
        return .finished(record)
    }

    private func take() -> String? {
        guard !lines.isEmpty else { return nil }
        defer { lines = [] }
        return " The driver printed: \(lines.map { "\"\($0)\"" }.joined(separator: ", "))."
    }
}

extension Failure {
    /// Whether it is what a driver's function came to.
    fileprivate var isDrivers: Bool { function != nil }
}
