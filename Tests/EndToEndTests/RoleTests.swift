import Foundation
import TestSupport
import Testing

/// A role that sees less than it did.
@Suite struct RoleTests {
    private let bench: MockBench

    init() throws {
        bench = try MockBench(scale: 1000)
        try configure("upsert")
    }

    private func configure(_ method: String, _ more: String = "") throws {
        let incremental =
            method == "upsert" ? #", "extract_type": "incremental", "incremental_key": "lastmodifieddate""# : ""
        try bench.configure([
            """
            {"name": "transactions", "table": "transaction", "columns": ["id", "memo", "lastmodifieddate"],
             "load_method": "\(method)", "unique_columns": ["id"], "destination_table": "t"\(incremental)\(more)}
            """
        ])
    }

    private func extract() throws -> Program.Result { try bench.ask("extract") }

    private func count() throws -> String { try sqlite(bench.destination, "SELECT count(*) FROM t") }

    /// Says that rows were changed now, and lets the clock go on past lag and overlap.
    private func touch(_ condition: String) throws {
        let now = try bench.now()
        try bench.tell(
            "change",
            "UPDATE \"transaction\" SET memo = 'new', lastmodifieddate = datetime(\(now), 'unixepoch') WHERE \(condition)"
        )
        try bench.tell("advance", "7200")
    }

    /// Rows that were changed out of sight are behind the watermark when the role sees them again: no window brings them.
    @Test func whatTheRoleDidNotSeeIsFoundByAComparisonAndMadeRight() throws {
        #expect(try extract().code == 0)
        let file = bench.directory.path("s.db")
        try bench.tell("snapshot", file)
        let subsidiary = try sqlite(
            file, "SELECT subsidiary FROM transactionLine WHERE id = 0 GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
        let own = "id IN (SELECT \"transaction\" FROM transactionLine WHERE id = 0 AND subsidiary = \(subsidiary))"
        let others = try sqlite(file, "SELECT count(*) FROM \"transaction\" WHERE NOT (\(own))")
        try bench.tell("role", "subsidiary", subsidiary)
        try touch("NOT (\(own))")
        try touch(own)
        #expect(try extract().code == 0)
        try bench.tell("role", "subsidiary", "all")
        #expect(try extract().code == 0)
        let stale = "SELECT count(*) FROM t WHERE memo IS NOT 'new'"
        #expect(try sqlite(bench.destination, stale) == others && others != "0")
        let found = try bench.ask("verify", "--format", "json")
        #expect(found.code == 7 && found.output.contains("\"stale\":\(others),"), "\(found.all)")
        #expect(try bench.ask("verify", "--repair").code == 0)
        #expect(try sqlite(bench.destination, stale) == "0")
    }

    @Test func fullRunOfARoleThatSeesLessKeepsTheTable() throws {
        try configure("truncate_load")
        #expect(try extract().code == 0)
        let all = try count()
        try bench.tell("role", "subsidiary", "1")
        let narrow = try extract()
        #expect(narrow.code == 10, "\(narrow.all)")
        #expect(try count() == all)
    }
}
