/// Decimals as the source spells them, turned into numbers.
enum Decimal {
    /// `value × 10^scale` of plain decimal digits, or nil where that is no whole number of 64 bits, or where the bytes
    /// spell anything else. Blanks around it are allowed, exponents are not.
    static func scaledInteger(_ bytes: UnsafeRawBufferPointer, scale: Int) -> Int64? {
        guard let parts = unsafe Parts(bytes) else { return nil }
        var digits = parts.mantissa
        var missing = scale + parts.exponent
        // Zeros behind the last place that counts are no loss.
        while missing < 0 {
            guard digits % 10 == 0 else { return nil }
            digits /= 10
            missing += 1
        }
        while missing > 0 {
            let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            digits = product
            missing -= 1
        }
        if parts.isNegative { return digits <= UInt64(Int64.max) + 1 ? Int64(truncatingIfNeeded: 0 &- digits) : nil }
        return Int64(exactly: digits)
    }

    /// The nearest double, or nil where the bytes spell no number. `NaN` and `Infinity` are numbers here.
    ///
    /// Not by strtod(3): drivers call setlocale(3), and then it may want a comma.
    static func double(_ bytes: UnsafeRawBufferPointer) -> Double? {
        // Up to fifteen digits and 10^22 both factors are exact, so one operation rounds rightly.
        if let parts = unsafe Parts(bytes), parts.mantissa <= 999_999_999_999_999, (-22...0).contains(parts.exponent) {
            let value = Double(parts.mantissa) / powersOfTen[-parts.exponent]
            return parts.isNegative ? -value : value
        }
        return unsafe Double(String(decoding: bytes, as: UTF8.self).split(separator: " ").joined())
    }

    private static let powersOfTen: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20,
        1e21, 1e22,
    ]

    /// `[-+] digits [. digits]` as `mantissa × 10^exponent`; nil where the digits exceed 64 bits.
    private struct Parts {
        var isNegative = false
        var mantissa: UInt64 = 0
        var exponent = 0

        init?(_ bytes: UnsafeRawBufferPointer) {
            var index = 0
            var end = bytes.count
            while index < end, unsafe bytes[index] == 0x20 { index += 1 }
            while end > index, unsafe bytes[end - 1] == 0x20 { end -= 1 }
            guard index < end else { return nil }
            if unsafe bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
                isNegative = unsafe bytes[index] == UInt8(ascii: "-")
                index += 1
            }
            var hasDigits = false
            var hasPoint = false
            while index < end {
                let byte = unsafe bytes[index]
                index += 1
                if byte == UInt8(ascii: "."), !hasPoint {
                    hasPoint = true
                    continue
                }
                guard (0x30...0x39).contains(byte) else { return nil }
                hasDigits = true
                let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
                let (sum, overflowAgain) = product.addingReportingOverflow(UInt64(byte - 0x30))
                if overflow || overflowAgain { return nil }
                mantissa = sum
                if hasPoint { exponent -= 1 }
            }
            guard hasDigits else { return nil }
        }
    }
}
