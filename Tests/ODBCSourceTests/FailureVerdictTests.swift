import Extraction
import ODBC
import ODBCSource
import Testing

/// Of a verdict one place makes the sentence; a service gives a verdict of its own, or none.
@Suite struct FailureVerdictTests {
    private let classifier = FailureClassifier(driver: "D", library: nil, user: "u")
    private static let table = TableName(name: "t")

    private func error(_ state: String, _ text: String) -> ODBCError {
        ODBCError(
            kind: .error, function: "SQLFetch",
            diagnostics: [Diagnostic(state: SQLState(rawValue: state), nativeCode: 5, message: text)])
    }

    @Test func everyReasonHasItsSentence() {
        let said = error("HY000", "why")
        func message(_ reason: FailureVerdict.Reason, _ phase: FailureClassifier.Phase) -> String {
            classifier.failure(said, phase) { _, _ in FailureVerdict(.data, reason, advice: "Do.") }.message
        }
        #expect(message(.unknown, .fetch(Self.table, row: 3)) == "Reading t after 3 rows failed: why.")
        #expect(message(.because("it rains"), .statement(Self.table)) == "Reading t failed, because it rains: why.")
        #expect(message(.ended("took too long"), .listing("the tables")) == "Listing the tables took too long: why.")
        #expect(message(.refusedLogin, .connect) == "The source refused the login of \"u\": why.")
        #expect(message(.unknown, .connect) == "Connecting with \"D\" failed: why.")
        #expect(message(.sentence("It is so"), .connect) == "It is so.")
    }

    @Test func serviceThatKnowsNothingLeavesItToTheGeneralRules() {
        let lost = classifier.failure(error("08S01", "gone"), .statement(Self.table)) { _, _ in nil }
        #expect(lost.kind == .sessionGone)
        #expect(lost.codes == "[SQLSTATE 08S01, native 5, SQLFetch]")
        let known = classifier.failure(error("08S01", "gone"), .statement(Self.table)) { _, _ in
            FailureVerdict(.timeout, .unknown, advice: "Wait.")
        }
        #expect(known.kind == .timeout && known.advice == "Wait." && known.sqlState == "08S01")
    }

    @Test(arguments: [
        ("HY001", FailureClass.environment), ("HY014", .environment), ("08007", .sessionGone), ("57P01", .sessionGone),
        ("HYT00", .timeout), ("HYT01", .timeout), ("57014", .timeout), ("42S02", .statement),
        ("40001", .sessionGone), ("40P01", .sessionGone),
    ])
    func stateDecidesTheClassOfAStatement(state: String, kind: FailureClass) {
        #expect(classifier.failure(error(state, "x"), .statement(Self.table)).kind == kind)
    }

    /// As MariaDB 10.11 and a standby of PostgreSQL say it.
    @Test(arguments: [
        ("HY018", "Query execution was interrupted (max_statement_time exceeded)", FailureClass.timeout),
        ("HY018", "Query execution was interrupted", .timeout),
        ("HY000", "Lock wait timeout exceeded; try restarting transaction", .sessionGone),
        ("HY000", "ERROR: canceling statement due to conflict with recovery", .sessionGone),
    ])
    func wordsDecideWhereTheStateDoesNot(state: String, text: String, kind: FailureClass) {
        let failure = classifier.failure(error(state, text), .statement(Self.table))
        #expect(failure.kind == kind && !failure.advice.contains("Check the names"), "\(failure)")
    }

    /// No service heard of a login that its driver never tried.
    @Test func driverThatIsNotThereIsNoMatterOfTheService() {
        var classifier = classifier
        classifier.installation = "Install it so."
        let failure = classifier.failure(error("IM002", "not found"), .connect) { _, _ in
            FailureVerdict(.credentials, .refusedLogin, advice: "")
        }
        #expect(failure.kind == .environment)
        #expect(failure.message.contains("knows no driver or data source \"D\""), "\(failure)")
        #expect(failure.advice.hasPrefix("Install it so. "))
    }
}
