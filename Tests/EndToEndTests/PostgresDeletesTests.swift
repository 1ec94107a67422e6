import Foundation
import TestSupport
import Testing

/// Deleted rows where the destination is a PostgreSQL server.
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["KLEENE_PG_HOST"] != nil, "there is no PostgreSQL beside the tests"))
struct PostgresDeletesTests {
    private typealias Server = PostgresDestinationProcessTests.PostgresPlace

    private let bench: MockBench
    private let schema = "kleene_\(UInt64.random(in: .min ... .max))"

    init() throws {
        bench = try MockBench(scale: 1000)
        _ = try Server.ask("CREATE SCHEMA \(schema)")
    }

    private func configure(_ mode: String) throws {
        try bench.configure([
            MockBench.transactions(#""deletes": {"by": "deletedrecord", "mode": "\#(mode)", "most": 0.5}"#),
            """
            {"name": "lines", "table": "transactionLine", "columns": ["transaction", "id", "memo"], "load_method": "upsert",
             "follows": "transactions", "destination_table": "l", "deletes": {"by": "groups", "mode": "\(mode)", "most": 0.5}}
            """,
        ])
        let path = bench.directory.path("kleene-ns.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let place = #"{"type": "sqlite", "path": "d.db"}"#
        try #require(text.contains(place))
        try text.replacingOccurrences(of: place, with: Server.member(schema)).write(
            toFile: path, atomically: true, encoding: .utf8)
    }

    @discardableResult private func extract(_ arguments: String..., code: Int32 = 0) throws -> Program.Result {
        let program = Program(
            directory: bench.directory.url,
            environment: ["DESTINATION_PASSWORD": Server.environment["KLEENE_PG_PASSWORD"] ?? ""])
        let result = try program.run(["extract", "--quiet"] + arguments + bench.mockFlags)
        #expect(result.code == code, "\(result.all)")
        return result
    }

    private func live(_ words: String...) throws {
        let answer = try bench.tell(
            ["evolve"] + words + ["late=0", "bulk=0", "changes=1", "insert=0", "update=0", "delete=1"])
        #expect(!answer.contains("\"ok\":false"), "\(answer)")
        try bench.tell("advance", "120")
    }

    /// What the source has and the copy has not, and the other way round; marked rows aside.
    private func differ(_ table: String, _ columns: String, _ copy: String, soft: Bool) throws -> Bool {
        let file = bench.directory.path("snapshot-\(UUID().uuidString).db")
        try bench.tell("snapshot", file)
        func lines(_ text: String) -> Set<String> { Set(text.split(separator: "\n").map(String.init)) }
        let there = lines(try sqlite(file, "SELECT \(columns) FROM \"\(table)\"").replacing("|", with: " "))
        let condition = soft ? " WHERE _kleene_deleted_at IS NULL" : ""
        return there != lines(try Server.ask("SELECT \(columns) FROM \(schema).\(copy)\(condition)"))
    }

    /// Lines follow their headers, and rows go by each tier, under the names that the tables have.
    @Test(arguments: [true, false]) func namesThatComeInUpperCaseAreThoseOfTheTables(soft: Bool) throws {
        try configure(soft ? "soft" : "hard")
        try extract()
        let path = bench.directory.path("kleene-ns.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacingOccurrences(of: #""role_id": 57"#, with: #""role_id": 57, "uppercase": true"#).write(
            toFile: path, atomically: true, encoding: .utf8)
        try live("6", "tables=transaction", "seed=1")
        let answer = try bench.tell([
            "evolve", "6", "tables=transaction", "late=0", "bulk=0", "changes=2", "insert=1", "update=2", "delete=0",
            "touch=1",
            "seed=3",
        ])
        #expect(!answer.contains("\"ok\":false"), "\(answer)")
        try bench.tell("advance", "120")
        try extract()
        #expect(try !differ("transaction", "id", "t", soft: soft))
        #expect(try !differ("transactionLine", "\"transaction\", id, coalesce(memo, '-')", "l", soft: soft))
        try live("6", "tables=transaction,transactionLine", "untraced=1", "seed=2")
        try extract("--sweep")
        #expect(try !differ("transaction", "id", "t", soft: soft))
        #expect(try !differ("transactionLine", "\"transaction\", id, coalesce(memo, '-')", "l", soft: soft))
        let names = try Server.ask(
            "SELECT string_agg(DISTINCT attname, ' ' ORDER BY attname) FROM pg_attribute WHERE attnum > 0 AND attname NOT LIKE '\\_%' "
                + "AND attrelid IN ('\(schema).t'::regclass, '\(schema).l'::regclass)")
        #expect(names == "id lastmodifieddate memo tranid transaction")
    }

    @Test(arguments: [true, false]) func rowsGoByEachTier(soft: Bool) throws {
        try configure(soft ? "soft" : "hard")
        try extract()
        try live("6", "tables=transaction", "seed=1")
        try extract()
        #expect(try !differ("transaction", "id", "t", soft: soft))
        #expect(try !differ("transactionLine", "\"transaction\", id", "l", soft: soft))
        try live("6", "tables=transaction,transactionLine", "untraced=1", "seed=2")
        try extract()
        #expect(try differ("transaction", "id", "t", soft: soft))
        try extract("--sweep")
        #expect(try !differ("transaction", "id", "t", soft: soft))
        #expect(try !differ("transactionLine", "\"transaction\", id", "l", soft: soft))
        guard soft else { return }
        let types = try Server.ask(
            "SELECT DISTINCT data_type FROM information_schema.columns WHERE table_schema = '\(schema)' "
                + "AND column_name = '_kleene_deleted_at'")
        #expect(types == "timestamp with time zone")
        #expect(
            try Server.ask("SELECT count(*) > 5 FROM \(schema).t WHERE _kleene_deleted_at > now() - interval '1 day'")
                == "t")
    }
}
