/// Decimal digits as PostgreSQL's binary `numeric`: groups of four digits, the place of the first, sign and scale
/// (src/backend/utils/adt/numeric.c, `numeric_recv`).
enum BinaryNumeric {
    private static let negative: Int16 = 0x4000
    private static let notANumber = Int16(bitPattern: 0xC000)
    /// Of PostgreSQL 14 and later; earlier ones refuse them.
    private static let infinity = Int16(bitPattern: 0xD000)
    private static let negativeInfinity = Int16(bitPattern: 0xF000)

    /// Writes a value with its length before it; false where the text is no plain decimal, or has more digits than fit.
    ///
    /// - Parameter scale: Digits behind the point that the column keeps: the server would round without a word. Nil for all.
    static func put(_ text: UnsafeRawBufferPointer, scale: Int?, into buffer: CopyBuffer) -> Bool {
        var bytes = unsafe text[...]
        if let word = unsafe word(text) {
            buffer.put(Int32(8))
            for word in [0, 0, word, 0] as [Int16] { buffer.put(word) }
            return true
        }
        var sign: Int16 = 0
        if let first = unsafe bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            if first == UInt8(ascii: "-") { sign = negative }
            unsafe bytes.removeFirst()
        }
        guard let shape = unsafe DecimalShape(bytes) else { return false }
        if let scale, shape.scale > scale, unsafe shape.isLonger(than: scale, in: bytes) { return false }
        let place = buffer.count
        buffer.reserve(12 + (shape.digits / 4 + 2) * 2)
        buffer.put(Int32(0))
        buffer.put(Int16(truncatingIfNeeded: 0))
        buffer.put(Int16(truncatingIfNeeded: shape.weight))
        buffer.put(shape.isZero ? 0 : sign)
        buffer.put(Int16(truncatingIfNeeded: shape.scale))
        let groups = unsafe shape.putGroups(of: bytes, into: buffer)
        buffer.putLength(at: place)
        buffer.overwrite(Int16(truncatingIfNeeded: groups), at: place + 4)
        return true
    }

    /// What is written for a text that names no number of digits; nil where it begins with one.
    private static func word(_ text: UnsafeRawBufferPointer) -> Int16? {
        guard let last = unsafe text.last, last >= UInt8(ascii: "A") else { return nil }
        for (name, word) in [("nan", notANumber), ("infinity", infinity), ("-infinity", negativeInfinity)]
        where unsafe text.elementsEqual(name.utf8, by: { $0 | 0x20 == $1 | 0x20 }) {
            return word
        }
        return nil
    }
}

/// Where the digits of a plain decimal lie: `[digits][.digits]`, at least one digit.
private struct DecimalShape {
    /// Digits before the point, leading zeros aside.
    let whole: Int
    /// Where the first of them lies.
    let start: Int
    /// Where the point lies, or the end.
    let point: Int
    /// Digits behind the point.
    let scale: Int
    let isZero: Bool

    /// More would not fit PostgreSQL's words: 131,072 before the point, 16,383 behind it.
    private static let most = (whole: 131_072, scale: 16_383)

    init?(_ bytes: Slice<UnsafeRawBufferPointer>) {
        var point = unsafe bytes.endIndex
        var digits = 0
        var isZero = true
        for index in unsafe bytes.indices {
            let byte = unsafe bytes[index]
            if byte == UInt8(ascii: "."), unsafe point == bytes.endIndex {
                point = index
                continue
            }
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            if byte != UInt8(ascii: "0") { isZero = false }
            digits += 1
        }
        guard digits > 0 else { return nil }
        var start = unsafe bytes.startIndex
        while start < point, unsafe bytes[start] == UInt8(ascii: "0") { start += 1 }
        self.start = start
        self.point = point
        self.isZero = isZero
        whole = point - start
        let end = unsafe bytes.endIndex
        scale = point < end ? end - point - 1 : 0
        guard whole <= Self.most.whole, scale <= Self.most.scale else { return nil }
    }

    var digits: Int { whole + scale }

    /// Whether a digit other than zero stands further behind the point.
    func isLonger(than scale: Int, in bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        unsafe bytes[(point + 1 + scale)...].contains { $0 != UInt8(ascii: "0") }
    }

    /// The place of the first group: 0 for the units, -1 for the first four digits behind the point.
    var weight: Int { isZero ? 0 : (whole + 3) / 4 - 1 }

    /// Groups of four digits, aligned at the point; how many. Zeros at the end are not left out: the server takes them.
    func putGroups(of bytes: Slice<UnsafeRawBufferPointer>, into buffer: CopyBuffer) -> Int {
        guard !isZero else { return 0 }
        var groups = 0
        var group: Int16 = 0
        var filled = (4 - whole % 4) % 4
        for index in start..<point {
            group = unsafe group * 10 + Int16(bytes[index] - UInt8(ascii: "0"))
            filled += 1
            if filled == 4 {
                buffer.put(group)
                (groups, group, filled) = (groups + 1, 0, 0)
            }
        }
        guard scale > 0 else { return groups }
        for index in unsafe point + 1..<bytes.endIndex {
            group = unsafe group * 10 + Int16(bytes[index] - UInt8(ascii: "0"))
            filled += 1
            if filled == 4 {
                buffer.put(group)
                (groups, group, filled) = (groups + 1, 0, 0)
            }
        }
        if filled > 0 {
            for _ in filled..<4 { group *= 10 }
            buffer.put(group)
            groups += 1
        }
        return groups
    }
}
