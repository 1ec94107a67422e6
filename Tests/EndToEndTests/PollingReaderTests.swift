import Extraction
import Foundation
import TestSupport
import Testing

/// Another program reads the destination all the while the real program loads into it.
@Suite struct PollingReaderTests {
    private static let rows = 5000

    /// Its patience of one second is for its own doing: the last reader that leaves removes the log, and the next connection of
    /// anybody makes it anew under a lock. Opens the file anew for every look, as other programs do; prints what it saw as JSON lines.
    private static let reader = """
        import json, os, sqlite3, sys
        path, stop = sys.argv[1:]
        seen, polls = {}, 0
        while not os.path.exists(stop):
            try:
                connection = sqlite3.connect(path, timeout=1)
                look = connection.execute("SELECT count(*), min(g), max(g), count(DISTINCT g) FROM d").fetchone()
                connection.close()
            except sqlite3.Error as error:
                look = [str(error)]
            key = json.dumps(look)
            seen[key] = seen.get(key, 0) + 1
            polls += 1
        print(json.dumps({"polls": polls, "seen": [json.loads(key) for key in seen]}))
        """

    @Test(arguments: LoadMethod.allCases)
    func readerOfAnotherProcessSeesWholeLoadsAndNoLock(method: LoadMethod) throws {
        let directory = try TemporaryDirectory()
        let driver = try RecordingDriver("")
        let program = Program(directory: directory.url)
        let destination = directory.path("d.db")
        func load(_ generation: Int) throws -> Int32 {
            try driver.rewrite(
                RecordingDriver.table(
                    columns: [("id", "BIGINT size 19"), ("g", "INTEGER size 10")],
                    answer: "repeat \(Self.rows) \"{row}\" \"\(generation)\""))
            return try program.run(
                ["extract", "--quiet"] + driver.flags + [
                    "--schema", "s", "--table", "t", "--destination", destination, "--destination-table", "d",
                    "--load-method", method.rawValue,
                ] + (method == .upsert ? ["--unique-columns", "id"] : [])
            ).code
        }
        #expect(try load(0) == 0)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", Self.reader, destination, directory.path("stop")]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let generations = 12
        for generation in 1...generations { #expect(try load(generation) == 0) }
        _ = FileManager.default.createFile(atPath: directory.path("stop"), contents: nil)
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let answer = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let seen = try #require(answer["seen"] as? [[Any]])
        for look in seen {
            let numbers = look.compactMap { $0 as? Int }
            guard numbers.count == 4 else {
                Issue.record("the reader was told: \(look)")
                continue
            }
            if method == .append {
                // Every generation so far, each whole.
                #expect(numbers == [(numbers[2] + 1) * Self.rows, 0, numbers[2], numbers[2] + 1])
            } else {
                #expect(numbers[0] == Self.rows && numbers[1] == numbers[2] && numbers[3] == 1, "\(numbers)")
            }
        }
        // It looked often enough to have seen a torn load.
        #expect(seen.count >= generations / 2, "\(seen.count) states in \(answer["polls"] ?? 0) looks")
        #expect((answer["polls"] as? Int ?? 0) > 50)
    }
}
