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
}
