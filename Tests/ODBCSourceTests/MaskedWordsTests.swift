import Extraction
import ODBC
import TestSupport
import Testing

@testable import ODBCSource

/// Drivers and databases quote the value that they could not deliver.
@Suite struct MaskedWordsTests {
    private static func query(_ masks: [String: ColumnMask]) -> TableQuery {
        var query = TableQuery(table: TableName(name: "t"), columns: ["id", "email"])
        query.masks = masks
        return query
    }

    private static func error(_ state: String, in function: String = "SQLFetch") -> ODBCError {
        ODBCError(
            kind: .error, function: function,
            diagnostics: [
                Diagnostic(
                    state: SQLState(rawValue: state), nativeCode: 7, message: "invalid input: \"ada@example.com\"")
            ])
    }

    @Test func wordsThatMayQuoteAValueAreLeftOut() {
        let masked = Self.query(["email": .hmac])
        for state in ["22018", "HY000", "42000"] {
            let fetched = Self.error(state).quotingNoValue(of: masked, isFetch: true)
            #expect(!fetched.saying.contains("ada") && fetched.saying.contains("left out"))
            // What they mean is judged as before.
            #expect(fetched.words == Self.error(state).words && fetched.principal?.state.rawValue == state)
        }
        for state in ["22P02", "23505", "HY000"] {
            #expect(!Self.error(state).quotingNoValue(of: masked, isFetch: false).saying.contains("ada"))
        }
        let failed = CellError(.rowFailed(Self.error("22018").diagnostics), column: nil, row: 3)
        #expect(!"\(failed.quotingNoValue(of: masked).problem)".contains("ada"))
        let number = CellError(.notADecimal("12,5 ada"), column: 1, row: 3).quotingNoValue(of: masked)
        #expect(number.problem == .notADecimal("redacted"))
    }

    @Test func whatQuotesNoMaskedValueStays() {
        #expect(
            Self.error("42S02").quotingNoValue(of: Self.query(["email": .hmac]), isFetch: false).saying.contains("ada"))
        #expect(Self.error("22018").quotingNoValue(of: Self.query([:]), isFetch: true).saying.contains("ada"))
        let number = CellError(.notADecimal("12,5"), column: 0, row: 3)
        #expect(number.quotingNoValue(of: Self.query(["email": .hmac])) == number)
        #expect(number.quotingNoValue(of: Self.query([:])) == number)
    }
}
