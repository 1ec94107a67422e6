import Foundation

/// The other implementation of what OAuth 2.0 takes: Python's `cryptography`. See Tests/OAuth/assertions.py.
package enum AssertionTool {
    /// With letters and quotes that break something.
    package static let phrase = "open \"sesame\" é"
    package static let kinds = ["rsa3072", "rsa4096", "p256", "p384", "p521"]
    package static let forms = ["pkcs8", "old", "pkcs8.encrypted", "old.encrypted"]

    package static func algorithms(_ kind: String) -> [String] {
        switch kind {
        case "p256": ["ES256"]
        case "p384": ["ES384"]
        case "p521": ["ES512"]
        default: ["PS256", "PS384", "PS512"]
        }
    }

    package struct Failed: Error, CustomStringConvertible {
        package let description: String
    }

    private static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "OAuth/assertions.py").path

    private static let path = NSTemporaryDirectory() + "kleene-oauth-keys-\(getpid())"

    /// A directory with a key of each kind in each form; it goes with the process.
    package static let keys: String = {
        atexit { try? FileManager.default.removeItem(atPath: AssertionTool.path) }
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        _ = try? run(["keys", path])
        return path
    }()

    /// Verifies lines of a public key's file and a JWT; their headers and claims in JSON, and a last line with the count.
    package static func check(_ lines: [String]) throws -> [String] {
        try run(["check"], input: lines.joined(separator: "\n") + "\n").split(separator: "\n").map(String.init)
    }

    private static func run(_ arguments: [String], input: String = "") throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-B", "-W", "ignore", script] + arguments
        let (into, out, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = into
        process.standardOutput = out
        process.standardError = errors
        try process.run()
        try into.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try into.fileHandleForWriting.close()
        let said = try out.fileHandleForReading.readToEnd() ?? Data()
        let words = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(description: String(decoding: words, as: UTF8.self)) }
        return String(decoding: said, as: UTF8.self)
    }
}
