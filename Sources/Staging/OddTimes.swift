import Extraction
import Rows
import Text

/// Values of columns declared as dates and times that are not ISO 8601: counted, or refused, as they come.
struct OddTimes: Equatable, Codable {
    struct Column: Equatable, Codable {
        /// Its place in the batch.
        var place: Int
        var isTimeOfDay: Bool
        var count = 0
        /// The first, in words.
        var first: String?
    }

    var columns: [Column]

    init(_ shape: StagedShape) {
        columns = shape.columns.indices.filter { ISOTime.applies(to: shape.columns[$0].type) }.map {
            Column(place: $0, isTimeOfDay: shape.columns[$0].type == .time)
        }
    }

    /// Looks at the rows of a batch.
    ///
    /// - Parameter found: Called with column and row of each; may refuse it.
    mutating func look(at batch: RowBatch, found: (_ column: Int, _ row: Int) throws -> Void) rethrows {
        for index in columns.indices {
            let place = columns[index].place
            let isTimeOfDay = columns[index].isTimeOfDay
            let buffer = unsafe batch.columns[place]
            guard unsafe buffer.format == .utf8 || buffer.format == .utf16, unsafe !buffer.isOutOfLine else { continue }
            for row in 0..<batch.rowCount {
                let length = unsafe buffer.lengths[row]
                if length == RowBatch.null { continue }
                let value = unsafe UnsafeRawPointer(buffer.values + row * buffer.stride)
                let isOne =
                    unsafe buffer.format == .utf16
                    ? NarrowText.with(value, count: length) {
                        unsafe ISOTime.accepts($0, count: $1, isTimeOfDay: isTimeOfDay)
                    } : ISOTime.accepts(value, count: length, isTimeOfDay: isTimeOfDay)
                if isOne { continue }
                try found(place, row)
                columns[index].count += 1
                if columns[index].first == nil {
                    columns[index].first = Self.words(batch.text(column: place, row: row), row: batch.firstRow + row)
                }
            }
        }
    }

    /// A value for a sentence.
    static func words(_ value: String?, row: Int) -> String { "\"\((value ?? "").prefix(80))\" in row \(row)" }

    /// Adds what was seen of other rows.
    mutating func add(_ other: OddTimes) {
        for (index, column) in other.columns.enumerated() where index < columns.count {
            columns[index].count += column.count
            columns[index].first = columns[index].first ?? column.first
        }
    }

    /// What was found, in sentences.
    func notes(_ shape: StagedShape) -> [String] {
        columns.filter { $0.count > 0 && $0.place < shape.columns.count }.map { column in
            let name = shape.columns[column.place].name
            let values = Sentence.count(column.count, "value", "is", "are")
            return "Column \"\(name)\": \(values) not a date or time as ISO 8601 writes it, and stored as it came"
                + " (the first: \(column.first ?? "")). \"odd_times\": \"fail\" stops at such a value."
        }
    }
}
