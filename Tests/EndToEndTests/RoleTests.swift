import Foundation
import TestSupport
import Testing

/// A role that sees less than it did, before a run and in the midst of one.
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

    private func touch() throws {
        let answer = try JSONSerialization.jsonObject(with: Data(try bench.tell("clock").utf8)) as? [String: Any]
        let now = Int(try #require(answer?["value"] as? Double))
        try bench.tell(
            "change", "UPDATE \"transaction\" SET memo = 'new', lastmodifieddate = datetime(\(now), 'unixepoch')")
        try bench.tell("advance", "120")
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
