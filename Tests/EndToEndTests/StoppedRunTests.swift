import Foundation
import ODBCSource
import TestSupport
import Testing

/// Runs that another run, a signal or a crash stops: the code, and the destination as it was.
@Suite struct StoppedRunTests {
    @Test func secondProcessOnOneExtractEndsWithFive() throws {
        let stage = try Stage()
        let program = Program(directory: stage.directory.url)
        #expect(try program.run(["extract", "--quiet"] + stage.honest).code == 0)
        try stage.driver.rewrite(
            RecordingDriver.table(columns: [("id", "BIGINT size 19")], answer: "repeat 9000 \"{row}\"\nat fetch 2 hang")
        )
        let fetches = stage.driver.calls.count { $0.hasPrefix("SQLFetch") }
        let first = try program.start(["extract", "--quiet"] + stage.honest)
        while stage.driver.calls.count(where: { $0.hasPrefix("SQLFetch") }) < fetches + 3 { usleep(5000) }
        let second = try program.run(["extract", "--quiet"] + stage.honest)
        #expect(second.code == 5, "\(second.all)")
        #expect(second.errors.contains("process"))
        first.process.terminate()
        #expect(try first.wait().code == 143)
        #expect(try sqlite(stage.destination, "SELECT count(*) FROM d") == "3")
    }

    @Test(arguments: [(SIGTERM, 143), (SIGINT, 130)] as [(Int32, Int32)])
    func signalsStopARunWithinSecondsAndChangeNothing(signal: Int32, code: Int32) throws {
        let stage = try Stage()
        let program = Program(directory: stage.directory.url)
        #expect(try program.run(["extract", "--quiet"] + stage.honest).code == 0)
        try stage.driver.rewrite(
            RecordingDriver.table(
                columns: [("id", "BIGINT size 19")], answer: "repeat 4000000 \"{row}\"\nat fetch delay 20"))
        let fetches = stage.driver.calls.count { $0.hasPrefix("SQLFetch") }
        let running = try program.start(["extract"] + stage.honest)
        while stage.driver.calls.count(where: { $0.hasPrefix("SQLFetch") }) < fetches + 5 { usleep(5000) }
        let begin = Date()
        kill(running.process.processIdentifier, signal)
        #expect(try running.wait().code == code)
        #expect(Date().timeIntervalSince(begin) < 10)
        #expect(try sqlite(stage.destination, "SELECT count(*) FROM d") == "3")
    }

    @Test func crashCostsOneExtractAndTheOthersAreDone() throws {
        let stage = try Stage()
        let crashing = try RecordingDriver(
            RecordingDriver.table(columns: [("id", "BIGINT size 19")], answer: "repeat 3 \"{row}\"")
                + "\ncatalog columns\nrow NULL \"s\" \"u\" \"id\" \"12\" \"VARCHAR\" \"10\" NULL NULL NULL \"1\" NULL NULL NULL NULL NULL \"1\" \"YES\"\n"
                + "sql contains \"FROM \\\"s\\\".\\\"u\\\"\"\ncolumn \"id\" BIGINT size 19\nrow \"1\"\nat execute crash\n"
        )
        let attributes = crashing.settings.attributes.map { "\"\($0.keyword)\": \"\($0.value)\"" }.joined(
            separator: ", ")
        let configuration = try stage.configuration(
            """
            {"source": {"profile": "odbc", "driver": "\(crashing.libraryPath)", "attributes": {\(attributes)}},
             "destination": {"type": "sqlite", "path": "d.db"},
             "extracts": [
               {"name": "one", "schema": "s", "table": "t", "destination_table": "one"},
               {"name": "two", "schema": "s", "table": "u", "destination_table": "two"},
               {"name": "three", "schema": "s", "table": "t", "destination_table": "three"}]}
            """)
        let result = try Program(directory: stage.directory.url).run(["extract", "--quiet"] + configuration)
        #expect(result.code == 3, "\(result.all)")
        #expect(
            try sqlite(stage.destination, "SELECT (SELECT count(*) FROM one) || (SELECT count(*) FROM three)") == "33")
        #expect(
            try sqlite(stage.destination, "SELECT extract || status FROM _kleene_runs ORDER BY extract")
                == "onesucceeded\nthreesucceeded\ntwofailed")
    }
}
