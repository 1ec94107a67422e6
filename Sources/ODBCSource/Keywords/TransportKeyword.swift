import Text

/// Keywords of connection strings by which a connection is not encrypted, or encrypted with anybody: with these a password and
/// all rows can be read, or asked for, on the way.
package struct TransportKeyword: Sendable {
    var keywords: [String]
    /// Values that weaken it, in lower case.
    var values: Set<String>
    /// What follows, as the end of a sentence.
    var effect: String

    private static let off: Set<String> = ["0", "no", "n", "false", "off", "none", "disable", "disabled"]
    private static let on: Set<String> = ["1", "yes", "y", "true", "on"]
    private static let clear = "lets the password and all rows go over the network in clear"
    private static let anybody = "encrypts for whoever answers, without looking at the certificate"

    /// By drivers: OpenAccess and DataDirect, psqlodbc, MariaDB and MySQL, FreeTDS, Microsoft's, and what several share.
    static let all = [
        TransportKeyword(keywords: ["encrypted", "enc", "encryptionmethod", "em"], values: off, effect: clear),
        TransportKeyword(keywords: ["validateservercertificate", "vsc"], values: off, effect: anybody),
        TransportKeyword(keywords: ["sslmode", "ca"], values: ["disable", "disabled"], effect: clear),
        TransportKeyword(
            keywords: ["sslmode", "ca"], values: ["allow", "prefer", "preferred"],
            effect: "lets the server choose whether the password and all rows go in clear"),
        TransportKeyword(keywords: ["encryption"], values: off, effect: clear),
        TransportKeyword(
            keywords: ["encrypt", "ssl", "usessl", "tls", "usetls", "forcetls"], values: off, effect: clear),
        TransportKeyword(
            keywords: ["sslverify", "tlsverify", "tlspeerverification", "checkcertificatehostname"], values: off,
            effect: anybody),
        TransportKeyword(
            keywords: [
                "trustservercertificate", "allowselfsignedservercert", "allowhostnamecnmismatch", "sslacceptany",
            ],
            values: on, effect: anybody),
    ]

    /// What a pair does to the connection; nil where it does no harm.
    static func effect(of keyword: String, _ value: String) -> String? {
        let value = value.trimmingBlanks.lowercased()
        return all.first { $0.keywords.contains(SecretKeyword.folded(keyword)) && $0.values.contains(value) }?.effect
    }

    /// Whether a pair makes the connection one without any encryption.
    package static func isClearText(_ keyword: String, _ value: String) -> Bool { effect(of: keyword, value) == clear }

    /// A sentence for each pair that weakens a connection.
    package static func warnings(_ pairs: [(keyword: String, value: String)]) -> [String] {
        pairs.compactMap { pair in
            effect(of: pair.keyword, pair.value).map { "\"\(pair.keyword)=\(pair.value)\" \($0)." }
        }
    }
}
