/// Finds where a text stops being JSON, for the person who has to mend it: the decoder does not say.
///
/// JSON is what the decoder takes: RFC 8259, and a comma behind the last of a list.
enum JSONFault {
    private enum Expected { case value, valueOrEnd, nameOrEnd, colon, separator }

    /// Where the first word is that does not fit, as an offset in UTF-8; the text's length where it ends too early. Nil
    /// where there is none.
    static func offset(in text: String) -> Int? {
        let blank = /[ \t\r\n]*/.matchingSemantics(.unicodeScalar)
        let word =
            /[{}\[\],:]|true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+\-]?[0-9]+)?|"(?:[^"\\\x00-\x1F]|\\(?:["\\\/bfnrt]|u[0-9a-fA-F]{4}))*"/
            .matchingSemantics(.unicodeScalar)
        var rest = text[...]
        if rest.unicodeScalars.first == "\u{FEFF}" { rest = Substring(rest.unicodeScalars.dropFirst()) }
        var expected = Expected.value
        /// The brackets that will close what is open.
        var open: [Unicode.Scalar] = []
        while true {
            if let blanks = rest.prefixMatch(of: blank) { rest = rest[blanks.range.upperBound...] }
            let offset = text.utf8.distance(from: text.startIndex, to: rest.startIndex)
            if rest.isEmpty { return open.isEmpty && expected == .separator ? nil : offset }
            guard let match = rest.prefixMatch(of: word), let first = rest.unicodeScalars.first else { return offset }
            switch (expected, first) {
            case (.value, "{"), (.valueOrEnd, "{"):
                open.append("}")
                expected = .nameOrEnd
            case (.value, "["), (.valueOrEnd, "["):
                open.append("]")
                expected = .valueOrEnd
            case (.nameOrEnd, "}"), (.valueOrEnd, "]"), (.separator, open.last):
                open.removeLast()
                expected = .separator
            case (.separator, ",") where !open.isEmpty: expected = open.last == "}" ? .nameOrEnd : .valueOrEnd
            case (.nameOrEnd, "\""): expected = .colon
            case (.colon, ":"): expected = .value
            case (.value, let first), (.valueOrEnd, let first):
                if "}],:".unicodeScalars.contains(first) { return offset }
                expected = .separator
            default: return offset
            }
            rest = rest[match.range.upperBound...]
        }
    }
}
