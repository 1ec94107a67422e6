import Foundation
import TestSupport
import Testing

/// What the ways from nothing to a schedule have in common: a mock server without a configuration, the answers for the table of
/// transactions, and a second run that reads what has changed meanwhile.
enum FirstSteps {
    /// A mock server, and a directory without a configuration.
    static func bench() throws -> MockBench {
        let bench = try MockBench(scale: 200)
        try FileManager.default.removeItem(atPath: bench.directory.path("kleene-ns.json"))
        return bench
    }

    /// Answers all that `init` asks, mostly with what it proposes, up to the load.
    static func answer(_ person: Person) throws {
        try person.answer("Account id [1234567_SB1]")
        try person.answer("Role id [57]")
        try person.answer("How to log in [tba]")
        try person.answer("Where the secrets are kept [env]")
        try person.answer("Sign in now [yes]")
        try person.answer("Table: ", "transaction")
        try person.answer("Columns [all]", "id,tranid,lastmodifieddate")
        try person.answer("What becomes of the rows that are there [upsert]")
        try person.answer("The columns that identify a row [id]")
        try person.answer("What each run reads [incremental]")
        try person.answer("The column that tells what has changed [lastmodifieddate]")
        try person.answer("Where rows go [netsuite.db]")
        try person.answer("Table to load into [transaction]")
        try person.answer("What now [load]")
        #expect(person.end() == 0, "\(person.terminal.all())")
    }

    /// Has the source go on, and time pass.
    ///
    /// - Parameter tell: Says a line to the mock server.
    static func goOn(_ tell: (String) throws -> Void) throws {
        try tell("evolve 6 tables=transaction late=0 bulk=0 changes=4")
        try tell("advance 900")
    }

    /// Two runs are on record, and the second is incremental, with what has changed alone.
    static func expectTwoRuns(in database: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let runs = try sqlite(
            database,
            """
            SELECT json_extract(record, '$.status'), json_extract(record, '$.rowsRead'), \
            json_extract(record, '$.watermarkBefore') IS NOT NULL FROM _kleene_runs ORDER BY rowid
            """
        ).split(separator: "\n").map { $0.split(separator: "|") }
        try #require(runs.count == 2, "\(runs)", sourceLocation: sourceLocation)
        let (all, changed) = (try #require(Int(runs[0][1])), try #require(Int(runs[1][1])))
        #expect(
            runs.allSatisfy { $0[0] == "succeeded" } && runs[0][2] == "0" && runs[1][2] == "1", "\(runs)",
            sourceLocation: sourceLocation)
        #expect(changed > 0 && changed < all, "\(runs)", sourceLocation: sourceLocation)
    }
}
