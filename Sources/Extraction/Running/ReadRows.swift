/// What a run has read and proven, and not loaded.
struct ReadRows<Rows: StagedTable> {
    var extract: TableExtract
    var plan: ReadPlan
    /// Nil where there was nothing to read.
    var rows: Rows?
    /// How far the extract had got, as it was judged.
    var before: ExtractState?
    /// Whether the table had no rows.
    var isFirst = false
    /// What was found of deleted rows; nil where nobody looked.
    var gone: GoneKeys<Rows>?
}

/// Keys of rows that the source no longer has, staged to go from the table.
struct GoneKeys<Rows: StagedTable> {
    /// The columns that name them.
    var columns: [String]
    /// Of one column, its values.
    var ids: [KeyValue]
    /// Nil where there are none.
    var rows: Rows?
    /// As they were staged.
    var plan: ReadPlan
}

/// The extracts beside which one is run, because they come in with it.
package struct Family {
    /// What was read of the headers, for an extract that follows them.
    var leader: LeaderRead?
    /// The extracts that follow it.
    var followers: [TableExtract] = []
    /// When the run of the extract that is read began.
    var begin = ContinuousClock.now

    package init(followers: [TableExtract] = []) { self.followers = followers }

    /// How far those have got that have got anywhere.
    package func states(in destination: some Destination, source: SourceIdentity?) throws -> [ExtractState] {
        try followers.compactMap { try destination.standing(of: $0).judged(for: $0, source: source).state }
    }
}
