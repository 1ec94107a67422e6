package import Rows

/// A column as the source lists it, with what kleene-ns makes of it.
package struct CatalogColumn: Codable, Hashable, Sendable {
    @Exact package var name: String
    /// The source's word for the type.
    package var type: String
    /// Characters, bytes or digits, as the source counts them; nil where it does not say.
    package var length: Int?
    package var decimalDigits: Int?
    package var nullable: Bool
    /// Position in the primary key, from 1.
    package var key: Int?
    /// Names of the unique indexes that the column is part of. A hint, not a proof.
    @Exact package var uniqueIndexes: [String]
    /// Whether the column could drive an incremental extract.
    package var incrementalKeyCandidate: Bool
    /// What its values would be as a key; nil for a type that cannot be one.
    package var keyKind: KeyKind?
    package var custom: Bool
    package var calculated: Bool
    package var hidden: Bool
    /// Whether its values may be of any length, so that a read fetches them one by one.
    package var long: Bool
    /// Whether its moments have a zone, so that a session shows them in its own; nil where that is not known.
    package var hasZone: Bool?
    /// Whether the source itself marks the column as the one that says when a row last changed.
    package var lastModified: Bool

    package init(
        name: String, type: String, length: Int? = nil, decimalDigits: Int? = nil, nullable: Bool = true,
        key: Int? = nil, uniqueIndexes: [String] = [], incrementalKeyCandidate: Bool = false, keyKind: KeyKind? = nil,
        custom: Bool = false, calculated: Bool = false, hidden: Bool = false, long: Bool = false,
        lastModified: Bool = false
    ) {
        self.name = name
        self.type = type
        self.length = length
        self.decimalDigits = decimalDigits
        self.nullable = nullable
        self.key = key
        self.uniqueIndexes = uniqueIndexes
        self.incrementalKeyCandidate = incrementalKeyCandidate
        self.keyKind = keyKind
        self.custom = custom
        self.calculated = calculated
        self.hidden = hidden
        self.long = long
        self.lastModified = lastModified
    }
}
