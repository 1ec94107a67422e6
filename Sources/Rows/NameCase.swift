/// Which letters a database takes for the same in the names of tables and columns.
package enum NameCase: String, Codable, Sendable, CaseIterable {
    /// None: `ID` and `id` are two names, however they are written.
    case sensitive
    /// `A` to `Z` and `a` to `z`, and no others: SQLite, and PostgreSQL's names without quotes.
    case ascii
    /// All letters that Unicode pairs one by one.
    case unicode

    /// What two names have in common that are the same up to case. By scalars, so accents written in two ways stay two.
    package func folded(_ name: String) -> Exact<String> {
        switch self {
        case .sensitive: return Exact(name)
        case .ascii:
            return Exact(
                String(decoding: name.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self))
        case .unicode:
            var folded = String.UnicodeScalarView()
            for scalar in name.unicodeScalars { folded += scalar.properties.lowercaseMapping.unicodeScalars }
            return Exact(String(folded))
        }
    }

    package func areSame(_ first: String, _ second: String) -> Bool { folded(first) == folded(second) }

    /// The one of the names that is meant: exactly as written where that is there, otherwise the only one that is the same
    /// up to case.
    package func find(_ name: String, among names: [String]) -> String? {
        if let exact = names.first(where: { $0.isExactly(name) }) { return exact }
        let wanted = folded(name)
        let same = names.filter { folded($0) == wanted }
        return same.count == 1 ? same[0] : nil
    }
}
