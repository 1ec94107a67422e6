import Extraction
import Foundation
import Rows
import TestSupport

/// One state of a row of the generated source: stamped with its key, and seen by others from its commit on.
struct GeneratedVersion {
    var row: Int64
    /// Grows with each change of any row.
    var number: Int
    /// Nil is NULL.
    var key: KeyValue?
    /// Milliseconds of true time.
    var visibleAt: Int
}

/// A source table that goes on changing while it is read: each statement takes its time, and sees what is committed when it
/// begins. Statements fail as told.
///
/// `@unchecked Sendable`: with one connection all is done on the calling thread.
final class GeneratedWorld: @unchecked Sendable {
    let kind: KeyKind
    var versions: [GeneratedVersion] = []
    var now = 0
    /// Seconds by which the clock that is asked is ahead of the one that stamps rows.
    var clockOffset = 0
    var random: Generator
    /// Milliseconds that a statement takes at most.
    var pace = 0
    /// Percent of the statements that fail.
    var faults = 0
    /// Statements until somebody interrupts the run; nil for never.
    var patience: Int?

    init(kind: KeyKind, seed: UInt64) {
        self.kind = kind
        random = Generator(seed: seed)
    }

    static func moment(_ milliseconds: Int) -> Moment {
        Moment(seconds: milliseconds / 1000, nanoseconds: milliseconds % 1000 * 1_000_000)
    }

    /// Of each row the version that was committed last.
    func rows() -> [GeneratedVersion] {
        var rows: [Int64: GeneratedVersion] = [:]
        for version in versions where version.visibleAt <= now {
            if let other = rows[version.row], other.number > version.number { continue }
            rows[version.row] = version
        }
        return rows.values.sorted { $0.row < $1.row }
    }

    func rows(where condition: Condition?) -> [GeneratedVersion] {
        guard let condition else { return rows() }
        return rows().filter { version in
            holds(condition) { $0 == "id" ? .integer(version.row) : version.key }
        }
    }

    /// A statement begins.
    func begin() throws {
        now += random.number(0...pace)
        patience? -= 1
        guard random.chance(faults) else { return }
        let kinds: [FailureClass] = [.sessionGone, .timeout, .data]
        throw Failure(kinds.randomElement(using: &random) ?? .data, "Something went wrong.")
    }
}

/// A connection to a generated source. The table is `source`, with the columns `id`, `v` (the version's number) and `k`.
struct GeneratedSource: MemorySource {
    let world: GeneratedWorld

    func columns(of table: TableName, withKey: Bool) throws -> CatalogTableColumns {
        CatalogTableColumns(
            name: table,
            columns: [
                CatalogColumn(name: "id", type: "BIGINT", keyKind: .integer),
                CatalogColumn(name: "v", type: "BIGINT", keyKind: .integer),
                CatalogColumn(name: "k", type: "", keyKind: world.kind),
            ])
    }

    func clock() throws -> SourceClock {
        try world.begin()
        return SourceClock(session: GeneratedWorld.moment(world.now + world.clockOffset * 1000))
    }

    func count(of table: TableName, where condition: Condition?) throws -> Int? {
        try world.begin()
        return world.rows(where: condition).count
    }

    func extent(of column: String, kind: KeyKind, in table: TableName, where condition: Condition?) throws -> KeyExtent
    {
        try world.begin()
        let rows = world.rows(where: condition)
        let keys = rows.compactMap { column == "id" ? .integer($0.row) : $0.key }
        return KeyExtent(
            smallest: keys.min { comes($0, before: $1) }, largest: keys.max { comes($0, before: $1) }, rows: rows.count)
    }

    func open(_ query: TableQuery, hint: Never?) throws -> GeneratedReader {
        try world.begin()
        return GeneratedReader(world, rows: world.rows(where: query.condition))
    }
}

/// A read: what was committed when its statement began, two rows at a time.
final class GeneratedReader: TableReader {
    let columns: [Column]
    private let world: GeneratedWorld
    private var rows: ArraySlice<GeneratedVersion>

    init(_ world: GeneratedWorld, rows: [GeneratedVersion]) {
        self.world = world
        self.rows = rows[...]
        let type: ColumnType =
            switch world.kind {
            case .timestamp: .timestamp
            case .date: .date
            case .integer: .integer
            case .text: .text
            }
        columns = [
            Column(name: "id", type: .integer), Column(name: "v", type: .integer), Column(name: "k", type: type),
        ]
    }

    var layout: BatchLayout {
        let key = BatchLayout.Slot(format: world.kind == .integer ? .int64 : .utf8, stride: 40)
        let number = BatchLayout.Slot(format: .int64, stride: 8)
        return BatchLayout(slots: [number, number, key], capacity: 2)
    }

    func fill(_ batch: RowBatch) throws -> Bool {
        batch.removeAll()
        if !rows.isEmpty, world.random.chance(world.faults / 2) {
            throw Failure(.sessionGone, "The connection is gone.")
        }
        for version in rows.prefix(2) {
            put(.integer(version.row), batch, column: 0)
            put(.integer(Int64(version.number)), batch, column: 1)
            switch version.key {
            case .integer(let number): put(.integer(number), batch, column: 2)
            case .some(let key): put(.text(key.description), batch, column: 2)
            case nil: put(nil, batch, column: 2)
            }
            batch.rowCount += 1
        }
        rows = rows.dropFirst(2)
        return batch.rowCount > 0
    }

    private func put(_ cell: Cell?, _ batch: RowBatch, column: Int) {
        guard let bytes = cell?.encoded else {
            unsafe batch.columns[column].lengths[batch.rowCount] = RowBatch.null
            return
        }
        let target = unsafe batch.columns[column].values + batch.rowCount * batch.layout.slots[column].stride
        unsafe UnsafeMutableRawBufferPointer(start: target, count: bytes.count).copyBytes(from: bytes)
        unsafe batch.columns[column].lengths[batch.rowCount] = bytes.count
    }
}
