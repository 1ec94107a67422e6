import Text

/// What a load would do with a destination table.
package struct TableOutlook: Codable, Sendable, Equatable {
    /// What becomes of the table, for programs.
    package enum Action: String, Codable, Sendable {
        case create, replace, keep
    }

    package var action: Action
    /// A sentence.
    package var text: String
    /// The statement that makes the table; nil where it is there, or the types are not known before the first read.
    package var statement: String?

    package init(_ action: Action, text: String, statement: String? = nil) {
        self.action = action
        self.text = text
        self.statement = statement
    }

    /// A table that is there and stays.
    ///
    /// - Parameter table: As the destination spells it.
    package init(keeping table: String, _ way: Way, _ plan: ReadPlan) {
        let new = plan.destinationNames(of: plan.drift?.new ?? [])
        let added = new.isEmpty ? "" : " and gets the new columns \(Sentence.list(new))"
        self.init(.keep, text: "The table \"\(table)\" is there and is kept\(added); \(way.fate).")
    }

    /// A table that is made.
    ///
    /// - Parameters:
    ///   - again: Whether one of that name is there.
    ///   - statement: What makes it; nil before the types of its columns are known.
    package init(making table: String, again: Bool, statement: String?) {
        let verb = "The table \"\(table)\" would be made\(again ? " again" : "")"
        self.init(
            again ? .replace : .create,
            text: statement == nil
                ? "\(verb); the types of its columns are known after the first read."
                : "\(verb), as the rows that are staged have it.", statement: statement)
    }
}
