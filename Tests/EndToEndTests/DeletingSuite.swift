import Foundation
import TestSupport
import Testing

/// What suites share in which the mock's NetSuite deletes rows: headers and their lines, and its own log of which there are.
protocol DeletingSuite {
    var bench: MockBench { get }
}

extension DeletingSuite {
    func configure(
        _ deletes: String, lines: String? = nil, more: String = "",
        columns: String = #"["id", "tranid", "lastmodifieddate"]"#
    ) throws {
        var extracts = [
            MockBench.transactions(columns: columns, #""deletes": \#(deletes)"# + (more.isEmpty ? "" : ", " + more))
        ]
        if let lines {
            extracts.append(
                """
                {"name": "lines", "table": "transactionLine", "columns": ["transaction", "id", "memo"],
                 "load_method": "upsert", "follows": "transactions", "destination_table": "l", "deletes": \(lines)}
                """)
        }
        try bench.configure(extracts)
    }

    @discardableResult func extract(_ arguments: String..., code: Int32 = 0) throws -> Program.Result {
        let result = try bench.program.run(["extract", "--quiet"] + arguments + bench.mockFlags)
        #expect(result.code == code, "\(result.all)")
        return result
    }

    /// Lets records be deleted, and the source's clock go on past lag and overlap.
    func delete(
        _ count: Int, untraced: Double = 0, seed: Int, tables: String = "transaction", advance: Int = 120
    ) throws {
        let answer = try bench.tell(
            "evolve", String(count), "late=0", "bulk=0", "changes=1", "insert=0", "update=0", "delete=1",
            "tables=\(tables)", "untraced=\(untraced)", "seed=\(seed)")
        #expect(!answer.contains("\"ok\":false"), "\(answer)")
        try bench.tell("advance", String(advance))
    }

    /// The keys of a table's rows as the mock's log has them: of each row the last version that is no deletion, and those that
    /// never changed.
    func keys(_ table: String = "transaction", _ columns: String = "id") throws -> Set<String> {
        let file = bench.directory.path("snapshot-\(UUID().uuidString).db")
        try bench.tell("snapshot", file)
        var keys = Set(try sqlite(file, "SELECT \(columns) FROM \"\(table)\"").split(separator: "\n").map(String.init))
        let log =
            try JSONSerialization.jsonObject(
                with: Data(try bench.tell("log", "table=\(table)", "since=0", "limit=100000").utf8)) as? [String: Any]
        // The log says it too, row by row, where it has a row.
        for version in (log?["value"] as? [[String: Any]] ?? []) {
            guard let id = version["id"] as? [Any] else { continue }
            let key = id.map { "\($0)" }.joined(separator: "|")
            if version["operation"] as? String == "delete" { keys.remove(key) } else { keys.insert(key) }
        }
        return keys
    }

    /// The keys of the copy's rows that are not marked.
    func copied(_ table: String = "t", _ columns: String = "id", marked: Bool = false) throws -> Set<String> {
        let hasMark =
            try sqlite(
                bench.destination,
                "SELECT count(*) FROM pragma_table_info('\(table)') WHERE name = '_kleene_deleted_at'") == "1"
        if marked, !hasMark { return [] }
        let condition = hasMark ? "WHERE _kleene_deleted_at IS \(marked ? "NOT " : "")NULL" : ""
        return Set(
            try sqlite(bench.destination, "SELECT \(columns) FROM \(table) \(condition)").split(separator: "\n")
                .map(String.init))
    }

    func record(_ name: String = "transactions") throws -> [String: Any] {
        let text = try sqlite(
            bench.destination, "SELECT record FROM _kleene_runs WHERE extract = '\(name)' ORDER BY rowid DESC LIMIT 1")
        return try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
    }

    func statements() throws -> [String] {
        let answer = try JSONSerialization.jsonObject(with: Data(try bench.tell("statements").utf8)) as? [String: Any]
        return answer?["value"] as? [String] ?? []
    }

    func now() throws -> Int { try bench.now() }
}
