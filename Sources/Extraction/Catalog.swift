package import Rows

/// A schema as the source lists it.
package struct CatalogSchema: Codable, Hashable, Sendable {
    @Exact package var catalog: String?
    @Exact package var schema: String?

    package init(catalog: String?, schema: String?) {
        self.catalog = catalog
        self.schema = schema
    }
}

/// A table as the source lists it.
package struct CatalogTable: Codable, Hashable, Sendable {
    @Exact package var catalog: String?
    @Exact package var schema: String?
    @Exact package var table: String
    /// The source's word, such as `TABLE` or `VIEW`.
    package var type: String
    package var remarks: String?

    package init(catalog: String?, schema: String?, table: String, type: String, remarks: String?) {
        self.catalog = catalog
        self.schema = schema
        self.table = table
        self.type = type
        self.remarks = remarks
    }

    package var name: TableName { TableName(catalog: catalog, schema: schema, name: table) }
}

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

/// A table with its columns.
package struct CatalogTableColumns: Codable, Hashable, Sendable {
    @Exact package var catalog: String?
    @Exact package var schema: String?
    @Exact package var table: String
    /// The source's word, such as `TABLE` or `VIEW`; nil where nobody asked for it.
    package var type: String?
    package var columns: [CatalogColumn]
    /// Which letters the source takes for the same in names; nil where nobody asked.
    package var nameCase: NameCase?

    package init(name: TableName, type: String? = nil, columns: [CatalogColumn]) {
        self.catalog = name.catalog
        self.schema = name.schema
        self.table = name.name
        self.type = type
        self.columns = columns
    }

    package var name: TableName { TableName(catalog: catalog, schema: schema, name: table) }

    /// The same with these columns as the key, as far as they are there.
    package func declaring(_ key: [String]) -> CatalogTableColumns {
        var listing = self
        for index in listing.columns.indices {
            listing.columns[index].key = key.firstIndex(ofExactly: listing.columns[index].name).map { $0 + 1 }
        }
        return listing
    }
}

/// Some rows of a table, as text for a person.
package struct Preview: Codable, Hashable, Sendable {
    package var columns: [String]
    package var types: [String]
    /// Nil is NULL.
    package var rows: [[String?]]

    package init(columns: [String], types: [String], rows: [[String?]]) {
        self.columns = columns
        self.types = types
        self.rows = rows
    }
}

/// What a connected source says of itself. No secret.
package struct SourceFacts: Codable, Hashable, Sendable {
    package var driverName: String
    package var driverVersion: String
    package var databaseName: String
    package var databaseVersion: String
    /// How text reaches us: `narrow UTF-8` or `wide UTF-16`.
    package var encoding: String
    /// Which source it is; nil where that is not known.
    package var identity: SourceIdentity?

    package init(
        driverName: String, driverVersion: String, databaseName: String, databaseVersion: String, encoding: String,
        identity: SourceIdentity? = nil
    ) {
        self.driverName = driverName
        self.driverVersion = driverVersion
        self.databaseName = databaseName
        self.databaseVersion = databaseVersion
        self.encoding = encoding
        self.identity = identity
    }
}
