/// What stands in the place of a column's values, from the driver's buffer on: nothing of a value itself is staged, logged or loaded.
///
/// NULL stays NULL.
package enum ColumnMask: String, Codable, Sendable, CaseIterable {
    /// HMAC-SHA-256 of the value as UTF-8 text, as 64 lower-case hexadecimal digits: equal values have equal masks under one key.
    case hmac
    /// The same text for every value.
    case redact

    /// What stands for a value that is `redact`ed.
    package static let redaction = "redacted"

    /// Bytes of its text.
    package var width: Int {
        switch self {
        case .hmac: 64
        case .redact: Self.redaction.utf8.count
        }
    }
}
