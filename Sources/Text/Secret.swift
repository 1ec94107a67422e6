/// A text that must reach a driver and nothing else.
///
/// It has no printable form, and an encoder writes it only where it was told to let secrets pass.
package struct Secret: Sendable, Equatable, Unprintable {
    private let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// How long it is, which is no secret.
    package var byteCount: Int { text.utf8.count }

    /// The text itself, for the few places that hand it on or compute with it. A test knows them all.
    package func reveal() -> String { text }
}

extension Secret: Codable {
    /// What `userInfo` of an encoder must hold, with the value true, for secrets to pass. One encoder has it: that of the
    /// order to a worker.
    package static let passage = CodingUserInfoKey(rawValue: "kleene-ns.secrets")

    package init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    /// - Throws: `EncodingError` where the encoder has no passage for secrets.
    package func encode(to encoder: any Encoder) throws {
        guard let passage = Self.passage, encoder.userInfo[passage] as? Bool == true else {
            let context = EncodingError.Context(
                codingPath: encoder.codingPath, debugDescription: "A secret is written into a worker's order only.")
            throw EncodingError.invalidValue(self, context)
        }
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
