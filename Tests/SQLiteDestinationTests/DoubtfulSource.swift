import Extraction
import Foundation
import Rows
import SQLiteDestination
import TestSupport

/// A source whose table has a whole number `id`, its key, and a moment `k`; and which does not do what it says.
struct DoubtfulSource: MemorySource {
    /// What is wrong with it.
    enum Fault: Sendable, Equatable, CaseIterable {
        /// Its clock shows what it showed eight hours ago, as after a change of a user's preferences.
        case clockBack
        /// It delivers the first ten rows of a result and says that this was all.
        case endsEarly
        /// It delivers each row of a result twice.
        case doubles
        /// It ignores all conditions.
        case ignoresConditions
        /// Each chunk brings the first row of the next one as well.
        case overlapsChunks
        /// A policy hides all rows, from reads and counts alike.
        case hidesRows
        /// The rows are hidden between count and read.
        case hidesRowsMeanwhile
        /// It names no smallest and no largest key.
        case namesNoKeys
    }

    var rows: [(id: Int64, k: Moment)]
    var now: Moment
    var fault: Fault?
    private let asked = Asked()

    /// Whether it was read: `@unchecked Sendable`, its state is touched with `lock` held.
    private final class Asked: @unchecked Sendable {
        private let lock = NSLock()
        private var reads = 0

        func countRead() { lock.withLock { reads += 1 } }
        var hasRead: Bool { lock.withLock { reads > 0 } }
    }

    init(rows: [(id: Int64, k: Moment)], now: Moment, fault: Fault? = nil) {
        self.rows = rows
        self.now = now
        self.fault = fault
    }

    /// So many rows, a minute apart, the last one an hour before `now`.
    static func ordinary(_ count: Int, now: Moment) -> DoubtfulSource {
        DoubtfulSource(
            rows: (0..<count).map { (Int64($0 + 1), now.adding(seconds: ($0 + 1 - count) * 60 - 3600)) }, now: now)
    }

    func columns(of table: TableName, withKey: Bool) throws -> CatalogTableColumns {
        CatalogTableColumns(
            name: table,
            columns: [
                CatalogColumn(name: "id", type: "BIGINT", key: 1, keyKind: .integer),
                CatalogColumn(name: "k", type: "TIMESTAMP", keyKind: .timestamp),
            ])
    }

    func clock() throws -> SourceClock {
        SourceClock(session: fault == .clockBack ? now.adding(seconds: -8 * 3600) : now)
    }

    private func visible(_ condition: Condition?) -> [(id: Int64, k: Moment)] {
        if fault == .hidesRows || (fault == .hidesRowsMeanwhile && asked.hasRead) { return [] }
        return rows.filter { row in
            condition.map { holds($0) { $0 == "id" ? .integer(row.id) : .timestamp(row.k) } } ?? true
        }
    }

    func count(of table: TableName, where condition: Condition?) throws -> Int? { visible(condition).count }

    func extent(of column: String, kind: KeyKind, in table: TableName, where condition: Condition?) throws -> KeyExtent
    {
        let found = visible(condition)
        let keys: [KeyValue] = column == "id" ? found.map { .integer($0.id) } : found.map { .timestamp($0.k) }
        guard fault != .namesNoKeys else { return KeyExtent(smallest: nil, largest: nil, rows: found.count) }
        return KeyExtent(
            smallest: keys.min { $0.isBelow($1) == true }, largest: keys.max { $0.isBelow($1) == true },
            rows: found.count)
    }

    func open(_ query: TableQuery, hint: Never?) throws -> PlayedReader {
        asked.countRead()
        var found = visible(fault == .ignoresConditions ? nil : query.condition)
        switch fault {
        case .endsEarly: found = Array(found.prefix(10))
        case .doubles: found = found.flatMap { [$0, $0] }
        case .overlapsChunks:
            if let last = found.last, let next = rows.first(where: { $0.id > last.id }) { found.append(next) }
        default: break
        }
        return PlayedReader(
            columns: [Column(name: "id", type: .integer), Column(name: "k", type: .timestamp)],
            rows: found.map { [.integer($0.id), .text($0.k.description)] })
    }

    /// Runs an extract of the table into a file.
    func run(_ extract: TableExtract, into path: String, _ settings: RunSettings = .quick) -> RunRecord {
        let run = ExtractRun(
            source: self, destination: SQLiteFile(path: path),
            context: RunContext(settings: settings, version: "test"), clock: InvocationClock(), makeSource: { self })
        return run(extract, run: makeRun())
    }
}
