import Rows

/// Values as the UTF-8 text that stands for them whatever driver has delivered them: what masks are made of.
///
/// Text is itself, in either encoding; a whole number is its digits, a double its shortest exact digits as Swift writes them (`5.0`,
/// `0.1`, `1e+20`), bytes are themselves.
struct CellText {
    private var buffer: [UInt8] = []

    /// Calls a function with the text of a value, which is good for the call.
    @unsafe mutating func with(
        _ value: UnsafeRawBufferPointer, _ format: CellFormat, _ use: (UnsafeRawBufferPointer) -> Void
    ) {
        switch format {
        case .utf8, .bytes: unsafe use(value)
        case .int64:
            put(unsafe value.loadUnaligned(as: Int64.self))
            unsafe buffer.withUnsafeBytes(use)
        case .double:
            // Beyond fifteen characters its description is a text of its own in memory.
            var text = unsafe value.loadUnaligned(as: Double.self).description
            text.withUTF8 { unsafe use(UnsafeRawBufferPointer($0)) }
        case .utf16:
            unsafe putUTF16(value)
            unsafe buffer.withUnsafeBytes(use)
        case .tagged:
            guard let tag = unsafe value.first else { return unsafe use(value) }
            let rest = unsafe UnsafeRawBufferPointer(rebasing: value.dropFirst())
            switch tag {
            case CellTag.integer: unsafe with(rest, .int64, use)
            case CellTag.double: unsafe with(rest, .double, use)
            default: unsafe use(rest)
            }
        }
    }

    /// The digits of a number.
    private mutating func put(_ number: Int64) {
        buffer.removeAll(keepingCapacity: true)
        var rest = number.magnitude
        repeat {
            buffer.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        if number < 0 { buffer.append(UInt8(ascii: "-")) }
        buffer.reverse()
    }

    /// Valid UTF-16 in native order as UTF-8.
    @unsafe private mutating func putUTF16(_ value: UnsafeRawBufferPointer) {
        buffer.removeAll(keepingCapacity: true)
        var index = 0
        func unit(_ place: Int) -> UInt32 {
            UInt32(unsafe value.loadUnaligned(fromByteOffset: place, as: UInt16.self))
        }
        while index + 1 < value.count {
            var scalar = unit(index)
            index += 2
            if (0xD800...0xDBFF).contains(scalar), index + 1 < value.count {
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (unit(index) - 0xDC00)
                index += 2
            }
            append(scalar)
        }
    }

    private mutating func append(_ scalar: UInt32) {
        func byte(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: 0x80 | scalar >> shift & 0x3F) }
        switch scalar {
        case ..<0x80: buffer.append(UInt8(truncatingIfNeeded: scalar))
        case ..<0x800:
            buffer.append(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
            buffer.append(byte(0))
        case ..<0x10000:
            buffer.append(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
            buffer.append(byte(6))
            buffer.append(byte(0))
        default:
            buffer.append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
            buffer.append(byte(12))
            buffer.append(byte(6))
            buffer.append(byte(0))
        }
    }
}
