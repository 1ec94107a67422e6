import Extraction
import Rows
import Staging

/// A table in memory: names of columns, and rows of values as texts.
package struct MemoryTable: Equatable, Sendable {
    package var columns: [String]
    package var rows: [[String?]] = []
    /// By which the table itself is known.
    var mark: String

    /// Rows as they are staged, under their columns' names.
    static func staged(_ rows: SealedFile) throws -> MemoryTable {
        let names = rows.shape.storedColumns.map(\.name)
        var table = MemoryTable(columns: names, mark: "")
        try rows.eachBatch { batch in
            for row in 0..<batch.rowCount {
                table.rows.append(names.indices.map { batch.text(column: $0, row: row) })
            }
        }
        return table
    }

    mutating func add(_ column: String) {
        columns.append(column)
        for row in rows.indices { rows[row].append(nil) }
    }

    /// Marks rows that are not marked yet; how many those are.
    mutating func mark(_ mark: Way.Mark, where isGone: ([String?]) -> Bool) -> Int {
        guard let place = place(mark.column) else { return 0 }
        let gone = rows.indices.filter { (rows[$0][place] == nil) == (mark.value != nil) && isGone(rows[$0]) }
        for row in gone { rows[row][place] = mark.value }
        return mark.value == nil ? 0 : gone.count
    }

    func place(_ column: String) -> Int? { columns.firstIndex { FoldedName($0) == FoldedName(column) } }

    /// Values of a row in some columns.
    package func values(_ row: [String?], _ names: [String]) -> [String?] {
        names.map { name in place(name).flatMap { row[$0] } }
    }

    /// The same as a key: by scalars, as databases compare.
    func key(_ row: [String?], _ names: [String]) -> Exact<[String?]> { Exact(values(row, names)) }

    /// A row of another table in this one's columns.
    func fitted(_ row: [String?], from other: MemoryTable) -> [String?] {
        columns.map { name in other.place(name).flatMap { row[$0] } }
    }

    /// Whether a version is older than another: moments as such, whatever their spelling, and other values as numbers.
    static func isOlder(_ mine: String?, than theirs: String?, _ version: VersionKey) -> Bool {
        guard let mine, let theirs else { return false }
        if version.isMoment {
            guard let first = SpelledMoment.of(mine), let second = SpelledMoment.of(theirs) else { return false }
            return first.isBefore(second)
        }
        guard let first = Int64(mine), let second = Int64(theirs) else { return mine < theirs }
        return first < second
    }

    static func isSame(_ mine: String?, _ theirs: String?, _ version: VersionKey) -> Bool {
        if mine.isExactly(theirs) { return true }
        guard version.isMoment, let mine, let theirs else { return false }
        return !isOlder(mine, than: theirs, version) && !isOlder(theirs, than: mine, version)
    }
}

extension SpelledMoment {
    static func of(_ text: String) -> SpelledMoment? {
        let bytes = Array(text.utf8)
        return unsafe bytes.withUnsafeBytes { buffer in
            unsafe buffer.baseAddress.flatMap { unsafe SpelledMoment($0, count: buffer.count) }
        }
    }
}
