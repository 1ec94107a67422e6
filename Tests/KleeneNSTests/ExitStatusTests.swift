import ArgumentParser
import Extraction
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
            ([.drift], .drift), ([.guarded], .guarded), ([nil, .guarded], .partlyFailed),
            ([.guarded, .guarded], .guarded), ([.guarded, .data], .failed), ([.guarded, .credentials], .loginRefused),
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
}
