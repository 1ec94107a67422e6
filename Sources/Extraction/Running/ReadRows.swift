/// What a run has read and proven, and not loaded.
struct ReadRows<Rows: StagedTable> {
    var extract: TableExtract
    var plan: ReadPlan
    /// Nil where there was nothing to read.
    var rows: Rows?
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
    package func watermarks(in destination: some Destination, source: SourceIdentity?) throws -> [Watermark] {
        try followers.compactMap {
            try destination.standing(of: $0).judged(for: $0, source: source).state?.watermark
        }
    }
}
