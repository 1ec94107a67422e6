import Extraction
import Rows
import Text

/// What a person at a terminal sees of a command's runs: one line that lives while an extract runs, and one that stays when
/// it is over.
///
/// A value: events change it, and it renders itself for a moment and a width. Moments are spans since the command began.
struct RunDisplay: Equatable {
    /// What the present extract is about.
    enum Stage: Equatable {
        case signingIn, planning, waiting, reading, loading
    }

    private struct Present: Equatable {
        var name: String
        var stage = Stage.signingIn
        var began: Duration
        /// When the stage began.
        var since: Duration
        var rows = 0
        /// Rows that are to come, where the source has counted them.
        var expected: Int?
        var chunks = 1
        /// When rows came last.
        var lastRow: Duration
        /// When reading began, and when its first rows came.
        var readSince: Duration?
    }

    /// Names of the extracts, in their order.
    let names: [String]
    private var present: Present?
    private var begun = 0
    /// Somebody has asked to stop.
    var isStopping = false

    /// Seconds without a row that are worth a word.
    private static let silence = 5

    init(names: [String] = []) {
        self.names = names
    }

    mutating func observe(_ event: RunEvent, at now: Duration) {
        switch event {
        case .started(let extract, _):
            begun = (names.firstIndex { Exact($0) == Exact(extract) } ?? begun) + 1
            present = Present(name: extract, began: now, since: now, lastRow: now)
        case .waiting(let extract, _): if !extract.isEmpty { enter(.waiting, at: now) }
        case .connected: enter(.planning, at: now)
        case .planned(_, _, let chunks, let rows):
            present?.chunks = chunks
            present?.expected = rows
            enter(.reading, at: now)
        case .reading: enter(.reading, at: now)
        case .progress(_, let rows, _):
            enter(.reading, at: now)
            if let known = present?.rows, rows != known { present?.lastRow = now }
            present?.rows = rows
        case .restarted: enter(.reading, at: now)
        case .loading(_, let rows):
            enter(.loading, at: now)
            present?.rows = rows
        case .finished: present = nil
        case .note: break
        }
    }

    private mutating func enter(_ stage: Stage, at now: Duration) {
        guard let old = present?.stage, old != stage else { return }
        present?.stage = stage
        present?.since = now
        guard stage == .reading, present?.readSince == nil else { return }
        present?.readSince = now
        present?.lastRow = now
    }

    // MARK: The living line

    /// The line for a moment, at most so wide.
    func line(at now: Duration, width: Int) -> String {
        if isStopping { return "stopping; press Ctrl-C again to stop at once".elided(to: width) }
        guard let present else {
            guard begun == 0 else { return "" }
            let what = names.isEmpty ? "asking the source" : "starting"
            return "\(what) … \(Self.seconds(now))".elided(to: width)
        }
        // What comes first is what is left longest when there is no room.
        var line = "\(number)\(present.name.visible)"
        let parts = parts(present, at: now)
        for (place, part) in parts.enumerated() {
            let longer = line + (place == 0 ? "  " : ", ") + part
            guard longer.displayWidth <= width else {
                // A name may be long; what goes on is worth more than its end.
                guard place == 0 else { break }
                let room = width - part.displayWidth - 2
                return room < 4 ? part.elided(to: width) : line.elided(to: room) + "  " + part
            }
            line = longer
        }
        return line
    }

    private func parts(_ present: Present, at now: Duration) -> [String] {
        let passed = Self.seconds(now - present.since)
        switch present.stage {
        case .signingIn: return ["signing in … \(passed)"]
        case .planning: return ["planning … \(passed)"]
        case .waiting: return ["waiting … \(passed)"]
        case .loading: return ["loading \(Self.rows(present.rows)) … \(passed)"]
        case .reading: return reading(present, at: now)
        }
    }

    private func reading(_ present: Present, at now: Duration) -> [String] {
        let since = present.readSince ?? present.since
        let silent = Int((now - present.lastRow) / .seconds(1))
        guard present.rows > 0 else { return ["waiting for the first row … \(Self.seconds(now - since))"] }
        var parts = [Self.rows(present.rows)]
        let reading = max((now - since) / .seconds(1), 0.001)
        let rate = Double(present.rows) / reading
        if let expected = present.expected, expected >= present.rows {
            parts[0] = "\(Sentence.grouped(present.rows)) of \(Self.rows(expected))"
        }
        if silent >= Self.silence {
            parts.append("no row for \(silent) s")
        } else {
            if let expected = present.expected, expected >= present.rows, reading >= 1 {
                parts.append("\(Span.rough(seconds: Double(expected - present.rows) / rate)) left")
            }
            parts.append("\(Sentence.grouped(Int(rate))) rows/s")
        }
        parts.append(Self.seconds(now - present.began))
        if present.chunks > 1 { parts.append(Sentence.count(present.chunks, "chunk")) }
        return parts
    }

    private static func seconds(_ span: Duration) -> String { Span.rough(seconds: (span / .seconds(1)).rounded(.down)) }

    private var number: String { names.count > 1 ? "[\(begun)/\(names.count)] " : "" }

    // MARK: The line that stays

    /// What an extract has come to: the line before its status word, that word where the run failed, and what follows.
    func result(_ record: RunRecord, width: Int) -> (head: String, status: String?, rest: String) {
        let longest = names.map(\.visible.displayWidth).max() ?? 0
        let seconds = Self.tenths(record.seconds)
        let counts = RowCounts(record)
        let status = record.failure == nil ? nil : record.status.rawValue
        var rest = status == nil ? "\(counts.words)  \(seconds)" : "  \(seconds)"
        func room() -> Int { width - number.displayWidth - 2 - (status ?? "").displayWidth - rest.displayWidth }
        if status == nil, room() < min(longest, 12) { rest = "\(counts.short)  \(seconds)" }
        if room() < 4 { rest = "" }
        let name = record.extract.visible.elided(to: max(1, room())).padded(to: min(longest, max(1, room())))
        return ("\(number)\(name)  ", status, rest)
    }

    /// What all of them have come to.
    static func tally(_ results: [ExtractResult], seconds: Double) -> String {
        let done = results.filter { $0.status == .succeeded }
        let rows = done.compactMap(\.rows).reduce(0, +)
        let extracts = Sentence.count(results.count, "extract")
        let begin = done.count == results.count ? extracts : "\(done.count) of \(extracts)"
        return "\(begin) done, \(Self.rows(rows)) read in \(tenths(seconds))"
    }

    private static func rows(_ count: Int) -> String { Sentence.count(count, "row", isGrouped: true) }

    private static func tenths(_ seconds: Double) -> String {
        guard seconds < 60 else { return Span.rough(seconds: seconds) }
        let tenths = Int((max(0, seconds) * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) s"
    }
}

extension Span {
    /// `12 s`, `3 min 5 s`, `2 h 10 min`: short enough for a line that lives.
    static func rough(seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "?" }
        let whole = Int(max(0, seconds).rounded())
        return switch whole {
        case ..<60: "\(whole) s"
        case ..<3600: "\(whole / 60) min" + (whole % 60 == 0 ? "" : " \(whole % 60) s")
        case ..<172_800: "\(whole / 3600) h" + (whole / 60 % 60 == 0 ? "" : " \(whole / 60 % 60) min")
        default: Sentence.count(whole / 86_400, "day")
        }
    }
}
