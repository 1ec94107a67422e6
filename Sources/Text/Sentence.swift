/// Parts of a sentence for a person.
package enum Sentence {
    /// Names in quotes: `"a", "b" and "c"`. Never for SQL.
    package static func list(_ names: [String]) -> String {
        series(names.map { "\"\($0)\"" })
    }

    /// Several parts in a row: `a, b and c`; one is itself, and none is nothing.
    ///
    /// - Parameter word: What stands before the last.
    package static func series(_ parts: [String], _ word: String = "and") -> String {
        var text = ""
        for (index, part) in parts.enumerated() {
            if index > 0 { text += index < parts.count - 1 ? ", " : " \(word) " }
            text += part
        }
        return text
    }

    /// A clause as the beginning of a sentence.
    package static func beginning(_ clause: String) -> String { clause.prefix(1).uppercased() + clause.dropFirst() }

    /// What another side said in several texts, each of which may be a sentence: `first; second`, and `First. Second` where the first
    /// has its own end.
    package static func records(_ texts: [String]) -> String { joined(texts) { _ in "; " } }

    /// What another side said on several lines. A line that begins like a sentence ends the one before it: libpq sets no full stop
    /// before `Is the server running on that host?`.
    package static func lines(_ texts: [String]) -> String {
        joined(texts) { $0.first?.isUppercase == true ? ". " : " " }
    }

    private static func joined(_ texts: [String], by mark: (_ next: String) -> String) -> String {
        texts.reduce(into: "") { all, text in
            if !all.isEmpty { all += all.last.map { ".!?:;,".contains($0) } == true ? " " : mark(text) }
            all += text
        }
    }

    /// A count with its unit, and a verb behind them where one is given: `1 row`, `2 rows`, `1 row has`, `2 rows have`.
    ///
    /// The only place where a count meets its unit: a test looks for others.
    ///
    /// - Parameters:
    ///   - unit: What is counted, of one.
    ///   - plural: The same of several, where it is more than the unit with an "s".
    ///   - isGrouped: Whether thousands are set apart.
    package static func count(
        _ number: Int, _ unit: String, _ one: String = "", _ many: String = "", plural: String? = nil,
        isGrouped: Bool = false
    ) -> String {
        let digits = isGrouped ? grouped(number) : String(number)
        let isOne = abs(number) == 1
        let verb = isOne ? one : many
        return "\(digits) \(isOne ? unit : plural ?? unit + "s")" + (verb.isEmpty ? "" : " " + verb)
    }

    /// The word for so many of a thing, where the number itself is not said.
    package static func noun(_ number: Int, _ unit: String) -> String { number == 1 ? unit : unit + "s" }

    /// `1234567` as `1,234,567`.
    package static func grouped(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var result = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return result
    }

    /// A size in bytes as a person says it: `1 byte`, `999 bytes`, `8.4 kB`, `1 MB`, `35 MB`.
    package static func size(_ bytes: Int) -> String {
        guard bytes >= 1000 else { return count(bytes, "byte") }
        var (value, unit) = (Double(bytes) / 1000, 0)
        let units = ["kB", "MB", "GB", "TB"]
        while value >= 999.5, unit + 1 < units.count { (value, unit) = (value / 1000, unit + 1) }
        let tenths = Int((value * 10).rounded())
        let isWhole = tenths >= 100 || tenths % 10 == 0
        return isWhole ? "\(Int(value.rounded())) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }

    /// A word with its article: `an integer`, `a timestamp`.
    package static func article(_ word: String) -> String {
        (word.first.map { "aeio".contains($0) } == true ? "an " : "a ") + word
    }
}
