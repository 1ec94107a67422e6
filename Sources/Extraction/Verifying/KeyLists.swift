package import Rows

/// Keys as conditions: in lists that a source takes.
package enum KeyLists {
    /// Which rows have one of the keys; a condition for each list.
    ///
    /// - Parameter kinds: What the unique columns hold, in their order; nil for what is no key by itself.
    package static func conditions(_ keys: [[KeyCell]], of columns: [String], kinds: [KeyKind?]) -> [Condition] {
        let length =
            columns.count == 1 ? VerifyBounds.listLength : max(1, VerifyBounds.compositeListTerms / columns.count)
        return stride(from: 0, to: keys.count, by: length).map { start in
            let some = keys[start..<min(start + length, keys.count)]
            guard columns.count == 1 else {
                return .any(some.map { .all(zip(zip(columns, kinds), $0).map { equals($0.0, $0.1, $1) }) })
            }
            let values = some.compactMap { value($0[0], kinds[0]) }
            let list = Condition.among(columns[0], values)
            return values.count == some.count ? list : .any([list, .isNull(columns[0])])
        }
    }

    private static func equals(_ column: String, _ kind: KeyKind?, _ cell: KeyCell) -> Condition {
        value(cell, kind).map { .among(column, [$0]) } ?? .isNull(column)
    }

    private static func value(_ cell: KeyCell, _ kind: KeyKind?) -> KeyValue? {
        switch cell {
        case .null: nil
        case .integer(let number): .integer(number)
        case .text(let text): kind.flatMap { KeyValue(text, kind: $0) } ?? .text(text)
        }
    }

    /// The keys as the rows of a batch, for staging.
    package static func batch(_ keys: ArraySlice<[KeyCell]>, columns: [Column]) -> RowBatch {
        let layout = BatchLayout(
            slots: columns.map {
                $0.type == .integer ? .init(format: .int64, stride: 8) : .outOfLine(.utf8)
            }, capacity: max(1, keys.count))
        let batch = RowBatch(layout: layout)
        for (row, key) in keys.enumerated() {
            for (column, cell) in key.enumerated() { put(cell, into: batch, column: column, row: row) }
        }
        batch.rowCount = keys.count
        return batch
    }

    private static func put(_ cell: KeyCell, into batch: RowBatch, column: Int, row: Int) {
        let buffer = unsafe batch.columns[column]
        if case .integer(let number) = cell, unsafe !buffer.isOutOfLine {
            unsafe (buffer.values + row * buffer.stride).storeBytes(of: number, as: Int64.self)
            unsafe buffer.lengths[row] = 8
            return
        }
        guard var text = cell.text else {
            unsafe buffer.lengths[row] = RowBatch.null
            return
        }
        text.withUTF8 { bytes in
            unsafe batch.beginLongValue(column: column, row: row)
            let room = unsafe batch.reserveLongBytes(bytes.count)
            unsafe room.copyMemory(from: UnsafeRawBufferPointer(bytes))
            unsafe batch.commitLongBytes(bytes.count, column: column, row: row)
        }
    }
}
