import Foundation
import Synchronization
import TestSupport
import Testing

/// A screen, or none, on which something is looked at.
struct Screen: Sendable, CustomStringConvertible {
    /// Nil where no terminal is.
    var columns: Int?
    var hasColor: Bool

    static let all = [50, 80, 120, nil].flatMap { columns in
        [true, false].map { Screen(columns: columns, hasColor: $0) }
    }

    var description: String { "\(columns.map(String.init) ?? "no terminal"), \(hasColor ? "" : "no ")color" }
}

/// What was seen there.
struct Sight: Sendable {
    var screen: Screen
    var code: Int32
    /// All that was written, with its commands to the terminal.
    var raw: String
    /// What stands there in the end, and what stood there for a while.
    var lines: [String]
    var drawn: [String]

    /// The words, wherever lines were broken.
    var words: String { lines.joined(separator: " ").replacing(/\s+/, with: " ") }

    func count(_ text: String) -> Int { words.components(separatedBy: text).count - 1 }
}

/// What a newcomer meets: a mock server, a directory, and all kinds of screens.
struct FirstContact {
    let bench: MockBench

    static let four = ["account", "customer", "department", "subsidiary"].map { #"{"table": "\#($0)"}"# }

    init(scale: Int = 100, _ extracts: [String] = FirstContact.four) throws {
        bench = try MockBench(scale: scale)
        try bench.configure(extracts)
    }

    /// The command on every screen, one beside the other; each has a state directory and a destination of its own where it wants.
    ///
    /// Checked of all: no line is wider than its screen, and there is no color where none is wanted.
    ///
    /// - Parameters:
    ///   - arguments: `STATE` and `NUMBER` in them stand for what is the screen's own.
    ///   - mock: Whether the mock server stands in for NetSuite.
    func look(
        _ arguments: [String], mock: Bool = true, environment: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [Sight] {
        let found = Mutex<[(number: Int, sight: Result<Sight, any Error>)]>([])
        DispatchQueue.concurrentPerform(iterations: Screen.all.count) { number in
            let sight = Result { try see(arguments, Screen.all[number], number, mock: mock, environment) }
            found.withLock { $0.append((number, sight)) }
        }
        let sights = try found.withLock { try $0.sorted { $0.number < $1.number }.map { try $0.sight.get() } }
        for sight in sights {
            if let columns = sight.screen.columns {
                // What is for programs is not cut.
                if arguments.contains("json") { continue }
                for line in sight.lines + sight.drawn {
                    #expect(line.count <= columns, "\(sight.screen): \(line)", sourceLocation: sourceLocation)
                }
            } else {
                #expect(!sight.raw.contains("\r"), "\(sight.screen): \(sight.raw)", sourceLocation: sourceLocation)
            }
            if !sight.screen.hasColor {
                #expect(
                    !sight.raw.contains(/\u{1B}\[3[0-9]m/), "\(sight.screen): \(sight.raw)",
                    sourceLocation: sourceLocation)
            }
            for sign in ["Fatal error", "Optional(", "Failure("] {
                #expect(!sight.raw.contains(sign), "\(sight.screen): \(sight.raw)", sourceLocation: sourceLocation)
            }
        }
        return sights
    }

    /// A directory of the screen's own, with the same configuration: nothing that one does is seen by another.
    private func directory(_ number: Int) throws -> URL {
        let directory = bench.directory.url.appending(path: "screen\(number)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let (from, to) = (bench.directory.path("kleene-ns.json"), directory.appending(path: "kleene-ns.json").path)
        if FileManager.default.fileExists(atPath: from) {
            try Data(contentsOf: URL(filePath: from)).write(to: URL(filePath: to))
        }
        return directory
    }

    private func see(
        _ arguments: [String], _ screen: Screen, _ number: Int, mock: Bool, _ environment: [String: String]
    ) throws -> Sight {
        var words = arguments.map { $0.replacing("NUMBER", with: "\(number)") }
        if mock { words += ["--mock", "127.0.0.1:\(bench.port)"] }
        if mock, !words.contains("--state-dir") { words += ["--state-dir", bench.directory.path("state\(number)")] }
        var program = bench.program
        if mock || words.contains("--mock") { program.directory = try directory(number) }
        program.environment.merge(environment) { $1 }
        guard let columns = screen.columns else {
            let result = try program.run(words + ["--color", screen.hasColor ? "always" : "never"])
            let lines = PseudoTerminal.screen(result.all)
            return Sight(screen: screen, code: result.code, raw: result.all, lines: lines.lines, drawn: [])
        }
        if !screen.hasColor { program.environment["NO_COLOR"] = "1" }
        let (code, text) = try program.run(words, columns: columns)
        let lines = PseudoTerminal.screen(text)
        return Sight(screen: screen, code: code, raw: text, lines: lines.lines, drawn: lines.drawn)
    }
}
