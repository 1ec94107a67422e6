package import Text

/// A connection string from ordered keyword-value pairs, for `SQLDriverConnect`.
///
/// It has no printable form.
package struct ConnectionString: Sendable, Unprintable {
    /// How a driver wants values written that hold more than letters, digits, `_`, `.` and `-`.
    package enum Quoting: Sendable, Hashable {
        /// In braces, with `}` doubled: the ODBC rule.
        case braces
        /// In braces that end at `};` alone, with `}` as it is: FreeTDS, whose last pair needs the `;` too.
        case bracesToSemicolon
        /// As they are, for drivers that know no braces and take them for a part of the value.
        case bare
        /// As it is, whatever it holds: NetSuite's `CustomProperties`, whose value contains `;`. Only as the last pair.
        case raw
    }

    private struct Pair: Sendable {
        let keyword: String
        let value: Secret
        /// Whether nobody may ask for the value.
        let isSecret: Bool
        let quoting: Quoting
    }

    private var pairs: [Pair] = []
    private var raw = ""

    package init() {}

    /// Starts from a text of the user's own, taken as it is.
    package init(raw: String) {
        self.raw = raw
        while self.raw.hasSuffix(";") { self.raw.removeLast() }
    }

    /// Adds a pair at the end.
    ///
    /// - Throws: `ConnectionStringError` where no driver could read the value back.
    package mutating func append(
        _ keyword: String, _ value: String, quoting: Quoting = .braces
    ) throws(ConnectionStringError) {
        try append(keyword, value, syntax: ValueSyntax(written: quoting))
    }

    /// The same with a secret, which nobody can ask for afterwards.
    package mutating func append(
        _ keyword: String, _ value: Secret, quoting: Quoting = .braces
    ) throws(ConnectionStringError) {
        try append(keyword, value, syntax: ValueSyntax(written: quoting))
    }

    /// Adds a pair at the end, as one driver reads it.
    ///
    /// - Throws: `ConnectionStringError` where the driver's syntax cannot carry the value.
    package mutating func append(
        _ keyword: String, _ value: String, syntax: ValueSyntax
    ) throws(ConnectionStringError) {
        try append(keyword, Secret(value), isSecret: false, syntax)
    }

    /// The same with a secret, which nobody can ask for afterwards.
    package mutating func append(
        _ keyword: String, _ value: Secret, syntax: ValueSyntax
    ) throws(ConnectionStringError) {
        try append(keyword, value, isSecret: true, syntax)
    }

    private mutating func append(
        _ keyword: String, _ value: Secret, isSecret: Bool, _ syntax: ValueSyntax
    ) throws(ConnectionStringError) {
        let isName = !keyword.isEmpty && keyword.utf8.allSatisfy { $0 > 0x20 && !"=;{}[]".utf8.contains($0) }
        guard isName else { throw ConnectionStringError(keyword: keyword, problem: .keyword) }
        if let problem = syntax.problem(with: value.reveal(), of: keyword) {
            throw ConnectionStringError(keyword: keyword, problem: problem)
        }
        pairs.append(
            Pair(keyword: keyword, value: value, isSecret: isSecret, quoting: syntax.quoting(of: keyword)))
    }

    /// Takes the value of a keyword out of the pairs and the raw text, and puts another in its place.
    package mutating func replace(_ keyword: String, with value: String, syntax: ValueSyntax)
        throws(ConnectionStringError)
    {
        pairs.removeAll { $0.keyword.lowercased() == keyword.lowercased() }
        raw = Self.removing(keyword, from: raw)
        try append(keyword, value, syntax: syntax)
    }

    /// Whether the pairs or the raw text have the keyword. Case does not matter.
    package func contains(_ keyword: String) -> Bool {
        let folded = keyword.lowercased()
        return Self.parse(raw).contains { $0.keyword.lowercased() == folded }
            || pairs.contains { $0.keyword.lowercased() == folded }
    }

    /// The value of a keyword, without braces: the first one, as unixODBC takes it for DSN and Driver. Nil for a secret.
    package func value(of keyword: String) -> String? {
        let folded = keyword.lowercased()
        if let pair = Self.parse(raw).first(where: { $0.keyword.lowercased() == folded }) { return pair.value }
        guard let pair = pairs.first(where: { $0.keyword.lowercased() == folded }), !pair.isSecret else { return nil }
        return pair.value.reveal()
    }

    /// The text that goes to the driver manager. It holds the password.
    package var text: Secret {
        var parts = raw.isEmpty ? [] : [raw]
        parts += pairs.map { "\($0.keyword)=\(Self.quoted($0.value.reveal(), $0.quoting))" }
        let end = pairs.contains { $0.quoting == .bracesToSemicolon } ? ";" : ""
        return Secret(parts.joined(separator: ";") + end)
    }

    private static func quoted(_ value: String, _ quoting: Quoting) -> String {
        let isPlain =
            !value.isEmpty
            && value.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
        if isPlain || value.isEmpty { return value }
        return switch quoting {
        case .bare, .raw: value
        case .bracesToSemicolon: "{\(value)}"
        case .braces: "{\(value.doubling("}"))}"
        }
    }

    /// Splits a text into its pairs, by unixODBC's rules: a value in braces ends at `}` that is not doubled, any other
    /// at `;`.
    package static func parse(_ text: String) -> [(keyword: String, value: String)] {
        segments(text).map { ($0.keyword, $0.value) }
    }

    /// The text without the pairs of a keyword; all else as it is written.
    private static func removing(_ keyword: String, from text: String) -> String {
        let kept = segments(text).filter { $0.keyword.lowercased() != keyword.lowercased() }
        return kept.map { String($0.text) }.joined(separator: ";")
    }

    private static func segments(_ text: String) -> [(keyword: String, value: String, text: Substring)] {
        var result: [(String, String, Substring)] = []
        var rest = Substring(text).unicodeScalars
        while !rest.isEmpty {
            rest = rest.drop { $0 == ";" || $0.properties.isWhitespace }
            guard let equals = rest.firstIndex(of: "=") else { break }
            let start = rest.startIndex
            let keyword = String(rest[..<equals])
            rest = rest[rest.index(after: equals)...]
            var value = String.UnicodeScalarView()
            if rest.first == "{" {
                rest.removeFirst()
                while let next = rest.popFirst() {
                    if next == "}" {
                        guard rest.first == "}" else { break }
                        rest.removeFirst()
                    }
                    value.append(next)
                }
                rest = rest.drop { $0 != ";" }
            } else {
                let end = rest.firstIndex(of: ";") ?? rest.endIndex
                value += rest[..<end]
                rest = rest[end...]
            }
            result.append((keyword, String(value), text[start..<rest.startIndex]))
        }
        return result
    }
}

/// A pair that a connection string cannot carry.
package struct ConnectionStringError: Error, Sendable, Hashable {
    package enum Problem: Sendable, Hashable {
        case keyword
        /// A NUL character.
        case nul
        /// These characters, or this sequence.
        case characters(String)
        /// A `{` at the beginning.
        case openingBrace
        /// A blank at the beginning or the end.
        case blank
        /// More bytes than this.
        case length(Int)
    }

    package var keyword: String
    package var problem: Problem

    package init(keyword: String, problem: Problem) {
        self.keyword = keyword
        self.problem = problem
    }
}
