package import Foundation

/// The real program, run as a person or cron runs it.
package struct Program: Sendable {
    package struct Result: Sendable {
        package var code: Int32
        package var output: String
        package var errors: String

        package init(code: Int32, output: String, errors: String) {
            self.code = code
            self.output = output
            self.errors = errors
        }

        /// Everything that a person sees.
        package var all: String { output + errors }
    }

    /// The binary that was built beside the tests.
    package static let binary: String = {
        if let path = ProcessInfo.processInfo.environment["KLEENE_NS_BINARY"] { return path }
        return Bundle.main.bundleURL.appending(path: "kleene-ns").path
    }()

    package var environment: [String: String] = [:]
    package var directory: URL
    /// Another program than that which is tested most: the mock server.
    package var executable = Self.binary

    package init(directory: URL, environment: [String: String] = [:]) {
        self.directory = directory
        self.environment = environment
    }

    /// Starts it; the caller waits.
    package func start(_ arguments: [String]) throws -> Running {
        let process = Process()
        process.executableURL = URL(filePath: executable)
        process.arguments = arguments
        process.currentDirectoryURL = directory
        var all = ["PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": directory.path, "LANG": "C"]
        for name in ["ODBCSYSINI", "ODBCINI"] { all[name] = ProcessInfo.processInfo.environment[name] }
        process.environment = all.merging(environment) { $1 }
        let running = Running(process, directory: directory)
        try process.run()
        return running
    }

    /// Runs it to its end.
    package func run(_ arguments: [String]) throws -> Result { try start(arguments).wait() }

    /// A started program. Its output goes to files, so that no pipe can fill up.
    package final class Running: @unchecked Sendable {
        package let process: Process
        private let outputFile: URL
        private let errorFile: URL

        fileprivate init(_ process: Process, directory: URL) {
            self.process = process
            let name = UUID().uuidString
            outputFile = directory.appending(path: ".output-\(name)")
            errorFile = directory.appending(path: ".errors-\(name)")
            _ = FileManager.default.createFile(atPath: outputFile.path, contents: nil)
            _ = FileManager.default.createFile(atPath: errorFile.path, contents: nil)
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = FileHandle(forWritingAtPath: outputFile.path)
            process.standardError = FileHandle(forWritingAtPath: errorFile.path)
        }

        /// What it has said so far.
        package var errorsSoFar: String { (try? String(contentsOf: errorFile, encoding: .utf8)) ?? "" }

        package func wait() throws -> Result {
            process.waitUntilExit()
            defer {
                try? FileManager.default.removeItem(at: outputFile)
                try? FileManager.default.removeItem(at: errorFile)
            }
            return Result(
                code: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
                output: try String(contentsOf: outputFile, encoding: .utf8),
                errors: try String(contentsOf: errorFile, encoding: .utf8))
        }
    }
}

/// A directory that goes with the test.
package final class TemporaryDirectory: Sendable {
    package let url: URL

    /// - Parameter path: Where it is to be; nil where that does not matter.
    package init(at path: String? = nil) throws {
        url =
            path.map { URL(filePath: $0) }
            ?? FileManager.default.temporaryDirectory.appending(path: "kleene-e2e-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    /// Again and again for a while: a process that was killed, or lost its parent, may still be making its last file there.
    deinit {
        for _ in 0..<100 {
            try? FileManager.default.removeItem(at: url)
            guard FileManager.default.fileExists(atPath: url.path) else { return }
            usleep(20_000)
        }
    }

    package func path(_ name: String) -> String { url.appending(path: name).path }
}

/// What another program finds in a database file: the command-line shell, which shares no code with the product.
package func sqlite(_ path: String, _ sql: String) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/sqlite3")
    process.arguments = ["-batch", "-cmd", ".timeout 20000", path, sql]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
}
