/// A sum as a source writes it, as an exact whole number.
package enum ExactSum {
    /// Beyond it doubles skip whole numbers.
    private static let exactDoubles: Int128 = 1 << 53

    /// Nil where the text is no whole number, or one that may have been rounded.
    ///
    /// - Parameter isApproximate: Whether the source computed it as a double: what is beyond 2^53 may be another number then.
    package static func value(_ text: String, isApproximate: Bool) -> Int128? {
        var digits = text[...]
        var isRounded = isApproximate
        if let point = digits.firstIndex(where: { $0 == "." || $0 == "," }) {
            guard digits[digits.index(after: point)...].allSatisfy({ $0 == "0" }) else { return nil }
            digits = digits[..<point]
        } else if digits.contains(where: { $0 == "e" || $0 == "E" }) {
            guard let number = Double(text), let whole = Int128(exactly: number) else { return nil }
            isRounded = true
            return abs(whole) <= exactDoubles ? whole : nil
        }
        guard let whole = Int128(digits) else { return nil }
        if isRounded, abs(whole) > exactDoubles { return nil }
        return whole
    }

    private static func abs(_ number: Int128) -> Int128 { number < 0 ? -number : number }
}
