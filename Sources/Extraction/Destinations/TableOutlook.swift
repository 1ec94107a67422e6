import Text

/// What a load would do with a destination table.
package struct TableOutlook: Codable, Sendable, Equatable {
    /// A sentence.
    package var text: String
    /// The statement that makes the table; nil where it is there, or the types are not known before the first read.
    package var statement: String?

    package init(text: String, statement: String? = nil) {
        self.text = text
        self.statement = statement
    }

    /// A table that is there and stays.
    ///
    /// - Parameter table: As the destination spells it.
    package init(keeping table: String, _ way: Way, _ plan: ReadPlan) {
        let new = plan.drift?.new ?? []
        let added = new.isEmpty ? "" : " and gets the new columns \(Sentence.list(new))"
        self.init(text: "The table \"\(table)\" is there and is kept\(added); \(way.fate).")
    }

    /// A table that is made.
    ///
    /// - Parameters:
    ///   - again: Whether one of that name is there.
    ///   - statement: What makes it; nil before the types of its columns are known.
    package init(making table: String, again: Bool, statement: String?) {
        let verb = "The table \"\(table)\" would be made\(again ? " again" : "")"
        self.init(
            text: statement == nil
                ? "\(verb); the types of its columns are known after the first read."
                : "\(verb), as the rows that are staged have it.", statement: statement)
    }
}
