import Foundation
import TestSupport
import Testing

/// What a run leaves behind: its destination, the workplace beside it, the state directory, and nothing else.
@Suite struct LeavingsTests {
    /// Debian's own entries, as they stand in /etc.
    private static let stock = "[PostgreSQL Unicode]\nDriver=psqlodbcw.so\nSetup=libodbcpsqlS.so\nDebug=0\nCommLog=1\n"

    private let bench: MockBench
    private let temporary: String

    init() throws {
        bench = try MockBench(scale: 20, extracts: MockBench.transactions())
        temporary = bench.directory.path("tmp")
        for name in ["tmp", "odbc", "home", "work"] {
            try FileManager.default.createDirectory(
                atPath: bench.directory.path(name), withIntermediateDirectories: true)
        }
        try Self.stock.write(toFile: bench.directory.path("odbc/odbcinst.ini"), atomically: true, encoding: .utf8)
    }

    private var program: Program {
        Program(
            directory: bench.directory.url.appending(path: "work"),
            environment: [
                "ODBCSYSINI": bench.directory.path("odbc"), "TMPDIR": temporary, "HOME": bench.directory.path("home"),
                "KLEENE_NS_CONFIG": bench.directory.path("kleene-ns.json"),
            ])
    }

    /// Logs that psqlodbc writes by name into /tmp, of this program.
    private static func logs() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: "/tmp").filter { $0.hasPrefix("psqlodbc_kleene-ns_") })
    }

    private func names(_ directory: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: bench.directory.path(directory)).filter {
            // What the test itself keeps there.
            !$0.hasPrefix(".output-") && !$0.hasPrefix(".errors-")
        }.sorted()
    }

    @Test func stockEntryOfTheDriverLeavesNoFile() throws {
        let before = try Self.logs()
        for command in [["extract"], ["tables", "--refresh"], ["plan"], ["doctor"], ["preview", "currency"]] {
            let result = try program.run(command + bench.mockFlags)
            #expect(result.code == 0, "\(result.all)")
        }
        #expect(try Self.logs() == before)
        for directory in ["tmp", "home", "work"] { #expect(try names(directory) == [], "\(directory)") }
        let beside = try FileManager.default.contentsOfDirectory(atPath: bench.directory.url.path).sorted()
        #expect(
            beside == [
                "d.db", "d.db-shm", "d.db-wal", "d.db.kleene", "home", "kleene-ns.json", "odbc", "state", "tmp", "work",
            ])
    }

    /// Who says where to wants the log.
    @Test func logThatSomebodyAsksForIsWritten() throws {
        try (Self.stock + "Logdir=\(temporary)\n").write(
            toFile: bench.directory.path("odbc/odbcinst.ini"), atomically: true, encoding: .utf8)
        // The driver has room for 79 bytes of the log's path.
        guard temporary.utf8.count < 40 else { return }
        #expect(try program.run(["tables", "--refresh"] + bench.mockFlags).code == 0)
        #expect(try names("tmp").contains { $0.hasPrefix("psqlodbc_kleene-ns_") })
    }

    @Test(arguments: [false, true]) func killedRunLeavesNothingThatTheNextOneDoesNotRemove(withWorker: Bool) throws {
        try bench.tell("fault statement stall always matching=tranid")
        let running = try program.start(["extract"] + bench.mockFlags)
        try bench.until { running.errorsSoFar.contains("reading begins") }
        #expect(try names("tmp").contains { $0.hasSuffix("/lock") })
        let coordinator = running.process.processIdentifier
        // Also where an expectation throws: a stopped one would stay for ever, with its dead worker.
        defer { kill(coordinator, SIGKILL) }
        let workers = try Self.children(of: coordinator)
        #expect(workers.count == 1)
        // The coordinator neither tidies up behind a worker that dies nor dies before it does: a worker that is alone,
        // even for a moment, removes the directory.
        if withWorker {
            kill(coordinator, SIGSTOP)
            try bench.until { Self.state(of: coordinator) == "T" }
            for worker in workers { kill(worker, SIGKILL) }
            for worker in workers { try bench.until { Self.state(of: worker) == "Z" } }
        }
        kill(coordinator, SIGKILL)
        _ = try running.wait()
        if !withWorker {
            // A worker without its coordinator removes what nobody else will.
            try bench.until { try names("tmp") == [] }
        } else {
            #expect(try names("tmp") != [])
        }
        try bench.tell("clear")
        #expect(try program.run(["extract"] + bench.mockFlags).code == 0)
        #expect(try names("tmp") == [])
    }

    static func children(of parent: Int32) throws -> [Int32] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.filter {
            stat($0)?.dropFirst().first.flatMap { Int32($0) } == parent
        }
    }

    /// What proc(5) calls the state of a process (`T`: stopped, `Z`: dead and not waited for); nil where there is none.
    private static func state(of process: Int32) -> String? {
        stat(process)?.first.map { String($0) }
    }

    /// The words of /proc/<pid>/stat behind the name of the program.
    private static func stat(_ process: Int32) -> [Substring]? {
        (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8))?
            .split(separator: ")").last?.split(separator: " ")
    }
}
