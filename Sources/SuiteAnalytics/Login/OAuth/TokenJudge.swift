import Extraction
import FoundationEssentials
import HTTPS
import Text

/// What an answer of the token endpoint means, and the sentence for it.
struct TokenJudge {
    let account: AccountID
    let role: Int
    let host: String
    let scope: TokenScope
    /// By this machine's clock.
    let now: Date

    // MARK: Answers

    private struct Granted: Decodable {
        /// NetSuite writes it as a text.
        enum Seconds: Decodable {
            case number(Double)
            case text(String)
            /// Anything else says nothing.
            case other

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let number = try? container.decode(Double.self) {
                    self = .number(number)
                } else {
                    self = (try? container.decode(String.self)).map { .text($0) } ?? .other
                }
            }

            var value: Double? {
                switch self {
                case .number(let number): number
                case .text(let text): Double(text)
                case .other: nil
                }
            }
        }

        let token: String
        let seconds: Seconds?

        enum CodingKeys: String, CodingKey {
            case token = "access_token"
            case seconds = "expires_in"
        }
    }

    /// A value that nobody looks at.
    private struct Anything: Decodable {
        init(from decoder: any Decoder) {}
    }

    private struct Refused: Decodable {
        let error: String
        let words: String?

        enum CodingKeys: String, CodingKey {
            case error
            case words = "error_description"
        }
    }

    func token(in answer: FormAnswer, hiding secrets: [String]) throws -> AccessToken {
        let data = Data(answer.body)
        let refused = try? JSONDecoder().decode(Refused.self, from: data)
        if answer.status == 200, refused == nil {
            if let granted = try? JSONDecoder().decode(Granted.self, from: data) { return try checked(granted) }
            throw (try? JSONDecoder().decode([String: Anything].self, from: data)) == nil ? stranger(answer) : empty
        }
        let isQuiet = answer.body.allSatisfy { $0 <= 0x20 }
        switch answer.status {
        case 200, 400, 401, 403:
            guard let refused else {
                // Whoever answers so in HTML is not the endpoint; one that says nothing at all may have judged.
                if isQuiet, answer.status != 403 {
                    throw refusal(code: "", words: "HTTP \(answer.status)", answer)
                }
                throw stranger(answer)
            }
            if ["server_error", "temporarily_unavailable"].contains(refused.error) {
                throw unready(answer, "\"\(refused.error)\"")
            }
            var words = refused.error + (refused.words.map { ": \($0)" } ?? "")
            for secret in secrets { words = words.replacing(secret, with: "[redacted]") }
            throw refusal(code: refused.error, words: "\"\(Self.short(words))\"", answer)
        case 429:
            var failure = unready(answer, "HTTP 429, which means too many requests")
            failure.advice = "No login was counted. Wait a minute, then run the same command again."
            throw failure
        case 408, 425, 500...599: throw unready(answer, "HTTP \(answer.status)")
        default: throw stranger(answer)
        }
    }

    /// A text of others as a part of a sentence.
    static func short(_ text: String) -> String {
        let text = text.visible
        return text.unicodeScalars.count <= 300 ? text : String(text.unicodeScalars.prefix(300)) + "…"
    }

    private func checked(_ granted: Granted) throws -> AccessToken {
        let text = granted.token
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !";{}'\"\\".utf8.contains($0) }
        guard (16...8192).contains(text.utf8.count), isPlain else {
            throw Failure(
                .connection, "\(place) granted a token that no connection string can carry.",
                advice: "No login was counted. See that \"token_host\" is NetSuite's.", function: "token endpoint")
        }
        if let given = Self.role(of: text), given != role {
            throw Failure(
                .configuration,
                "The certificate is mapped to the role \(given), and \"role_id\" is \(role); no login was tried.",
                advice:
                    "Set \"role_id\" to \(given), or map a certificate to the role \(role) under "
                    + "\(ConnectGuide.mappingPage).")
        }
        // One that says it is spent is good for the login that asked, and for no other.
        let lifetime = granted.seconds?.value ?? 3600
        return AccessToken(Secret(text), lifetime: lifetime > 0 ? Int(min(lifetime, 86_400)) : 0)
    }

    /// The role in a token of NetSuite's, whose subject is role and entity; nil where it says nothing of that form.
    private static func role(of token: String) -> Int? {
        struct Claims: Decodable { let sub: String }
        let parts = token.split(separator: ".")
        guard parts.count == 3 else { return nil }
        var text = parts[1].replacing("-", with: "+").replacing("_", with: "/")
        text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: String(text)),
            let claims = try? JSONDecoder().decode(Claims.self, from: data)
        else { return nil }
        let subject = claims.sub.split(separator: ";")
        return subject.count == 2 && Int(subject[1]) != nil ? Int(subject[0]) : nil
    }

    // MARK: Refusals

    private func refusal(code: String, words: String, _ answer: FormAnswer) -> Failure {
        let said = "NetSuite refused a token for account \(account): \(words)"
        if let ahead = secondsAhead(of: answer), abs(ahead) > 60, code != "invalid_scope" {
            let minutes = max(1, (abs(ahead) + 30) / 60)
            return Failure(
                .credentials,
                "\(said). This machine's clock is \(Sentence.count(minutes, "minute")) "
                    + "\(ahead > 0 ? "ahead of" : "behind") NetSuite's, which by "
                    + "itself is a reason: an assertion is good for five minutes.",
                advice:
                    "Set the clock (`timedatectl`). The request is not tried again by itself: once the clock is right, "
                    + "`kleene-ns auth reset`.", function: "token endpoint")
        }
        let advice = Self.causes.first { $0.code == code }?.advice ?? Self.anyCause
        return Failure(
            .credentials, "\(said).",
            advice: advice.replacing("$SCOPE", with: scope.json)
                + " The clock of this machine is right. The request is not tried again by itself.".dropping(
                    unless: secondsAhead(of: answer) != nil),
            function: "token endpoint")
    }

    /// What each of RFC 6749's codes is said for, with where to look. NetSuite's pages name no causes.
    static let causes: [(code: String, advice: String)] = [
        (
            "invalid_client",
            "Known causes: \"client_id\" is another's or was reset, or the integration record is not enabled, or its box \"Client "
                + "Credentials (Machine to Machine) Grant\" is not ticked (Setup > Integration > Manage Integrations); "
                + "\"certificate_id\" is not in the list under \(ConnectGuide.mappingPage)."
        ),
        (
            "invalid_grant",
            "Known causes: the private key is not that of the certificate with this \"certificate_id\"; the certificate has ended, "
                + "was revoked, or is mapped to another integration, role or user (\(ConnectGuide.mappingPage); a sandbox refresh "
                + "clears it); user or role is inactive. `kleene-ns doctor` compares key and certificate."
        ),
        (
            "unauthorized_client",
            "Known causes: the box \"Client Credentials (Machine to Machine) Grant\" of the integration record is not ticked (Setup "
                + "> Integration > Manage Integrations); the role lacks \"Log in using OAuth 2.0 Access Tokens\" (Setup > "
                + "Users/Roles > Manage Roles)."
        ),
        (
            "access_denied",
            "Known causes: the role lacks \"Log in using OAuth 2.0 Access Tokens\" or \"SuiteAnalytics Connect\" (Setup > "
                + "Users/Roles > Manage Roles), or the feature OAuth 2.0 is off (Setup > Company > Enable Features)."
        ),
        (
            "invalid_scope",
            "Known causes: the scope SuiteAnalytics Connect is not ticked in the integration record (Setup > Integration > Manage "
                + "Integrations); this account spells the scope in the other way: it was sent as $SCOPE, and Oracle's pages "
                + "have both [\"SuiteAnalytics\"] and \"suite_analytics\" (\"scope\")."
        ),
        (
            "invalid_request",
            "Known causes: \"aud\" or \"scope\" is spelled as this account does not take it (Oracle's pages have two spellings, see "
                + "docs/netsuite.md); \"algorithm\" does not fit the certificate."
        ),
    ]

    private static let anyCause =
        "Known causes: the certificate is not mapped to this integration, role and user, or has ended "
        + "(\(ConnectGuide.mappingPage)); the integration record is not enabled; the role lacks \"Log in using OAuth 2.0 Access "
        + "Tokens\"."

    /// Seconds by which this machine's clock is ahead of the server's; nil where that says no time.
    private func secondsAhead(of answer: FormAnswer) -> Int? {
        HTTPDate(answer.date).map { Int(now.timeIntervalSince1970) - $0.secondsSince1970 }
    }

    // MARK: Nobody has judged

    var place: String { "The token endpoint at \(host)" }

    private func unready(_ answer: FormAnswer, _ words: String) -> Failure {
        Failure(
            .connection, "\(place) gives no tokens at the moment: it answered \(words).",
            advice:
                "No login was counted. Run the same command again when NetSuite's status page (status.netsuite.com) shows no "
                + "maintenance.", function: "token endpoint")
    }

    private var empty: Failure {
        Failure(
            .connection, "\(place) granted nothing: its answer is JSON without an \"access_token\".",
            advice: "No login was counted. See that \"token_host\" is NetSuite's; then run the same command again.",
            function: "token endpoint")
    }

    private func stranger(_ answer: FormAnswer) -> Failure {
        let type = answer.contentType.prefix { $0 != ";" }
        let form = type.isEmpty ? "" : " with \(Self.short(String(type)))"
        return Failure(
            .connection,
            "A proxy or gateway answered in place of the token endpoint at \(host): HTTP \(answer.status)\(form), and "
                + "not a word of OAuth.",
            advice:
                "No login was counted. See that \"token_host\" is the account's (it is derived from \"account_id\" where it is "
                + "left out), that HTTPS_PROXY is right, and that the proxy lets this machine through; then run the same "
                + "command again.", function: "token endpoint")
    }
}

extension String {
    fileprivate func dropping(unless isKept: Bool) -> String { isKept ? self : "" }
}

/// A time as HTTP's header `Date` has it: `Sat, 28 Nov 2026 15:04:14 GMT` (RFC 9110, 5.6.7).
struct HTTPDate {
    let secondsSince1970: Int

    init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = Int(words[1]), let year = Int(words[3]),
            let month = Self.months.firstIndex(of: String(words[2])), (1...31).contains(day),
            (1970...9999).contains(year)
        else { return nil }
        let time = words[4].split(separator: ":").compactMap { Int($0) }
        guard time.count == 3 else { return nil }
        // Days of the civil calendar, years beginning in March.
        let (y, m) = month >= 2 ? (year, month - 2) : (year - 1, month + 10)
        let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468
        secondsSince1970 = days * 86_400 + time[0] * 3600 + time[1] * 60 + time[2]
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
