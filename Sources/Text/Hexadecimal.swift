extension BinaryInteger {
    /// Its digits to the base of sixteen, in lower case, with zeros in front up to so many.
    package func hexadecimal(digits: Int) -> String {
        let text = String(self, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
