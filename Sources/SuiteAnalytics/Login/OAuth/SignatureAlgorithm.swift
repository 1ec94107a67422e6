/// How an assertion is signed: the algorithms that NetSuite's page "The Request Token Structure" lists. RS256 is not one.
package enum SignatureAlgorithm: String, CaseIterable, Codable, Sendable {
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"

    /// The kinds of key that sign so.
    var kinds: [SigningKey.Kind] {
        switch self {
        case .ps256, .ps384, .ps512: [.rsa(bits: 3072), .rsa(bits: 4096)]
        case .es256: [.p256]
        case .es384: [.p384]
        case .es512: [.p521]
        }
    }

    /// Those that a key of a kind signs with, the usual one first.
    static func all(of kind: SigningKey.Kind) -> [SignatureAlgorithm] { allCases.filter { $0.kinds.contains(kind) } }
}
