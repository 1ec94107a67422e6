import Foundation
import Glibc
import TestSupport
import Text

@testable import PostgresDestination

/// pgbouncer before the server of the tests, as its package comes, in one of its modes.
final class Pool {
    static let program = "/usr/sbin/pgbouncer"
    static let isThere = FileManager.default.isExecutableFile(atPath: program)

    private(set) var server = PostgresServer()
    private let process = Process()
    private let directory: TemporaryDirectory

    struct NotReady: Error {}

    /// - Parameter settings: Further lines of its configuration.
    init(mode: String, _ settings: String = "") throws {
        directory = try TemporaryDirectory()
        let real = ThrowawayServer.server
        var pooled = real
        // Somebody may take the port before it does.
        for _ in 0..<5 {
            let port = try Self.freePort()
            try """
            [databases]
            kleene = host=127.0.0.1 port=\(real.port ?? 0) dbname=kleene
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = \(port)
            unix_socket_dir =
            auth_type = trust
            auth_file = \(directory.path("users"))
            pool_mode = \(mode)
            \(settings)
            """.write(toFile: directory.path("ini"), atomically: true, encoding: .utf8)
            let password = (real.password?.reveal() ?? "").replacing("\"", with: "\"\"")
            try "\"kleene\" \"\(password)\"\n".write(toFile: directory.path("users"), atomically: true, encoding: .utf8)
            pooled.port = port
            if try start(pooled) { break }
        }
        guard process.isRunning else { throw NotReady() }
        server = pooled
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
    }

    /// Whether it answers.
    private func start(_ pooled: PostgresServer) throws -> Bool {
        let arguments = [directory.path("ini")]
        if getuid() == 0 {
            // It does not run as root.
            process.executableURL = URL(filePath: "/usr/sbin/runuser")
            process.arguments = ["-u", "postgres", "--", Self.program] + arguments
        } else {
            process.executableURL = URL(filePath: Self.program)
            process.arguments = arguments
        }
        process.currentDirectoryURL = URL(filePath: "/tmp")
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        while process.isRunning {
            if (try? PostgresConnection(pooled, application: "tests")) != nil { return true }
            usleep(5000)
        }
        return false
    }

    private static func freePort() throws -> Int {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(listener, $0, length) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard bound else { throw NotReady() }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
