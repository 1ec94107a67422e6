/// How the rows of an extract are part of the rows of another: lines of their header.
package struct Follows: Codable, Hashable, Sendable {
    /// The extract that is followed.
    package var extract: String
    /// The source's table of that.
    package var table: TableName
    /// The column that identifies a header, and the one by which its rows name it.
    package var parentKey: String
    package var childKey: String
    /// The incremental key of the extract that is followed.
    package var key: String
    /// A date of the rows' own that tells that one has changed; nil for none.
    package var ownKey: String?
    /// How the source is asked for the rows of changed headers; nil: by how many there are.
    package var asking: Asking?

    package enum Asking: String, Codable, Sendable, CaseIterable {
        /// By the keys themselves, `IN (1, 2, …)`.
        case list
        /// By the condition that made them change, `IN (SELECT …)`.
        case query
    }

    package init(extract: String, table: TableName, parentKey: String, childKey: String, key: String) {
        self.extract = extract
        self.table = table
        self.parentKey = parentKey
        self.childKey = childKey
        self.key = key
    }

    /// How many extracts may follow one: a destination holds the rows of all of them, and those of their headers, at once.
    package static let mostFollowers = 4
    /// So many keys stand in one list at most: NetSuite's limit.
    package static let listLength = 1000
    /// Beyond one list the headers' condition is asked for instead of their keys: a source goes through its indexes for it, and for
    /// several lists it may not (PostgreSQL 15 takes seven times as long for three).
    package static let mostListed = listLength
}

/// The rows of some groups, which a run reads whole: what the destination has of these groups goes.
package struct GroupRead: Codable, Hashable, Sendable {
    /// The column whose values are the groups.
    package var column: String
    package var condition: Condition

    package init(column: String, condition: Condition) {
        self.column = column
        self.condition = condition
    }
}

extension TableExtract {
    /// The column whose growth its watermark tells of: its own, or that of the extract that it follows; nil where it has none.
    package var watermarkKey: String? { incremental?.key ?? follows?.key }

    /// The way of a load, for a read with a plan.
    package func way(_ plan: ReadPlan) -> Way {
        if let groups = plan.groups {
            return .replaceGroups(by: plan.destinationName(of: groups.column), marking: mark(by: plan.run))
        }
        // Read whole: what the source no longer has must go.
        if follows != nil { return .replaceAll(keepsDefinition: true) }
        return loadMethod.way(plan)
    }
}
