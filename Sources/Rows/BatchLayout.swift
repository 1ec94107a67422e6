/// How the bytes of one cell lie in a batch.
package enum CellFormat: UInt8, Sendable {
    /// Eight bytes, a native `Int64`.
    case int64
    /// Eight bytes, a native `Double`.
    case double
    /// Valid UTF-8; the length is in bytes, without a terminator.
    case utf8
    /// Valid UTF-16 in native byte order; the length is in bytes, without a terminator.
    case utf16
    /// Any bytes.
    case bytes
    /// A byte that says what the value is, `CellTag`, and the value.
    case tagged
}

/// The first byte of a cell whose column has no type of its own.
package enum CellTag {
    /// Eight bytes, a native `Int64`, follow; nothing is aligned.
    package static let integer = UInt8(ascii: "i")
    /// Eight bytes, a native `Double`, follow.
    package static let double = UInt8(ascii: "r")
    /// Valid UTF-8 follows.
    package static let text = UInt8(ascii: "t")
    /// Any bytes follow.
    package static let bytes = UInt8(ascii: "b")
}

/// Where each column of a batch lies in its one block of memory.
///
/// A pure function of slots and capacity, so sizing is tested without a driver. Columns lie one after the other
/// ("column-wise binding" in ODBC's words): all values of a column, then all its lengths.
package struct BatchLayout: Hashable, Sendable {
    /// One column's share of each row.
    package struct Slot: Hashable, Sendable {
        package var format: CellFormat
        /// Bytes from one row's value to the next. What ODBC calls the buffer length, terminator included.
        package var stride: Int
        /// True for long values, which lie in the batch's overflow area; the slot holds their offset there.
        package var isOutOfLine: Bool

        package init(format: CellFormat, stride: Int) {
            self.format = format
            self.stride = stride
            self.isOutOfLine = false
        }

        /// A slot for values of any length.
        package static func outOfLine(_ format: CellFormat) -> Slot {
            var slot = Slot(format: format, stride: MemoryLayout<Int>.stride)
            slot.isOutOfLine = true
            return slot
        }

        /// What one row costs in memory: its value and its length.
        package var bytesPerRow: Int { stride + MemoryLayout<Int>.stride }
    }

    package let slots: [Slot]
    /// Rows that a batch holds at most.
    package let capacity: Int
    /// Offset of each column's first value.
    package let valueOffsets: [Int]
    /// Offset of each column's first length.
    package let lengthOffsets: [Int]
    /// Size of the block.
    package let byteCount: Int

    /// Every area starts at a multiple of this, so that any C type may be stored in it.
    package static let alignment = 16

    package init(slots: [Slot], capacity: Int) {
        precondition(capacity > 0, "a batch holds at least one row")
        self.slots = slots
        self.capacity = capacity
        var end = 0
        func take(_ bytes: Int) -> Int {
            let start = end
            end += (bytes + Self.alignment - 1) / Self.alignment * Self.alignment
            return start
        }
        self.valueOffsets = slots.map { take($0.stride * capacity) }
        self.lengthOffsets = slots.map { _ in take(MemoryLayout<Int>.stride * capacity) }
        self.byteCount = max(end, Self.alignment)
    }

    /// Rows for which a batch stays within `budget` bytes: at least one, at most `limit`.
    ///
    /// The limit is never above 65535: some drivers count rows in 16 bits.
    package static func capacity(for slots: [Slot], budget: Int, limit: Int) -> Int {
        let bytesPerRow = max(1, slots.reduce(0) { $0 + $1.bytesPerRow })
        return max(1, min(budget / bytesPerRow, limit, 65_535))
    }
}
