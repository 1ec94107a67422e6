import Extraction
import Logging
import Text

/// Turns the events of runs into log entries, or into what a person at a terminal sees.
///
/// An observer: the run does not know it.
final class RunReporter {
    /// Where entries go, and how much a failure is worth there.
    struct Log {
        var logger: Logger
        /// Whether an entry holds why a run failed; on a screen that is said once, when all is over.
        var explains: Bool
    }

    private let logs: [Log]
    /// What somebody has asked for, and is told though the log be quiet.
    private let answers: Logger
    private let terminal: Terminal
    private let voice: Voice
    private let now: () -> ContinuousClock.Instant
    /// How often we were told to stop.
    private let stops: () -> Int
    /// When the command began, or the question that is asked now.
    private var start: ContinuousClock.Instant
    private var began: ContinuousClock.Instant
    private var lastLogged: ContinuousClock.Instant
    private var display: RunDisplay
    private var lastLine: String?
    /// How far the present extract has got; nil before the first.
    private var place: (extract: String, stage: Logger.Message, rows: Int, bytes: Int)?
    /// The extract for whose lock the present run waits.
    private var waiting: String?
    /// What a person was told last of a failure that is tried again.
    private var lastNote: (extract: String?, cause: String)?

    private static let logInterval: Duration = .seconds(60)

    /// - Parameter extracts: The names of those that are to run, in their order; none for a question.
    init(
        logs: [Log], answers: Logger, terminal: Terminal, voice: Voice, extracts: [String] = [],
        stops: @escaping () -> Int = { 0 }, now: @escaping () -> ContinuousClock.Instant = { ContinuousClock().now }
    ) {
        self.logs = logs
        self.answers = answers
        self.terminal = terminal
        self.voice = voice
        self.now = now
        self.stops = stops
        start = now()
        began = start
        lastLogged = start
        display = RunDisplay(names: extracts)
    }

    private func log(_ level: Logger.Level, _ message: Logger.Message, _ values: [LogKey: String]) {
        for log in logs { log.logger.entry(level, message, values) }
    }

    /// Counts time from now on: a person who was asked something has thought about it meanwhile.
    func begin() {
        start = now()
        began = start
    }

    /// Says how far we are, to somebody who has asked (SIGUSR1): to a person as the living line does, on a line that stays.
    func report() {
        if voice.isForPerson {
            let line = display.line(at: now() - start, width: (terminal.width ?? 80) - 1)
            lastLine = nil
            terminal.say(line.isEmpty ? "between two extracts" : line)
            return draw()
        }
        let seconds = String(Int((now() - began) / .seconds(1)))
        guard let place else { return answers.entry(.info, "the source is being asked", [.seconds: seconds]) }
        answers.entry(
            .info, place.stage,
            [
                .extract: place.extract, .rows: String(place.rows), .bytes: String(place.bytes), .seconds: seconds,
            ])
    }

    /// Draws the living line again where it says something new, and answers a wish to stop at once.
    func tick() {
        heed()
        draw()
    }

    /// Answers a wish to stop.
    func heed() {
        if stops() > 0, !display.isStopping {
            display.isStopping = true
            let text = "stopping; a second signal (Ctrl-C) stops at once"
            if voice.isForPerson {
                if !voice.hasLivingLine { terminal.say("stopping; press Ctrl-C again to stop at once") }
            } else {
                log(.info, "\(text)", [:])
            }
            draw()
        }
    }

    private func draw() {
        guard voice.hasLivingLine, let width = terminal.width else { return }
        let line = display.line(at: now() - start, width: width - 1)
        guard line != lastLine else { return }
        lastLine = line
        terminal.show(progress: line.isEmpty ? nil : line)
    }

    /// Takes the living line away.
    func end() {
        lastLine = nil
        if voice.hasLivingLine { terminal.show(progress: nil) }
    }

    func observe(_ event: RunEvent) {
        display.observe(event, at: now() - start)
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
            log(.info, "extract started", [.extract: extract, .run: run.id])
        case .waiting(let extract, let text):
            // Once.
            if let text, waiting != extract {
                waiting = extract
                note(text, extract: extract)
            }
        case .connected(let facts):
            log(
                .debug, "connected",
                [
                    .driver: "\(facts.driverName) \(facts.driverVersion)",
                    .database: "\(facts.databaseName) \(facts.databaseVersion)", .encoding: facts.encoding,
                ])
        case .planned(let extract, let window, let chunks, _):
            var values: [LogKey: String] = [.extract: extract, .chunks: String(chunks)]
            if let window { values[.window] = window }
            log(.info, "reading begins", values)
        case .reading(let extract, let columns):
            log(.debug, "reading", [.extract: extract, .columns: String(columns)])
        case .progress(let extract, let rows, let bytes): progress(extract, rows, bytes)
        case .restarted(let extract, let columns):
            log(
                .info, "values need more room, or another form, than expected; reading again",
                [.extract: extract, .columns: columns.joined(separator: ", ")])
        case .loading(let extract, let rows):
            log(.debug, "loading", [.extract: extract, .rows: String(rows)])
        case .note(let extract, let text): note(text, extract: extract)
        case .finished(let record): finished(record)
        }
        if case .progress = event { return }
        draw()
    }

    /// Says something that a person should know.
    func note(_ text: String, extract: String? = nil) {
        var values: [LogKey: String] = [:]
        if let extract { values[.extract] = extract }
        log(.warning, "\(text)", values)
        guard voice.isForPerson else { return }
        lastLine = nil
        let name = extract.map { $0.isEmpty ? "" : " \($0)" } ?? ""
        // What failed again for the same reason is not told a second time, only what follows.
        let (cause, next) = Self.halves(text)
        let isSame = next != nil && lastNote?.extract == extract && lastNote?.cause == cause
        lastNote = (extract, cause)
        let text = isSame ? "the same again. \(next ?? "")" : text
        terminal.say(
            "", .init("note", color: voice.hasColor ? .yellow : nil), "\(name.visible): \(text.visible)", wraps: true)
    }

    /// A failure that is tried again, in what it was and what follows; all of any other text.
    private static func halves(_ text: String) -> (cause: String, next: String?) {
        guard let place = text.ranges(of: " Trying again in ").last else { return (text, nil) }
        return (String(text[..<place.lowerBound]), String(text[place.lowerBound...].dropFirst()))
    }

    private func progress(_ extract: String, _ rows: Int, _ bytes: Int) {
        let now = now()
        guard now - lastLogged >= Self.logInterval else { return }
        let seconds = max((now - began) / .seconds(1), 0.001)
        lastLogged = now
        log(
            .info, "extract goes on",
            [
                .extract: extract, .rows: String(rows), .bytes: String(bytes),
                .rowsPerSecond: String(Int(Double(rows) / seconds)), .seconds: String(Int(seconds)),
            ])
    }

    private func finished(_ record: RunRecord) {
        if voice.isForPerson {
            lastLine = nil
            let (head, status, rest) = display.result(record, width: (terminal.width ?? 80) - 1)
            terminal.say(
                head,
                status.map { .init($0, color: voice.hasColor ? (record.status == .failed ? .red : .yellow) : nil) },
                rest.visible)
        }
        for note in record.notes { self.note(note, extract: record.extract) }
        var values: [LogKey: String] = [
            .extract: record.extract, .run: record.runID, .rows: String(record.rowsRead),
            .seconds: String((record.seconds * 1000).rounded() / 1000), .table: record.destinationTable,
        ]
        guard let failure = record.failure else {
            values[.rowsPerSecond] = String(Int(Double(record.rowsRead) / max(record.seconds, 0.001)))
            return log(.info, "extract done", values)
        }
        values = [.extract: record.extract, .run: record.runID, .kind: failure.kind.rawValue]
        for log in logs {
            if log.explains {
                log.logger.entry(.error, "\(failure.description)", values)
            } else if !voice.isQuiet {
                log.logger.entry(.error, "extract failed", values)
            }
        }
    }
}
