import Foundation
import TestSupport
import Testing

/// Headers and their lines under other names, against the mock's NetSuite, which deletes rows of both.
@Suite struct RenamedFollowersTests {
    private typealias Server = PostgresDestinationProcessTests.PostgresPlace

    private let bench: MockBench
    private let schema = "renamed_\(UInt64.random(in: .min ... .max))"

    init() throws { bench = try MockBench(scale: 1000) }

    private func configure(_ place: MaskTests.Place, mode: String, asking: String) throws {
        try bench.configure([
            MockBench.transactions(
                columns: #"["id", "tranid", "memo", "lastmodifieddate"]"#,
                #""rename": {"id": "transaction", "lastmodifieddate": "changed"}, "#
                    + #""deletes": {"by": "deletedrecord", "mode": "\#(mode)", "most": 0.9}"#),
            """
            {"name": "lines", "table": "transactionLine", "columns": ["transaction", "id", "memo"], "load_method": "upsert",
             "destination_table": "l", "rename": {"transaction": "id", "id": "line", "memo": "note"},
             "follows": {"extract": "transactions", "asking": "\(asking)"},
             "deletes": {"by": "groups", "mode": "\(mode)", "most": 0.9}}
            """,
        ])
        guard place == .postgresql else { return }
        _ = try Server.ask("CREATE SCHEMA IF NOT EXISTS \(schema)")
        let path = bench.directory.path("kleene-ns.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let sqlite = #"{"type": "sqlite", "path": "d.db"}"#
        try #require(text.contains(sqlite))
        try text.replacing(sqlite, with: Server.member(schema)).write(toFile: path, atomically: true, encoding: .utf8)
    }

    @discardableResult private func run(_ arguments: String..., code: Int32 = 0) throws -> Program.Result {
        let program = Program(
            directory: bench.directory.url,
            environment: ["DESTINATION_PASSWORD": Server.environment["KLEENE_PG_PASSWORD"] ?? ""])
        let result = try program.run(arguments + bench.mockFlags)
        #expect(result.code == code, "\(arguments): \(result.all)")
        return result
    }

    private func live(_ words: String...) throws {
        let answer = try bench.tell(["evolve", "10", "late=0", "bulk=0", "changes=2"] + words)
        #expect(!answer.contains("\"ok\":false"), "\(answer)")
        try bench.tell("advance", "120")
    }

    /// Holds both tables to the source's own, marked rows aside.
    private func compare(_ place: MaskTests.Place, _ mode: String) throws {
        let file = bench.directory.path("snapshot-\(UUID().uuidString).db")
        try bench.tell("snapshot", file)
        let alive = mode == "soft" ? " WHERE _kleene_deleted_at IS NULL" : ""
        func lines(_ text: String) -> Set<String> {
            // An empty text at the end of the last row is cut by whoever trims what a program printed.
            Set(
                text.replacing("|", with: " ").split(separator: "\n").map {
                    $0.trimmingCharacters(in: .whitespaces)
                })
        }
        func copy(_ columns: String, _ table: String) throws -> Set<String> {
            let sql = "SELECT \(columns) FROM \(place == .sqlite ? "" : "\(schema).")\(table)\(alive)"
            return lines(place == .sqlite ? try sqlite(bench.destination, sql) : try Server.ask(sql))
        }
        let headers = lines(try sqlite(file, #"SELECT id, tranid, memo FROM "transaction""#))
        let rows = lines(try sqlite(file, #"SELECT "transaction", id, memo FROM transactionLine"#))
        let (theirs, others) = (try copy(#""transaction", tranid, memo"#, "t"), try copy("id, line, note", "l"))
        #expect(headers.count > 100 && rows.count > 100)
        #expect(theirs == headers, "\(theirs.symmetricDifference(headers).prefix(5))")
        #expect(others == rows, "\(others.symmetricDifference(rows).prefix(5))")
    }

    @Test(arguments: MaskTests.Place.available, [("soft", "list"), ("hard", "query")])
    func linesFollowTheirHeadersAndGoWithThem(_ place: MaskTests.Place, _ way: (mode: String, asking: String)) throws {
        try configure(place, mode: way.mode, asking: way.asking)
        try run("extract")
        try compare(place, way.mode)
        for seed in 1...2 {
            try live("tables=transactionLine", "touch=1", "insert=2", "update=3", "delete=3", "seed=\(seed)")
            try live(
                "tables=transaction,transactionLine", "touch=1", "insert=1", "update=3", "delete=2", "seed=\(seed + 10)"
            )
            try run("extract")
            try compare(place, way.mode)
        }
        try run("verify", "--full")
        // Above the watermark again: left aside by header and by row.
        try live("tables=transaction,transactionLine", "touch=1", "insert=1", "update=3", "delete=0", "seed=31")
        try run("verify", "--full")
        try run("extract")
        // Without a trace: found by a sweep, of two columns too.
        try live("insert=0", "update=0", "delete=1", "tables=transactionLine", "untraced=1", "seed=41")
        try run("extract", "--sweep", "lines")
        try run("extract", "--sweep", "transactions")
        try compare(place, way.mode)
        try run("verify")
    }
}
