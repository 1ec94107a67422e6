import Foundation
import TestSupport
import Testing

@Suite struct LibrariesTests {
    /// The libraries that each process of a command opens, as the system's loader tells them; the first is the command's own.
    private func libraries(_ arguments: [String], in directory: TemporaryDirectory) throws -> [Set<String>] {
        let log = directory.path("ld-\(UUID())")
        let program = Program(directory: directory.url, environment: ["LD_DEBUG": "files", "LD_DEBUG_OUTPUT": log])
        let running = try program.start(arguments)
        let own = running.process.processIdentifier
        let result = try running.wait()
        #expect(result.code == 0, "\(result.all)")
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.url.path)
            .map { directory.path($0) }.filter { $0.hasPrefix(log) }
        return try names.sorted { one, _ in one.hasSuffix(".\(own)") }.map { name in
            let text = try String(contentsOfFile: name, encoding: .utf8)
            let files = text.split(separator: "\n").filter { $0.contains("generating link map") }
                .compactMap { $0.split(separator: "file=").dropFirst().first?.prefix { $0 != " " } }
            return Set(files.map { String($0.split(separator: "/").last ?? $0) })
        }
    }

    private static func has(_ libraries: Set<String>, _ part: String) -> Bool {
        libraries.contains { $0.hasPrefix(part) }
    }

    /// What somebody has put beside the program is no library of it. Of the released program: one that is built for debugging has Swift's
    /// own there.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["KLEENE_NS_BINARY"] != nil))
    func librariesAreLookedForWhereTheSystemHasThem() throws {
        let directory = try TemporaryDirectory()
        let log = directory.path("ld")
        let program = Program(directory: directory.url, environment: ["LD_DEBUG": "libs", "LD_DEBUG_OUTPUT": log])
        #expect(try program.run(["--version"]).code == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.url.path).filter {
            $0.hasPrefix("ld.")
        }
        #expect(names.count == 1)
        for name in names {
            let text = try String(contentsOfFile: directory.path(name), encoding: .utf8)
            #expect(text.contains("find library=libodbc.so"))
            #expect(!text.contains("RUNPATH from file") && !text.contains("RPATH from file"), "\(text)")
        }
    }

    /// Whoever has no use for tokens starts as before there were any.
    @Test func libraryForTokensIsOpenedByWhoAsksForOneAlone() throws {
        let directory = try TemporaryDirectory()
        let mock = try MockServerTests.Mock(scale: 0)
        for arguments in [
            ["--help"], ["--version"], ["help", "logins"], ["auth", "keygen", "--directory", "k", "--kind", "ec-p256"],
        ] {
            let opened = try libraries(arguments, in: directory)
            #expect(opened.count == 1 && Self.has(opened[0], "libodbc.so"), "\(opened)")
            for name in ["libcurl", "libssl", "libcrypto", "libpq", "libnss"] {
                #expect(!Self.has(opened[0], name), "\(arguments): \(opened[0])")
            }
        }
        func tables(_ auth: String) throws -> [Set<String>] {
            try """
            {"source": {"account_id": "1234567_SB1", "role_id": 57, "auth": {\(auth)}}}
            """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
            return try libraries(
                ["tables", "--refresh", "--mock", "127.0.0.1:\(mock.port)", "--state-dir", directory.path("state")],
                in: directory)
        }
        let secrets = ["consumer_key", "consumer_secret", "token_id", "token_secret"].map {
            "\"\($0)\": {\"env\": \"X\"}"
        }
        let password = "\"method\": \"password\", \"user\": \"u\", \"password\": {\"env\": \"X\"}"
        for auth in ["\"method\": \"tba\", " + secrets.joined(separator: ", "), password] {
            let opened = try tables(auth)
            #expect(opened.count >= 2 && opened.contains { Self.has($0, "psqlodbc") }, "\(opened)")
            for libraries in opened { #expect(!Self.has(libraries, "libcurl"), "\(libraries)") }
        }
        // Of the two processes only the one that has the key.
        let opened = try tables(
            "\"method\": \"oauth2\", \"client_id\": \"a\", \"certificate_id\": \"b\", \"private_key\": {\"env\": \"X\"}"
        )
        #expect(Self.has(opened[0], "libcurl"), "\(opened)")
        #expect(!Self.has(opened[0], "psqlodbc"))
        for libraries in opened.dropFirst() { #expect(!Self.has(libraries, "libcurl"), "\(libraries)") }
    }

    /// All of Foundation costs each start some milliseconds, and a program that carries its libraries 80 MB: ICU, mostly.
    @Test func theProgramLoadsTheEssentialsOfFoundationAlone() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/ldd")
        process.arguments = [Program.binary]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let libraries = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(libraries.contains("libodbc.so"))
        for name in ["libFoundation.so", "libFoundationInternationalization.so", "lib_FoundationICU.so"] {
            #expect(
                !libraries.contains(name), "import FoundationEssentials instead of Foundation, in all of the product")
        }
    }
}
