import Testing

@testable import ODBC

@Suite struct SQLStateTests {
    @Test func classMatchesItsStatesAndEqualsNone() {
        let state = SQLState(rawValue: "08S01")
        #expect(SQLState.connection ~= state)
        #expect(SQLState.linkFailed ~= state)
        #expect(SQLState.connection != state)
        #expect(!(SQLState.linkFailed ~= SQLState.connection))
    }

    @Test func switchTakesTheFirstClassThatHolds() {
        func word(_ state: String) -> String {
            switch SQLState(rawValue: state) {
            case .timeout: "timeout"
            case .general: "general"
            case .invalidAuthorization: "login"
            default: "other"
            }
        }
        #expect(
            ["HYT00", "HYT01", "HY000", "HY001", "28000", "28P01", ""].map(word) == [
                "timeout", "timeout", "general", "other", "login", "login", "other",
            ])
    }

    @Test func errorHasTheStateOfAnyOfItsRecords() {
        let error = ODBCError(
            kind: .error, function: "SQLExecDirect",
            diagnostics: [
                Diagnostic(state: SQLState(rawValue: "01000"), nativeCode: 0, message: "note"),
                Diagnostic(state: SQLState(rawValue: "57P01"), nativeCode: 7, message: "gone"),
            ])
        #expect(error.has(.connection, .adminShutdown))
        #expect(error.has(.operatorIntervention))
        #expect(!error.has(.connection, .canceled))
        #expect(error.principal?.nativeCode == 7)
    }

    /// Whoever prints a record, or a thing that holds one, prints what may be shown.
    @Test func printedDiagnosticsHoldNoSecret() {
        let record = Diagnostic(state: .general, nativeCode: 1, message: "[Vendor]bad hunter2") {
            $0.replacing("hunter2", with: "[redacted]")
        }
        let texts = [
            "\(record)", "\([record])", "\(CellError.Problem.rowFailed([record]))", String(reflecting: record),
        ]
        for text in texts {
            #expect(text.contains("bad [redacted]"), "\(text)")
            #expect(!text.contains("hunter2"), "\(text)")
        }
    }
}
