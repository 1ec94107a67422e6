import Foundation
import Glibc
import Testing

@testable import KleeneNS

/// A worker and what its driver has started end together.
@Suite struct ProcessGroupTests {
    /// Starts a shell with a child of its own that would stay, and tells the child's id.
    private func start(_ script: String) throws -> (process: ChildProcess, child: pid_t) {
        let null = try Descriptor.null()
        defer { close(null) }
        let pipe = try Descriptor.pipe()
        defer { close(pipe.read) }
        let process: ChildProcess
        do {
            defer { close(pipe.write) }
            process = try ChildProcess(
                "/bin/sh", arguments: ["sh", "-c", "ulimit -c 0; sleep 600 <&- >/dev/null 2>&1 & echo $!; " + script],
                environment: ["PATH": "/usr/bin:/bin"], input: null, output: pipe.write, errors: null)
        }
        guard case .bytes(let bytes) = try Descriptor.read(pipe.read) else { throw SystemError(EPIPE) }
        let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return (process, try #require(pid_t(text)))
    }

    /// Whether a process does anything still: one that has ended may wait for its new parent.
    private func isAlive(_ process: pid_t) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
        return stat.split(separator: ")").last?.split(separator: " ").first != "Z"
    }

    private func expectEnd(_ process: pid_t) {
        for _ in 0..<500 where isAlive(process) { usleep(10_000) }
        #expect(!isAlive(process))
    }

    @Test(arguments: ["exit 0", "exit 3", "kill -SEGV $$"]) func childOfADriverEndsWithAWorkerThatEnds(_ script: String)
        throws
    {
        let (process, child) = try start(script)
        let ending = process.wait(milliseconds: 20_000)
        #expect(ending != .signalled(SIGKILL))
        expectEnd(child)
    }

    @Test func childOfADriverEndsWithAWorkerThatIsKilled() throws {
        let (process, child) = try start("sleep 600")
        #expect(isAlive(child))
        #expect(process.kill() == .signalled(SIGKILL))
        expectEnd(child)
    }

    /// A process that is no child any more has ended: who waits for it waits for nothing.
    @Test(arguments: [true, false]) func processThatSomebodyElseWaitedForHasEnded(hasOwnGroup: Bool) throws {
        let null = try Descriptor.null()
        defer { close(null) }
        let process = try ChildProcess(
            "/bin/sh", arguments: ["sh", "-c", "exit 3"], environment: [:], input: null, output: null, errors: null,
            hasOwnGroup: hasOwnGroup)
        var status: Int32 = 0
        #expect(unsafe waitpid(process.id, &status, 0) == process.id)
        #expect(process.wait(milliseconds: 1000) == .lost)
        #expect(process.kill() == .lost)
    }

    @Test func processThatSomebodyStoppedIsKnown() throws {
        let (process, _) = try start("sleep 600")
        #expect(!process.isStopped)
        kill(process.id, SIGSTOP)
        for _ in 0..<500 where !process.isStopped { usleep(10_000) }
        #expect(process.isStopped)
        process.kill()
    }
}
