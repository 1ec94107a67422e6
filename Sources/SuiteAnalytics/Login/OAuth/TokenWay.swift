import Extraction
import HTTPS
import Text

/// The way to the token endpoint, for who has not got there: what stands in it, and the sentence for it. No refusal is among them:
/// nobody has judged.
struct TokenWay {
    let place: String
    let host: String
    let seconds: Int
    let authorities: FormPost.Authorities
    let proxy: Proxy?

    init(_ post: FormPost, _ judge: TokenJudge) {
        (place, host) = (judge.place, judge.host)
        (seconds, authorities, proxy) = (post.seconds, post.authorities, post.proxy)
    }

    func failure(_ error: FormError) -> Failure {
        let words = TokenJudge.short(error.words)
        switch error.reason {
        case .noLibrary:
            return Failure(
                .environment,
                "OAuth 2.0 needs the library libcurl, version 7.77 or newer, which could not be opened: \(words).",
                advice: "Install it: `apt-get install libcurl4`, or `dnf install libcurl`.")
        case .unknownHost:
            return connection(
                "was not found: \(words)",
                "Check \"token_host\", \"account_id\" and this machine's name service. \(through)")
        case .unreachable:
            return connection(
                "could not be reached: \(words)",
                "Check the firewall (HTTPS, port 443). \(through)Then run the same command again.")
        case .timeout:
            return connection(
                "gave no answer within \(Sentence.count(seconds, "second")): \(words)",
                "Check the firewall (HTTPS, port 443), or raise \"login_timeout\". \(through)Then run the same command again."
            )
        case .broken:
            return connection(
                "broke the connection off: \(words)",
                "Check the firewall and what else is on the way. \(through)Then run the same command again.")
        case .proxy: return proxyFailure(error, words)
        case .tooLong:
            return connection(
                "answered with more than a token can be", "See that \"token_host\" is NetSuite's. \(through)")
        case .calledOff: return Failure(.interrupted, "The command was interrupted.")
        case .encryption: return encryptionFailure(words)
        case .other: return connection("could not be asked: \(words)", "Check \"token_host\". \(through)")
        }
    }

    private func connection(_ what: String, _ advice: String) -> Failure {
        Failure(.connection, "\(place) \(what).", advice: Self.counted(advice), function: "token endpoint")
    }

    private static func counted(_ advice: String) -> String {
        var advice = "No login was counted. " + advice
        while advice.hasSuffix(" ") { advice.removeLast() }
        return advice
    }

    /// Whether the request went through it nobody tells us where it comes to nothing before.
    private var through: String {
        guard let proxy else { return "Where only a proxy leads out, name it in HTTPS_PROXY. " }
        return "\(proxy.variable) names the proxy \(proxy.address), from which NO_PROXY can except hosts. "
    }

    /// The host and its port apart: proxies and NO_PROXY know hosts without.
    private var target: (name: Substring, port: Substring) {
        let parts = host.split(separator: ":")
        return parts.count == 2 ? (parts[0], parts[1]) : (host[...], "443")
    }

    // MARK: Proxies

    private func proxyFailure(_ error: FormError, _ words: String) -> Failure {
        guard let proxy else {
            return connection("could not be reached through the proxy: \(words)", "Check HTTPS_PROXY.")
        }
        func failure(_ what: String, _ advice: String) -> Failure {
            Failure(
                .connection, "The proxy \(proxy.address) \(what).", advice: Self.counted(advice),
                function: "token endpoint")
        }
        let form = "http://USER:PASSWORD@HOST:PORT, with %40 for an @, %3A for a : and %2F for a / in the password"
        switch error.proxyStatus {
        case 407:
            return failure(
                "lets nobody through to \(host) without a user and a password that it knows: HTTP 407",
                "Write them into \(proxy.variable) (\(form)), or except \(target.name) with NO_PROXY.")
        case 300...:
            return failure(
                "did not let this machine through to \(host): HTTP \(error.proxyStatus)",
                "Have \(target.name), port \(target.port), allowed at the proxy, or check that \(proxy.variable) names the right one."
            )
        default:
            return failure(
                "could not be used: \(words)", "Check \(proxy.variable) (\(form)); NO_PROXY excepts hosts from it.")
        }
    }

    // MARK: Encryption

    /// By the words of OpenSSL and of GnuTLS, as libcurl passes them on; what is not known is said as it comes.
    private func encryptionFailure(_ words: String) -> Failure {
        let said = words.lowercased()
        func has(_ parts: String...) -> Bool { parts.contains { said.contains($0) } }
        let beginning = "The encrypted connection to the token endpoint at \(host) could not be made"
        func failure(_ what: String, _ advice: String) -> Failure {
            Failure(
                .environment, "\(beginning): \(what)\(words).",
                advice: Self.counted("\(advice) \(through)The check cannot be turned off."), function: "token endpoint")
        }
        if has(
            "wrong version number", "packet length too long", "http request", "unexpected tls packet",
            "unknown protocol")
        {
            return Failure(
                .connection, "\(beginning): who answered there does not speak TLS: \(words).",
                advice: Self.counted(
                    "Something on the way may want a person to sign in first. Check \"token_host\" and its port. \(through)"
                        + "Then run the same command again."), function: "token endpoint")
        }
        if has("matches target", "match target") {
            return failure(
                "the certificate that was shown is for another host: ",
                "See that \"token_host\" is the account's own (it is derived from \"account_id\" where it is left out)."
            )
        }
        if has("not yet valid", "not yet activated", "has expired", "expired certificate") {
            return failure(
                "the certificate that was shown is not good at this time: ",
                "Check this machine's clock (`timedatectl`): where that is right, the server's certificate has ended.")
        }
        let which =
            switch authorities {
            case .system: "those that this machine trusts"
            case .file(let path): "those of \(path)"
            case .text: "the mock's own"
            }
        return failure(
            "",
            "The authorities that may vouch for it are \(which). Where a company's proxy looks into encrypted connections, name "
                + "the file of its authority with \"ca_file\".")
    }
}
