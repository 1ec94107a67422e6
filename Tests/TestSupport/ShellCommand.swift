package import Foundation

/// A command line that runs the program in a way of its own: with limits, as another user.
package struct ShellCommand {
    package var words: [String]
    package var directory: URL
    package var environment: [String: String]

    /// - Parameters:
    ///   - words: The command's path and its arguments.
    ///   - home: The user's home directory.
    package init(_ words: [String], in directory: URL, home: String) {
        self.words = words
        self.directory = directory
        self.environment = ["PATH": "/usr/bin:/bin", "HOME": home, "LANG": "C"]
    }

    /// Runs it to its end. What it says must fit into a pipe or two.
    package func run() throws -> Program.Result {
        let process = Process()
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        process.currentDirectoryURL = directory
        process.environment = environment
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        let complained = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Program.Result(
            code: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
            output: String(decoding: said, as: UTF8.self), errors: String(decoding: complained, as: UTF8.self))
    }
}
