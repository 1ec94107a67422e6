import Extraction
import Foundation
import Testing

@testable import KleeneNS

/// What a driver prints stands beside the failure that it explains, once.
@Suite struct DriverWordsTests {
    private let silent = Failure(.environment, "It failed.", advice: "", function: "SQLDriverConnect")

    @Test func firstLinesStandBesideTheDriversFailure() {
        let words = DriverWords()
        for line in ["File not found", "", "File not found", "Unable to locate database /x.mdb", "c", "d"] {
            words.add(line)
        }
        #expect(
            words.beside(silent).message
                == "It failed. The driver printed: \"File not found\", \"Unable to locate database /x.mdb\", \"c\".")
        #expect(words.beside(silent) == silent, "they are said once")
    }

    @Test func failuresThatAreNotTheDriversStayAsTheyAre() {
        let words = DriverWords()
        words.add("a warning")
        let ours = Failure(.configuration, "The configuration is wrong.")
        #expect(words.beside(ours) == ours)
        #expect(words.beside(Check("driver", .pass, "loads")) == Check("driver", .pass, "loads"))
        #expect(words.beside(Check("login", .fail, "It failed.")).detail.hasSuffix("\"a warning\"."))
    }

    @Test func longLinesAreCutAndOldOnesForgotten() {
        let words = DriverWords()
        words.add(String(repeating: "x", count: 5000))
        #expect(words.beside(silent).message.utf8.count < 300)
        words.add("of the run before")
        let run = RunIdentity(startedAt: Timestamp(.now), salt: 1)
        let extract = TableExtract(name: "e", table: TableName(name: "t"), destinationTable: "t")
        _ = words.beside(.finished(RunRecord(extract, run: run, version: "")))
        #expect(words.beside(silent) == silent)
    }

    /// As on a busy machine, where a run begins, is printed about and fails before anybody looks.
    @Test func wordsThatAreHeardBeforeTheirRunBeginsAreItsOwn() {
        let words = DriverWords()
        words.add("File not found")
        let run = RunIdentity(startedAt: Timestamp(.now), salt: 1)
        _ = words.beside(.started(extract: "e", run: run))
        let extract = TableExtract(name: "e", table: TableName(name: "t"), destinationTable: "t")
        var record = RunRecord(extract, run: run, version: "")
        record.failure = silent
        guard case .finished(let told) = words.beside(.finished(record)) else { return }
        #expect(told.failure?.message.contains("File not found") == true)
    }
}
