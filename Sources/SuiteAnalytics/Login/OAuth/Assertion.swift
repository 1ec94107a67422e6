import Extraction
import FoundationEssentials
import Text

/// The signed statement by which we ask for a token: a JWT in the form of JWS (RFC 7515, 7523), as NetSuite's page "The Request
/// Token Structure" describes it.
struct Assertion: Sendable {
    /// Seconds for which it is good. It is used at once; NetSuite takes up to an hour.
    static let lifetime = 300

    let clientID: String
    let certificateID: String
    let algorithm: SignatureAlgorithm
    var scope: TokenScope
    var audience: String

    private struct Header: Encodable {
        var typ = "JWT"
        let alg: String
        let kid: String
    }

    private struct Claims: Encodable {
        let iss: String
        let scope: TokenScope
        let aud: String
        let iat: Int
        let exp: Int
    }

    func signed(by key: SigningKey, at now: Date) throws -> Secret {
        let issued = Int(now.timeIntervalSince1970)
        let claims = Claims(iss: clientID, scope: scope, aud: audience, iat: issued, exp: issued + Self.lifetime)
        let text =
            try Self.base64(Self.json(Header(alg: algorithm.rawValue, kid: certificateID))) + "."
            + Self.base64(Self.json(claims))
        return Secret(text + "." + Self.base64(try key.signature(of: Array(text.utf8), by: algorithm)))
    }

    private static func json(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    /// Base64 in the alphabet of URLs, without `=` at the end.
    static func base64(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

/// What a token is to be good for. Oracle's pages write it as a text with commas, and as a list.
package enum TokenScope: Sendable, Equatable, Codable {
    case text(String)
    case list([String])

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self = .text(text)
        } else {
            self = .list(try container.decode([String].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .list(let names): try container.encode(names)
        }
    }

    /// As a configuration has it.
    var json: String {
        switch self {
        case .text(let text): "\"\(text)\""
        case .list(let names): "[" + names.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
        }
    }
}

/// How an assertion speaks of scope and audience. Two of Oracle's pages contradict each other, and nobody says which holds.
package struct TokenSpelling: Sendable, Equatable {
    package let scope: TokenScope
    package let audience: String

    /// That of Oracle's two pages which an assertion does not follow.
    static func other(than assertion: Assertion, _ account: AccountID) -> TokenSpelling {
        let usual = connect(account)
        let isUsual = assertion.scope == usual.scope && assertion.audience == usual.audience
        return isUsual ? requestToken(account) : usual
    }

    var words: String { "\"scope\": \(scope.json), \"aud\": \"\(audience)\"" }

    /// The path of the token endpoint.
    static let path = "/services/rest/auth/oauth2/v1/token"

    /// Oracle's page on Connect ("Using OAuth 2.0 … Client Credentials Flow", article 0907012935): what programs that are in use
    /// send.
    static func connect(_ account: AccountID) -> TokenSpelling {
        TokenSpelling(scope: .list(["SuiteAnalytics"]), audience: "https://\(account.serviceHost)\(path)")
    }

    /// Oracle's page on the request token (section 162790605110).
    static func requestToken(_ account: AccountID) -> TokenSpelling {
        TokenSpelling(scope: .text("suite_analytics"), audience: "https://\(account.tokenHost)\(path)")
    }
}

extension AccountID {
    /// The host that gives tokens.
    package var tokenHost: String {
        rawValue.lowercased().replacing("_", with: "-") + ".suitetalk.api.netsuite.com"
    }
}
