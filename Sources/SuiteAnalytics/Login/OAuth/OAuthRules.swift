/// What is wrong with the texts of a login with OAuth 2.0, found out without anybody's help: each would cost a token that is
/// refused, or be sent to somebody else.
struct OAuthRules {
    let account: AccountID
    let values: LoginValues

    var faults: [(key: String, message: String)] {
        var faults: [(key: String, message: String)] = []
        func add(_ key: String, _ message: String?) { if let message { faults.append((key, message)) } }
        for key in ["client_id", "certificate_id", "user"] where values.anyText(key).map(Self.isBlank) == true {
            add(key, "is empty")
        }
        add("token_host", values.anyText("token_host").flatMap(hostFault))
        add("aud", values.anyText("aud").flatMap(audienceFault))
        switch values.list("scope") {
        case .text(let text)? where Self.isBlank(text): add("scope", "is empty")
        case .list(let names)? where names.isEmpty || names.contains(where: Self.isBlank): add("scope", "is empty")
        default: break
        }
        return faults
    }

    private static func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }

    private func hostFault(_ host: String) -> String? {
        let own = "leave \"token_host\" out, or write \"\(account.tokenHost)\""
        if host.contains("/") { return "\"\(host)\" is a URL, not a host's name; \(own)." }
        if host.isEmpty || host.contains(where: { $0.isWhitespace || "@,?#\\".contains($0) }) {
            return "\"\(host)\" is no host's name; \(own)."
        }
        // What is in brackets is an address of IPv6.
        let rest = host.hasPrefix("[") ? host[(host.firstIndex(of: "]") ?? host.startIndex)...].dropFirst() : host[...]
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { return "\"\(host)\" is no host's name; an address of IPv6 is in brackets." }
        if parts.count == 2, !(1...65_535).contains(Int(parts[1]) ?? 0) {
            return "\"\(parts[1])\" is no port; \(own)."
        }
        return otherAccount(String(parts[0])).map {
            "is a host of the account \($0), and \"account_id\" is \(account); \(own)."
        }
    }

    private func audienceFault(_ audience: String) -> String? {
        if Self.isBlank(audience) { return "is empty" }
        guard let begin = audience.firstRange(of: "://") else { return nil }
        let host = audience[begin.upperBound...].prefix { $0 != "/" && $0 != ":" }
        return otherAccount(String(host)).map {
            "names a host of the account \($0), and \"account_id\" is \(account); leave \"aud\" out, or write its own."
        }
    }

    /// The account whose host that is; nil where it is this account's, or no host of NetSuite's.
    private func otherAccount(_ host: String) -> AccountID? {
        let host = host.lowercased()
        guard host.hasSuffix(".netsuite.com"), let label = host.split(separator: ".").first,
            host.split(separator: ".").count > 3, let other = AccountID(rawValue: String(label)), other != account
        else { return nil }
        return other
    }
}
