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

/// How much of the source table one run reads.
package enum ExtractType: String, Codable, Sendable, CaseIterable {
    /// All of it.
    case full
    /// What the incremental key says has changed.
    case incremental
}

/// How exact decimals are stored. Chosen per extract, applied per column from its declared type, never per value.
package enum DecimalStorage: String, Codable, Sendable, CaseIterable {
    /// As the source's own digits. Exact; compares and sorts as text, so cast it before you compute with it.
    case text
    /// As the whole number `value × 10^scale`. Exact; needs a declared scale and at most 18 digits.
    case scaledInteger = "scaled_integer"
    /// As the nearest double. Convenient, and not exact.
    case real
}
