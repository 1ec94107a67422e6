import Extraction
import Foundation
import TestSupport
import Testing

/// SIGKILL at every named point of staging and load, through the real program: the table is as before or as after, and
/// the next run does the job.
@Suite struct KillTests {
    private static let rows = 2100
    private static let timesEach = 20

    private struct Bench {
        let directory: TemporaryDirectory
        let driver: RecordingDriver
        let program: Program
        let method: LoadMethod
        var destination: String { directory.path("d.db") }

        init(_ method: LoadMethod) throws {
            self.method = method
            directory = try TemporaryDirectory()
            driver = try RecordingDriver("")
            program = Program(directory: directory.url)
        }

        /// Makes the source hold rows of one generation.
        func turn(to generation: Int) throws {
            try driver.rewrite(
                RecordingDriver.table(
                    columns: [("id", "BIGINT size 19"), ("g", "INTEGER size 10")],
                    answer: "repeat \(KillTests.rows) \"{row}\" \"\(generation)\""))
        }

        var arguments: [String] {
            ["extract", "--quiet"] + driver.flags + [
                "--schema", "s", "--table", "t", "--destination", destination, "--destination-table", "d",
                "--load-method", method.rawValue,
            ]
        }

        func run(_ failpoint: String? = nil) throws -> Program.Result {
            var program = program
            program.environment["KLEENE_NS_FAILPOINT"] = failpoint
            return try program.run(arguments)
        }

        /// Generations with their rows, then everything but rows: what a reader depends on.
        func rowsByGeneration() throws -> String {
            try sqlite(destination, "SELECT group_concat(g || ':' || n) FROM (SELECT g, count(*) n FROM d GROUP BY g)")
        }

        func surroundings() throws -> String {
            try sqlite(
                destination,
                // But for the run that made the table, which its definition tells.
                "SELECT type, name, tbl_name, substr(sql, instr(sql, '*/')) FROM sqlite_schema "
                    + "WHERE name NOT LIKE '_kleene_%' ORDER BY name; "
                    + "SELECT count(*) FROM other; PRAGMA integrity_check")
        }
    }

    /// Points that not every load method passes, and the one that needs several chunks: `Tests/Torture` kills there.
    private static func isPassed(_ point: Failpoint, by method: LoadMethod) -> Bool {
        switch point {
        case .loadCreated, .loadRebuilt: method == .dropCreateLoad
        // Only a read in several chunks goes on with what is there; the others are on the way of a first load, or of a run
        // that loads nothing.
        case .stagingResumed, .loadSynchronized, .loadNamed, .booksWritten, .booksCommitted: false
        default: true
        }
    }

    /// Without `upsert`, which `Tests/Torture` kills in chunks and windows.
    static let cases = [LoadMethod.dropCreateLoad, .truncateLoad, .append].flatMap { method in
        Failpoint.allCases.filter { isPassed($0, by: method) }.map { (method, $0) }
    }

    @Test(arguments: cases)
    func killLeavesTheOldOrTheNewTableAndTheNextRunDoesTheJob(method: LoadMethod, point: Failpoint) throws {
        let bench = try Bench(method)
        try bench.turn(to: 0)
        #expect(try bench.run().code == 0)
        _ = try sqlite(
            bench.destination,
            """
            CREATE TABLE other (a); INSERT INTO other VALUES (1), (2);
            CREATE INDEX d_by_g ON d (g); CREATE VIEW v AS SELECT g, count(*) FROM d GROUP BY g;
            CREATE TRIGGER d_log AFTER INSERT ON d BEGIN INSERT INTO other VALUES (NEW.id); END;
            """)
        let surroundings = try bench.surroundings()
        let isAfterCommit = point == .loadCommitted || point == .loadCheckpointed
        for generation in 1...Self.timesEach {
            try bench.turn(to: generation)
            let before = try bench.rowsByGeneration()
            let killed = try bench.run(point == .stagingBatch ? "staging.batch@\(1 + generation % 2)" : point.rawValue)
            let between = try bench.rowsByGeneration()
            if isAfterCommit {
                // The run was done before it died, and its record says so.
                #expect(killed.code == 0, "\(killed.errors)")
                #expect(between != before && between.contains("\(generation):\(Self.rows)"))
            } else {
                #expect(killed.code == 9, "\(point) was not reached: \(killed.errors)")
                #expect(between == before)
            }
            #expect(try bench.surroundings() == surroundings)
            if !isAfterCommit { #expect(try bench.run().code == 0) }
            let expected =
                method == .append
                ? (0...generation).map { "\($0):\(Self.rows)" }.joined(separator: ",") : "\(generation):\(Self.rows)"
            #expect(try bench.rowsByGeneration() == expected)
            #expect(try bench.surroundings() == surroundings)
        }
        // What a kill behind the commit leaves is cleared by the next run.
        #expect(try bench.run().code == 0)
        let left = try FileManager.default.contentsOfDirectory(atPath: bench.destination + ".kleene")
        #expect(!left.contains { $0.hasPrefix("staging") }, "\(left)")
    }

    /// Kills the coordinator; its worker must go with it and give the lock back.
    @Test func killOfTheCoordinatorTakesTheWorkerAlong() throws {
        let bench = try Bench(.dropCreateLoad)
        try bench.turn(to: 0)
        #expect(try bench.run().code == 0)
        try bench.driver.rewrite(
            RecordingDriver.table(
                columns: [("id", "BIGINT size 19"), ("g", "INTEGER size 10")],
                answer: "repeat 2100 \"{row}\" \"1\"\nat fetch 2 hang"))
        for _ in 0..<5 {
            let running = try bench.program.start(bench.arguments)
            // Until the worker reads: the driver has recorded its second fetch.
            let fetches = bench.driver.calls.count { $0.hasPrefix("SQLFetch") }
            while bench.driver.calls.count(where: { $0.hasPrefix("SQLFetch") }) < fetches + 3 { usleep(5000) }
            kill(running.process.processIdentifier, SIGKILL)
            _ = try running.wait()
            var others = 1
            for _ in 0..<500 where others > 0 {
                others = Self.processes(mentioning: bench.driver.libraryPath).count
                usleep(10_000)
            }
            #expect(others == 0)
            #expect(try bench.rowsByGeneration() == "0:\(Self.rows)")
        }
        try bench.turn(to: 2)
        #expect(try bench.run().code == 0)
        #expect(try bench.rowsByGeneration() == "2:\(Self.rows)")
    }

    /// Processes that have the test's own copy of the driver loaded.
    private static func processes(mentioning library: String) -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.filter { Int($0) != nil && $0 != String(getpid()) }.filter {
            (try? String(contentsOfFile: "/proc/\($0)/maps", encoding: .utf8))?.contains(library) == true
        }
    }
}
