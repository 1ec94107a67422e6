#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Values that arrive as text behind a letter which says what they are, from a source whose columns hold anything.
///
/// `i` and decimal digits, `r` and a number, `t` and text, `z` and the hexadecimal digits of a text that holds a NUL character,
/// `X'…'` with hexadecimal digits of bytes. Everything is done in place, in memory that the value's slot has anyway.
package enum TaggedText {
    /// Bytes that a value's place must have at least.
    package static let leastRoom = 16

    /// What a value is, for a sentence.
    package static func word(_ place: UnsafeRawPointer) -> String {
        switch unsafe place.load(as: UInt8.self) {
        case UInt8(ascii: "i"): "a whole number that no floating-point number is equal to"
        case UInt8(ascii: "r"): "a floating-point number"
        case UInt8(ascii: "X"): "binary"
        default: "text"
        }
    }

    /// The whole number that a value is; nil where it is anything else.
    package static func integer(_ place: UnsafeRawPointer, count: Int) -> Int64? {
        guard count > 1, unsafe place.load(as: UInt8.self) == UInt8(ascii: "i") else { return nil }
        return unsafe Encoding.parseInteger(place + 1, count: count - 1)
    }

    /// The number that a value is; nil where it is none, or a whole one that no double has.
    package static func double(_ place: UnsafeMutableRawPointer, count: Int) -> Double? {
        guard count > 1 else { return nil }
        if unsafe place.load(as: UInt8.self) == UInt8(ascii: "r") { return unsafe real(place, count: count) }
        return unsafe integer(place, count: count).flatMap { Double(exactly: $0) }
    }

    /// Leaves a value as text: text as it is, numbers as their digits. Its length; nil where it is bytes, or no UTF-8.
    package static func text(_ place: UnsafeMutableRawPointer, count: Int) -> Int? {
        guard count > 0 else { return nil }
        let rest = count - 1
        switch unsafe place.load(as: UInt8.self) {
        case UInt8(ascii: "t"):
            guard unsafe Encoding.isValidUTF8(place + 1, count: rest) else { return nil }
            unsafe place.copyMemory(from: place + 1, byteCount: rest)
            return rest
        case UInt8(ascii: "i"):
            unsafe place.copyMemory(from: place + 1, byteCount: rest)
            return rest
        case UInt8(ascii: "r"):
            // The shortest digits that are this number and no other, as a person would write them. Few columns mix so.
            guard let value = unsafe real(place, count: count) else { return nil }
            var digits = value.description
            return digits.withUTF8 { digits in
                guard digits.count <= count, let base = digits.baseAddress else { return nil }
                unsafe place.copyMemory(from: base, byteCount: digits.count)
                return digits.count
            }
        case UInt8(ascii: "z"):
            guard let length = unsafe bytes(from: place + 1, count: rest, to: place),
                unsafe Encoding.isValidUTF8(place, count: length)
            else { return nil }
            return length
        default: return nil
        }
    }

    /// Turns a value into what a cell of the format `tagged` is. Its length; nil where it is none of these, or no UTF-8.
    package static func tagged(_ place: UnsafeMutableRawPointer, count: Int) -> Int? {
        guard count > 0 else { return nil }
        switch unsafe place.load(as: UInt8.self) {
        case UInt8(ascii: "t"): return unsafe Encoding.isValidUTF8(place + 1, count: count - 1) ? count : nil
        case UInt8(ascii: "i"):
            guard let value = unsafe integer(place, count: count) else { return nil }
            unsafe put(value, CellTag.integer, at: place)
            return 9
        case UInt8(ascii: "r"):
            guard let value = unsafe real(place, count: count) else { return nil }
            unsafe put(value, CellTag.double, at: place)
            return 9
        case UInt8(ascii: "z"):
            guard let length = unsafe bytes(from: place + 1, count: count - 1, to: place + 1),
                unsafe Encoding.isValidUTF8(place + 1, count: length)
            else { return nil }
            unsafe place.storeBytes(of: CellTag.text, as: UInt8.self)
            return length + 1
        case UInt8(ascii: "X"):
            guard count >= 3, unsafe place.load(fromByteOffset: 1, as: UInt8.self) == UInt8(ascii: "'"),
                unsafe place.load(fromByteOffset: count - 1, as: UInt8.self) == UInt8(ascii: "'"),
                let length = unsafe bytes(from: place + 2, count: count - 3, to: place + 1)
            else { return nil }
            unsafe place.storeBytes(of: CellTag.bytes, as: UInt8.self)
            return length + 1
        default: return nil
        }
    }

    private static func put<Value: BitwiseCopyable>(_ value: Value, _ tag: UInt8, at place: UnsafeMutableRawPointer) {
        unsafe place.storeBytes(of: tag, as: UInt8.self)
        unsafe (place + 1).storeBytes(of: value, as: Value.self)
    }

    /// The number behind the letter.
    ///
    /// Where a driver has called setlocale(3), strtod(3) may want a comma and end before the point: then a slower way is taken.
    private static func real(_ place: UnsafeMutableRawPointer, count: Int) -> Double? {
        // Drivers end text with a NUL, and a slot has room for it.
        unsafe place.storeBytes(of: 0, toByteOffset: count, as: UInt8.self)
        let start = unsafe (place + 1).assumingMemoryBound(to: CChar.self)
        var end: UnsafeMutablePointer<CChar>?
        let value = unsafe strtod(start, &end)
        if let end = unsafe end, unsafe end == start + (count - 1) { return value }
        return unsafe Double(String(cString: start))
    }

    /// Hexadecimal digits as the bytes they are, to a place that is not behind them; how many, or nil where they are none.
    private static func bytes(
        from digits: UnsafeMutableRawPointer, count: Int, to place: UnsafeMutableRawPointer
    ) -> Int? {
        guard count % 2 == 0 else { return nil }
        for index in 0..<count / 2 {
            let high = unsafe value(of: digits.load(fromByteOffset: index * 2, as: UInt8.self))
            let low = unsafe value(of: digits.load(fromByteOffset: index * 2 + 1, as: UInt8.self))
            guard let high, let low else { return nil }
            unsafe place.storeBytes(of: high << 4 | low, toByteOffset: index, as: UInt8.self)
        }
        return count / 2
    }

    @inline(__always)
    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
