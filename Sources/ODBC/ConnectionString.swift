import Text

/// A connection string from ordered keyword-value pairs, for `SQLDriverConnect`.
///
/// It has no printable form.
package struct ConnectionString: Sendable, Unprintable {
    /// How a driver wants values written that hold more than letters, digits, `_`, `.` and `-`.
    package enum Quoting: Sendable, Hashable {
        /// In braces, with `}` doubled: the ODBC rule. psqlodbc 13.02 URL-decodes what is not in braces.
        case braces
        /// As they are. libsqliteodbc 0.9998 knows no braces and takes them for a part of the file's name.
        case bare
        /// As it is, whatever it holds: NetSuite's `CustomProperties`, whose value contains `;`. Only as the last pair.
        case raw
    }

    private var pairs: [(keyword: String, value: String, quoting: Quoting)] = []
    private var raw = ""

    package init() {}

    /// Starts from a text of the user's own, taken as it is.
    package init(raw: String) {
        self.raw = raw
        while self.raw.hasSuffix(";") { self.raw.removeLast() }
    }

    /// Adds a pair at the end.
    ///
    /// - Throws: `ConnectionStringError` where the driver's syntax cannot carry the value.
    package mutating func append(
        _ keyword: String, _ value: String, quoting: Quoting = .braces
    ) throws(ConnectionStringError) {
        let isName = !keyword.isEmpty && keyword.utf8.allSatisfy { $0 > 0x20 && !"=;{}[]".utf8.contains($0) }
        guard isName else { throw ConnectionStringError(keyword: keyword, problem: .keyword) }
        guard !value.utf8.contains(0) else { throw ConnectionStringError(keyword: keyword, problem: .value) }
        if quoting == .bare,
            value.utf8.contains(UInt8(ascii: ";")) || value.first?.isWhitespace == true
                || value.utf8.first == UInt8(ascii: "{")
        {
            throw ConnectionStringError(keyword: keyword, problem: .value)
        }
        pairs.append((keyword, value, quoting))
    }

    /// Whether the pairs or the raw text have the keyword. Case does not matter.
    package func contains(_ keyword: String) -> Bool { value(of: keyword) != nil }

    /// The value of a keyword, without braces: the first one, as unixODBC takes it for DSN and Driver.
    package func value(of keyword: String) -> String? {
        let folded = keyword.lowercased()
        if let pair = Self.parse(raw).first(where: { $0.keyword.lowercased() == folded }) { return pair.value }
        return pairs.first { $0.keyword.lowercased() == folded }?.value
    }

    /// The text that goes to the driver manager. It holds the password.
    package var text: String {
        var parts = raw.isEmpty ? [] : [raw]
        parts += pairs.map { "\($0.keyword)=\(Self.quoted($0.value, $0.quoting))" }
        return parts.joined(separator: ";")
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
        if isPlain || quoting != .braces || value.isEmpty { return value }
        return "{\(value.doubling("}"))}"
    }

    /// Splits a text into its pairs, by unixODBC's rules: a value in braces ends at `}` that is not doubled, any other
    /// at `;`.
    package static func parse(_ text: String) -> [(keyword: String, value: String)] {
        var result: [(String, String)] = []
        var rest = Substring(text).unicodeScalars
        while !rest.isEmpty {
            rest = rest.drop { $0 == ";" || $0.properties.isWhitespace }
            guard let equals = rest.firstIndex(of: "=") else { break }
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
            result.append((keyword, String(value)))
        }
        return result
    }
}

/// A pair that a connection string cannot carry.
package struct ConnectionStringError: Error, Sendable, Hashable {
    package enum Problem: Sendable, Hashable { case keyword, value }

    package var keyword: String
    package var problem: Problem
}
