import Extraction
import Foundation
import Testing

@testable import KleeneNS

/// How old is too old.
@Suite struct FreshnessValueTests {
    @Test(
        arguments: [
            (nil, 10, 20, .error), (nil, 10, nil, .warn), (20, nil, 20, .ok), (21, nil, 20, .error),
            (11, 10, 20, .warn),
            (10, 10, 20, .ok), (1_000_000, 10, nil, .warn),
        ] as [(Int?, Int?, Int?, ExtractFreshness.Verdict)])
    func theVerdictIsByTheSpans(age: Int?, warn: Int?, error: Int?, verdict: ExtractFreshness.Verdict) {
        #expect(FreshnessLimits(warn: warn, error: error).verdict(age) == verdict)
    }

    @Test(
        arguments: [
            ("2%", 0.02), ("0.5", 0.5), ("100%", 1), ("1", 1), ("200%", nil), ("0", nil), ("-1%", nil), ("x", nil),
            ("", nil),
        ] as [(String, Double?)])
    func aShareIsAPartOfTheWhole(text: String, share: Double?) {
        #expect(ShareArgument(argument: text)?.share == share)
    }

    @Test func aDifferenceIsSevenAndAFailureComesFirst() {
        func record(_ outcome: VerifyRecord.Outcome, _ failure: Failure? = nil) -> VerifyRecord {
            var record = VerifyRecord(
                TableExtract(name: "e", table: TableName(name: "t"), destinationTable: "d"),
                run: RunIdentity(startedAt: Timestamp(Date()), salt: 1), options: VerifyOptions(), version: "test")
            record.outcome = outcome
            record.failure = failure
            return record
        }
        #expect(ExitStatus([record(.equal), record(.repaired)]) == .done)
        #expect(ExitStatus([record(.equal), record(.different)]) == .checkFailed)
        #expect(ExitStatus([record(.failed, Failure(.credentials, "No.")), record(.different)]) == .loginRefused)
        #expect(ExitStatus([record(.failed, Failure(.busy, "No."))]) == .busy)
        #expect(ExitStatus([record(.failed, Failure(.busy, "No.")), record(.different)]) == .partlyFailed)
        #expect(ExitStatus([record(.failed, Failure(.guarded, "No."))]) == .guarded)
    }
}
