/// How long rows that are still read are loaded beside: as long as the read will have ended soon.
///
/// The load's transaction is open meanwhile, and an open transaction holds up a server's vacuum. A read that takes longer is loaded when it
/// has ended, in a transaction that only copies.
struct EarlyPatience: Sendable {
    /// From when on the pace of a read says when it will have ended.
    private static let start = Duration.seconds(3)
    /// How long rows that are loaded wait for the word that they are right, whatever the limit says.
    private static let proof = Duration.seconds(10)

    let begin: ContinuousClock.Instant
    /// The longest that the transaction may wait for rows.
    let limit: Duration
    /// Rows that the source has counted; nil where it has not.
    let counted: Int?

    /// Until when rows are waited for.
    ///
    /// - Parameter rows: Those that are there.
    func end(rows: Int, at now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        let end = begin + limit
        guard let counted, counted > rows, rows > 0, now - begin > Self.start else { return end }
        // At the pace so far.
        let whole = (now - begin) * (Double(counted) / Double(rows))
        return whole > limit ? now : end
    }

    /// Until when rows that are all loaded wait for the load to take them over.
    func end(loadedAt now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        max(begin + limit, now + Self.proof)
    }
}
