/// How one driver reads the values of its connection string: facts from measurement.
package struct ValueSyntax: Hashable, Sendable {
    /// How it wants values that hold more than letters, digits, `_`, `.` and `-`.
    package var quoting: ConnectionString.Quoting
    /// Keywords, in lower case, that it reads otherwise.
    package var exceptions: [String: ConnectionString.Quoting] = [:]
    /// Blanks at a value's ends that it drops, in braces or not.
    package var drops: Ends = []
    /// Bytes that the values of some keywords, in lower case, may have.
    package var longest: [String: Int] = [:]

    package struct Ends: OptionSet, Hashable, Sendable {
        package let rawValue: Int
        package init(rawValue: Int) { self.rawValue = rawValue }

        package static let leading = Ends(rawValue: 1)
        package static let trailing = Ends(rawValue: 2)
    }

    package init(_ quoting: ConnectionString.Quoting, drops: Ends = []) {
        self.quoting = quoting
        self.drops = drops
    }

    /// Of a driver of which no more than the form is known.
    init(written quoting: ConnectionString.Quoting) { self.init(quoting, drops: quoting == .bare ? .leading : []) }

    /// The ODBC rule.
    package static let braces = ValueSyntax(.braces)

    /// How a keyword's values are written.
    func quoting(of keyword: String) -> ConnectionString.Quoting { exceptions[keyword.lowercased()] ?? quoting }

    /// Why this driver could not read a value back as it is; nil where it can.
    func problem(with value: String, of keyword: String) -> ConnectionStringError.Problem? {
        let bytes = value.utf8
        if bytes.contains(0) { return .nul }
        if let longest = longest[keyword.lowercased()], bytes.count > longest { return .length(longest) }
        switch quoting(of: keyword) {
        case .raw: return nil
        case .braces: break
        case .bracesToSemicolon:
            if Self.has("};", in: bytes) { return .characters("};") }
        case .bare:
            if bytes.contains(UInt8(ascii: ";")) { return .characters(";") }
            // Taken for the beginning of a value in braces by the one, for a part of it by the other.
            if bytes.first == UInt8(ascii: "{") { return .openingBrace }
        }
        let scalars = value.unicodeScalars
        if drops.contains(.leading), scalars.first?.properties.isWhitespace == true { return .blank }
        if drops.contains(.trailing), scalars.last?.properties.isWhitespace == true { return .blank }
        return nil
    }

    private static func has(_ text: String, in bytes: String.UTF8View) -> Bool {
        let (all, wanted) = (Array(bytes), Array(text.utf8))
        return all.indices.contains { all[$0...].starts(with: wanted) }
    }
}
