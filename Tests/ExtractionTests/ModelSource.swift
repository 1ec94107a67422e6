import Extraction
import TestSupport

/// A clock on a wall: what it shows at a moment of true time, which is counted in milliseconds.
struct WallClock {
    /// Seconds ahead of true time.
    var offset = 0
    /// Milliseconds of true time at which it is put back, or forward, by an hour.
    var change: (at: Int, seconds: Int)?

    func shows(_ time: Int) -> Int {
        guard let change, time >= change.at else { return time + offset * 1000 }
        return time + (offset + change.seconds) * 1000
    }

    /// By how much it is ever put back or forward, in seconds.
    var jump: Int { abs(change?.seconds ?? 0) }
}

/// One state of a row of the source: stamped, and seen by others when its transaction is committed.
struct Version {
    var row: Int
    var number: Int
    var key: KeyValue
    var stampedAt: Int
    var visibleAt: Int
    /// Its key was set far ahead by whoever wrote it.
    var isFutureDated = false
}

/// A source table in memory: what is visible when, and what the key and the clock say then.
struct ModelSource {
    var versions: [Version] = []
    var clock = WallClock()

    static let start = moment("2026-10-24 20:00:00").seconds * 1000

    static func at(_ milliseconds: Int) -> Moment {
        // True time is after 1970 in all histories.
        Moment(seconds: milliseconds / 1000, nanoseconds: milliseconds % 1000 * 1_000_000)
    }

    /// The rows as a reader sees them: of each the version that was committed last.
    func rows(at time: Int) -> [Version] {
        var rows: [Int: Version] = [:]
        for version in versions where version.visibleAt <= time {
            if let other = rows[version.row], other.number > version.number { continue }
            rows[version.row] = version
        }
        return Array(rows.values)
    }

    func outlook(_ kind: KeyKind, rows: [Version], at time: Int) -> Window.Outlook {
        switch kind {
        case .timestamp, .date: .init(clock: Self.at(clock.shows(time)))
        case .integer, .text:
            .init(maximum: rows.map(\.key).max { comes($0, before: $1) })
        }
    }
}

/// A destination table in memory, filled by windows as the program fills it.
struct ModelExtract {
    var incremental: Incremental
    var kind: KeyKind
    /// Whether rows that are read twice are told apart; otherwise they are added.
    var identifiesRows: Bool
    var watermark: Watermark?
    /// By row: the version that was read last.
    var table: [Int: Int] = [:]
    /// How often each version was added.
    var added: [Int: Int] = [:]
    var violations: [String] = []

    /// One run.
    ///
    /// - Parameter fails: Whether it breaks before the load.
    mutating func run(_ source: ModelSource, at time: Int, fails: Bool = false) {
        let rows = source.rows(at: time)
        let outlook = source.outlook(kind, rows: rows, at: time)
        let window = Window.next(
            incremental, kind: kind, after: watermark, outlook: outlook, identifiesRows: identifiesRows)
        let condition = window.condition
        var read: [Version] = []
        var unread: Set<KeyValue> = []
        for row in rows {
            if holds(condition, row.key) { read.append(row) } else { unread.insert(row.key) }
        }
        if window.isEmpty, !read.isEmpty { violations.append("the empty window \(window) holds rows") }
        if read.contains(where: { unread.contains($0.key) }) { violations.append("\(window) splits equal keys") }
        if fails { return }
        for row in read {
            table[row.row] = row.number
            added[row.number, default: 0] += 1
        }
        let largest = read.map(\.key).max { comes($0, before: $1) }
        let next = window.watermark(after: watermark, largest: window.isEmpty ? nil : largest)
        check(next, window: window, isEmpty: read.isEmpty)
        watermark = next
    }

    private mutating func check(_ next: Watermark?, window: Window, isEmpty: Bool) {
        if isEmpty, next != watermark { violations.append("\(window) without a row moved the watermark") }
        guard let next else {
            if watermark != nil { violations.append("the watermark was lost") }
            return
        }
        if let old = watermark, comes(next.value, before: old.value) {
            violations.append("the watermark went down from \(old) to \(next)")
        }
        guard next != watermark, let upper = window.upper else { return }
        let isBeyond = comes(upper.value, before: next.value) || (upper.value == next.value && !upper.isIncluded)
        if isBeyond { violations.append("the watermark \(next) is beyond the end of \(window)") }
    }
}
