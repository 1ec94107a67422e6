/// The rows that one fetch brings: the one buffer in which they live between the driver and the destination.
///
/// The driver writes values and lengths straight into it (`SQLBindCol`), the destination binds them in place. Nothing
/// is allocated per value. Values longer than a slot lie in an overflow area that grows with them.
///
/// What a batch says of itself is checked. Whatever is done once a value is not: it is marked unsafe, and its caller answers
/// for column, row and count, because the way of a row has no branch to spare for them.
///
/// `@unchecked Sendable`: a batch has one owner at a time. The reader fills it, hands it over through
/// `BatchExchange`, and touches it again only after the writer has given it back.
@safe package final class RowBatch: @unchecked Sendable {
    /// A length that says NULL. The value of ODBC's `SQL_NULL_DATA`.
    package static let null = -1

    /// One column of the batch. Valid as long as the batch is.
    @unsafe package struct ColumnBuffer {
        package let format: CellFormat
        package let stride: Int
        package let isOutOfLine: Bool
        package let values: UnsafeMutableRawPointer
        /// Bytes of each row's value, or `RowBatch.null`.
        package let lengths: UnsafeMutablePointer<Int>
    }

    package let layout: BatchLayout
    /// Rows that are filled: at most as many as there is room for.
    package var rowCount = 0 {
        didSet {
            precondition(rowCount >= 0 && rowCount <= layout.capacity, "a batch has no room for \(rowCount) rows")
        }
    }
    /// Bytes of values that the batch holds, added up by whoever writes them: a pass of its own over all lengths costs the
    /// reading thread, which is the busy one, 240 instructions a row of 24 columns.
    package var valueBytes = 0
    /// The ordinal, from 1, that the batch's first row has in its read.
    package var firstRow = 1
    /// One entry a column.
    package let columns: UnsafeMutableBufferPointer<ColumnBuffer>

    private let block: UnsafeMutableRawPointer
    private var overflow: UnsafeMutableRawBufferPointer
    private var overflowCount = 0

    package init(layout: BatchLayout) {
        unsafe self.block = .allocate(byteCount: layout.byteCount, alignment: BatchLayout.alignment)
        self.layout = layout
        unsafe self.overflow = .init(start: nil, count: 0)
        unsafe self.columns = .allocate(capacity: layout.slots.count)
        for (index, slot) in layout.slots.enumerated() {
            let lengths = unsafe (block + layout.lengthOffsets[index])
                .bindMemory(to: Int.self, capacity: layout.capacity)
            unsafe lengths.initialize(repeating: Self.null, count: layout.capacity)
            unsafe columns.initializeElement(
                at: index,
                to: ColumnBuffer(
                    format: slot.format, stride: slot.stride, isOutOfLine: slot.isOutOfLine,
                    values: block + layout.valueOffsets[index], lengths: lengths))
        }
    }

    deinit {
        unsafe columns.deallocate()
        unsafe overflow.deallocate()
        unsafe block.deallocate()
    }

    /// Bytes in the overflow area.
    package var overflowBytes: Int { overflowCount }

    /// Forgets all rows and keeps the memory, unless one huge value has blown it up.
    package func removeAll() {
        rowCount = 0
        valueBytes = 0
        overflowCount = 0
        if unsafe overflow.count > Self.keptOverflow {
            unsafe overflow.deallocate()
            unsafe overflow = .init(start: nil, count: 0)
        }
    }

    /// The first byte of a value. The column and the row must be there, and the value not NULL.
    @unsafe package func value(column: Int, row: Int) -> UnsafeRawPointer {
        let buffer = unsafe columns[column]
        let slot = unsafe UnsafeRawPointer(buffer.values + row * buffer.stride)
        guard unsafe buffer.isOutOfLine else { return unsafe slot }
        let offset = unsafe slot.load(as: Int.self)
        // A long value of no bytes has no place in an overflow area that was never needed: its slot serves.
        guard let base = unsafe overflow.baseAddress else { return unsafe slot }
        return unsafe UnsafeRawPointer(base + offset)
    }

    /// A value for a person or a test: nil for NULL. Never on the way of a row.
    package func text(column: Int, row: Int) -> String? {
        precondition(layout.slots.indices.contains(column), "the batch has no column \(column)")
        precondition(row >= 0 && row < rowCount, "the batch has no row \(row)")
        let length = unsafe columns[column].lengths[row]
        if length == Self.null { return nil }
        let bytes = unsafe UnsafeRawBufferPointer(start: value(column: column, row: row), count: max(0, length))
        return unsafe Self.text(bytes, columns[column].format)
    }

    private static func text(_ bytes: UnsafeRawBufferPointer, _ format: CellFormat) -> String {
        switch format {
        case .int64: return unsafe String(bytes.loadUnaligned(as: Int64.self))
        case .double: return unsafe String(bytes.loadUnaligned(as: Double.self))
        case .utf8: return unsafe String(decoding: bytes, as: UTF8.self)
        case .tagged:
            let value = unsafe UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
            switch unsafe bytes.first {
            case CellTag.integer: return unsafe text(value, .int64)
            case CellTag.double: return unsafe text(value, .double)
            case CellTag.text: return unsafe text(value, .utf8)
            default: return unsafe text(value, .bytes)
            }
        case .utf16:
            let units = (0..<bytes.count / 2).map { index in
                unsafe bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
            }
            return String(decoding: units, as: UTF16.self)
        case .bytes:
            let digits = Array("0123456789ABCDEF")
            return unsafe String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
        }
    }

    // MARK: Long values

    /// Gives another batch its long values, and takes that one's: the slots that say where they lie stay with each.
    package func exchangeLongValues(with other: RowBatch) {
        unsafe swap(&overflow, &other.overflow)
        swap(&overflowCount, &other.overflowCount)
    }

    /// Starts the long value of a cell: it will lie at the end of the overflow area. The column must be one of long values, and
    /// the row one that there is room for.
    @unsafe package func beginLongValue(column: Int, row: Int) {
        unsafe (columns[column].values + row * columns[column].stride)
            .storeBytes(of: overflowCount, as: Int.self)
        unsafe columns[column].lengths[row] = 0
    }

    /// Room for at least `count` more bytes of the long value that was begun last.
    ///
    /// The pointer holds until the next call; `commitLongBytes` says how many bytes were written there.
    @unsafe package func reserveLongBytes(_ count: Int) -> UnsafeMutableRawBufferPointer {
        let needed = overflowCount + count
        if unsafe needed > overflow.count {
            let grown = unsafe UnsafeMutableRawBufferPointer.allocate(
                byteCount: max(needed, overflow.count * 2, 4096), alignment: BatchLayout.alignment)
            if let old = unsafe overflow.baseAddress, let new = grown.baseAddress, overflowCount > 0 {
                unsafe new.copyMemory(from: old, byteCount: overflowCount)
            }
            unsafe overflow.deallocate()
            unsafe overflow = grown
        }
        return unsafe UnsafeMutableRawBufferPointer(rebasing: overflow[overflowCount...])
    }

    /// Adds `count` bytes, written where `reserveLongBytes` pointed and no more than it had room for, to the long value that was
    /// begun last, which is this cell's.
    @unsafe package func commitLongBytes(_ count: Int, column: Int, row: Int) {
        overflowCount += count
        valueBytes += count
        unsafe columns[column].lengths[row] += count
    }

    /// Gives the first rows of a column of long values their values, which lie one behind the other.
    ///
    /// - Parameter lengths: An `Int32` a row, in the machine's order: bytes of its value, or `RowBatch.null`. Together they are as many
    ///   as there are values, and there is room for so many rows.
    @unsafe package func putLongValues(
        _ values: UnsafeRawBufferPointer, lengths: UnsafeRawBufferPointer, rows: Int, of column: Int
    ) {
        let room = unsafe reserveLongBytes(values.count)
        if values.count > 0 { unsafe room.copyMemory(from: values) }
        let buffer = unsafe columns[column]
        for row in 0..<rows {
            let length = unsafe Int(lengths.loadUnaligned(fromByteOffset: row * 4, as: Int32.self))
            unsafe buffer.lengths[row] = length
            guard length != Self.null else { continue }
            unsafe (buffer.values + row * buffer.stride).storeBytes(of: overflowCount, as: Int.self)
            overflowCount += length
        }
        valueBytes += values.count
    }

    /// Gives the first rows of a column of long values one value, which lies there once.
    @unsafe package func putLongValue(_ value: UnsafeRawBufferPointer, inAll rows: Int, of column: Int) {
        let room = unsafe reserveLongBytes(value.count)
        if value.count > 0 { unsafe room.copyMemory(from: value) }
        let buffer = unsafe columns[column]
        for row in 0..<rows {
            unsafe (buffer.values + row * buffer.stride).storeBytes(of: overflowCount, as: Int.self)
            unsafe buffer.lengths[row] = value.count
        }
        overflowCount += value.count
        valueBytes += value.count
    }

    /// Overflow memory that a batch keeps from one fill to the next.
    private static let keptOverflow = 1 << 20
}
