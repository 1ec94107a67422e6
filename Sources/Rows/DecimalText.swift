/// What the text of an exact number may look like.
package enum DecimalText {
    /// Whether the bytes are one number as SQL writes it: a sign before it, digits, one point, an exponent, blanks around it; or
    /// a word, such as `NaN` or `-Infinity`.
    ///
    /// A comma, a sign behind the digits, or a separator between thousands is some country's custom, not a number that anybody
    /// else could read back.
    package static func isPlain(_ bytes: UnsafeRawPointer, count: Int) -> Bool {
        var start = 0
        var end = count
        while start < end, unsafe bytes.load(fromByteOffset: start, as: UInt8.self) == 0x20 { start += 1 }
        while end > start, unsafe bytes.load(fromByteOffset: end - 1, as: UInt8.self) == 0x20 { end -= 1 }
        guard start < end else { return false }
        let sign = unsafe bytes.load(fromByteOffset: start, as: UInt8.self)
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { start += 1 }
        var digits = 0
        var hasPoint = false
        var index = start
        while index < end {
            let byte = unsafe bytes.load(fromByteOffset: index, as: UInt8.self)
            if (0x30...0x39).contains(byte) {
                digits += 1
            } else if byte == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else if byte | 0x20 == UInt8(ascii: "e"), digits > 0 {
                return unsafe isExponent(bytes + index + 1, count: end - index - 1)
            } else {
                return unsafe digits == 0 && !hasPoint && isWord(bytes + index, count: end - index)
            }
            index += 1
        }
        return digits > 0
    }

    private static func isExponent(_ bytes: UnsafeRawPointer, count: Int) -> Bool {
        guard count > 0 else { return false }
        let sign = unsafe bytes.load(as: UInt8.self)
        let start = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") ? 1 : 0
        guard start < count else { return false }
        return (start..<count).allSatisfy {
            unsafe (0x30...0x39).contains(bytes.load(fromByteOffset: $0, as: UInt8.self))
        }
    }

    private static func isWord(_ bytes: UnsafeRawPointer, count: Int) -> Bool {
        let word = unsafe String(decoding: UnsafeRawBufferPointer(start: bytes, count: min(count, 16)), as: UTF8.self)
        return ["nan", "inf", "infinity"].contains(word.lowercased())
    }
}
