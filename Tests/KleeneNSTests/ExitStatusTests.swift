import ArgumentParser
import Extraction
import Foundation
import Testing

@testable import KleeneNS

/// The program's; swift-testing has a type of the same name.
typealias ProgramExit = KleeneNS.ExitStatus

@Suite struct ExitStatusTests {
    static func results(_ kinds: [FailureClass?]) -> [ExtractResult] {
        kinds.map { kind in
            var record = RunRecord(
                TableExtract(name: "x", table: TableName(name: "t"), destinationTable: "d"),
                run: RunIdentity(startedAt: Timestamp(text: ""), salt: 1), version: "1")
            record.status = kind == nil ? .succeeded : .failed
            record.failure = kind.map { Failure($0, "It failed.") }
            return ExtractResult(record)
        }
    }

    @Test(
        arguments: [
            ([nil, nil], ProgramExit.done), ([.data], .failed), ([nil, .data], .partlyFailed),
            ([nil, .driverCrashed], .partlyFailed), ([.driverCrashed, .driverStalled], .driverStopped),
            ([.data, .driverStalled], .failed), ([nil, .credentials], .loginRefused), ([.busy], .busy),
            ([.drift], .drift),
            ([.configuration], .usage), ([.statement, .data], .failed),
        ] as [([FailureClass?], ProgramExit)])
    func severalExtractsHaveOneCode(_ kinds: [FailureClass?], _ status: ProgramExit) {
        #expect(ProgramExit(Self.results(kinds), signal: nil) == status)
    }

    @Test func aSignalHasItsOwnCode() {
        // All was done when it came.
        #expect(ProgramExit(Self.results([nil]), signal: 2) == .done)
        #expect(ProgramExit(Self.results([nil, .data]), signal: 15) == .terminated)
        #expect(ProgramExit(Self.results([.credentials]), signal: 15) == .loginRefused)
    }

    @Test func theReadmeListsEveryCommandAndExitCode() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
        for status in ProgramExit.allCases {
            #expect(readme.contains("| \(status.rawValue) | \(status.meaning) |"))
        }
        for command in KleeneNSCommand.configuration.subcommands where command.configuration.shouldDisplay {
            let name = command._commandName
            let children = command.configuration.subcommands.map { "\(name) \($0._commandName)" }
            for line in children.isEmpty ? [name] : children { #expect(readme.contains("`\(line)")) }
        }
    }
}
