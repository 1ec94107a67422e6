/// Some rows of a table, as text for a person.
package struct Preview: Codable, Hashable, Sendable {
    package var columns: [String]
    package var types: [String]
    /// Places of the columns whose values are numbers.
    package var numeric: Set<Int>?
    /// Nil is NULL.
    package var rows: [[String?]]

    package init(columns: [String], types: [String], rows: [[String?]]) {
        self.columns = columns
        self.types = types
        self.rows = rows
    }
}
