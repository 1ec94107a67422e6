import ODBC
import ODBCSource
import TestSupport
import Testing

/// Who holds a handle, and in which order handles go, as a driver sees it.
@Suite struct HandleTests {
    /// A statement that is all that is left of its connection.
    private func open(_ driver: RecordingDriver) throws -> Statement {
        let plan = try ConnectionPlan(driver.settings)
        return try Statement(Connection(plan.string, environment: Environment(), loginTimeout: 5) { _ in })
    }

    /// Sees a statement without keeping it.
    private struct Left {
        weak var statement: Statement?
    }

    private func ends(_ driver: RecordingDriver) -> [String] {
        driver.calls.filter { $0.hasPrefix("SQLFreeHandle") || $0.hasPrefix("SQLDisconnect") }
    }

    @Test func statementKeepsItsConnectionAndIsFreedBeforeIt() throws {
        let driver = try RecordingDriver("")
        var statement: Statement? = try open(driver)
        #expect(ends(driver).isEmpty)
        #expect(statement?.connection.isDead == false)
        statement = nil
        #expect(ends(driver) == ["SQLFreeHandle type=3", "SQLDisconnect", "SQLFreeHandle type=2"])
    }

    @Test func refusedLoginHasNoSessionToEnd() throws {
        let driver = try RecordingDriver("", probe: "at connect fail 28000 0 \"no\"")
        #expect(throws: ODBCError.self) { _ = try open(driver) }
        #expect(driver.calls.contains { $0.hasPrefix("SQLDriverConnect") })
        #expect(!ends(driver).contains("SQLDisconnect"))
    }

    /// Or its handle would be freed by another thread than its own, beside the next question on the same connection.
    @Test func cancellerLetsGoOfTheStatementOnceItHasCalled() throws {
        let driver = try RecordingDriver("")
        for isCancelled in [true, false] {
            var statement: Statement? = try open(driver)
            let left = Left(statement: statement)
            let canceller = StatementCanceller(try #require(statement))
            statement = nil
            #expect(left.statement != nil)
            if isCancelled { #expect(canceller.cancel()) } else { canceller.forget() }
            #expect(left.statement == nil)
            #expect(!canceller.cancel())
        }
    }
}
