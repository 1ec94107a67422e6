import NIOCore

extension SQLiteStatement {
    /// Appends the current row as a data row message.
    ///
    /// Texts are copied from SQLite's memory straight into the buffer. False when it would hold more than `limit` bytes.
    func encodeRow(as columns: [ResultColumn], into buffer: inout ByteBuffer, upTo limit: Int) -> Bool {
        var fits = true
        buffer.writeMessage("D") { buffer in
            buffer.writeInteger(Int16(columns.count))
            for (index, column) in columns.enumerated() where fits {
                fits = encodeValue(at: index, as: column.type, into: &buffer, upTo: limit)
            }
        }
        return fits
    }

    @inline(__always)
    private func encodeValue(
        at index: Int, as type: ColumnType, into buffer: inout ByteBuffer, upTo limit: Int
    ) -> Bool {
        switch storage(of: index) {
        case .null:
            buffer.writeInteger(-1 as Int32)
        case .integer where type != .double:
            buffer.writeDecimal(integer(at: index))
        case .real, .integer:
            // SQLite would round a double to fifteen digits; Swift writes the shortest text that reads back the same.
            var text = Self.text(of: real(at: index))
            text.withUTF8 { bytes in
                buffer.writeInteger(Int32(bytes.count))
                unsafe buffer.writeBytes(bytes)
            }
        case .text, .blob:
            return unsafe withText(at: index) { bytes in
                // A DATE is stored as its midnight.
                let count = type == .date ? min(bytes.count, 10) : bytes.count
                guard buffer.readableBytes + count <= limit else { return false }
                buffer.writeInteger(Int32(count))
                unsafe buffer.writeBytes(UnsafeRawBufferPointer(rebasing: bytes.prefix(count)))
                return true
            }
        }
        return true
    }

    private static func text(of value: Double) -> String {
        value.isFinite ? value.description : value < 0 ? "-Infinity" : "Infinity"
    }
}

extension ByteBuffer {
    /// A value's length and its decimal digits.
    fileprivate mutating func writeDecimal(_ value: Int64) {
        var magnitude = value.magnitude
        var digits = 1
        var bound: UInt64 = 10
        while digits < 19, magnitude >= bound {
            digits += 1
            bound &*= 10
        }
        let count = digits + (value < 0 ? 1 : 0)
        writeInteger(Int32(count))
        let start = writerIndex
        writeRepeatingByte(UInt8(ascii: "-"), count: count)
        for place in stride(from: start + count - 1, through: start + count - digits, by: -1) {
            setInteger(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10), at: place)
            magnitude /= 10
        }
    }
}
