import Extraction
import Foundation
import Glibc
import TestSupport
import Text

@testable import PostgresDestination

/// A server of one test, which may kill it. It goes with the test, however that ends: the script sees to it.
final class OwnServer {
    let server: PostgresServer
    private let script = Process()
    private let input = Pipe()
    private let data: String

    struct NotReady: Error {}

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        script.executableURL = root.appending(path: "Scripts/with-postgres.sh")
        script.arguments = ["/bin/sh", "-c", #"printf '%s %s\n' "$KLEENE_PG_PORT" "$KLEENE_PG_PASSWORD"; exec cat"#]
        script.environment = ["PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8"]
        script.standardInput = input
        let output = Pipe()
        script.standardOutput = output
        try script.run()
        var line = Data()
        while !line.contains(UInt8(ascii: "\n")) {
            guard let more = try output.fileHandleForReading.read(upToCount: 1), !more.isEmpty else { throw NotReady() }
            line.append(more)
        }
        let words = String(decoding: line.dropLast(), as: UTF8.self).split(separator: " ", maxSplits: 1)
        var server = PostgresServer()
        server.host = "127.0.0.1"
        server.port = words.first.flatMap { Int($0) }
        server.user = "kleene"
        server.password = words.last.map { Secret(String($0)) }
        server.database = "kleene"
        self.server = server
        let session = try PostgresConnection(server, application: "tests")
        data = try session.value("SHOW data_directory") ?? ""
        // What is said to be committed has to be there after a crash.
        try session.query("ALTER SYSTEM SET synchronous_commit = on")
        try session.query("SELECT pg_reload_conf()")
    }

    deinit {
        try? input.fileHandleForWriting.close()
        script.waitUntilExit()
    }

    func session() throws -> PostgresConnection { try PostgresConnection(server, application: "tests") }

    /// Ends all of it at once, as a crash does: what is not written by then never is.
    var killer: @Sendable () -> Void {
        let path = data + "/postmaster.pid"
        return {
            let file = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            guard let pid = file.split(separator: "\n").first.flatMap({ pid_t($0) }) else { return }
            kill(pid, SIGQUIT)
            while kill(pid, 0) == 0 { usleep(1000) }
        }
    }

    /// Starts it again, where it was.
    ///
    /// By itself and not by `pg_ctl`, which leaves it behind: Foundation takes a process for running as long as one that it left has its
    /// files open. The script ends this one too, by the number that the server writes down.
    func start() throws {
        var arguments = ["-D", data, "-p", "\(server.port ?? 0)"]
        let program = try Self.binaries() + "/postgres"
        let process = Process()
        if getuid() == 0 {
            process.executableURL = URL(filePath: "/usr/sbin/runuser")
            arguments = ["-u", "postgres", "--", program] + arguments
        } else {
            process.executableURL = URL(filePath: program)
        }
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: "/tmp")
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        // Until what it had written before the crash is in again, it refuses.
        while process.isRunning {
            if (try? session()) != nil { return }
            usleep(5000)
        }
        throw NotReady()
    }

    /// Debian keeps the server's programs out of PATH, one directory a version; the newest is the one that runs.
    private static func binaries() throws -> String {
        let versions = try FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")
        guard let newest = versions.max(by: { (Int($0) ?? 0) < (Int($1) ?? 0) }) else { throw NotReady() }
        return "/usr/lib/postgresql/\(newest)/bin"
    }
}
