import Crypto
package import Extraction
package import FoundationEssentials
package import Text

/// OAuth 2.0 with client credentials, machine to machine: a signed assertion is exchanged for an access token, which is good for
/// an hour and for any number of connections.
///
/// The private key is no part of what crosses the pipe: the process that loads a driver never has it.
package struct OAuthCredentials: LoginMethod {
    /// Where in the driver's connection string the token goes.
    package enum Carrier: String, Codable, Sendable, CaseIterable {
        /// The property `OAuth2Token` of `CustomProperties`, beside the user: what the one public program over ODBC does.
        case customProperties = "custom_properties"
        /// In place of a password.
        case password
    }

    /// The key, where it is at hand.
    private struct Signer: Sendable, Equatable, Unprintable {
        let key: SigningKey
        let texts: [Secret]

        static func == (one: Signer, other: Signer) -> Bool { one.key.publicKey == other.key.publicKey }
    }

    private let clientID: Secret
    private let certificateID: Secret
    /// A hash of the public key, by which keys are told apart.
    private let keyPrint: String
    private var signer: Signer?
    private let algorithm: SignatureAlgorithm
    private let scope: TokenScope?
    private let audience: String?
    private let host: String?
    private let user: String?
    private let carrier: Carrier
    /// A file of certificates of authorities.
    private let authorities: String?
    /// The file of the certificate that was uploaded, for who watches its end.
    private let certificate: String?

    private enum CodingKeys: CodingKey {
        case clientID, certificateID, keyPrint, algorithm, scope, audience, host, user, carrier, authorities,
            certificate
    }

    package static let name = "oauth2"
    package static let members: [LoginMember] = [
        .identifier("client_id", "the integration record's client id, which NetSuite shows once"),
        .identifier("certificate_id", "the id that NetSuite gave the certificate when it was uploaded"),
        .key("private_key"), .optional(.secret("private_key_phrase")),
        .choice("algorithm", among: SignatureAlgorithm.allCases.map(\.rawValue)), .list("scope"),
        .optional(.text("aud", "")), .optional(.text("token_host", "")), .optional(.text("user", "")),
        .choice("token_in", among: Carrier.allCases.map(\.rawValue)), .path("ca_file"), .path("certificate"),
    ]

    package init(_ values: LoginValues) throws {
        let pem = try values.secret("private_key")
        let key = try SigningKey(pem: pem, phrase: values.anySecret("private_key_phrase"))
        let algorithms = SignatureAlgorithm.all(of: key.kind)
        guard let usual = algorithms.first else {
            throw Failure(.internal, "A key that signs by no algorithm was taken.")
        }
        let algorithm = values.anyText("algorithm").flatMap(SignatureAlgorithm.init) ?? usual
        guard algorithms.contains(algorithm) else {
            throw Failure(
                .configuration,
                "\"algorithm\" is \"\(algorithm.rawValue)\", and the private key is \(key.kind.name); no login was tried.",
                advice: "Such a key signs by \(algorithms.map(\.rawValue).joined(separator: " or ")).")
        }
        let texts = Self.lines(of: pem) + (values.anySecret("private_key_phrase").map { [$0] } ?? [])
        self.init(
            clientID: try values.identifier("client_id"), certificateID: try values.identifier("certificate_id"),
            key: key, texts: texts, algorithm: algorithm, values: values)
    }

    /// A user of the mock: its key is no secret.
    init(clientID: String, certificateID: String, key: SigningKey, algorithm: SignatureAlgorithm, values: LoginValues) {
        self.init(
            clientID: Secret(clientID), certificateID: Secret(certificateID), key: key, texts: [], algorithm: algorithm,
            values: values)
    }

    private init(
        clientID: Secret, certificateID: Secret, key: SigningKey, texts: [Secret], algorithm: SignatureAlgorithm,
        values: LoginValues
    ) {
        self.clientID = clientID
        self.certificateID = certificateID
        keyPrint = SHA256.hash(data: key.publicKey).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
            .joined()
        signer = Signer(key: key, texts: texts)
        self.algorithm = algorithm
        scope = values.list("scope")
        audience = values.anyText("aud")
        host = values.anyText("token_host")
        user = values.anyText("user")
        carrier = values.anyText("token_in").flatMap(Carrier.init) ?? .customProperties
        authorities = values.anyText("ca_file")
        certificate = values.anyText("certificate")
    }

    /// Each line of the key by itself and all of them as one: a text that shows the key may have broken it anew.
    private static func lines(of pem: Secret) -> [Secret] {
        let lines = pem.reveal().replacing("\\n", with: "\n").split { $0.isNewline || $0 == " " }.map(String.init)
            .filter { !$0.contains("-----") && !$0.contains(":") && $0.utf8.count >= 16 }
        return (lines + [lines.joined()]).filter { !$0.isEmpty }.map { Secret($0) }
    }

    package var secrets: [Secret] { [clientID, certificateID] + (signer?.texts ?? []) }
    package var identity: Secret { clientID }

    /// What is wrong with any of these is put right by changing it: then a login is let through.
    package var credentials: [Secret] {
        let scope: [String] =
            switch scope {
            case nil: []
            case .text(let text): ["text", text]
            case .list(let names): ["list"] + names
            }
        let others = [audience, host, user].map { $0 ?? "" } + scope
        return [certificateID, Secret(keyPrint), Secret(algorithm.rawValue)] + others.map { Secret($0) }
    }

    package func login(to account: AccountID, at now: Date, token: () throws -> Secret) throws -> Login {
        let token = try token()
        return switch carrier {
        case .customProperties: Login(user: user ?? Self.nobody, properties: [("OAuth2Token", token)])
        case .password: Login(user: user ?? Self.nobody, password: token)
        }
    }

    /// As token-based authentication has `TBA`: the token says who it is.
    private static let nobody = "OAUTH2"

    package func tokenRequest(to account: AccountID, role: Int) -> TokenRequest? {
        guard let signer else { return nil }
        let usual = TokenSpelling.connect(account)
        let spelling = TokenSpelling(scope: scope ?? usual.scope, audience: audience ?? usual.audience)
        return TokenRequest(
            account: account, role: role, key: signer.key, host: host ?? account.tokenHost,
            assertion: Assertion(
                clientID: clientID.reveal(), certificateID: certificateID.reveal(), algorithm: algorithm,
                scope: spelling.scope, audience: spelling.audience), authorities: authorities)
    }

    package var oddities: [(key: String, message: String)] {
        user == nil && carrier == .customProperties
            ? [
                (
                    "user",
                    "is not given; the programs that are known to log in with a token name the user's e-mail address beside it"
                )
            ] : []
    }

    package static let admitsAdministrator = true

    package static func faults(of values: LoginValues, for account: AccountID) -> [(key: String, message: String)] {
        OAuthRules(account: account, values: values).faults
    }

    /// The key, and its certificate where the configuration says which file was uploaded.
    package func checks(at now: Date) -> [Check] {
        guard let key = signer?.key else { return [] }
        let checks = [Check("private key", .pass, "\(key.kind.name), signs by \(algorithm.rawValue)")]
        guard let certificate else {
            return checks + [
                Check(
                    "certificate", .info,
                    "Its end is not known here; name the file that was uploaded with \"certificate\" and it is watched."
                )
            ]
        }
        do {
            guard let data = try? Data(contentsOf: URL(filePath: certificate)) else {
                throw Failure(
                    .configuration, "The certificate \(certificate) cannot be read.",
                    advice: "Name the file that was uploaded to NetSuite, or leave \"certificate\" out.")
            }
            return checks + (try ClientCertificate(pem: String(decoding: data, as: UTF8.self)).checks(key, at: now))
        } catch {
            return checks + [Check("certificate", failed: error)]
        }
    }

    /// By the pages on the login with OAuth 2.0; the token itself was granted.
    package var refusalCauses: [(cause: String, place: String)] { Self.documentedCauses }

    /// Why NetSuite refuses a login with a token that it has given itself.
    package static var documentedCauses: [(cause: String, place: String)] {
        [
            (
                "the role lacks \"SuiteAnalytics Connect\" or \"Log in using OAuth 2.0 Access Tokens\", or is inactive",
                "Setup > Users/Roles > Manage Roles"
            ),
            ("the feature SuiteAnalytics Connect is off", "Setup > Company > Enable Features"),
            (
                "the scope SuiteAnalytics Connect is not ticked in the integration record",
                "Setup > Integration > Manage Integrations"
            ),
            (
                "\"role_id\" or \"user\" is not that to whom the certificate is mapped, or the mapping was revoked meanwhile",
                ConnectGuide.mappingPage
            ),
            ("the employee is inactive or lacks the role", "the employee's Access tab"),
            ("the driver takes the token in another place", "\"token_in\" and \"user\" of the configuration"),
        ]
    }

    package var privateWords: [(word: String, placeholder: String)] { user.map { [($0, "<user>")] } ?? [] }
}
