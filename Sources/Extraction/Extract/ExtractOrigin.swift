/// Where an extract is written: what a person changes about it, and which commands know it, follow from that.
///
/// Nothing that a run does depends on it: rows that were staged for an extract serve it wherever it is written (`StagingBook`).
package struct ExtractOrigin: Codable, Sendable, Equatable {
    /// Whether flags of one command give it, so that no configuration knows it.
    package var isFlags: Bool
    /// The flags by which `state` finds what it has loaded, each with a blank in front of it, such as ` --destination g.db`; empty for
    /// none.
    package var place: String
    /// Whether commands that ask the source need flags that say which one that is.
    package var needsSource: Bool

    /// An extract that flags give.
    package static func flags(place: String = "", needsSource: Bool = false) -> ExtractOrigin {
        ExtractOrigin(isFlags: true, place: place, needsSource: needsSource)
    }
}
