package import Text

/// A proxy that an environment names, as libcurl reads it: `[SCHEME://][USER[:PASSWORD]@]HOST[:PORT]`.
package struct Proxy: Sendable, Equatable, Unprintable {
    /// Such as `HTTPS_PROXY`.
    package let variable: String
    private let text: String

    private init(_ variable: String, _ text: String) {
        self.variable = variable
        self.text = text
    }

    /// The one that requests over TLS go through, where `NO_PROXY` excepts no host; in libcurl's order.
    package static func forHTTPS(_ environment: [String: String]) -> Proxy? {
        let names = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
        guard let name = names.first(where: { environment[$0] != nil }), let text = environment[name], !text.isEmpty
        else { return nil }
        return Proxy(name, text)
    }

    /// All that are named, for whatever kind of request.
    package static func all(in environment: [String: String]) -> [Proxy] {
        environment.filter { $0.key.lowercased().hasSuffix("_proxy") && $0.key.lowercased() != "no_proxy" }
            .map { Proxy($0.key, $0.value) }
    }

    /// What stands before the last `@`, of which a password may have more, and what before that is the scheme.
    private var parts: (scheme: Substring, login: Substring?, host: Substring) {
        var (scheme, rest) = (text[..<text.startIndex], text[...])
        if let end = text.firstRange(of: "://") {
            (scheme, rest) = (text[..<end.upperBound], text[end.upperBound...])
        }
        guard let at = rest.lastIndex(of: "@") else { return (scheme, nil, rest) }
        return (scheme, rest[..<at], rest[rest.index(after: at)...])
    }

    /// Where it is; without user and password.
    package var address: String {
        let (scheme, _, host) = parts
        let isPlain = host.utf8.count <= 300 && host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        return isPlain ? String(scheme + host) : "…"
    }

    /// What must not be shown of it: its password, as it stands there and as it is meant. A long user's name without a password is
    /// a token.
    package var secrets: [Secret] {
        guard let login = parts.login else { return [] }
        let password: Substring
        if let colon = login.firstIndex(of: ":"), login.index(after: colon) < login.endIndex {
            password = login[login.index(after: colon)...]
        } else {
            password = login.prefix { $0 != ":" }
            guard password.utf8.count >= Self.shortestToken else { return [] }
        }
        return Set([String(password), Self.decoded(password)]).map { Secret($0) }
    }

    private static let shortestToken = 16

    /// A text of others, in which this proxy stands by its address alone.
    func concealed(in words: String) -> String { words.replacing(text, with: address) }

    /// With each `%XX` as the byte that it is.
    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), digits.utf8.count == 2, let value = UInt8(digits, radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
