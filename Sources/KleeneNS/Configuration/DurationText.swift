/// A span of time as people write it: `90s`, `15m`, `2h`, `3d`, or a number of seconds.
enum DurationText {
    static let form = "a span such as \"90s\", \"15m\", \"2h\" or \"3d\""

    /// Whole seconds; nil for what is not such a text, or is negative.
    static func seconds(_ text: String) -> Int? {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let last = text.last else { return nil }
        let unit = units[last]
        let digits = unit == nil ? Substring(text) : text.dropLast()
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits) else {
            return nil
        }
        let (seconds, overflows) = number.multipliedReportingOverflow(by: unit ?? 1)
        return overflows || seconds > longest ? nil : seconds
    }

    /// Whole seconds as one of these texts, in the largest unit that keeps them exact.
    static func text(_ seconds: Int) -> String {
        let units = [(86_400, "d"), (3600, "h"), (60, "m")]
        guard seconds > 0, let (length, unit) = units.first(where: { seconds % $0.0 == 0 }) else {
            return "\(seconds)s"
        }
        return "\(seconds / length)\(unit)"
    }

    /// A hundred years: longer is a slip of the finger.
    static let longest = 36_525 * 86_400
}
