internal import CCurl
import FoundationEssentials
import Synchronization
package import Text

/// A form that is sent to a server by POST, over TLS, whose certificate is always checked.
package struct FormPost: Sendable, Unprintable {
    /// Which authorities may vouch for the server.
    package enum Authorities: Sendable, Equatable {
        /// Those that the system trusts.
        case system
        /// Those in a file, in their place.
        case file(String)
        /// The same as PEM text.
        case text(String)
    }

    package var url: String
    /// `application/x-www-form-urlencoded`.
    package var body: Secret
    package var userAgent: String
    package var authorities = Authorities.system
    /// Seconds for all of it: name, connection, answer.
    package var seconds: Int
    /// Another address for the URL's own host, as in `localhost:443:127.0.0.1:8443`; no proxy is used then.
    package var connectTo: String?
    /// Asked about once a second whether to give up.
    package var isCalledOff: @Sendable () -> Bool = { false }

    package init(url: String, body: Secret, userAgent: String, seconds: Int) {
        self.url = url
        self.body = body
        self.userAgent = userAgent
        self.seconds = seconds
    }
}

/// What a server, or somebody on the way to it, has answered.
package struct FormAnswer: Sendable, Unprintable {
    package let status: Int
    package let body: [UInt8]
    package let contentType: String
    /// The server's clock, as the header `Date` has it.
    package let date: String

    package init(status: Int, body: [UInt8], contentType: String = "application/json", date: String = "") {
        self.status = status
        self.body = body
        self.contentType = contentType
        self.date = date
    }
}

/// Why there is no answer. `words` are the library's or the system's own.
package struct FormError: Error, Equatable {
    package enum Reason: Sendable, Equatable {
        case noLibrary, unknownHost, unreachable, timeout, encryption, proxy, broken, tooLong, calledOff, other
    }

    package let reason: Reason
    package let words: String
    /// The status with which a proxy has refused to go on; 0 where none has.
    package let proxyStatus: Int

    package init(_ reason: Reason, _ words: String, proxyStatus: Int = 0) {
        self.reason = reason
        self.words = words
        self.proxyStatus = proxyStatus
    }
}

extension FormPost {
    /// Bytes of an answer at most: a token has two thousand, a page of a proxy some more.
    private static let longest = 256 << 10

    /// The proxy that this is sent through, where `NO_PROXY` does not except the host; nil where none is named.
    package var proxy: Proxy? {
        connectTo == nil ? Proxy.forHTTPS(ProcessInfo.processInfo.environment) : nil
    }

    /// The library is opened once, and its state is its own.
    private static let line = Mutex(())

    /// Sends it, and waits. Proxies are those of the environment: `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`. The C library is
    /// libcurl, opened here for the first time.
    package func send() throws(FormError) -> FormAnswer {
        let outcome = Self.line.withLock { _ in perform() }
        return try outcome.get()
    }

    private func perform() -> Result<FormAnswer, FormError> {
        final class Box {
            let isCalledOff: @Sendable () -> Bool
            init(_ isCalledOff: @escaping @Sendable () -> Bool) { self.isCalledOff = isCalledOff }
        }
        let box = Box(isCalledOff)
        var answer = unsafe kns_answer()
        let file: String? = if case .file(let path) = authorities { path } else { nil }
        let text: String? = if case .text(let pem) = authorities { pem } else { nil }
        let body = body.reveal()
        // All texts live until the call is back.
        let code = unsafe withTexts([url, body, userAgent, file, text, connectTo]) { texts in
            var post = unsafe kns_post(
                url: texts[0], body: texts[1], body_length: body.utf8.count, user_agent: texts[2],
                authorities_file: texts[3], authorities: texts[4], authorities_length: text?.utf8.count ?? 0,
                connect_to: texts[5], milliseconds: seconds * 1000, limit: Self.longest,
                is_called_off: { context in
                    guard let context = unsafe context else { return 0 }
                    return unsafe Unmanaged<Box>.fromOpaque(context).takeUnretainedValue().isCalledOff() ? 1 : 0
                }, context: Unmanaged.passUnretained(box).toOpaque())
            return withExtendedLifetime(box) { unsafe kns_post(&post, &answer) }
        }
        defer { unsafe kns_post_free(&answer) }
        let words = unsafe Self.text(&answer.error)
        guard code == 0 else {
            // A server that closes in the middle of the handshake has not said that it is not to be trusted.
            let isCut = code == 35 && (words.contains("SYSCALL") || words.contains("reset"))
            let status = unsafe answer.proxy_status
            // To libcurl a proxy of a kind that it does not know is one that could not be reached.
            let isProxys = code == 7 && words.hasPrefix("Unsupported proxy")
            let reason = isCut ? .broken : isProxys ? .proxy : Self.reason(code, proxyStatus: status)
            let own = words.isEmpty ? "libcurl's code \(code)" : proxy?.concealed(in: words) ?? words
            return .failure(FormError(reason, own, proxyStatus: status >= 300 ? status : 0))
        }
        let bytes = unsafe answer.body.map { start in
            unsafe Array(UnsafeRawBufferPointer(start: start, count: answer.body_length))
        }
        return .success(
            FormAnswer(
                status: unsafe answer.status, body: bytes ?? [], contentType: unsafe Self.text(&answer.content_type),
                date: unsafe Self.text(&answer.date)))
    }

    /// By the numbers of `CURLcode`.
    private static func reason(_ code: Int32, proxyStatus: Int) -> FormError.Reason {
        switch code {
        case Int32(kns_no_library), Int32(kns_old_library): .noLibrary
        // What the library is too old for: its options are those of 7.77.
        case 4, 48: .noLibrary
        case 6: .unknownHost
        case 7: .unreachable
        case 28: .timeout
        case 35, 51, 53, 54, 58, 59, 60, 64, 66, 77, 80, 82, 83, 90, 91, 98: .encryption
        case 5, 97: .proxy
        case 56 where proxyStatus >= 300: .proxy
        case 18, 52, 55, 56, 92: .broken
        case 23: .tooLong
        case 42: .calledOff
        default: .other
        }
    }

    /// A text in an array of C.
    private static func text<Array>(_ array: inout Array) -> String {
        unsafe withUnsafeBytes(of: &array) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    private func withTexts<Value>(_ texts: [String?], _ body: ([UnsafePointer<CChar>?]) -> Value) -> Value {
        guard let first = texts.first else { return unsafe body([]) }
        let rest = Array(texts.dropFirst())
        guard let first else { return unsafe withTexts(rest) { unsafe body([nil] + $0) } }
        return unsafe first.withCString { pointer in unsafe withTexts(rest) { unsafe body([pointer] + $0) } }
    }
}
