/// What becomes of the rows that are already in the destination table.
package enum LoadMethod: String, Codable, Sendable, CaseIterable {
    /// The table is dropped and created anew with the source's present columns. Readers see the old or the new one.
    case dropCreateLoad = "drop_create_load"
    /// The rows are replaced; definition, indexes, triggers and views of the table stay.
    case truncateLoad = "truncate_load"
    /// The rows are added to those already there.
    case append
    /// Rows whose unique columns are already there are replaced, the others added.
    case upsert

    /// Whether a load leaves no row of those that were there.
    package var replacesAllRows: Bool { self == .dropCreateLoad || self == .truncateLoad }
}
