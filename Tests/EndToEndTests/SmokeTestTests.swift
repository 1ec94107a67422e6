import Foundation
import TestSupport
import Testing

/// The script that docs/ci.md gives for a user's CI, run as that page gives it.
@Suite struct SmokeTestTests {
    private let directory: TemporaryDirectory
    private static let repository = ProjectPages.root

    init() throws {
        directory = try TemporaryDirectory()
        // What the user's account has: a custom record, and standard tables with custom columns.
        let account = try MockServerTests.Mock(["--account", "7654321", "--role", "1042"])
        try write(Self.configuration(columns: ["id", "name", "custrecord_kns_budget"]), to: "kleene-ns.json")
        let listing = try Program(directory: directory.url).run([
            "columns", "CUSTOMRECORD_KNS_PROJECT", "customer", "transactionline", "--format", "json", "--quiet",
            "--mock",
            "127.0.0.1:\(account.port)", "--state-dir", directory.path("state"),
        ])
        try #require(listing.code == 0, "\(listing.errors)")
        try write(listing.output, to: "catalog.json")
    }

    private func write(_ text: String, to name: String) throws {
        try text.write(toFile: directory.path(name), atomically: true, encoding: .utf8)
    }

    private static func configuration(columns: [String]) -> String {
        """
        {
          "source": {
            "account_id": "7654321", "role_id": 1042,
            "auth": {
              "method": "tba", "consumer_key": {"env": "CK"}, "consumer_secret": {"env": "CS"},
              "token_id": {"file": "secrets/token_id"}, "token_secret": {"command": ["false"]}
            }
          },
          "destination": {"type": "sqlite", "path": "/var/lib/nowhere/production.db"},
          "extracts": [
            {"name": "projects", "table": "customrecord_kns_project", "columns": \(columns),
             "destination_table": "project"},
            {"name": "customers", "table": "customer"},
            {"name": "lines", "table": "transactionLine", "load_method": "append"}
          ]
        }
        """
    }

    private static var script: String {
        get throws {
            try String(contentsOf: repository.appending(path: "Examples/ci/smoke-test.sh"), encoding: .utf8)
        }
    }

    /// Runs the script where configuration and catalog are, with the built programs in the path.
    private func run() throws -> (code: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = [Self.repository.appending(path: "Examples/ci/smoke-test.sh").path]
        process.currentDirectoryURL = directory.url
        let programs = URL(filePath: Program.binary).deletingLastPathComponent().path
        var environment = ["PATH": "\(programs):/usr/bin:/bin", "HOME": directory.url.path, "LANG": "C"]
        for name in ["ODBCSYSINI", "ODBCINI"] { environment[name] = ProcessInfo.processInfo.environment[name] }
        process.environment = environment
        let pipe = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    /// Nor is there a script on any page that nothing runs.
    @Test func thePagesShowTheScript() throws {
        #expect(try ProjectPages().blocks.filter { $0.kind == "bash" }.map(\.text) == [Self.script])
    }

    @Test func configurationThatFitsTheAccountIsExtracted() throws {
        let (code, text) = try run()
        #expect(code == 0, "\(text)")
        let database = directory.path("smoke-test.db")
        for table in ["project", "customer", "transactionLine"] {
            #expect(try sqlite(database, "SELECT count(*) FROM \"\(table)\"") == "100", "\(table)")
        }
        #expect(
            try sqlite(database, "SELECT group_concat(name) FROM pragma_table_info('project')")
                == "id,name,custrecord_kns_budget,_kleene_run_id,_kleene_extracted_at")
        #expect(try sqlite(database, "SELECT count(DISTINCT id) FROM project") == "100")
        #expect(try sqlite(database, "SELECT count(custentity_kns_segment) > 0 FROM customer") == "1")
    }

    @Test func columnThatTheAccountDoesNotHaveIsNamed() throws {
        try write(Self.configuration(columns: ["id", "custrecord_kns_gone"]), to: "kleene-ns.json")
        let (code, text) = try run()
        #expect(code == 3, "\(text)")
        #expect(
            text.contains("The table customrecord_kns_project has no column \"custrecord_kns_gone\"."), "\(text)")
        #expect(try sqlite(directory.path("smoke-test.db"), "SELECT count(*) FROM customer") == "100")
    }

    @Test func tableThatTheAccountDoesNotHaveIsNamed() throws {
        let text = Self.configuration(columns: ["id"]).replacing(
            "\"table\": \"customer\"", with: "\"table\": \"vendor\"")
        try write(text, to: "kleene-ns.json")
        let result = try run()
        #expect(result.code == 3, "\(result.text)")
        #expect(result.text.contains("The source lists no table vendor for this user."), "\(result.text)")
    }
}
