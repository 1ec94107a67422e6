import Foundation
import ODBCSource
import TestSupport
import Testing

/// Secrets planted in a configuration, looked for in everything that a run leaves or shows.
@Suite struct SecretsTests {
    /// Awkward on purpose: each breaks some quoting.
    private static let secret = "s3cr;et}{a+b%41&c=\"d\" é"
    private static let fromFile = "f1le-s3cret;}x"
    private static let fromCommand = "c0mmand s3cret&y=="

    /// The forms in which a secret could get out.
    private static func forms(_ secret: String) -> [String] {
        func percent(_ format: String, _ isKept: (UInt8) -> Bool) -> String {
            secret.utf8.map { isKept($0) ? String(UnicodeScalar($0)) : String(format: format, $0) }.joined()
        }
        let unreserved: (UInt8) -> Bool = { byte in
            UnicodeScalar(byte).properties.isAlphabetic && byte < 128 || (48...57).contains(byte)
                || "-._~".utf8.contains(byte)
        }
        let json = secret.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return [
            secret, secret.replacing("}", with: "}}"), percent("%%%02X", unreserved), percent("%%%02x", unreserved),
            Data(secret.utf8).base64EncodedString(), json, json.replacing("/", with: "\\/"),
        ]
    }

    /// Whether any form of any planted secret is in the bytes.
    private static func find(in data: Data) -> String? {
        for secret in [secret, fromFile, fromCommand] {
            for form in forms(secret) where data.range(of: Data(form.utf8)) != nil { return form }
            // A masking that stops at the first `;` leaves the rest.
            let parts = secret.split(whereSeparator: { ";}".contains($0) }).map(String.init).filter { $0.count >= 6 }
            for part in parts where data.range(of: Data(part.utf8)) != nil { return part }
        }
        return nil
    }

    fileprivate static let readable = RecordingDriver.table(
        columns: [("id", "BIGINT size 19")], answer: "repeat 5000 \"{row}\"")

    /// What a driver may do with a connection string that it was given, the probe and the script for it.
    enum Behaviour: String, CaseIterable {
        case isHonest, printsIt, crashesAtConnecting, crashesInMidFetch, abortsInMidFetch, hangsInMidFetch,
            putsItIntoItsError
        case putsItIntoItsRemark

        func probe(_ secret: String) -> String {
            let text = SecretsTests.scripted(secret)
            let doubled = SecretsTests.scripted(secret.replacing("}", with: "}}"))
            return switch self {
            case .printsIt:
                "at connect say stdout \"{connection}\"\nat connect say stderr \"{connection}\"\n"
                    + RecordingDriver.goodProbe
            case .crashesAtConnecting: "at connect crash"
            case .putsItIntoItsError: "at connect fail 28000 1 \"refused for \(text) with \(doubled)\""
            case .putsItIntoItsRemark: "at connect warn 01000 1 \"welcome \(text)\"\n" + RecordingDriver.goodProbe
            default: RecordingDriver.goodProbe
            }
        }

        var script: String {
            switch self {
            case .crashesInMidFetch: SecretsTests.readable + "\nat fetch 2 crash"
            case .abortsInMidFetch: SecretsTests.readable + "\nat fetch 2 abort"
            case .hangsInMidFetch: SecretsTests.readable + "\nat fetch 2 hang"
            default: SecretsTests.readable
            }
        }
    }

    /// A text within the quotes of a driver's script.
    fileprivate static func scripted(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }

    @Test(arguments: Behaviour.allCases, ["env", "file", "command"])
    func plantedSecretsAreInNothingThatARunShowsOrLeaves(behaviour: Behaviour, place: String) throws {
        let directory = try TemporaryDirectory()
        let secretText: String
        let reference: String
        switch place {
        case "env": (secretText, reference) = (Self.secret, #"{"env": "PLANTED"}"#)
        case "file":
            (secretText, reference) = (Self.fromFile, #"{"file": "outside/secret"}"#)
            try FileManager.default.createDirectory(
                atPath: directory.path("outside"), withIntermediateDirectories: true)
            try Self.fromFile.write(toFile: directory.path("outside/secret"), atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: directory.path("outside/secret"))
        default:
            // The command's own text must not hold it either: it is printed from octal.
            let octal = Self.fromCommand.utf8.map { String(format: "\\\\%03o", $0) }.joined()
            (secretText, reference) = (Self.fromCommand, "{\"command\": [\"printf\", \"\(octal)\"]}")
        }
        // The driver's own script is not one of the product's files, and lies elsewhere.
        let driver = try RecordingDriver(behaviour.script, probe: behaviour.probe(secretText))
        let attributes = driver.settings.attributes.filter { $0.keyword == "Script" }
            .map { "\"\($0.keyword)\": \"\($0.value)\"" }.joined()
        // A driver manager that traces, and a file for it within our directory: where the program runs, because unixODBC 2.3.11
        // keeps 63 bytes of the path, and would write beside it.
        try FileManager.default.createDirectory(atPath: directory.path("odbc"), withIntermediateDirectories: true)
        try "[ODBC]\nTrace=Yes\nTraceFile=trace.log\n[Recording]\nDriver=\(driver.libraryPath)\n"
            .write(toFile: directory.path("odbc/odbcinst.ini"), atomically: true, encoding: .utf8)
        try """
        {"source": {"profile": "odbc", "driver": "Recording", "attributes": {\(attributes)}, "user": "me",
                    "password": \(reference), "stall_timeout": 2},
         "destination": {"type": "sqlite", "path": "d.db"},
         "extracts": [{"name": "t", "schema": "s", "table": "t"}]}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        var environment = ["ODBCSYSINI": directory.path("odbc")]
        if place == "env" { environment["PLANTED"] = Self.secret }
        let program = Program(directory: directory.url, environment: environment)
        var seen = Data()
        for arguments in [
            ["extract", "--log-level", "trace", "--format", "json"],
            ["tables", "--log-format", "json", "--log-level", "debug"],
            ["doctor"], ["preview", "t", "--schema", "s"],
        ] {
            let running = try program.start(arguments)
            while running.process.isRunning {
                seen.append(Self.processTree(of: running.process.processIdentifier))
                usleep(20_000)
            }
            let result = try running.wait()
            seen.append(Data(result.all.utf8))
        }
        let found = Self.find(in: seen)
        #expect(found == nil, "\(found ?? "") in the output, an argument list or a child's environment")
        #expect(seen.count > 100)
        let files = try Self.files(below: directory.url)
        for (file, data) in files where file.lastPathComponent != "secret" {
            let found = Self.find(in: data)
            #expect(found == nil, "\(found ?? "") in \(file.lastPathComponent)")
        }
        // The run was recorded, so there was something to look at; and the secret did reach the driver.
        if behaviour == .isHonest {
            #expect(files.contains { $0.0.lastPathComponent == "trace.log" && !$0.1.isEmpty })
            #expect(try sqlite(directory.path("d.db"), "SELECT status FROM _kleene_runs") == "succeeded")
        }
        #expect(Self.find(in: Data("x\(secretText)y".utf8)) != nil)
    }

    /// The search finds what it is to find: without this, no test above could fail.
    @Test func theSearchFindsEveryForm() {
        for secret in [Self.secret, Self.fromFile, Self.fromCommand] {
            for form in Self.forms(secret) {
                #expect(Self.find(in: Data("before \(form) after".utf8)) != nil, "\(form)")
            }
        }
        #expect(Self.find(in: Data("PWD=***et}{a+b%41&c=\"d\" é".utf8)) != nil)
    }

    @Test func forcedTraceIsRefusedBeforeAnythingIsConnected() throws {
        let directory = try TemporaryDirectory()
        let driver = try RecordingDriver(Self.readable)
        try FileManager.default.createDirectory(atPath: directory.path("odbc"), withIntermediateDirectories: true)
        try "[ODBC]\nTrace=Yes\nForceTrace=Yes\nTraceFile=trace.log\n"
            .write(toFile: directory.path("odbc/odbcinst.ini"), atomically: true, encoding: .utf8)
        let program = Program(
            directory: directory.url, environment: ["PLANTED": Self.secret, "ODBCSYSINI": directory.path("odbc")])
        let result = try program.run(
            ["tables", "--user", "me", "--password-env", "PLANTED"] + driver.flags)
        #expect(result.code == 1)
        #expect(result.errors.contains("ForceTrace"))
        #expect(!driver.calls.contains { $0.hasPrefix("SQLDriverConnect") })
        #expect(try Self.files(below: directory.url).allSatisfy { Self.find(in: $0.1) == nil })
    }

    /// With `Debug` psqlodbc 13.02 logs the whole connection string, whatever that says of logging.
    @Test(arguments: ["Debug=1", "Debug=2", "debug = 3", "Debug=yes", "Debug=-1"], ["driver", "data source"])
    func driverThatIsSetToLogEverythingIsNotConnectedWith(setting: String, place: String) throws {
        let server = try PostgreSQL()
        let directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: directory.path("odbc"), withIntermediateDirectories: true)
        let isDriver = place == "driver"
        try "[PostgreSQL Unicode]\nDriver=psqlodbcw.so\n\(isDriver ? setting : "Debug=0")\n"
            .write(toFile: directory.path("odbc/odbcinst.ini"), atomically: true, encoding: .utf8)
        try "[shop]\nDriver=PostgreSQL Unicode\n\(isDriver ? "" : setting)\n"
            .write(toFile: directory.path("odbc/odbc.ini"), atomically: true, encoding: .utf8)
        let program = Program(
            directory: directory.url, environment: ["PLANTED": server.password, "ODBCSYSINI": directory.path("odbc")])
        let result = try program.run([
            "tables", "--dsn", "shop", "--attribute", "Server=\(server.host)", "--attribute",
            "Port=\(server.port)", "--user", server.user, "--password-env", "PLANTED",
        ])
        #expect(result.code == 1)
        #expect(result.errors.contains(isDriver ? "Debug=0" : "Take Debug out"), "\(result.errors)")
    }

    @Test(arguments: ["Debug=1", "Debug=2", "commlog=1", "B2=1", "b2=on", "B3=1"])
    func configurationThatWouldLogThePasswordIsRefused(attribute: String) throws {
        let server = try PostgreSQL()
        let directory = try TemporaryDirectory()
        let program = Program(directory: directory.url, environment: ["PLANTED": server.password])
        for flags in [
            ["--driver", "PostgreSQL Unicode", "--attribute", attribute],
            ["--connection-string", "Driver={PostgreSQL Unicode};\(attribute)"],
        ] {
            let result = try program.run(
                [
                    "tables", "--user", server.user, "--password-env", "PLANTED", "--attribute",
                    "Server=\(server.host)", "--attribute", "Port=\(server.port)",
                ] + flags)
            #expect(result.code == 2, "\(result.errors)")
            #expect(result.errors.contains("would make the driver"), "\(result.errors)")
        }
    }

    /// Debian's entry names its library without a directory; the driver manager finds it beside itself.
    @Test func doctorPassesWithTheStockDriverOfTheSystem() throws {
        let server = try PostgreSQL()
        try server.run("CREATE TABLE IF NOT EXISTS for_doctor (id int)")
        let directory = try TemporaryDirectory()
        let program = Program(directory: directory.url, environment: ["PLANTED": server.password])
        let result = try program.run([
            "doctor", "--driver", "PostgreSQL Unicode", "--user", server.user, "--password-env", "PLANTED",
            "--attribute",
            "Server=\(server.host)", "--attribute", "Port=\(server.port)", "--attribute", "Database=\(server.database)",
            "--destination", directory.path("d.db"),
        ])
        #expect(result.code == 0, "\(result.all)")
    }

    /// Debian's entry in odbcinst.ini turns psqlodbc's own log on; 13.02 writes a line of it at its last disconnect.
    @Test(arguments: [false, true], ["CommLog=1", "CommLog=2"])
    func logOfThePostgreSQLDriverHoldsNoPassword(isRefused: Bool, setting: String) throws {
        let server = try PostgreSQL()
        let directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: directory.path("odbc"), withIntermediateDirectories: true)
        // The driver has room for 79 bytes of the log's path.
        let logs = "/tmp/kleene-log-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: logs) }
        try "[PostgreSQL Unicode]\nDriver=psqlodbcw.so\n\(setting)\nDebug=0\nLogdir=\(logs)\n"
            .write(toFile: directory.path("odbc/odbcinst.ini"), atomically: true, encoding: .utf8)
        let program = Program(
            directory: directory.url,
            environment: [
                "PLANTED": isRefused ? Self.secret : server.password, "ODBCSYSINI": directory.path("odbc"),
                "TMPDIR": directory.url.path,
            ])
        let result = try program.run([
            "tables", "--driver", "PostgreSQL Unicode", "--attribute", "Server=\(server.host)", "--attribute",
            "Port=\(server.port)", "--attribute", "Database=\(server.database)", "--user", server.user,
            "--password-env",
            "PLANTED", "--log-level", "trace",
        ])
        #expect(result.code == (isRefused ? 4 : 0), "\(result.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: logs)
        #expect(names.count == (isRefused ? 0 : 1))
        let password = isRefused ? Self.secret : server.password
        for name in names {
            let text = try String(contentsOfFile: logs + "/" + name, encoding: .utf8)
            #expect(text.hasPrefix("PQfinish: ") && text.count { $0 == "\n" } == 1, "\(text)")
            for form in Self.forms(password) { #expect(!text.contains(form), "\(form) in \(name)") }
        }
        for form in Self.forms(password) { #expect(!result.all.contains(form)) }
    }

    /// Arguments of the program and its children, and the environment of its children.
    private static func processTree(of root: Int32) -> Data {
        let own = FileManager.default.contents(atPath: "/proc/\(root)/cmdline") ?? Data()
        var data = own
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        for name in all where Int32(name) != nil {
            guard let status = try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8),
                let parent = status.split(separator: ")").last?.split(separator: " ").dropFirst().first,
                Int32(parent) == root
            else { continue }
            // Between fork and exec a child is still the coordinator, with what that inherited. Arguments first: once they
            // are its own, so is the environment.
            let arguments = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") ?? Data()
            guard arguments != own, !arguments.isEmpty else { continue }
            data.append(arguments)
            data.append(FileManager.default.contents(atPath: "/proc/\(name)/environ") ?? Data())
        }
        return data
    }

    private static func files(below directory: URL) throws -> [(URL, Data)] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: directory.path)
        return paths.map { directory.appending(path: $0) }.compactMap { url in
            FileManager.default.contents(atPath: url.path).map { (url, $0) }
        }
    }
}
