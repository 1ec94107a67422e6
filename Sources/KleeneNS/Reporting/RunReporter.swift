import Extraction
import Logging

/// Turns the events of runs into log entries and a progress line.
///
/// An observer: the run does not know it.
final class RunReporter {
    private let log: Logger
    /// What somebody has asked for, and is told though the log be quiet.
    private let answers: Logger
    private let terminal: Terminal
    /// Whether there is a progress line instead of a log entry a minute.
    private let showsProgress: Bool
    private let now: () -> ContinuousClock.Instant
    private var began: ContinuousClock.Instant
    private var lastShown: ContinuousClock.Instant?
    private var lastLogged: ContinuousClock.Instant
    /// How far the present extract has got; nil before the first.
    private var place: (extract: String, stage: Logger.Message, rows: Int, bytes: Int)?
    /// The extract for whose lock the present run waits.
    private var waiting: String?

    private static let redraw: Duration = .milliseconds(200)
    private static let logInterval: Duration = .seconds(60)

    init(
        log: Logger, answers: Logger? = nil, terminal: Terminal, showsProgress: Bool,
        now: @escaping () -> ContinuousClock.Instant = { ContinuousClock().now }
    ) {
        self.log = log
        self.answers = answers ?? log
        self.terminal = terminal
        self.showsProgress = showsProgress
        self.now = now
        began = now()
        lastLogged = began
    }

    /// Says how far we are, to somebody who has asked (SIGUSR1).
    func report() {
        let seconds = String(Int((now() - began) / .seconds(1)))
        guard let place else { return answers.entry(.info, "the source is being asked", [.seconds: seconds]) }
        answers.entry(
            .info, place.stage,
            [
                .extract: place.extract, .rows: String(place.rows), .bytes: String(place.bytes), .seconds: seconds,
            ])
    }

    func observe(_ event: RunEvent) {
        switch event {
        case .started(let extract, _): place = (extract, "connecting", 0, 0)
        case .waiting: place?.stage = "waiting for the lock"
        case .planned, .reading: place?.stage = "reading"
        case .progress(_, let rows, let bytes):
            place?.rows = rows
            place?.bytes = bytes
        case .loading: place?.stage = "loading"
        case .finished: place?.stage = "done with this extract"
        case .connected, .restarted, .note: break
        }
        switch event {
        case .started(let extract, let run):
            began = now()
            lastLogged = began
            waiting = nil
            log.entry(.info, "extract started", [.extract: extract, .run: run.id])
        case .waiting(let extract, let text): wait(text, extract: extract)
        case .connected(let facts):
            log.entry(
                .debug, "connected",
                [
                    .driver: "\(facts.driverName) \(facts.driverVersion)",
                    .database: "\(facts.databaseName) \(facts.databaseVersion)", .encoding: facts.encoding,
                ])
        case .planned(let extract, let window, let chunks):
            var values: [LogKey: String] = [.extract: extract, .chunks: String(chunks)]
            if let window { values[.window] = window }
            log.entry(.info, "reading begins", values)
        case .reading(let extract, let columns):
            log.entry(.debug, "reading", [.extract: extract, .columns: String(columns)])
        case .progress(let extract, let rows, let bytes): progress(extract, rows, bytes)
        case .restarted(let extract, let columns):
            log.entry(
                .info, "values are longer than expected; reading again with wider columns",
                [.extract: extract, .columns: columns.joined(separator: ", ")])
        case .loading(let extract, let rows):
            log.entry(.debug, "loading", [.extract: extract, .rows: String(rows)])
            if showsProgress { terminal.show(progress: "\(extract): \(Self.grouped(rows)) rows, loading") }
        case .note(let extract, let text): note(text, extract: extract)
        case .finished(let record): finished(record)
        }
    }

    /// Says something that a person should know.
    func note(_ text: String, extract: String? = nil) {
        var values: [LogKey: String] = [:]
        if let extract { values[.extract] = extract }
        log.entry(.warning, "\(text)", values)
    }

    /// Says once that a run waits, and then shows it.
    private func wait(_ text: String?, extract: String) {
        if let text, waiting != extract {
            waiting = extract
            note(text, extract: extract)
        }
        if showsProgress {
            terminal.show(progress: "\(extract): waiting, \(Int((now() - began) / .seconds(1))) s")
        }
    }

    private func progress(_ extract: String, _ rows: Int, _ bytes: Int) {
        let now = now()
        let seconds = max((now - began) / .seconds(1), 0.001)
        let rate = Int(Double(rows) / seconds)
        if showsProgress {
            if let lastShown, now - lastShown < Self.redraw { return }
            lastShown = now
            let size = Self.megabytes(bytes)
            terminal.show(
                progress:
                    "\(extract): \(Self.grouped(rows)) rows, \(size), \(Self.grouped(rate)) rows/s, \(Int(seconds)) s")
        } else if now - lastLogged >= Self.logInterval {
            lastLogged = now
            log.entry(
                .info, "extract goes on",
                [
                    .extract: extract, .rows: String(rows), .bytes: String(bytes), .rowsPerSecond: String(rate),
                    .seconds: String(Int(seconds)),
                ])
        }
    }

    private func finished(_ record: RunRecord) {
        terminal.show(progress: nil)
        for note in record.notes { self.note(note, extract: record.extract) }
        var values: [LogKey: String] = [
            .extract: record.extract, .run: record.runID, .rows: String(record.rowsRead),
            .seconds: String((record.seconds * 1000).rounded() / 1000), .table: record.destinationTable,
        ]
        guard let failure = record.failure else {
            values[.rowsPerSecond] = String(Int(Double(record.rowsRead) / max(record.seconds, 0.001)))
            log.entry(.info, "extract done", values)
            return
        }
        log.entry(
            .error, "\(failure.description)",
            [.extract: record.extract, .run: record.runID, .kind: failure.kind.rawValue])
    }

    /// `1234567` as `1,234,567`.
    static func grouped(_ number: Int) -> String {
        let digits = Array(String(abs(number)))
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return (number < 0 ? "-" : "") + result
    }

    private static func megabytes(_ bytes: Int) -> String {
        let tenths = bytes * 10 / 1_000_000
        return "\(tenths / 10).\(tenths % 10) MB"
    }
}
