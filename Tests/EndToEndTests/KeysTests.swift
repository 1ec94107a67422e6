import Foundation
import TestSupport
import Testing

/// `keys` on real drivers: the mock's NetSuite and PostgreSQL.
@Suite struct KeysTests {
    private struct Candidate: Decodable {
        var uniqueColumns: [String]
        var best: Bool
        var origin: [String]
        var identifies: Bool?
        var rows: Int?
        var nulls: Int?
        var duplicates: Int?
        var source: String?
    }

    private func candidates(_ result: Program.Result) throws -> [Candidate] {
        #expect(result.code == 0, "\(result.all)")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode([Candidate].self, from: Data(result.output.utf8))
    }

    private func keys(_ bench: MockBench, _ arguments: String...) throws -> Program.Result {
        try bench.program.run(
            ["keys"] + arguments + [
                "--mock", "127.0.0.1:\(bench.port)", "--state-dir", bench.directory.path("state"),
            ])
    }

    @Test func keysOfNetSuitesTablesAreProven() throws {
        let bench = try MockBench(scale: 2_000)
        let lines = try candidates(try keys(bench, "TransactionLine", "--format", "json"))
        #expect(lines[0].uniqueColumns == ["transaction", "id"] && lines[0].best, "\(lines)")
        #expect(lines[0].origin == ["declared", "bundled"] && lines[0].source?.contains("/") == true)
        #expect(lines[0].duplicates == 0 && lines[0].nulls == 0 && lines[0].identifies == true)
        #expect(lines.contains { $0.uniqueColumns == ["uniquekey"] && $0.origin == ["probed"] && !$0.best })
        // Rows that are equal in every column.
        let notes = try keys(bench, "SystemNote", "--format", "json")
        #expect(try candidates(notes).allSatisfy { $0.identifies != true } && notes.errors.contains("No set of "))
    }

    @Test func aDeclaredKeyThatNullsMakeUselessIsSaidSo() throws {
        let bench = try MockBench(scale: 2_000)
        let table = try keys(bench, "NextTransactionLineLink")
        #expect(table.code == 0 && table.output.contains("UNIQUE_COLUMNS"), "\(table.all)")
        #expect(table.output.contains("identifies all "), "\(table.output)")
    }

    @Test func aLimitIsKeptToAndSaid() throws {
        let bench = try MockBench(scale: 500)
        let result = try keys(bench, "SystemNote", "--max-statements", "1")
        #expect(result.code == 0 && result.errors.contains("is not complete"), "\(result.all)")
        #expect(try keys(bench, "SystemNote", "--max-statements", "0").code == 2)
        let none = try keys(bench, "no_such_table")
        #expect(none.code == 1 && none.errors.contains("no_such_table"), "\(none.all)")
    }

    @Test func whereAKeyIsAskedForTheKnownOneIsProposed() throws {
        let bench = try MockBench(scale: 500)
        // The mock's item prices have no declared key; neither has its table of deletions.
        let result = try bench.program.run([
            "extract", "--table", "DeletedRecord", "--load-method", "upsert", "--destination",
            bench.directory.path("d.db"),
            "--mock", "127.0.0.1:\(bench.port)", "--state-dir", bench.directory.path("state"),
        ])
        #expect(result.code == 2, "\(result.all)")
        #expect(
            result.errors.contains("Give --unique-columns recordid,recordtypeid,scriptid"), "\(result.errors)")
        #expect(result.errors.contains("`kleene-ns keys DeletedRecord`"))
    }
}
