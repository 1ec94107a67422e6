import Extraction
import Rows

/// Batches as rows of COPY's binary format. A value goes from the batch's bytes to the buffer's in one step.
///
/// Used by one thread.
struct CopyEncoder {
    let types: [WireType]
    /// For sentences.
    let names: [String]
    let table: String
    private let buffer = CopyBuffer()
    /// Bytes that are gathered before they are sent.
    private static let piece = 1 << 16

    init(types: [WireType], names: [String], table: String) {
        self.types = types
        self.names = names
        self.table = table
    }

    /// Signature, flags and the length of no extension.
    func begin() {
        for byte in [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00] as [UInt8] { buffer.put(byte) }
        buffer.put(Int32(0))
        buffer.put(Int32(0))
    }

    func finish(_ send: (UnsafeRawBufferPointer) throws -> Void) throws {
        buffer.put(Int16(-1))
        unsafe try flush(send)
    }

    private func flush(_ send: (UnsafeRawBufferPointer) throws -> Void) throws {
        unsafe try send(buffer.bytes)
        buffer.removeAll()
    }

    /// - Throws: a `Failure` of kind `data` with column and row for a value that PostgreSQL cannot hold exactly.
    func write(_ batch: RowBatch, _ send: (UnsafeRawBufferPointer) throws -> Void) throws {
        for row in 0..<batch.rowCount {
            buffer.put(Int16(truncatingIfNeeded: types.count))
            for column in types.indices {
                guard put(batch, column, row) else { throw unfit(batch, column, row) }
            }
            if buffer.count >= Self.piece { unsafe try flush(send) }
        }
    }

    /// Writes one value; false where it cannot be what its column is.
    private func put(_ batch: RowBatch, _ column: Int, _ row: Int) -> Bool {
        let cells = unsafe batch.columns[column]
        let length = unsafe cells.lengths[row]
        guard length != RowBatch.null else {
            buffer.putNull()
            return true
        }
        let start = unsafe batch.value(column: column, row: row)
        switch unsafe cells.format {
        case .int64: return unsafe put(start.loadUnaligned(as: Int64.self), as: types[column])
        case .double:
            buffer.put(field: unsafe start.loadUnaligned(as: UInt64.self))
            return true
        case .utf8: return unsafe put(text: UnsafeRawBufferPointer(start: start, count: length), as: types[column])
        case .tagged: return unsafe putTagged(UnsafeRawBufferPointer(start: start, count: length), as: types[column])
        case .utf16, .bytes: return false
        }
    }

    private func put(_ value: Int64, as type: WireType) -> Bool {
        switch type {
        case .boolean:
            guard value == 0 || value == 1 else { return false }
            buffer.put(field: UInt8(value))
        case .bigint: buffer.put(field: value)
        default: return false
        }
        return true
    }

    private func put(text bytes: UnsafeRawBufferPointer, as type: WireType) -> Bool {
        switch type {
        case .text:
            // The server takes no NUL in a text.
            guard unsafe !bytes.holdsNUL else { return false }
            unsafe buffer.put(field: bytes)
        case .numeric(_, let scale): return unsafe BinaryNumeric.put(bytes, scale: scale, into: buffer)
        case .date:
            guard let day = unsafe BinaryMoment.date(bytes) else { return false }
            buffer.put(field: day)
        case .time:
            guard let time = unsafe BinaryMoment.time(bytes) else { return false }
            buffer.put(field: time)
        case .timestamp, .timestamptz:
            guard let moment = unsafe BinaryMoment.timestamp(bytes) else { return false }
            buffer.put(field: moment)
        case .uuid: return unsafe put(uuid: bytes)
        default: return false
        }
        return true
    }

    /// Thirty-two hexadecimal digits, hyphens anywhere between pairs.
    private func put(uuid bytes: UnsafeRawBufferPointer) -> Bool {
        let start = buffer.count
        buffer.put(Int32(16))
        var high: UInt8?
        for index in 0..<bytes.count {
            let byte = unsafe bytes[index]
            if byte == UInt8(ascii: "-") { continue }
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x37
            case 0x61...0x66: digit = byte - 0x57
            default: return false
            }
            if let first = high {
                buffer.put(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return high == nil && buffer.count - start == 20
    }

    /// A value that says what it is, in a column of bytes or of values of any kind.
    private func putTagged(_ bytes: UnsafeRawBufferPointer, as type: WireType) -> Bool {
        let value = unsafe UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
        let tag = unsafe bytes.first
        if type == .bytea {
            guard tag == CellTag.bytes || tag == CellTag.text else { return false }
            unsafe buffer.put(field: value)
            return true
        }
        switch tag {
        case CellTag.text: return unsafe put(text: value, as: .text)
        case CellTag.integer: return put(digits: unsafe String(value.loadUnaligned(as: Int64.self)))
        case CellTag.double: return put(digits: unsafe String(value.loadUnaligned(as: Double.self)))
        default: return false
        }
    }

    /// A number in a column of text. Columns without a type are rare, so one allocation a value is borne.
    private func put(digits: String) -> Bool {
        var digits = digits
        return digits.withUTF8 { bytes in
            unsafe buffer.put(field: UnsafeRawBufferPointer(bytes))
            return true
        }
    }

    private func unfit(_ batch: RowBatch, _ column: Int, _ row: Int) -> Failure {
        let bytes = unsafe UnsafeRawBufferPointer(
            start: batch.value(column: column, row: row), count: max(0, batch.columns[column].lengths[row]))
        let reason =
            switch types[column] {
            case .text:
                unsafe bytes.contains(0) ? "holds a NUL character, which a PostgreSQL text cannot" : "is no text"
            case .time, .timestamp, .timestamptz, .date:
                "is no \(types[column].catalogName) that PostgreSQL can hold exactly: its parts, or a seventh digit of the second"
            case .numeric(_, .some): "is no \(types[column].catalogName), or has more digits behind the point"
            default: "is no \(types[column].catalogName)"
            }
        return Failure(
            .data,
            "A value of \"\(names[column])\" in row \(batch.firstRow + row) for \"\(table)\" \(reason).",
            advice:
                "Leave the column out with \"columns\" or --columns, or load into a SQLite destination, which keeps it as it comes."
        )
    }
}

extension UnsafeRawBufferPointer {
    /// Whether one of the bytes is 0, eight at a time.
    fileprivate var holdsNUL: Bool {
        var place = 0
        while place + 8 <= count {
            let word = unsafe loadUnaligned(fromByteOffset: place, as: UInt64.self)
            // A byte of 0 is the one that borrows where it has no highest bit.
            if (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 != 0 { return true }
            place += 8
        }
        while place < count {
            if unsafe self[place] == 0 { return true }
            place += 1
        }
        return false
    }
}
