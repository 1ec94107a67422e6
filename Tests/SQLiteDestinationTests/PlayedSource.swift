import Extraction
import Foundation
import Rows
import SQLiteDestination
import TestSupport

/// What the connections of a played source have in common: its one table, whose first column `id` is a whole number, and
/// what goes wrong with it.
///
/// `@unchecked Sendable`: the state is touched with `lock` held.
final class PlayedTable: @unchecked Sendable {
    let columns: [Column]
    private let rows: [[Cell?]]
    /// What goes wrong when a read begins; which read of all it is, from 1.
    private let failure: @Sendable (Int) -> Failure?
    private let lock = NSLock()
    private var loginCount = 0
    private var readCount = 0
    private var heard: [RunEvent] = []

    init(
        _ columns: [Column] = sampleColumns, rows: [[Cell?]],
        failure: @escaping @Sendable (Int) -> Failure? = { _ in nil }
    ) {
        self.columns = columns
        self.rows = rows
        self.failure = failure
    }

    var logins: Int { lock.withLock { loginCount } }
    var events: [RunEvent] { lock.withLock { heard } }

    func observe(_ event: RunEvent) { lock.withLock { heard.append(event) } }

    fileprivate func logIn() { lock.withLock { loginCount += 1 } }

    fileprivate func read(where condition: Condition?) throws -> [[Cell?]] {
        let count = lock.withLock {
            readCount += 1
            return readCount
        }
        if let failure = failure(count) { throw failure }
        return selected(by: condition)
    }

    fileprivate func selected(by condition: Condition?) -> [[Cell?]] {
        guard let condition else { return rows }
        return rows.filter { Self.holds(condition, Self.id($0)) }
    }

    fileprivate static func id(_ row: [Cell?]) -> Int64 {
        if case .integer(let id)? = row[0] { id } else { 0 }
    }

    private static func holds(_ condition: Condition, _ id: Int64) -> Bool {
        switch condition {
        case .isNull, .isUnordered, .lacksKey: return false
        case .all(let parts): return parts.allSatisfy { holds($0, id) }
        case .any(let parts): return parts.contains { holds($0, id) }
        case .written, .amongRows, .among: return true
        case .compare(_, let comparison, .integer(let bound)):
            switch comparison {
            case .below: return id < bound
            case .atMost: return id <= bound
            case .above: return id > bound
            case .atLeast: return id >= bound
            }
        case .compare: return false
        }
    }

    /// Runs an extract of the table.
    @discardableResult
    func run(
        _ extract: TableExtract, into destination: some Destination, settings: RunSettings = .quick
    ) -> RunRecord {
        ExtractRun(
            source: PlayedSource(table: self), destination: destination,
            context: RunContext(settings: settings, version: "test", observe: { self.observe($0) }),
            clock: InvocationClock(), makeSource: { PlayedSource(table: self) }
        )(extract, run: makeRun())
    }
}

extension RunSettings {
    /// Tries again at once.
    static let quick = RunSettings(retry: RetryPolicy(firstDelay: 0, longestDelay: 0))
}

/// One connection to a played table.
final class PlayedSource: MemorySource {
    private let table: PlayedTable
    private var isConnected = false

    init(table: PlayedTable) { self.table = table }

    func connect() throws -> SourceFacts {
        if !isConnected { table.logIn() }
        isConnected = true
        return SourceFacts(
            driverName: "played", driverVersion: "1", databaseName: "played", databaseVersion: "1",
            encoding: "narrow UTF-8")
    }

    func disconnect() { isConnected = false }

    func columns(of table: TableName, withKey: Bool) throws -> CatalogTableColumns {
        CatalogTableColumns(
            name: table,
            columns: self.table.columns.enumerated().map { index, column in
                CatalogColumn(
                    name: column.name, type: "played", key: index == 0 ? 1 : nil,
                    keyKind: column.type == .integer ? .integer : nil)
            })
    }

    func clock() throws -> SourceClock { SourceClock(session: Moment(seconds: 0)) }

    func count(of table: TableName, where condition: Condition?) throws -> Int? {
        self.table.selected(by: condition).count
    }

    func extent(of column: String, kind: KeyKind, in table: TableName, where condition: Condition?) throws -> KeyExtent
    {
        let ids = self.table.selected(by: condition).map(PlayedTable.id)
        return KeyExtent(
            smallest: ids.min().map { .integer($0) }, largest: ids.max().map { .integer($0) }, rows: ids.count)
    }

    func open(_ query: TableQuery, hint: Never?) throws -> PlayedReader {
        PlayedReader(columns: table.columns, rows: try table.read(where: query.condition))
    }
}

/// One read of a played table, a row a batch.
final class PlayedReader: TableReader {
    let columns: [Column]
    private let rows: [[Cell?]]
    private var next = 0

    init(columns: [Column], rows: [[Cell?]]) {
        self.columns = columns
        self.rows = rows
    }

    var layout: BatchLayout {
        let formats: [CellFormat] = columns.map { column in
            switch column.type {
            case .integer: .int64
            case .double: .double
            default: .utf8
            }
        }
        return BatchLayout(slots: formats.map { .init(format: $0, stride: 64) }, capacity: 1)
    }

    func fill(_ batch: RowBatch) throws -> Bool {
        batch.removeAll()
        guard next < rows.count else { return false }
        TestSupport.fill(batch, [rows[next]], firstRow: next + 1)
        next += 1
        return true
    }
}
