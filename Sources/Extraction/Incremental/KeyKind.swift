/// What an incremental key, or the key of chunks, is made of.
package enum KeyKind: String, Codable, Sendable, CaseIterable {
    case timestamp, date, integer
    /// Text that the source sorts; only the source can compare it.
    case text
}
