import Foundation
import Glibc
import TestSupport
import Testing

@testable import KleeneNS

/// Commands that wait for a FIFO that nobody opens: they end by our hand or not at all.
@Suite struct HookProcessTests {
    private let directory: TemporaryDirectory
    private let interruption: Interruption

    init() throws {
        directory = try TemporaryDirectory()
        interruption = try Interruption()
        interruption.await()
        guard unsafe mkfifo(directory.path("fifo"), 0o600) == 0 else { throw SystemError(errno) }
    }

    private func hook(_ command: String, limit: Duration = .seconds(60), grace: Duration = .seconds(60)) -> HookProcess
    {
        HookProcess(
            command: "cd '\(directory.url.path)'; \(command)", environment: ["PATH": "/usr/bin:/bin"], limit: limit,
            grace: grace)
    }

    private func text(_ name: String) -> String {
        ((try? String(contentsOfFile: directory.path(name), encoding: .utf8)) ?? "")
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func expectNoGroup(_ name: String) throws {
        let group = try #require(pid_t(text(name)))
        for _ in 0..<500 where kill(-group, 0) == 0 { usleep(10_000) }
        #expect(kill(-group, 0) == -1)
    }

    @Test func hookThatNeverEndsIsEndedWithAllThatItWaitsFor() throws {
        let outcome = try hook("echo $$ > group; cat fifo; echo never", limit: .milliseconds(300))
            .run("{}", interruption: interruption)
        #expect(outcome == .tookTooLong)
        try expectNoGroup("group")
    }

    @Test func hookThatDoesNotHeedSIGTERMIsKilled() throws {
        let outcome = try hook(
            "trap '' TERM; echo $$ > group; while :; do cat fifo; done", limit: .milliseconds(300),
            grace: .milliseconds(50)
        ).run("{}", interruption: interruption)
        #expect(outcome == .tookTooLong)
        try expectNoGroup("group")
    }

    @Test func resultThatIsLongerThanAPipeHoldsUpNobody() throws {
        let long = String(repeating: "x", count: 1 << 20)
        #expect(try hook("cat fifo", limit: .milliseconds(100)).run(long, interruption: interruption) == .tookTooLong)
        #expect(try hook("true").run(long, interruption: interruption) == .ended(.exited(0)))
        #expect(try hook("wc -c > count").run(long, interruption: interruption) == .ended(.exited(0)))
        #expect(text("count") == "1048576")
    }

    @Test func whatAHookLeavesBehindLivesOn() throws {
        let outcome = try hook("cat fifo > late & exit 3").run("{}", interruption: interruption)
        #expect(outcome == .ended(.exited(3)))
        // It takes what comes, so it is there.
        let writer = try #require(FileHandle(forWritingAtPath: directory.path("fifo")))
        try writer.write(contentsOf: Data("still here\n".utf8))
        try writer.close()
        for _ in 0..<500 where text("late").isEmpty { usleep(10_000) }
        #expect(text("late") == "still here")
    }

    @Test func whoStopsUsWhileAHookRunsStopsTheHook() throws {
        let hook = hook("echo $$ > group; cat fifo > /dev/null; cat fifo")
        let interruption = interruption
        let path = directory.path("fifo")
        Thread.detachNewThread {
            // Open as soon as the hook reads.
            _ = try? FileHandle(forWritingAtPath: path)?.close()
            interruption.deliver(SIGINT)
        }
        #expect(try hook.run("{}", interruption: interruption) == .stopped)
        try expectNoGroup("group")
    }

    @Test func runThatWasStoppedBeforeStillTellsItsHook() throws {
        interruption.deliver(SIGTERM)
        #expect(try hook("cat > told").run("{\"a\": 1}", interruption: interruption) == .ended(.exited(0)))
        #expect(text("told") == "{\"a\": 1}")
    }
}
