import Foundation
import TestSupport
import Testing

/// How long a person waits for the first sign of anything.
///
/// Best of several, in processor time where nothing is waited for: other work on the machine must not count. Of the optimized program
/// where there is one; one that is built for debugging may take ten times as long.
@Suite(.serialized) struct TimingTests {
    private static let release = ReadmeConsoleTests.root.appending(path: ".build/release/kleene-ns").path
    private static let isReleased = FileManager.default.isExecutableFile(atPath: release)
    private static let binary = isReleased ? release : Program.binary
    private static let factor = isReleased ? 1.0 : 10.0

    /// Runs Python, which tells numbers.
    private func measured(_ script: String, _ arguments: [String], in directory: TemporaryDirectory) throws -> [Double]
    {
        let command = ShellCommand(
            ["/usr/bin/python3", "-c", script, Self.binary] + arguments, in: directory.url, home: directory.url.path)
        let result = try command.run()
        #expect(result.code == 0, "\(result.all)")
        return result.output.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    }

    @Test(arguments: [["--help"], ["extract", "--help"], ["help", "exit-codes"], ["--version"], ["extarct"]])
    func helpTakesThirtyMilliseconds(arguments: [String]) throws {
        let directory = try TemporaryDirectory()
        let script = """
            import os, sys
            best = 1e9
            for _ in range(12):
                child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[
                    (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0), (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)])
                usage = os.wait4(child, 0)[2]
                best = min(best, (usage.ru_utime + usage.ru_stime) * 1000)
            print(best)
            """
        let best = try #require(try measured(script, arguments, in: directory).first)
        #expect(best < 30 * Self.factor, "\(arguments): \(best) ms")
    }

    /// On a terminal something is said at once, also where the service says nothing.
    @Test(arguments: [
        ["tables"], ["columns", "customer"], ["preview", "customer"], ["keys", "customer"], ["doctor"], ["plan"],
        ["extract"],
        ["schemas"], ["status"], ["config", "check"],
        ["backfill", "transactions", "--from", "2026-01-01", "--to", "2026-02-01"],
    ])
    func theFirstSignComesWithinATenthOfASecond(arguments: [String]) throws {
        let directory = try TemporaryDirectory()
        try """
        {"source": {"account_id": "1234567_SB1", "role_id": 57, "auth": {"method": "tba",
          "consumer_key": {"env": "A"}, "consumer_secret": {"env": "B"}, "token_id": {"env": "C"}, "token_secret": {"env": "D"}}},
         "destination": {"type": "sqlite", "path": "d.db"},
         "extracts": [{"name": "transactions", "table": "transaction", "load_method": "upsert",
           "extract_type": "incremental", "incremental_key": "lastmodifieddate"}]}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        let silent = try SilentServer()
        let script = """
            import os, pty, signal, sys, time
            best = 1e9
            for number in range(6):
                begin = time.monotonic()
                child, terminal = pty.fork()
                if child == 0:
                    os.execv(sys.argv[1], [word.replace("STATE", "state%d" % number) for word in sys.argv[1:]])
                os.read(terminal, 1)
                best = min(best, (time.monotonic() - begin) * 1000)
                os.kill(child, signal.SIGKILL)
                os.close(terminal)
                os.waitpid(child, 0)
            print(best)
            """
        let flags =
            ["status", "config"].contains(arguments[0])
            ? [] : ["--mock", "127.0.0.1:\(silent.port)", "--state-dir", "STATE"]
        let best = try #require(try measured(script, arguments + flags, in: directory).first)
        #expect(best < 100 * Self.factor, "\(arguments): \(best) ms")
    }
}
