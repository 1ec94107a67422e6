/// What becomes of rows whose incremental key is NULL.
package enum NullKeys: String, Codable, Sendable, CaseIterable {
    /// They are not read.
    case exclude
    /// They are read by the first run, and not again.
    case once
    /// Each run reads all of them. Not with `append`, which would add them again and again.
    case always
    /// One such row fails the run.
    case fail
}
