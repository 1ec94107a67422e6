import Foundation
import TestSupport
import Testing

/// A person at a terminal: waits for a question, and answers it.
final class Person {
    let bench: MockBench
    let terminal: PseudoTerminal
    let process: Process
    private(set) var answers = 0
    private var seen = 0

    /// - Parameter program: With surroundings of its own; else as the bench has it.
    init(_ bench: MockBench, _ arguments: [String], as program: Program? = nil, columns: Int = 100) throws {
        self.bench = bench
        terminal = try PseudoTerminal(columns: columns)
        process = try (program ?? bench.program).start(arguments, on: terminal, isAttended: true)
    }

    /// What was written since the answer before.
    var fresh: String { String(terminal.soFar.dropFirst(seen)) }

    func answer(_ prompt: String, _ text: String = "") throws {
        try bench.until { fresh.contains(prompt) && fresh.hasSuffix(": ") || !process.isRunning }
        #expect(fresh.contains(prompt), "\(prompt) in \(fresh)")
        seen = terminal.soFar.count
        answers += 1
        terminal.type(text + "\n")
    }

    func wait(_ text: String) throws { try bench.until { fresh.contains(text) || !process.isRunning } }

    func end() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }
}
