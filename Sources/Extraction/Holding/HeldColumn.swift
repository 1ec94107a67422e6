package import Rows

/// A column of a destination table as the last load left it.
package struct HeldColumn: Codable, Sendable, Equatable {
    package var name: String
    package var type: ColumnType?
    /// Whether its moments came in the zone of a session; nil where that was not known, and of other types.
    package var hasZone: Bool?
    /// What the source calls it; nil where that is the same.
    package var source: String?
    /// Set while the source does not have the column: since which run.
    package var absent: Gap?
    /// Set while some rows lack its values: those that were loaded before this run, or from this one on.
    package var lacking: Gap?

    /// A run from which on, or up to which, rows lack a column's values.
    package struct Gap: Codable, Sendable, Equatable {
        package var run: String
        /// The beginning of that run's window, as the key is written; nil where it had none.
        package var from: String?

        package init(run: String, from: String?) {
            self.run = run
            self.from = from
        }
    }

    package init(name: String, type: ColumnType?) {
        self.name = name
        self.type = type
    }

    /// The source's name of it.
    package var sourceName: String { source ?? name }
}
