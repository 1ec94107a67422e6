import Foundation

/// A token endpoint over TLS, and a proxy before it, that do as they are told. See Tests/OAuth/endpoint.py.
package final class PlayedEndpoint: Sendable {
    package let port: Int
    /// Where redirects lead to.
    package let other: Int
    package let proxy: Int
    /// The file of the authority that vouches for it.
    package let authority: String
    private let directory: TemporaryDirectory
    private let process: Process
    private let orders: Pipe
    private let answers: Pipe

    package struct NotReady: Error {}

    package init() throws {
        directory = try TemporaryDirectory()
        authority = directory.path("authority.pem")
        process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-B", "-W", "ignore", Self.script, directory.url.path]
        (orders, answers) = (Pipe(), Pipe())
        process.standardInput = orders
        process.standardOutput = answers
        try process.run()
        let ports = try JSONSerialization.jsonObject(with: try Self.line(answers)) as? [String: Int]
        guard let port = ports?["endpoint"], let other = ports?["other"], let proxy = ports?["proxy"] else {
            process.terminate()
            throw NotReady()
        }
        (self.port, self.other, self.proxy) = (port, other, proxy)
    }

    deinit {
        try? orders.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    private static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "OAuth/endpoint.py").path

    private static func line(_ pipe: Pipe) throws -> Data {
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            guard let more = try pipe.fileHandleForReading.read(upToCount: 1), !more.isEmpty else { throw NotReady() }
            line.append(more)
        }
        return line
    }

    /// Has it answer otherwise from now on.
    package func tell(_ order: [String: Any]) throws { _ = try say(order) }

    private func say(_ order: [String: Any]) throws -> Data {
        try orders.fileHandleForWriting.write(
            contentsOf: try JSONSerialization.data(withJSONObject: order) + [UInt8(ascii: "\n")])
        return try Self.line(answers)
    }

    /// Who has been asked what since the last look.
    package struct Visit: Decodable, Sendable {
        package let who: String
        package let line: String?
        package let authorization: String?
        /// Whether another implementation has found the assertion right; and what it held against it.
        package let verified: Bool?
        package let why: String?
        package let header: [String: String]?
        package let token: String?
        package let assertion: String?
    }

    package func visits() throws -> [Visit] { try JSONDecoder().decode([Visit].self, from: try say(["log": true])) }
}
