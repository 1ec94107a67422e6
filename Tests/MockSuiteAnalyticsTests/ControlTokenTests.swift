import Foundation
import Testing

@testable import MockSuiteAnalytics

/// Other users of the machine reach the control port, and so does each web page that a browser of it shows.
@Suite struct ControlTokenTests {
    /// What the server says to bytes until it closes the connection.
    private static func answer(to bytes: String, port: Int) throws -> String {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(socket >= 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let connected = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(connected == 0)
        _ = unsafe bytes.withCString { unsafe send(socket, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { return text }
            text += String(decoding: buffer.prefix(count), as: UTF8.self)
        }
    }

    private static func onAThread(_ body: @escaping @Sendable () throws -> String) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nlock\n", "POST /lock HTTP/1.1\r\nContent-Length: 5\r\n\r\nlock\n",
        "lock\n", "token wrong\nlock\n", "token \nlock\n", "\nlock\n", "{}\n" + "lock\n",
        "token " + String(repeating: "0", count: 64) + "\nlock\n", String(repeating: "x", count: 5000),
    ])
    func strangerIsShownTheDoorAndMovesNothing(_ bytes: String) async throws {
        try await DriverTests.withServer(lines: 0) { server in
            let port = try #require(server.controlPort)
            let answer = try await Self.onAThread { try Self.answer(to: bytes, port: port) }
            #expect(answer.contains(#""ok":false"#) && answer.split(separator: "\n").count == 1, "\(answer)")
            #expect(try await DriverTests.drive(server, "refused", "right") == "null")
        }
    }

    @Test func whoKnowsTheTokenSteers() async throws {
        try await DriverTests.withServer(lines: 0) { server in
            let port = try #require(server.controlPort)
            #expect(server.controlToken.count == 64)
            let right = try await ControlClient.send("counters", to: port, token: server.controlToken)
            #expect(right.contains(#""ok":true"#))
            let wrong = try await ControlClient.send("counters", to: port, token: "")
            #expect(wrong.contains("control_token"))
        }
    }

    @Test(arguments: [
        "ATTACH '/tmp/kleene-attached.db' AS a", "attach ':memory:' as a", "VACUUM INTO '/tmp/kleene-vacuumed.db'",
        "PRAGMA writable_schema = 1", "SELECT load_extension('x')",
    ])
    func changeStaysInsideTheMocksOwnData(_ sql: String) async throws {
        try await DriverTests.withServer(lines: 0) { server in
            let port = try #require(server.controlPort)
            let answer = try await ControlClient.send("change \(sql)", to: port, token: server.controlToken)
            #expect(answer.contains(#""ok":false"#), "\(answer)")
            let changed = try await ControlClient.send(
                "change UPDATE currency SET name = name", to: port, token: server.controlToken)
            #expect(changed.contains(#""ok":true"#), "\(changed)")
        }
        for name in ["attached", "vacuumed"] {
            #expect(!FileManager.default.fileExists(atPath: "/tmp/kleene-\(name).db"))
        }
    }
}
