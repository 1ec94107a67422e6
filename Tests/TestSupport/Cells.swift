package import Rows

/// A value on its way into a batch. Nil where these are used is NULL.
package enum Cell: Hashable, Sendable {
    case integer(Int64)
    case double(Double)
    case text(String)
    case wide(String)
    case bytes([UInt8])

    package var format: CellFormat {
        switch self {
        case .integer: .int64
        case .double: .double
        case .text: .utf8
        case .wide: .utf16
        case .bytes: .bytes
        }
    }

    package var encoded: [UInt8] {
        switch self {
        case .integer(let value): unsafe withUnsafeBytes(of: value) { unsafe Array($0) }
        case .double(let value): unsafe withUnsafeBytes(of: value) { unsafe Array($0) }
        case .text(let value): Array(value.utf8)
        case .wide(let value): value.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        case .bytes(let value): value
        }
    }
}

/// A batch of rows. A column's format is that of its first value; texts and bytes lie out of line where `isLong`.
package func makeBatch(_ rows: [[Cell?]], formats: [CellFormat]? = nil, firstRow: Int = 1, isLong: Bool = false)
    -> RowBatch
{
    let width = rows.first?.count ?? formats?.count ?? 0
    let slots = (0..<width).map { column -> BatchLayout.Slot in
        let values = rows.compactMap { $0[column] }
        let format = values.first?.format ?? formats?[column] ?? .utf8
        let isNumber = format == .int64 || format == .double
        if isLong, !isNumber { return .outOfLine(format) }
        return .init(format: format, stride: max(8, values.map(\.encoded.count).max() ?? 8))
    }
    let batch = RowBatch(layout: BatchLayout(slots: slots, capacity: max(1, rows.count)))
    fill(batch, rows, firstRow: firstRow)
    return batch
}

/// Puts rows into an empty batch that has room for them.
package func fill(_ batch: RowBatch, _ rows: [[Cell?]], firstRow: Int = 1) {
    for (row, cells) in rows.enumerated() {
        for (column, cell) in cells.enumerated() {
            let slot = batch.layout.slots[column]
            guard let bytes = cell?.encoded else {
                unsafe batch.columns[column].lengths[row] = RowBatch.null
                continue
            }
            if slot.isOutOfLine {
                unsafe batch.beginLongValue(column: column, row: row)
                let room = unsafe batch.reserveLongBytes(bytes.count)
                unsafe room.copyBytes(from: bytes)
                unsafe batch.commitLongBytes(bytes.count, column: column, row: row)
            } else {
                let target = unsafe batch.columns[column].values + row * slot.stride
                unsafe UnsafeMutableRawBufferPointer(start: target, count: bytes.count).copyBytes(from: bytes)
                unsafe batch.columns[column].lengths[row] = bytes.count
            }
        }
    }
    batch.rowCount = rows.count
    batch.firstRow = firstRow
}
