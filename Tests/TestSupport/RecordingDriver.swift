import Foundation
package import ODBCSource

/// The driver of `Tests/RecordingDriver`, with a script of its own and a record of the calls it got.
package final class RecordingDriver: Sendable {
    private let directory: URL
    private let library: String
    private let probe: String

    /// - Parameter script: In the language of `Tests/RecordingDriver/README.md`, behind what makes a login pass.
    package init(_ script: String, probe: String = RecordingDriver.goodProbe) throws {
        guard let built = ProcessInfo.processInfo.environment["KLEENE_TEST_DRIVER"] else {
            throw NotBuilt()
        }
        self.probe = probe
        self.directory = FileManager.default.temporaryDirectory.appending(path: "kleene-driver-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        // A copy of its own, so that a test can see who has it loaded.
        self.library = directory.appending(path: "driver.so").path
        try FileManager.default.copyItem(atPath: built, toPath: self.library)
        try rewrite(script)
    }

    /// Changes what the source answers from the next connection on.
    package func rewrite(_ script: String, probe: String? = nil) throws {
        try ((probe ?? self.probe) + "\n" + script + "\n").write(to: scriptFile, atomically: true, encoding: .utf8)
    }

    /// The path of this driver's library.
    package var libraryPath: String { library }

    /// The flags of a command line that reads from it, without user and password.
    package var flags: [String] {
        ["--driver", library, "--attribute", "Script=\(scriptFile.path)", "--attribute", "Record=\(recordFile.path)"]
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    package struct NotBuilt: Error, CustomStringConvertible {
        package var description: String { "The recording driver is not built: run the tests with `make test`." }
    }

    /// Answers the encoding probe as an honest source does.
    package static let goodProbe = """
        sql contains "CHAR_LENGTH"
        column "t" VARCHAR size 20
        column "n" INTEGER size 10
        row literal:1 "4"
        """

    private var scriptFile: URL { directory.appending(path: "script") }
    private var recordFile: URL { directory.appending(path: "record") }

    package var settings: DataSourceSettings {
        DataSourceSettings(
            driver: library,
            attributes: [
                .init(keyword: "Script", value: scriptFile.path), .init(keyword: "Record", value: recordFile.path),
            ],
            user: "tester", password: "pl;an}ted")
    }

    /// The calls so far: function and arguments, without the process id.
    package var calls: [String] {
        let text = (try? String(contentsOf: recordFile, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map { String($0.drop { $0 != " " }.dropFirst()) }
    }

    /// A script with one table `t` in schema `s` whose columns are given as `column` lines, and what its read answers.
    package static func table(columns: [(name: String, line: String)], answer: String) -> String {
        var script = "catalog columns\n"
        for (index, column) in columns.enumerated() {
            let type = column.line.hasPrefix("DATE") ? "\"91\" \"DATE\"" : "\"12\" \"VARCHAR\""
            script +=
                "row NULL \"s\" \"t\" \"\(column.name)\" \(type) \"10\" NULL NULL NULL \"1\" NULL NULL NULL NULL NULL \"\(index + 1)\" \"YES\"\n"
        }
        // Like a source that does not count: what the answer does goes to the read alone.
        script += "sql contains \"SELECT COUNT(*)\"\n"
        script += "sql contains \"FROM \\\"s\\\".\\\"t\\\"\"\n"
        for column in columns { script += "column \"\(column.name)\" \(column.line)\n" }
        return script + answer
    }
}
