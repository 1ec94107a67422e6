package import Foundation

/// A configuration, a destination and the mock server that the configuration is run against.
package final class MockBench: Sendable {
    package let directory: TemporaryDirectory
    package let program: Program
    private let mock: Process
    package let port: Int
    package let control: Int

    package struct NotReady: Error {}

    /// So many rows of the largest table that `transactions` is read in several chunks.
    package static let chunked = 25_000

    /// - Parameter extracts: Elements of `extracts`, as JSON.
    package init(scale: Int = 500, extracts: String...) throws {
        directory = try TemporaryDirectory()
        program = Program(directory: directory.url)
        mock = Process()
        mock.executableURL = URL(filePath: Program.binary + "-mock")
        mock.arguments = ["serve", "--port", "0", "--scale", String(scale)]
        let pipe = Pipe()
        mock.standardOutput = pipe
        try mock.run()
        var line = Data()
        while !line.contains(UInt8(ascii: "\n")) {
            guard let more = try pipe.fileHandleForReading.read(upToCount: 1), !more.isEmpty else { throw NotReady() }
            line.append(more)
        }
        let ready = try JSONSerialization.jsonObject(with: line) as? [String: Any]
        guard let port = ready?["port"] as? Int, let control = ready?["control_port"] as? Int else {
            mock.terminate()
            throw NotReady()
        }
        self.port = port
        self.control = control
        try configure(extracts)
    }

    deinit {
        mock.terminate()
        mock.waitUntilExit()
    }

    /// An incremental upsert of `transaction`, with further members.
    package static func transactions(
        columns: String = #"["id", "tranid", "lastmodifieddate"]"#, _ more: String = #""chunk_rows": 1000"#
    ) -> String {
        """
        {"name": "transactions", "table": "transaction", "columns": \(columns), "load_method": "upsert",
         "unique_columns": ["id"], "extract_type": "incremental", "incremental_key": "lastmodifieddate",
         "destination_table": "t"\(more.isEmpty ? "" : ", " + more)}
        """
    }

    package func configure(_ extracts: [String]) throws {
        let text = """
            {"source": {"account_id": "1234567_SB1", "role_id": 57, "auth": {
               "method": "tba", "consumer_key": {"env": "CK"}, "consumer_secret": {"env": "CS"},
               "token_id": {"env": "TI"}, "token_secret": {"env": "TS"}}},
             "destination": {"type": "sqlite", "path": "d.db"},
             "extracts": [\(extracts.joined(separator: ",\n"))]}
            """
        try text.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
    }

    package var destination: String { directory.path("d.db") }

    package var mockFlags: [String] { ["--mock", "127.0.0.1:\(port)", "--state-dir", directory.path("state")] }

    /// Runs a command that asks the source.
    package func ask(_ arguments: String...) throws -> Program.Result { try program.run(arguments + mockFlags) }

    /// Starts a command that asks the source.
    package func start(_ arguments: String...) throws -> Program.Running { try program.start(arguments + mockFlags) }

    /// Runs a command that does not.
    package func run(_ arguments: String...) throws -> Program.Result { try program.run(arguments) }

    /// A command's JSON: an object, or an array's first.
    package func json(_ result: Program.Result) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        return (value as? [String: Any]) ?? (value as? [[String: Any]])?.first ?? [:]
    }

    /// What `state show` says of an extract.
    package func state(_ name: String = "transactions") throws -> [String: Any] {
        try json(try run("state", "show", name, "--format", "json"))
    }

    /// A watermark of a command's JSON in words: `through 2026-11-28 10:00:00`; nil where there is none.
    package static func words(watermark value: Any?) -> String? {
        guard let object = value as? [String: Any], let end = object["value"],
            let isInclusive = object["inclusive"] as? Bool
        else { return nil }
        return (isInclusive ? "through " : "below ") + "\(end)"
    }

    /// A window of a command's JSON in mathematicians' brackets.
    package static func words(window value: Any?) -> String? {
        guard let object = value as? [String: Any] else { return nil }
        func end(_ key: String) -> String? { object[key].flatMap { $0 is NSNull ? nil : "\($0)" } }
        let from = end("from").map { (object["includes_from"] as? Bool == true ? "[" : "(") + $0 } ?? "(beginning"
        let to = end("to").map { $0 + (object["includes_to"] as? Bool == true ? "]" : ")") } ?? "nothing)"
        return "\(from), \(to)" + (object["nulls"] as? Bool == true ? " and NULL" : "")
    }

    /// Chunks that an interrupted or a running run has staged whole.
    package func stagedChunks() throws -> Int {
        let side = destination + ".kleene"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: side)) ?? []
        return try names.filter { $0.hasPrefix("staging-") && $0.hasSuffix(".db") }.reduce(0) { sum, name in
            let count = try sqlite(
                "file:\(side)/\(name)?immutable=1", "SELECT count(*) FROM chunks WHERE read_order IS NOT NULL")
            return sum + (Int(count) ?? 0)
        }
    }

    /// Says a line to the mock's control channel, and returns its answer.
    /// The mock's time, in seconds since 1970.
    package func now() throws -> Int {
        let answer = try JSONSerialization.jsonObject(with: Data(try tell("clock").utf8)) as? [String: Any]
        guard let seconds = answer?["value"] as? Double else { throw NotReady() }
        return Int(seconds)
    }

    @discardableResult package func tell(_ words: String...) throws -> String { try tell(words) }

    @discardableResult package func tell(_ words: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: Program.binary + "-mock")
        process.arguments = ["control", String(control)] + words
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    /// Waits until something is so; throws where it does not become so.
    package func until(_ isSo: () throws -> Bool) throws { try wait(until: isSo) }

    /// Names and bytes of everything of the destination, the log's index (which readers mark) aside.
    package func destinationFiles() throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: directory.url.path)
        where name.hasPrefix("d.db") && !name.hasSuffix("-shm") {
            files[name] = FileManager.default.contents(atPath: directory.path(name)) ?? Data()
        }
        return files
    }
}
