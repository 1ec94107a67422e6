import Text

/// A text that must reach a driver and nothing else.
///
/// It has no printable form, and it cannot be encoded.
struct Secret: Sendable, Equatable, Unprintable {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    /// The text itself, for the one place that hands it on.
    func reveal() -> String { text }
}
