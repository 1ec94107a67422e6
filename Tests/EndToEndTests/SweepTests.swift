import Foundation
import TestSupport
import Testing

/// Sweeps: all keys of the mock's NetSuite against those of the copy.
@Suite struct SweepTests: DeletingSuite {
    let bench: MockBench

    init() throws { bench = try MockBench(scale: 1000) }

    @Test(arguments: ["soft", "hard"]) func whatLeavesNoTraceIsFoundByASweepOnly(mode: String) throws {
        try configure(#"{"by": "deletedrecord", "mode": "\#(mode)"}"#)
        try extract()
        try delete(6, untraced: 1, seed: 31)
        try extract()
        let stale = try copied().subtracting(keys())
        #expect(stale.count >= 4)
        let mark = try sqlite(bench.destination, "SELECT watermark FROM _kleene_watermarks")
        try extract("--sweep", "transactions")
        #expect(try copied() == keys())
        let record = try record()
        #expect(record["rowsRemoved"] as? Int == stale.count && record["action"] as? String == "sweep", "\(record)")
        #expect(try sqlite(bench.destination, "SELECT watermark FROM _kleene_watermarks") == mark)
        // What came meanwhile is there at the source: it is asked for, and stays.
        try extract("--sweep", "transactions")
        #expect(try copied() == keys())
        try delete(4, seed: 32)
        try extract()
        #expect(try copied() == keys())
    }

    @Test func rowsThatLeaveTheConditionAreSweptToo() throws {
        try configure(#"{"by": "sweep", "mode": "hard", "most": 1}"#, more: #""where": "type = 'SalesOrd'""#)
        try extract()
        let id = try sqlite(bench.destination, "SELECT id FROM t ORDER BY id LIMIT 1")
        try bench.tell("change", "UPDATE \"transaction\" SET type = 'Other' WHERE id = \(id)")
        try extract()
        #expect(try copied().contains(id))
        try extract("--sweep", "transactions")
        #expect(try !copied().contains(id))
        #expect(try copied().count > 10)
    }

    @Test func linesThatWentWithoutATraceAreSwept() throws {
        try configure(#"{"by": "deletedrecord"}"#, lines: #"{"by": "groups", "mode": "soft"}"#)
        try extract()
        try delete(8, seed: 41, tables: "transactionLine")
        try extract()
        #expect(try copied("l", "\"transaction\", id") != keys("transactionLine", "\"transaction\", id"))
        try extract("--sweep", "lines")
        #expect(try copied("l", "\"transaction\", id") == keys("transactionLine", "\"transaction\", id"))
        #expect(try copied("l", "\"transaction\", id", marked: true).count >= 5)
    }

    /// Nothing else tells of those lines: their header is in no window any more, and in no record of deletions.
    @Test(arguments: ["soft", "hard"])
    func linesOfAHeaderThatASweepFindsGoneGoWithTheNextRunOfBoth(mode: String) throws {
        try configure(
            #"{"by": "deletedrecord", "mode": "\#(mode)"}"#, lines: #"{"by": "groups", "mode": "\#(mode)"}"#)
        try extract()
        let line = "\"transaction\", id"
        for seed in 51...52 {
            try delete(4, untraced: 1, seed: seed)
            try extract("--sweep", "transactions")
            #expect(try copied() == keys())
            // Headers that run without their lines leave them where they are, and for the next run of both.
            try extract("transactions")
            #expect(try copied("l", line) != keys("transactionLine", line))
            try extract()
            #expect(try copied("l", line) == keys("transactionLine", line))
        }
    }

    /// The sweep was right when it ran, and the row is back: a permission was withdrawn for a while.
    @Test func linesOfAHeaderThatIsBackStay() throws {
        try configure(#"{"by": "deletedrecord", "most": 1}"#, lines: #"{"by": "groups", "mode": "hard", "most": 1}"#)
        try extract()
        let line = "\"transaction\", id"
        let before = try copied("l", line)
        try bench.tell("role", "subsidiary", "3")
        try extract("--sweep", "transactions")
        try bench.tell("role", "subsidiary", "all")
        try extract()
        #expect(try copied("l", line) == before)
    }

    /// Each of their keys is a condition of its own, and one question has two hundred.
    @Test func moreLinesAreSweptThanStandInOneQuestion() throws {
        try configure(#"{"by": "deletedrecord"}"#, lines: #"{"by": "groups", "mode": "soft", "most": 1}"#)
        try extract()
        let all = try copied("l", "\"transaction\", id").count
        try bench.tell("change", "DELETE FROM transactionLine WHERE id > 0")
        try extract("--sweep", "lines")
        #expect(try copied("l", "\"transaction\", id") == keys("transactionLine", "\"transaction\", id"))
        #expect(try all - copied("l", "\"transaction\", id").count > 400)
    }

    /// A role that sees the rows of one subsidiary for a while, and then all of them again: no row's date moves by either.
    @Test func rowsThatTheRoleSeesAgainLoseTheirMark() throws {
        try configure(#"{"by": "sweep", "most": 1}"#)
        try extract()
        let all = try copied()
        let file = bench.directory.path("s.db")
        try bench.tell("snapshot", file)
        let subsidiary = try sqlite(
            file, "SELECT subsidiary FROM transactionLine WHERE id = 0 GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
        try bench.tell("role", "subsidiary", subsidiary)
        try extract("--sweep")
        let kept = try copied()
        #expect(!kept.isEmpty && kept.count < all.count)
        // One changes while nobody sees it.
        let id = try sqlite(bench.destination, "SELECT max(id) FROM t WHERE _kleene_deleted_at IS NOT NULL")
        try bench.tell("change", "UPDATE \"transaction\" SET tranid = 'unseen' WHERE id = \(id)")
        try bench.tell("role", "subsidiary", "all")
        try extract("--sweep")
        #expect(try copied() == all)
        let record = try record()
        let notes = (record["notes"] as? [String] ?? []).joined()
        #expect(
            notes.contains("\(all.count - kept.count) rows were marked as gone and are at the source again"),
            "\(record)")
        #expect(record["rowsRemoved"] == nil, "\(record)")
        // And once more there is nothing to say.
        try extract("--sweep")
        let calm = try #require(try self.record()["notes"] as? [String]).joined()
        #expect(calm.contains("A sweep: ") && !calm.contains("at the source again"))
        // What the note advises.
        let repaired = try bench.program.run(["verify", "transactions", "--full", "--repair"] + bench.mockFlags)
        #expect(repaired.code == 0, "\(repaired.all)")
        #expect(try sqlite(bench.destination, "SELECT tranid FROM t WHERE id = \(id)") == "unseen")
    }

    @Test func aSweepThatIsDueRunsBehindItsExtract() throws {
        try configure(#"{"by": "sweep", "mode": "hard", "every": "7d"}"#)
        try extract()
        try delete(3, untraced: 1, seed: 51)
        let early = try bench.program.run(["extract", "--format", "json"] + bench.mockFlags)
        #expect(early.code == 0 && !early.output.contains("A sweep"), "\(early.all)")
        #expect(try copied() != keys())
        // A week later, by the books.
        _ = try sqlite(
            bench.destination,
            "UPDATE _kleene_watermarks SET state = json_set(state, '$.deletes.sweptAt', '2020-01-01T00:00:00.000Z')")
        let due = try bench.program.run(["extract", "--format", "json"] + bench.mockFlags)
        #expect(due.code == 0 && due.output.contains("A sweep: "), "\(due.all)")
        #expect(try copied() == keys())
        let again = try bench.program.run(["extract", "--format", "json"] + bench.mockFlags)
        #expect(!again.output.contains("A sweep"), "\(again.all)")
    }

    @Test func aSweepThatWasKilledGoesOnAndRemovesNothingThatCameBetween() throws {
        let big = try MockBench(scale: MockBench.chunked)
        try big.configure([
            MockBench.transactions(#""chunk_rows": 1000, "deletes": {"by": "sweep", "mode": "hard", "most": 1}"#)
        ])
        func run(_ arguments: [String], failpoint: String? = nil) throws -> Program.Result {
            var program = big.program
            if let failpoint { program.environment["KLEENE_NS_FAILPOINT"] = failpoint }
            return try program.run(["extract", "--quiet"] + arguments + big.mockFlags)
        }
        #expect(try run([]).code == 0)
        try big.tell(
            "evolve", "5", "late=0", "bulk=0", "changes=1", "insert=0", "update=0", "delete=1", "tables=transaction",
            "untraced=1", "seed=1")
        try big.tell("advance", "120")
        #expect(try run(["--sweep"], failpoint: "staging.chunk@2").code != 0)
        #expect(try big.stagedChunks() >= 2)
        // Rows come to source and table while the sweep lies there.
        try big.tell(
            "evolve", "20", "late=0", "bulk=0", "changes=2", "insert=1", "update=0", "delete=0", "tables=transaction",
            "seed=2")
        try big.tell("advance", "120")
        #expect(try run([]).code == 0)
        for point in ["load.begun", "load.filled", "load.recorded", "load.committed"] {
            let killed = try run(["--sweep"], failpoint: point)
            #expect(killed.code != 0 || point == "load.committed", "\(killed.all)")
        }
        #expect(try run(["--sweep"]).code == 0)
        let file = big.directory.path("s.db")
        try big.tell("snapshot", file)
        let both = try sqlite(
            big.destination,
            "ATTACH '\(file)' AS s; SELECT (SELECT count(*) FROM (SELECT id FROM t EXCEPT SELECT id FROM s.\"transaction\")), "
                + "(SELECT count(*) FROM (SELECT id FROM s.\"transaction\" EXCEPT SELECT id FROM t))")
        #expect(both == "0|0", "\(both)")
    }

    @Test func aSweepThatSeesMuchLessIsStoppedAndKept() throws {
        try configure(#"{"by": "sweep", "mode": "hard", "most": "5%"}"#)
        try extract()
        let before = try copied()
        try delete(80, untraced: 1, seed: 61)
        #expect(try extract("--sweep", code: 10).errors.contains("at most 5% may go at once"))
        #expect(try copied() == before)
        let reads = try statements().count
        try extract("--sweep", "--allow-shrink")
        #expect(try copied() == keys())
        let asked = try statements().dropFirst(reads)
        #expect(
            !asked.contains { $0.hasPrefix("SELECT \"id\" FROM \"transaction\"") && !$0.contains(" IN (") }, "\(asked)")
    }

    @Test func aSweepOfWhatNobodyWantsSweptIsRefused() throws {
        try bench.configure([MockBench.transactions("")])
        let refused = try extract("--sweep", code: 2)
        #expect(refused.errors.contains("is not to be swept"), "\(refused.all)")
    }
}
