import Foundation
import ODBCSource
import TestSupport
import Testing

/// Mistakes of a configuration for NetSuite and of its secrets, found out before a login is spent on them.
@Suite struct OfflineMistakesTests {
    private static let key = String(repeating: "0af9", count: 15)
    private let directory: TemporaryDirectory
    private let driver: RecordingDriver
    private let program: Program

    init() throws {
        directory = try TemporaryDirectory()
        driver = try RecordingDriver("", probe: "at connect fail 28000 1 \"refused\"")
        try FileManager.default.createDirectory(atPath: directory.path("odbc"), withIntermediateDirectories: true)
        try "[NetSuite ODBC Drivers 8.1]\nDriver=\(driver.libraryPath)\n[PostgreSQL Unicode]\nDriver=psqlodbcw.so\n"
            .write(toFile: directory.path("odbc/odbcinst.ini"), atomically: true, encoding: .utf8)
        var environment = ["ODBCSYSINI": directory.path("odbc")]
        for (index, name) in ["CK", "CS", "TI", "TS"].enumerated() { environment[name] = Self.key + "a1b\(index)" }
        program = Program(directory: directory.url, environment: environment)
    }

    private func configure(_ keys: [String: Any] = [:], key: [String: Any] = ["env": "CK"]) throws {
        var source: [String: Any] = [
            "account_id": "1234567_SB1", "role_id": 57,
            "auth": [
                "method": "tba", "consumer_key": key, "consumer_secret": ["env": "CS"], "token_id": ["env": "TI"],
                "token_secret": ["env": "TS"],
            ] as [String: Any],
        ]
        var attributes: [String: Any] = [:]
        for attribute in driver.settings.attributes { attributes[attribute.keyword] = attribute.value }
        source["attributes"] = attributes.merging(keys["attributes"] as? [String: Any] ?? [:]) { $1 }
        source.merge(keys.filter { $0.key != "attributes" }) { $1 }
        let data = try JSONSerialization.data(withJSONObject: [
            "source": source, "destination": ["type": "sqlite", "path": "d.db"], "extracts": [["table": "t"]],
        ])
        try data.write(to: URL(fileURLWithPath: directory.path("kleene-ns.json")))
    }

    private func run(_ command: String) throws -> Program.Result {
        try program.run([command, "--state-dir", directory.path("state")])
    }

    private var logins: Int { driver.calls.count { $0.hasPrefix("SQLDriverConnect") } }

    @Test func mistakesOfTheConfigurationCostNoLogin() throws {
        let mistakes: [(keys: [String: Any], words: String)] = [
            (
                ["account_id": "1234567", "service_host": "1234567-sb1.connect.api.netsuite.com"],
                "the host of the account"
            ),
            (["service_host": "1234567.connect.api.netsuite.com"], "the host of the account"),
            (["service_host": "https://1234567-sb1.connect.api.netsuite.com"], "is a URL"),
            (["service_host": "1234567-sb1.connect.api.netsuite.com:1708"], "service_port"),
            (["data_source": "NetSuite.com"], "NetSuite2.com"), (["role_id": 3], "Administrator"),
            (["attributes": ["Encrypted": "0"]], "in clear"), (["attributes": ["ENC": 0]], "in clear"),
            (["attributes": ["ApiKey": "hunter2"]], "consumer_key"),
        ]
        for (keys, words) in mistakes {
            try configure(keys)
            let tables = try run("tables")
            #expect(tables.code == 2 && tables.errors.contains(words), "\(keys): \(tables.all)")
            let doctor = try run("doctor")
            #expect(
                doctor.code == 7 && doctor.output.contains("FAIL") && doctor.output.contains(words), "\(doctor.all)")
        }
        #expect(logins == 0)
    }

    @Test func flawedAndMissingSecretsCostNoLoginAndAreNamedTogether() throws {
        for (text, words) in [
            (" \(Self.key)", "begins with a blank"), ("\(Self.key) ", "ends with a blank"),
            ("\"\(Self.key)\"", "is in quotes"),
            ("\u{FEFF}\(Self.key)", "a byte order mark"), ("\(Self.key)\u{A0}", "a no-break space"),
        ] {
            try "\(text)\n".write(toFile: directory.path("ck"), atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: directory.path("ck"))
            try configure([
                "auth": [
                    "method": "tba", "consumer_key": ["file": "ck"], "consumer_secret": ["env": "NOT_SET"],
                    "token_id": ["env": "TI"], "token_secret": ["file": "missing"],
                ]
            ])
            for command in ["tables", "doctor"] {
                let result = try run(command)
                #expect(result.code == (command == "doctor" ? 7 : 2))
                for word in [
                    words, "$.source.auth.consumer_key", "NOT_SET, which is not set", "missing, which cannot be read",
                ] {
                    #expect(result.all.contains(word), "\(word) in \(result.all)")
                }
                #expect(!result.all.contains(Self.key.prefix(8)), "\(result.all)")
            }
        }
        #expect(logins == 0)
    }

    /// An unusual length is no proof: it is said, and the login is tried.
    @Test func whatIsOnlyUnusualIsSaidBeforeTheLogin() throws {
        try "short1\n".write(toFile: directory.path("ck"), atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: directory.path("ck"))
        try configure(["attributes": ["ValidateServerCertificate": "0"]], key: ["file": "ck"])
        let doctor = try run("doctor")
        #expect(
            doctor.output.contains("WARN") && doctor.output.contains("\"consumer_key\" has 6 characters"),
            "\(doctor.all)")
        #expect(doctor.output.contains("without looking at the certificate") && logins == 1)
        let tables = try run("tables")
        #expect(tables.errors.contains("warning") && tables.errors.contains("has 6 characters"), "\(tables.all)")
        #expect(!(doctor.all + tables.all).contains("short1"))
    }

    /// The mock itself speaks in clear; a rehearsal finds what the night would.
    @Test func aConnectionInClearIsRefusedInARehearsalToo() throws {
        try configure(["attributes": ["Encrypted": "0"]])
        let mock = try MockServerTests.Mock(scale: 0)
        let result = try program.run(
            ["extract", "--mock", "127.0.0.1:\(mock.port)", "--state-dir", directory.path("state")])
        #expect(result.code == 2 && result.errors.contains("in clear"), "\(result.all)")
    }

    /// A driver of that name whose log would hold the password is never loaded.
    @Test func theVariableThatMakesADriverLogItsConnectionIsRefused() throws {
        let copy = directory.path("libtdsodbc.so")
        try FileManager.default.copyItem(atPath: driver.libraryPath, toPath: copy)
        let script = try #require(driver.settings.attributes.first)
        let flags = [
            "tables", "--driver", copy, "--attribute", "\(script.keyword)=\(script.value)", "--user", "me",
            "--password-env",
            "CK",
        ]
        let environment = program.environment.merging(["TDSDUMP": directory.path("log")]) { $1 }
        let refused = try Program(directory: directory.url, environment: environment).run(flags)
        #expect(refused.code == 1 && refused.errors.contains("Unset TDSDUMP"), "\(refused.all)")
        #expect(logins == 0)
        let tried = try program.run(flags)
        #expect(tried.code == 4, "\(tried.all)")
    }

    @Test func noProcessOfOursMayLeaveACoreFile() throws {
        try driver.rewrite("", probe: "at connect hang")
        try configure()
        let running = try program.start(["tables", "--state-dir", directory.path("state")])
        defer { running.process.terminate() }
        let root = running.process.processIdentifier
        var children: [Int32] = []
        for _ in 0..<1000 where children.isEmpty || logins == 0 {
            let text = (try? String(contentsOfFile: "/proc/\(root)/task/\(root)/children", encoding: .utf8)) ?? ""
            children = text.split(separator: " ").compactMap { Int32($0) }
            usleep(10_000)
        }
        try #require(!children.isEmpty)
        for process in [root] + children {
            let limits = try String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8)
            let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") })
            #expect(line.split(separator: " ").dropFirst(4).prefix(2).allSatisfy { $0 == "0" }, "\(line)")
        }
    }
}
