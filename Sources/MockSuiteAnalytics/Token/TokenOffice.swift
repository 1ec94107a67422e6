import Foundation

/// Who gets an access token, and what becomes of it: the token endpoint's rules as a value, with the time given from outside.
package struct TokenOffice: Sendable {
    /// Of Oracle's two pages on what an assertion holds, those that are taken.
    package enum Spelling: String, Sendable, CaseIterable {
        /// Either.
        case tolerant
        /// The page on Connect alone: a list with `SuiteAnalytics`, and the service's own host.
        case connect
        /// The page on the request token alone: the text `suite_analytics`, and the host that is asked.
        case requestToken = "request_token"
    }

    /// A certificate that somebody has uploaded, and to whom it is mapped.
    struct Mapping: Sendable {
        var key: ClientKey
        /// Seconds since 1970.
        var end: Double?
    }

    private struct Grant: Sendable {
        var end: Double
        var role: Int
        var isRevoked = false
    }

    package var spelling = Spelling.tolerant
    /// Seconds for which a token is good.
    package var lifetime = 3600
    /// Seconds by which the endpoint's clock is ahead of the machine's.
    package var clockOffset = 0.0
    /// The role that certificates are mapped to.
    package var role: Int
    private let account: String
    private let clientID: String
    private var mappings: [String: Mapping]
    private var grants: [String: Grant] = [:]

    init(_ credentials: MockCredentials) {
        account = credentials.account
        role = credentials.role
        clientID = credentials.clientID
        mappings = MockKeys.certificates.compactMapValues { ClientKey($0).map { Mapping(key: $0) } }
    }

    // MARK: Certificates

    /// Certificates by their ids.
    package var certificateIDs: [String] { mappings.keys.sorted() }

    /// Takes a certificate in PEM, as NetSuite takes it: of RSA 3072 or 4096 or one of three curves, for two years at most.
    ///
    /// - Throws: `ControlCommand.Refusal`.
    package mutating func add(certificate pem: String, id: String, at now: Double) throws {
        let upload = try UploadedCertificate(pem: pem)
        guard let key = ClientKey(upload.publicKey), key.isAllowed else {
            throw ControlCommand.Refusal(text: "Certificates are of RSA 3072 or 4096, or EC P-256, P-384 or P-521.")
        }
        // Longer is shortened, without a word.
        mappings[id] = Mapping(key: key, end: upload.end.map { min($0, now + 2 * 365.25 * 86_400) })
    }

    package mutating func forget(_ id: String) -> Bool { mappings.removeValue(forKey: id) != nil }

    // MARK: Questions

    /// What the endpoint answers.
    struct Answer: Sendable {
        var status: Int
        var json: String
        /// Why it was refused, which the client is told in part.
        var fault: String?
    }

    mutating func answer(form: String, at now: Double) -> Answer {
        let now = now + clockOffset
        func refused(_ code: String, _ fault: String) -> Answer {
            Answer(status: code == "invalid_client" ? 401 : 400, json: "{\"error\":\"\(code)\"}", fault: fault)
        }
        let fields = Self.fields(form)
        guard fields["grant_type"] == "client_credentials" else {
            return refused("unsupported_grant_type", "grant_type is not client_credentials")
        }
        guard fields["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" else {
            return refused("invalid_request", "client_assertion_type is not that of a JWT")
        }
        guard let assertion = fields["client_assertion"].flatMap({ ClientAssertion($0) }) else {
            return refused("invalid_request", "client_assertion is no JWT")
        }
        guard assertion.type == "JWT" else { return refused("invalid_request", "typ is not JWT") }
        guard ClientKey.algorithms.contains(assertion.algorithm) else {
            return refused("invalid_request", "alg is \(assertion.algorithm)")
        }
        guard assertion.issuer == clientID else { return refused("invalid_client", "unknown client id") }
        guard let mapping = mappings[assertion.keyID] else {
            return refused("invalid_client", "unknown certificate id")
        }
        if let end = mapping.end, now >= end { return refused("invalid_grant", "the certificate has ended") }
        guard mapping.key.verifies(assertion) else {
            return refused("invalid_grant", "the signature is not of the certificate's key, or not by this alg")
        }
        guard assertion.issuedAt <= now + 60, assertion.end > now else {
            return refused("invalid_grant", "the assertion is not good now")
        }
        guard assertion.end > assertion.issuedAt, assertion.end - assertion.issuedAt <= 3600 else {
            return refused("invalid_grant", "the assertion is good for more than an hour")
        }
        guard audiences.contains(assertion.audience) else { return refused("invalid_request", "wrong aud") }
        guard takes(assertion.scope) else { return refused("invalid_scope", "wrong scope") }
        let token = makeToken(at: now)
        grants = grants.filter { $0.value.end > now - 86_400 }
        grants[token] = Grant(end: now + Double(lifetime), role: role)
        // As NetSuite writes it: the seconds as a text.
        let json = "{\"access_token\":\"\(token)\",\"expires_in\":\"\(lifetime)\",\"token_type\":\"bearer\"}"
        return Answer(status: 200, json: json)
    }

    private static func fields(_ form: String) -> [String: String] {
        var fields: [String: String] = [:]
        for field in form.split(separator: "&") {
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { $0.replacing("+", with: " ").removingPercentEncoding ?? "" }
            fields[parts[0]] = parts.count > 1 ? parts[1] : ""
        }
        return fields
    }

    private var audiences: Set<String> {
        let host = account.lowercased().replacing("_", with: "-")
        func address(_ service: String) -> String { "https://\(host).\(service).api.netsuite.com\(TokenEndpoint.path)" }
        return switch spelling {
        case .tolerant: [address("connect"), address("suitetalk")]
        case .connect: [address("connect")]
        case .requestToken: [address("suitetalk")]
        }
    }

    private func takes(_ scope: ClientAssertion.Scope) -> Bool {
        switch scope {
        case .text(let text):
            spelling != .connect && text.split(separator: ",").contains("suite_analytics")
        case .list(let names): spelling != .requestToken && names.contains("SuiteAnalytics")
        }
    }

    /// In the form of NetSuite's own; its signature is of nothing.
    private func makeToken(at now: Double) -> String {
        func coded(_ text: String) -> String { ClientAssertion.base64(Array(text.utf8)) }
        var generator = SystemRandomNumberGenerator()
        let signature = (0..<96).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let claims =
            "{\"sub\":\"\(role);4711\",\"aud\":[\"MOCK;\(account)\",\"\(clientID)\"],\"scope\":[\"suite_analytics\"],"
            + "\"iss\":\"https://system.netsuite.com\",\"oit\":\(Int(now)),\"exp\":\(Int(now) + lifetime),\"iat\":\(Int(now))}"
        return coded("{\"kid\":\"mock\",\"typ\":\"JWT\",\"alg\":\"PS256\"}") + "." + coded(claims) + "."
            + ClientAssertion.base64(signature)
    }

    // MARK: Tokens

    /// What is wrong with a token at a login; nil when nothing is.
    func fault(_ token: String, role: String?, at now: Double) -> LoginFault? {
        guard let grant = grants[token] else { return .unknownAccessToken }
        if grant.isRevoked { return .revokedAccessToken }
        if now + clockOffset >= grant.end { return .expiredAccessToken }
        return role == String(grant.role) ? nil : .wrongRole
    }

    /// All that were granted and may be looked for.
    package var tokens: [String] { grants.keys.sorted() }

    package mutating func revokeAll() {
        grants = grants.mapValues { Grant(end: $0.end, role: $0.role, isRevoked: true) }
    }

    package mutating func expireAll() {
        grants = grants.mapValues { Grant(end: 0, role: $0.role, isRevoked: $0.isRevoked) }
    }
}
