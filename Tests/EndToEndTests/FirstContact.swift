import Foundation
import Synchronization
import TestSupport
import Testing

/// A screen, or none, on which something is looked at.
struct Screen: Sendable, Hashable, CustomStringConvertible {
    /// Nil where no terminal is.
    var columns: Int?
    var hasColor: Bool

    static let all = [50, 80, 120, nil].flatMap { columns in
        [true, false].map { Screen(columns: columns, hasColor: $0) }
    }
    static let terminals = all.filter { $0.columns != nil }

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

/// A command that runs, for who does something meanwhile.
struct Scene {
    let process: Process
    let screen: Screen
    let soFar: () -> String
    let type: (String) -> Void
    let bench: MockBench

    func until(_ text: String) throws { try bench.until { soFar().contains(text) || !process.isRunning } }
}

/// What a newcomer meets: a mock server, a directory, and all kinds of screens.
struct FirstContact {
    let bench: MockBench
    /// Of a short name, always as long: where lines are broken depends on it.
    private let places: TemporaryDirectory
    private let kept = KeptScreens()

    static let four = ["account", "customer", "department", "subsidiary"].map { #"{"table": "\#($0)"}"# }

    init(scale: Int = 100, _ extracts: [String] = FirstContact.four) throws {
        bench = try MockBench(scale: scale)
        places = try TemporaryDirectory(at: "/tmp/k\(UUID().uuidString.prefix(8).lowercased())")
        try bench.configure(extracts)
    }

    /// The command on every screen, one beside the other, each in a directory of its own with the same configuration where it
    /// speaks to the mock server.
    ///
    /// Checked of all: no line is wider than its screen, there is no color where none is wanted, colors change nothing else, and
    /// the screens are those that are kept for the test's row.
    ///
    /// - Parameters:
    ///   - mock: Whether the mock server stands in for NetSuite.
    ///   - screens: Those that are looked at.
    ///   - copies: Whether each screen has a copy of the bench's destination, to change it.
    ///   - inTurn: What is done before each; then one screen comes after the other.
    ///   - meanwhile: What a person does while the command runs.
    func look(
        _ arguments: [String], mock: Bool = true, environment: [String: String] = [:], program: String? = nil,
        screens: [Screen] = Screen.all, copies: Bool = false, inTurn: (() throws -> Void)? = nil,
        meanwhile: (@Sendable (Scene) throws -> Void)? = nil, row: String = #function,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [Sight] {
        let state = arguments.contains("--state-dir") ? [] : ["--state-dir", "state"]
        let words = arguments + (mock ? ["--mock", "127.0.0.1:\(bench.port)"] + state : [])
        var shown = bench.program
        shown.environment.merge(environment) { $1 }
        if let program { shown.executable = program }
        let found = Mutex<[(number: Int, sight: Result<Sight, any Error>)]>([])
        let group = DispatchGroup()
        for (number, screen) in screens.enumerated() {
            var program = shown
            if words.contains("--mock") || copies { program.directory = try directory(number, copies: copies) }
            if let inTurn {
                try inTurn()
                let sight = Result { try see(words, screen, program, meanwhile) }
                found.withLock { $0.append((number, sight)) }
                continue
            }
            group.enter()
            let own = program
            let thread = Thread {
                let sight = Result { try see(words, screen, own, meanwhile) }
                found.withLock { $0.append((number, sight)) }
                group.leave()
            }
            thread.start()
        }
        group.wait()
        let sights = try found.withLock { try $0.sorted { $0.number < $1.number }.map { try $0.sight.get() } }
        for sight in sights { check(sight, isForPrograms: arguments.contains("json"), sourceLocation) }
        try kept.compare(arguments, sights, bench, words, row: row, sourceLocation)
        return sights
    }

    private func check(_ sight: Sight, isForPrograms: Bool, _ sourceLocation: SourceLocation) {
        if let columns = sight.screen.columns {
            // What is for programs is not cut.
            for line in isForPrograms ? [] : sight.lines + sight.drawn {
                #expect(line.count <= columns, "\(sight.screen): \(line)", sourceLocation: sourceLocation)
            }
        } else {
            #expect(!sight.raw.contains("\r"), "\(sight.screen): \(sight.raw)", sourceLocation: sourceLocation)
        }
        if !sight.screen.hasColor {
            #expect(
                !sight.raw.contains(/\u{1B}\[3[0-9]m/), "\(sight.screen): \(sight.raw)", sourceLocation: sourceLocation)
        }
        for sign in ["Fatal error", "Optional(", "Failure("] {
            #expect(!sight.raw.contains(sign), "\(sight.screen): \(sight.raw)", sourceLocation: sourceLocation)
        }
    }

    /// A directory of the screen's own, with the same configuration: nothing that one does is seen by another.
    private func directory(_ number: Int, copies: Bool) throws -> URL {
        let directory = places.url.appending(path: "\(number)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        for name in ["kleene-ns.json"] + (copies ? ["d.db"] : []) {
            let from = bench.directory.path(name)
            guard FileManager.default.fileExists(atPath: from) else { continue }
            try Data(contentsOf: URL(filePath: from)).write(to: directory.appending(path: name))
        }
        return directory
    }

    private func see(
        _ words: [String], _ screen: Screen, _ program: Program, _ meanwhile: ((Scene) throws -> Void)?
    ) throws -> Sight {
        guard let columns = screen.columns else {
            let isOurs = program.executable == Program.binary
            let running = try program.start(words + (isOurs ? ["--color", screen.hasColor ? "always" : "never"] : []))
            try meanwhile?(
                Scene(
                    process: running.process, screen: screen, soFar: { running.errorsSoFar }, type: { _ in },
                    bench: bench))
            let result = try running.wait()
            return Sight(
                screen: screen, code: result.code, raw: result.all, lines: PseudoTerminal.screen(result.all).lines,
                drawn: [])
        }
        var program = program
        if !screen.hasColor { program.environment["NO_COLOR"] = "1" }
        let terminal = try PseudoTerminal(columns: columns)
        let process = try program.start(words, on: terminal, isAttended: meanwhile != nil)
        try meanwhile?(
            Scene(
                process: process, screen: screen, soFar: { terminal.soFar }, type: { terminal.type($0) }, bench: bench))
        process.waitUntilExit()
        let text = terminal.all()
        let (lines, drawn) = PseudoTerminal.screen(text)
        return Sight(screen: screen, code: process.terminationStatus, raw: text, lines: lines, drawn: drawn)
    }
}
