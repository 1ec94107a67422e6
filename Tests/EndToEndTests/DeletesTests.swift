import Foundation
import TestSupport
import Testing

/// Deleted rows, against the mock's NetSuite, whose own log of changes says which rows there are.
@Suite struct DeletesTests: DeletingSuite {
    let bench: MockBench

    init() throws { bench = try MockBench(scale: 1000) }

    // MARK: deletedrecord

    @Test(arguments: ["soft", "hard"]) func whatDeletedRecordNamesAndTheSourceLacksGoes(mode: String) throws {
        try configure(#"{"by": "deletedrecord", "mode": "\#(mode)"}"#)
        try extract()
        let before = try keys()
        #expect(try copied() == before)
        for seed in 1...3 {
            try delete(6, seed: seed)
            let gone = try copied().subtracting(keys())
            #expect(gone.count >= 4)
            try extract()
            #expect(try copied() == keys())
            #expect(try record()["rowsRemoved"] as? Int == gone.count)
        }
        let marked = mode == "soft" ? try copied(marked: true) : []
        #expect(marked == (mode == "soft" ? before.subtracting(try keys()) : []))
    }

    /// The mock's deletedrecord is full of entries of records that live, as of ids of other types.
    @Test func whatLivesStaysWhateverDeletedRecordSays() throws {
        try configure(#"{"by": "deletedrecord", "mode": "hard"}"#)
        try extract()
        let one = try sqlite(bench.destination, "SELECT id FROM t ORDER BY id LIMIT 1")
        let two = try sqlite(bench.destination, "SELECT id FROM t ORDER BY id DESC LIMIT 1")
        func name(_ id: String, _ type: String, _ number: String) throws {
            let at = try now()
            let change =
                "INSERT INTO DeletedRecord (deleteddate, recordid, type, recordtypeid) "
                + "VALUES (datetime(\(at), 'unixepoch'), \(id), \(type), \(number))"
            #expect(try bench.tell("change", change).contains("true"))
        }
        // Of its own kind, of another's number, and of a kind that nobody knows.
        try name(one, "'salesorder'", "-30")
        try name(two, "'customer'", "-2")
        try name(two, "'quux'", "4711")
        try bench.tell("advance", "120")
        try extract()
        #expect(try copied() == keys())
        let notes = try record()["notes"] as? [String] ?? []
        #expect(notes.contains { $0.contains("\"quux\"") }, "\(notes)")
        // Beyond the overlap, in which entries are read again.
        try bench.tell("advance", "3600")
        try extract()
        // Gone at the source: an entry of an unknown kind is enough, one of another table's is not.
        try bench.tell("change", "DELETE FROM \"transaction\" WHERE id IN (\(one), \(two))")
        try name(one, "'quux'", "4711")
        try name(two, "'customer'", "-2")
        try bench.tell("advance", "120")
        try extract()
        #expect(try copied().subtracting(keys()) == [two])
        try configure(#"{"by": "deletedrecord", "mode": "hard", "record_types": ["Customer"]}"#)
        try bench.tell("advance", "60")
        try extract()
        #expect(try copied() == keys())
    }

    /// The trace of a deletion that was there before deletes were configured is found, and the column is added.
    @Test func aTableThatWasMadeBeforeIsCaughtUp() throws {
        try bench.configure([MockBench.transactions("")])
        try extract()
        try delete(5, seed: 5, advance: 86_400)
        try extract()
        #expect(try copied().subtracting(keys()).count >= 3)
        try configure(#"{"by": "deletedrecord"}"#)
        try extract()
        #expect(try copied() == keys())
        #expect(try copied(marked: true).count >= 3)
    }

    @Test func aRowThatComesBackLosesItsMark() throws {
        try configure(#"{"by": "deletedrecord"}"#)
        try extract()
        let at = try now()
        let id = try sqlite(bench.destination, "SELECT id FROM t ORDER BY id LIMIT 1")
        try bench.tell("change", "CREATE TABLE kept AS SELECT * FROM \"transaction\" WHERE id = \(id)")
        try bench.tell("change", "DELETE FROM \"transaction\" WHERE id = \(id)")
        try bench.tell(
            "change",
            "INSERT INTO DeletedRecord (deleteddate, recordid, type) VALUES (datetime(\(at), 'unixepoch'), \(id), 'invoice')"
        )
        try bench.tell("advance", "120")
        try extract()
        #expect(try copied(marked: true) == [id])
        try bench.tell(
            "change", "UPDATE kept SET lastmodifieddate = datetime(\(try now()), 'unixepoch')")
        try bench.tell("change", "INSERT INTO \"transaction\" SELECT * FROM kept")
        try bench.tell("advance", "120")
        try extract()
        #expect(try copied(marked: true).isEmpty)
        #expect(try copied().contains(id))
    }

    @Test(arguments: ["soft", "hard"]) func linesOfADeletedHeaderGoWithIt(mode: String) throws {
        try configure(
            #"{"by": "deletedrecord", "mode": "\#(mode)"}"#,
            lines: #"{"by": "groups", "mode": "\#(mode)", "most": "20%"}"#)
        try extract()
        #expect(try copied("l", "\"transaction\", id") == keys("transactionLine", "\"transaction\", id"))
        for seed in 11...12 {
            try delete(4, seed: seed)
            try extract()
            #expect(try copied() == keys())
            #expect(try copied("l", "\"transaction\", id") == keys("transactionLine", "\"transaction\", id"))
        }
        #expect(try copied("l", "\"transaction\", id", marked: true).isEmpty == (mode == "hard"))
        #expect(try sqlite(bench.destination, "SELECT count(DISTINCT watermark) FROM _kleene_watermarks") == "1")
    }

    /// Headers, lines, what is gone of both, watermarks and records: all of it, or nothing.
    @Test(arguments: [
        "staging.chunk", "staging.sealed", "load.opened", "load.begun", "load.dropped@2", "load.filled",
        "load.filled@2",
        "load.filled@3", "load.recorded", "load.committed",
    ])
    func aKillLeavesTheTablesAsBeforeOrAsAfter(point: String) throws {
        try configure(#"{"by": "deletedrecord", "mode": "hard"}"#, lines: #"{"by": "groups", "mode": "hard"}"#)
        try extract()
        try delete(3, seed: 17)
        let (before, lines) = (try copied(), try copied("l", "\"transaction\", id"))
        let marks = try sqlite(bench.destination, "SELECT state FROM _kleene_watermarks ORDER BY extract")
        var program = bench.program
        program.environment["KLEENE_NS_FAILPOINT"] = point
        let killed = try program.run(["extract", "--quiet"] + bench.mockFlags)
        if point == "load.committed" {
            #expect(try copied() == keys())
        } else {
            #expect(killed.code != 0, "\(killed.all)")
            #expect(try copied("l", "\"transaction\", id") == lines)
            // Another worker may have done the headers, which the first one did not die of: all of that, or nothing.
            let now = try sqlite(bench.destination, "SELECT state FROM _kleene_watermarks ORDER BY extract")
            #expect(try copied() == (now == marks ? before : keys()))
        }
        try extract()
        #expect(try copied() == keys())
        #expect(try copied("l", "\"transaction\", id") == keys("transactionLine", "\"transaction\", id"))
        let side = try FileManager.default.contentsOfDirectory(atPath: bench.destination + ".kleene")
        #expect(!side.contains { $0.hasPrefix("staging-") }, "\(side)")
    }

    /// Headers that ran alone are rid of what is gone; their lines are with the next run of both.
    @Test func linesOfAHeaderThatWentAloneGoLater() throws {
        try configure(#"{"by": "deletedrecord", "mode": "hard"}"#, lines: #"{"by": "groups", "mode": "hard"}"#)
        try extract()
        try delete(4, seed: 15, advance: 7200)
        try extract("transactions")
        try bench.tell("advance", "7200")
        try extract("transactions")
        #expect(try copied() == keys())
        #expect(try copied("l", "\"transaction\", id") != keys("transactionLine", "\"transaction\", id"))
        try extract()
        #expect(try copied("l", "\"transaction\", id") == keys("transactionLine", "\"transaction\", id"))
    }

    @Test func aRunWithoutChangesCostsOneStatementMore() throws {
        func quiet() throws -> Int {
            try bench.tell("advance", "7200")
            try extract()
            try bench.tell("advance", "7200")
            let before = try statements().count
            try extract()
            return try statements().count - before
        }
        try bench.configure([MockBench.transactions("")])
        try extract()
        let alone = try quiet()
        try configure(#"{"by": "deletedrecord"}"#)
        try extract()
        let with = try quiet()
        #expect(alone <= 5 && with == alone + 1, "\(alone), \(with)")
    }

    @Test func aGuardStopsTheChangeAndAFlagLetsItThrough() throws {
        try configure(#"{"by": "deletedrecord", "mode": "hard", "most": "1%"}"#)
        try extract()
        let before = try copied()
        try delete(30, seed: 21)
        let stopped = try extract(code: 10)
        #expect(stopped.errors.contains("rows are gone at the source, and at most 1% may go at once"), "\(stopped.all)")
        #expect(try copied() == before)
        #expect(try extract("--allow-shrink").code == 0)
        #expect(try copied() == keys())
    }

    /// The source goes on living while each night's run reads, with late commits and deletions of which every fifth leaves no trace:
    /// those alone are stale, until a sweep.
    @Test func nightsOfALivingSourceEndWithATrueCopy() throws {
        try configure(
            #"{"by": "deletedrecord", "mode": "soft", "most": 1}"#,
            lines: #"{"by": "groups", "mode": "soft", "most": 1}"#)
        try extract()
        for night in 1...5 {
            try bench.tell([
                "evolve", "start", "every=40", "tables=transaction,transactionLine", "touch=1", "late=0.2", "delay=300",
                "insert=2", "update=4", "delete=2", "untraced=0.2", "bulk=0.1", "changes=3", "seed=\(night)",
            ])
            try extract()
            if night == 3 { try extract("--sweep") }
            try bench.tell("evolve", "stop")
            _ = try bench.tell(
                "evolve", "6", "late=0.2", "delay=300", "bulk=0", "changes=3", "insert=1", "update=1", "delete=2",
                "touch=1",
                "untraced=0.2", "tables=transaction,transactionLine", "seed=\(night + 100)")
            try bench.tell("advance", "900")
        }
        try extract()
        // Nothing is lacking, and what is too much is gone without a trace.
        #expect(try keys().subtracting(copied()).isEmpty)
        let lines = "\"transaction\", id"
        #expect(try keys("transactionLine", lines).subtracting(copied("l", lines)).isEmpty)
        try extract("--sweep")
        #expect(try copied() == keys())
        #expect(try copied("l", lines) == keys("transactionLine", lines))
    }

    // MARK: Said before

    @Test func planSaysTheTier() throws {
        try configure(#"{"by": "deletedrecord", "every": "7d"}"#, lines: #"{"by": "groups", "mode": "hard"}"#)
        try extract()
        try bench.tell("advance", "120")
        let plan = try bench.ask("plan")
        #expect(plan.code == 0, "\(plan.all)")
        for words in [
            "Deletes by deletedrecord: rows that it names", "Every 7 days all keys are compared",
            "Deletes by groups: rows that are gone from a header", "each id that it names is asked of",
        ] {
            #expect(plan.output.contains(words), "\(words): \(plan.output)")
        }
    }

    @Test func aRoleThatMayNotSeeDeletedRecordIsToldBeforeARowIsRead() throws {
        try configure(#"{"by": "deletedrecord"}"#)
        try extract()
        try bench.tell(
            "fault", "statement", "error", "matching=DeletedRecord", "times=50", "sql_state=42000",
            "text=No such table.")
        let before = try copied()
        let refused = try extract(code: 1)
        #expect(refused.errors.contains("permission \"Deleted Records\""), "\(refused.all)")
        #expect(try copied() == before)
    }
}
