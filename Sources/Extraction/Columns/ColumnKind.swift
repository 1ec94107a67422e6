/// What a catalog may say of a column beside its type: a word of `columns`, such as `!calculated`.
///
/// Which columns are of which kind, only the source knows, and only of the kinds that it lists as its own
/// (`CatalogTableColumns.kinds`).
package enum ColumnKind: String, Codable, CaseIterable, Sendable {
    /// Its value is computed for each row that is read.
    case calculated
    /// Somebody at the company has made it.
    case custom
    /// It is not shown to people.
    case hidden
    /// Its values may be of any length.
    case long
    /// It comes with the product: all that is not custom.
    case standard

    /// The kind that a word names, whatever its case.
    package init?(word: String) { self.init(rawValue: word.lowercased()) }
}

extension CatalogColumn {
    func isOf(_ kind: ColumnKind) -> Bool {
        switch kind {
        case .calculated: calculated
        case .custom: custom
        case .hidden: hidden
        case .long: long
        case .standard: !custom
        }
    }
}
