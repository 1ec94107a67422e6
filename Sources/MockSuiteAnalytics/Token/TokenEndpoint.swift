import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// The token endpoint: HTTPS on the same port as everything else.
struct TokenEndpoint {
    typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    static let path = "/services/rest/auth/oauth2/v1/token"
    private static let longest = 64 << 10

    let server: ServerState
    let channel: any Channel

    static func makeContext() throws -> NIOSSLContext {
        let certificate = try NIOSSLCertificate(bytes: Array(MockKeys.serverCertificate.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(MockKeys.serverKey.utf8), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(certificate)], privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        return try NIOSSLContext(configuration: configuration)
    }

    func serve(_ connection: Connection) async throws {
        try await connection.executeThenClose { inbound, outbound in
            var head: HTTPRequestHead?
            var body = ByteBuffer()
            for try await part in inbound {
                switch part {
                case .head(let received): (head, body) = (received, ByteBuffer())
                case .body(var bytes):
                    body.writeBuffer(&bytes)
                    guard body.readableBytes <= Self.longest else { return }
                case .end:
                    guard let asked = head else { return }
                    head = nil
                    guard let answer = try await answer(asked, String(buffer: body)) else { return }
                    try await write(answer, outbound)
                }
            }
        }
    }

    private struct Page {
        var status: Int
        var type = "application/json"
        var text: String
    }

    /// Nil where the connection ends without an answer.
    private func answer(_ head: HTTPRequestHead, _ body: String) async throws -> Page? {
        server.activity.count { $0.tokenRequests += 1 }
        if let fault = server.faults.strike(.token) {
            guard let page = try await suffer(fault) else { return nil }
            if page.status != 100 { return page }
        }
        guard head.uri == Self.path else { return Page(status: 404, type: "text/html", text: "<html>Not found</html>") }
        guard head.method == .POST else { return Page(status: 405, text: "{\"error\":\"invalid_request\"}") }
        guard head.headers["content-type"].first == "application/x-www-form-urlencoded" else {
            return Page(status: 400, text: "{\"error\":\"invalid_request\"}")
        }
        let now = Date().timeIntervalSince1970
        let answer = server.office.withLock { $0.answer(form: body, at: now) }
        server.activity.count { counters in
            if answer.status == 200 { counters.tokensGranted += 1 } else { counters.tokensRefused += 1 }
        }
        if let fault = answer.fault { server.activity.record(note: "Token: \(fault)") }
        return Page(status: answer.status, text: answer.json)
    }

    /// A page of status 100 stands for the endpoint's own answer.
    private func suffer(_ fault: Fault) async throws -> Page? {
        let page = "<!DOCTYPE html><html><title>Sign in</title><body>\(fault.text ?? "Please sign in.")</body></html>"
        switch fault.kind {
        case .slow:
            try await Task.sleep(for: .milliseconds(fault.milliseconds ?? 100))
            return Page(status: 100, text: "")
        case .stall:
            let generation = server.faults.generation
            var left = fault.milliseconds ?? .max
            while left > 0, server.faults.generation == generation, channel.isActive {
                try await Task.sleep(for: .milliseconds(min(20, left)))
                left -= 20
            }
            return nil
        case .reset:
            if let options = channel as? any SocketOptionProvider {
                try? await options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
            }
            try? await channel.close().get()
            return nil
        case .close, .expired: return nil
        case .refused, .locked:
            server.activity.count { $0.tokensRefused += 1 }
            return Page(status: 400, text: "{\"error\":\"\(fault.text ?? "invalid_grant")\"}")
        case .sessionLimit: return Page(status: 429, text: "{\"error\":\"temporarily_unavailable\"}")
        case .ticket: return Page(status: 503, type: "text/html", text: page)
        case .html: return Page(status: 200, type: "text/html; charset=utf-8", text: page)
        case .error: return Page(status: 500, text: "{\"error\":\"server_error\"}")
        }
    }

    private func write(_ page: Page, _ outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>) async throws {
        let body = ByteBuffer(string: page.text)
        let now = Date().timeIntervalSince1970 + server.office.withLock { $0.clockOffset }
        let headers: HTTPHeaders = [
            "content-type": page.type, "content-length": String(body.readableBytes), "cache-control": "no-store",
            "date": Self.date(now),
        ]
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: page.status), headers: headers)
        try await outbound.write(contentsOf: [.head(head), .body(.byteBuffer(body)), .end(nil)])
    }

    private static func date(_ seconds: Double) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "UTC")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter.string(from: Date(timeIntervalSince1970: seconds))
    }
}
