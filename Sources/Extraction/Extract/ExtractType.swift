/// How much of the source table one run reads.
package enum ExtractType: String, Codable, Sendable, CaseIterable {
    /// All of it.
    case full
    /// What the incremental key says has changed.
    case incremental
}
