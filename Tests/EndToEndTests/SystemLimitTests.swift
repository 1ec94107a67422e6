import Foundation
import TestSupport
import Testing

/// What the system does not give: threads, memory, open files. A sentence and a code, whatever is short; never a trap.
@Suite struct SystemLimitTests {
    private let bench: MockBench

    init() throws {
        bench = try MockBench(scale: 50, extracts: MockBench.transactions(), #"{"name": "a", "table": "account"}"#)
    }

    private func run(_ shell: String, as user: uid_t? = nil, _ arguments: [String]) throws -> Program.Result {
        let command =
            ["/bin/bash", "-c", shell + #"; exec "$@""#, "bash", Program.binary] + arguments + bench.mockFlags
        let identity = user.map { ["/usr/bin/setpriv", "--reuid=\($0)", "--regid=\($0)", "--clear-groups"] } ?? []
        return try ShellCommand(identity + command, in: bench.directory.url, home: bench.directory.url.path).run()
    }

    private func expectASentence(_ result: Program.Result, _ limit: String) {
        // 127: the loader itself had no room, and said so.
        #expect([0, 1, 3, 127].contains(result.code), "\(limit): \(result.code) \(result.all)")
        if result.code != 0 { #expect(!result.errors.isEmpty, "\(limit)") }
        for word in ["Fatal error", "driver took the worker", "unknown error", "does not know"] {
            #expect(!result.all.contains(word), "\(limit): \(result.all)")
        }
    }

    @Test func fewOpenFilesAreASentence() throws {
        for count in [5, 7, 9, 11, 12, 13, 14, 16, 20] {
            expectASentence(try run("ulimit -n \(count)", ["extract", "--quiet", "--fresh"]), "-n \(count)")
        }
    }

    /// Without /proc nobody tells Swift the command line; that is no command to print help, which ends with 0.
    @Test(
        .enabled(if: geteuid() == 0, "Only root can take /proc away."),
        arguments: [["extract", "--quiet"], ["status"], ["nonsense"]])
    func noProcIsASentence(arguments: [String]) throws {
        let command = [
            "/usr/bin/unshare", "-m", "/bin/sh", "-c", #"umount -l /proc && exec "$0" "$@""#, Program.binary,
        ]
        let result = try ShellCommand(
            command + arguments, in: bench.directory.url, home: bench.directory.url.path
        ).run()
        #expect(result.code == 1 && result.output.isEmpty, "\(result.all)")
        #expect(result.errors.contains("Mount /proc"), "\(result.errors)")
    }

    @Test func littleMemoryIsASentence() throws {
        for kilobytes in stride(from: 40_000, through: 240_000, by: 20_000) {
            expectASentence(try run("ulimit -v \(kilobytes)", ["extract", "--quiet", "--fresh"]), "-v \(kilobytes)")
            // Memory that runs out within a login leaves one without an answer, and two of those count for the next limit.
            let reset = try bench.program.run(["auth", "reset", "--state-dir", bench.directory.path("state")])
            #expect([0, 2].contains(reset.code), "\(reset.all)")
        }
    }

    @Test(.enabled(if: geteuid() == 0, "Only root can become a user that has no other process."))
    func fewThreadsAreASentence() throws {
        let user: uid_t = 7
        try #require(unsafe chown(bench.directory.url.path, user, user) == 0)
        for count in 2...12 {
            let result = try run("ulimit -u \(count)", as: user, ["extract", "--quiet", "--fresh"])
            expectASentence(result, "-u \(count)")
            if count < 4 { #expect(result.errors.contains("`ulimit -u`"), "\(result.errors)") }
        }
        #expect(try run("ulimit -u 40", as: user, ["extract", "--quiet"]).code == 0)
    }
}
