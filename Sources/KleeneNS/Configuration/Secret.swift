/// A text that must reach a driver and nothing else.
///
/// It has no printable form: not by interpolation, not in a debugger's description, not by reflection, and it cannot be
/// encoded.
struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    /// The text itself, for the one place that hands it on.
    func reveal() -> String { text }

    var description: String { "[redacted]" }
    var debugDescription: String { "[redacted]" }
    var customMirror: Mirror { Mirror(self, children: [:]) }
}
