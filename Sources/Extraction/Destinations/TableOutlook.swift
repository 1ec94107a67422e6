/// What a load would do with a destination table.
package struct TableOutlook: Codable, Sendable, Equatable {
    /// What becomes of the table, for programs.
    package enum Action: String, Codable, Sendable {
        case create, replace, keep
    }

    package var action: Action?
    /// A sentence.
    package var text: String
    /// The statement that makes the table; nil where it is there, or the types are not known before the first read.
    package var statement: String?

    package init(_ action: Action? = nil, text: String, statement: String? = nil) {
        self.action = action
        self.text = text
        self.statement = statement
    }
}
