/// What is known of the source's side of an extract: nothing where nobody has asked, more with each answer. What is not
/// known is not held against anything.
package struct SourceSight: Sendable, Equatable {
    /// Which source it is.
    package var identity: SourceIdentity?
    /// The table, as the source lists it.
    package var table: TableName?
    /// The columns that are read, as the source spells them.
    package var columns: [String]?
    /// Those of them that identify a row.
    package var uniqueColumns: [String]?
    /// The incremental key, as the source spells it, and what it is made of.
    package var key: String?
    package var keyKind: KeyKind?

    package init() {}

    /// What a plan says of the source.
    init(_ plan: ReadPlan, key: String, kind: KeyKind) {
        self.table = plan.table
        self.columns = plan.columns
        self.uniqueColumns = plan.uniqueColumns
        self.key = key
        self.keyKind = kind
    }
}
