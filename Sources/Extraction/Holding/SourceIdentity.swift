/// Which source rows come from: what it says of itself once it is connected, and what was configured to reach it.
///
/// Credentials and the driver are no part of it: they change, and the rows do not.
package struct SourceIdentity: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, Sendable {
        case netSuite = "netsuite"
        /// The mock server, in the place of any account.
        case mock
        case database
    }

    package var kind: Kind
    /// For a person, such as `the account 7654321 under the role 57`.
    package var words: String
    /// What is compared, by name, such as `server`. A part that one of two does not know is not compared.
    package var parts: [String: String]

    package init(kind: Kind, words: String, parts: [String: String]) {
        self.kind = kind
        self.words = words
        self.parts = parts
    }

    /// Whether two name the same source, as far as both know.
    package func isSame(as other: SourceIdentity) -> Bool {
        // By bytes: to Swift two spellings of one letter are the same name, to a source they are two.
        kind == other.kind
            && parts.allSatisfy { name, value in
                other.parts[name].map { Array($0.utf8) == Array(value.utf8) } ?? true
            }
    }

    /// Whether the source takes names of tables without regard to upper and lower case.
    var ignoresCase: Bool { kind != .database }
}
