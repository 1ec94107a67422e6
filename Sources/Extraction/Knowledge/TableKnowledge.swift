/// What a service is publicly known to hold in a table, whoever's account it is: never a proof.
package struct TableKnowledge: Codable, Hashable, Sendable {
    /// The table's name in lower case; where it ends with a star, the beginning of the names that are meant.
    package var table: String
    /// The columns that identify a row; empty where nobody says.
    package var uniqueColumns: [String]
    /// The column whose growth tells what has changed.
    package var incrementalKey: String?
    package var parent: Parent?
    package var deletions: Deletions
    package var trust: Trust
    /// Where it can be read.
    package var source: String

    /// The table of which rows are part of others, and how they are joined.
    package struct Parent: Codable, Hashable, Sendable {
        package var table: String
        /// Columns of the parent, and beside them those of the child.
        package var parentKey: [String]
        package var childKey: [String]

        package init(table: String, parentKey: [String], childKey: [String]) {
            self.table = table
            self.parentKey = parentKey
            self.childKey = childKey
        }
    }

    /// Whether the service keeps a record of deleted rows.
    package struct Deletions: Codable, Hashable, Sendable {
        /// Nil where nobody says.
        package var areLogged: Bool?
        /// The number of the record type, where it is known.
        package var recordType: Int?
        /// What the record types of its rows are called, in lower case and without blanks.
        package var types: [String]

        package init(areLogged: Bool?, recordType: Int?, types: [String]) {
            self.areLogged = areLogged
            self.recordType = recordType
            self.types = types
        }
    }

    /// Who says so, the weakest claim counting.
    package enum Trust: String, Codable, Sendable {
        case documented
        /// Seen in public code that runs.
        case code
        case secondary
        case remembered
    }

    package init(
        table: String, uniqueColumns: [String], incrementalKey: String?, parent: Parent?, deletions: Deletions,
        trust: Trust, source: String
    ) {
        self.table = table
        self.uniqueColumns = uniqueColumns
        self.incrementalKey = incrementalKey
        self.parent = parent
        self.deletions = deletions
        self.trust = trust
        self.source = source
    }
}
