/// Checks of text on the way of a row: a pass over bytes, with no `String` made.
package enum Encoding {
    /// Whether the bytes are UTF-8 by the Unicode standard: no overlong forms, no surrogates, nothing past U+10FFFF.
    ///
    /// Most business data is ASCII, which is looked at eight bytes at a time. The last eight may overlap those before them: one by one,
    /// the bytes at the end take as long as all others.
    package static func isValidUTF8(_ bytes: UnsafeRawPointer, count: Int) -> Bool {
        var index = 0
        if count >= 8 {
            while index < count - 8 {
                if unsafe !isASCII(bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) {
                    return unsafe isValidInPart(bytes, from: index, count: count)
                }
                index += 8
            }
            if unsafe isASCII(bytes.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)) { return true }
        } else if count >= 4 {
            let first = unsafe bytes.loadUnaligned(as: UInt32.self)
            let last = unsafe bytes.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
            if isASCII(UInt64(first | last)) { return true }
        }
        return unsafe isValidInPart(bytes, from: index, count: count)
    }

    @inline(__always)
    private static func isASCII(_ word: UInt64) -> Bool { word & 0x8080_8080_8080_8080 == 0 }

    /// - Parameter start: Before which all is known to be ASCII.
    private static func isValidInPart(_ bytes: UnsafeRawPointer, from start: Int, count: Int) -> Bool {
        var index = start
        while index < count {
            while index + 8 <= count {
                if unsafe !isASCII(bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) { break }
                index += 8
            }
            if index >= count { break }
            let first = unsafe bytes.load(fromByteOffset: index, as: UInt8.self)
            if first < 0x80 {
                index += 1
                continue
            }
            let length: Int
            var lowest: UInt8 = 0x80
            var highest: UInt8 = 0xBF
            switch first {
            case 0xC2...0xDF: length = 2
            case 0xE0: (length, lowest) = (3, 0xA0)
            case 0xED: (length, highest) = (3, 0x9F)
            case 0xE1...0xEF: length = 3
            case 0xF0: (length, lowest) = (4, 0x90)
            case 0xF4: (length, highest) = (4, 0x8F)
            case 0xF1...0xF3: length = 4
            default: return false
            }
            if index + length > count { return false }
            let second = unsafe bytes.load(fromByteOffset: index + 1, as: UInt8.self)
            if second < lowest || second > highest { return false }
            for offset in 2..<max(2, length) {
                let next = unsafe bytes.load(fromByteOffset: index + offset, as: UInt8.self)
                if next & 0xC0 != 0x80 { return false }
            }
            index += length
        }
        return true
    }

    /// Whether the bytes are UTF-16 in native order with every surrogate paired. An odd count is not.
    package static func isValidUTF16(_ bytes: UnsafeRawPointer, count: Int) -> Bool {
        if count % 2 != 0 { return false }
        var index = 0
        while index < count {
            let unit = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt16.self)
            index += 2
            switch unit {
            case 0xD800...0xDBFF:
                guard index < count else { return false }
                let low = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt16.self)
                guard (0xDC00...0xDFFF).contains(low) else { return false }
                index += 2
            case 0xDC00...0xDFFF: return false
            default: continue
            }
        }
        return true
    }

    /// The integer that the bytes spell, or nil where they spell anything else or one beyond 64 bits.
    ///
    /// Blanks around it are allowed: some drivers pad numbers.
    package static func parseInteger(_ bytes: UnsafeRawPointer, count: Int) -> Int64? {
        var start = 0
        var end = count
        while start < end, unsafe bytes.load(fromByteOffset: start, as: UInt8.self) == 0x20 { start += 1 }
        while end > start, unsafe bytes.load(fromByteOffset: end - 1, as: UInt8.self) == 0x20 { end -= 1 }
        guard start < end else { return nil }
        let sign = unsafe bytes.load(fromByteOffset: start, as: UInt8.self)
        let isNegative = sign == UInt8(ascii: "-")
        if isNegative || sign == UInt8(ascii: "+") { start += 1 }
        guard start < end else { return nil }
        var value: Int64 = 0
        for index in start..<end {
            let byte = unsafe bytes.load(fromByteOffset: index, as: UInt8.self)
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            let digit = Int64(byte - UInt8(ascii: "0"))
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowAgain) =
                isNegative
                ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            if overflow || overflowAgain { return nil }
            value = sum
        }
        return value
    }
}
