import Text

/// What is surely wrong with a secret as it was fetched: what came with it when it was copied, and would cost a login that is
/// refused without a word about it.
///
/// Of these sentences none holds a part of the secret.
enum SecretFlaw {
    /// The flaws, as ends of a sentence; empty where there are none.
    static func flaws(of text: String) -> [String] {
        let scalars = Array(text.unicodeScalars)
        guard let first = scalars.first, let last = scalars.last else { return [] }
        var flaws: [String] = []
        if let name = surplus(first) { flaws.append("begins with \(name)") }
        if scalars.count > 1, let name = surplus(last) { flaws.append("ends with \(name)") }
        if scalars.count > 1, quotes.contains([first, last]) { flaws.append("is in quotes") }
        if scalars.count > 2, first == "<", last == ">" { flaws.append("is in angle brackets") }
        let inner = scalars.dropFirst().dropLast()
        if inner.contains(where: { $0.properties.generalCategory == .control }) {
            flaws.append("holds a control character")
        } else if inner.contains(where: { $0.isInvisibleCommand && !isJoiner($0) }) {
            flaws.append("holds an invisible character")
        }
        return flaws
    }

    private static let quotes: Set<[Unicode.Scalar]> = [
        ["\"", "\""], ["'", "'"], ["`", "`"], ["“", "”"], ["„", "“"], ["”", "”"], ["‘", "’"], ["«", "»"],
    ]

    private static func surplus(_ scalar: Unicode.Scalar) -> String? {
        switch scalar {
        case " ": "a blank"
        case "\t": "a tab"
        case "\r", "\n", "\u{85}", "\u{2028}", "\u{2029}": "a line end"
        case "\u{A0}", "\u{202F}", "\u{2007}": "a no-break space"
        case "\u{FEFF}", "\u{FFFE}": "a byte order mark"
        case _ where scalar.properties.isWhitespace: "a blank of another width"
        case _ where isJoiner(scalar): nil
        case _ where scalar.isInvisibleCommand: "an invisible character"
        default: nil
        }
    }

    /// A part of emoji and of some scripts.
    private static func isJoiner(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\u{200C}" || scalar == "\u{200D}" || (0xE0020...0xE007F).contains(scalar.value)
    }
}
