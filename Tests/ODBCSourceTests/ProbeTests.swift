import Extraction
import Foundation
import ODBCSource
import TestSupport
import Testing

/// `doctor --probe` with drivers that refuse, ignore, lie and die, through the real driver manager.
@Suite struct ProbeTests {
    /// Answers every common item, but for statements that begin with the names of nothing.
    private static let honest = """
        sql contains "kleene_no_such"
        at execute fail 42S02 10129 "[Vendor][Driver]Base table:kleene_no_such_table not found at tester"
        sql contains "SELEKT"
        at execute fail 42000 10104 "Syntax Error in the SQL statement.[10104]"
        sql prefix "SELECT 'A"
        column "t" VARCHAR size 20
        row literal:1
        sql contains "ORDER BY v"
        column "v" INTEGER size 10
        row "1"
        row NULL
        sql contains "CURRENT_TIMESTAMP"
        column "c" TIMESTAMP size 26
        row "2026-01-01 00:00:00.123"
        sql contains "UNION ALL"
        column "n" INTEGER size 10
        column "t" VARCHAR size 20
        repeat 250 "{row}" "value {row}"
        sql any
        column "n" INTEGER size 10
        row "1"
        """

    /// Diagnoses and probes; the findings by name, in a single login.
    private func probe(
        _ script: String, rules: String = "", adjusting: (inout ProbePlan) -> Void = { _ in }
    ) throws -> (order: [String], findings: [String: ProbeFinding]) {
        let driver = try RecordingDriver(script, probe: rules + "\n" + RecordingDriver.goodProbe)
        let service = DatabaseService(driver.settings)
        let source = DataSource(service: service) { _ in }
        _ = source.diagnose()
        var plan = service.probePlan
        adjusting(&plan)
        var planned: [String] = []
        var findings: [ProbeFinding] = []
        source.probe(
            plan,
            tell: { event in
                switch event {
                case .planned(let names): planned = names
                case .began(let name): #expect(name == planned[findings.count])
                case .found(let finding): findings.append(finding)
                }
            }, isInterrupted: { false })
        #expect(findings.map(\.name) == planned)
        #expect(driver.calls.count { $0.hasPrefix("SQLDriverConnect") } == 1)
        return (planned, Dictionary(uniqueKeysWithValues: findings.map { ($0.name, $0) }))
    }

    @Test func honestDriverAnswersEverything() throws {
        let (order, found) = try probe(Self.honest)
        #expect(order.first == "driver and database" && order.last == "cancel")
        #expect(found["text, narrow"]?.status == .pass && found["text, wide"]?.status == .pass)
        #expect(found["block fetch"]?.status == .pass, "\(String(describing: found["block fetch"]))")
        #expect(found["block fetch"]?.facts.contains { $0.value == "100, 100, 50" } == true)
        #expect(found["NULL in order"]?.detail == "NULL sorts last")
        #expect(found["clock"]?.facts.first?.value.contains("3 digits of a second") == true)
        #expect(found["query timeout"]?.detail.contains("accepted and reads back as 1 s") == true)
        #expect(found["cancel"]?.status == .skip)
        let errors = try #require(found["error texts"])
        #expect(errors.status == .info)
        #expect(
            errors.detail.contains(
                "SQLExecDirect [42S02, 10129] [Vendor][Driver]Base table:kleene_no_such_table not found"))
        #expect(errors.detail.contains("at <user>"), "\(errors.detail)")
    }

    @Test(arguments: [
        "attribute ROW_ARRAY_SIZE ignore", "attribute ROW_ARRAY_SIZE refuse HYC00", "lie short-blocks 1",
    ])
    func driverWithoutBlocksIsFoundOut(rule: String) throws {
        let finding = try #require(try probe(Self.honest, rules: rule).findings["block fetch"])
        #expect(finding.status == .info)
        #expect(finding.detail.contains("one a fetch"), "\(finding)")
    }

    @Test(arguments: ["lie fetched-excess 2", "lie indicator-unwritten column 2 row 7", "lie indicator-32-bit"])
    func brokenBlocksFailAndTheRestGoesOn(lie: String) throws {
        let script = Self.honest.replacing(
            "repeat 250 \"{row}\" \"value {row}\"\n", with: "repeat 250 \"{row}\" \"value {row}\"\n\(lie)\n")
        let (_, found) = try probe(script)
        #expect(found["block fetch"]?.status == .fail, "\(String(describing: found["block fetch"]))")
        #expect(found["query timeout"]?.status == .info)
    }

    @Test func sourceThatRefusesEverythingIsAskedEverything() throws {
        let (_, found) = try probe("")
        #expect(found["select without a table"]?.status == .fail)
        #expect(found["parameters"]?.status == .info)
        #expect(found["error texts"]?.status == .info)
        #expect(found.values.allSatisfy { !$0.detail.contains("connection was lost") })
    }

    @Test(arguments: ["", "lie dead-unreported"])
    func lostConnectionNamesTheItemAndIsNotOpenedAgain(lie: String) throws {
        let script = Self.honest.replacing(
            "sql contains \"ORDER BY v\"", with: "sql contains \"ORDER BY v\"\nat execute die")
        let (order, found) = try probe(script, rules: lie)
        let killer = try #require(found["NULL in order"])
        #expect(killer.status == .fail && killer.detail.hasPrefix("cost the connection"), "\(killer)")
        let position = try #require(order.firstIndex(of: "NULL in order"))
        for name in order[(position + 1)...] {
            #expect(found[name]?.status == .skip)
            #expect(found[name]?.detail == "the connection was lost in \"NULL in order\"")
        }
    }

    /// A statement whose execution is short and whose first fetch is not.
    private func slow(_ action: String, rules: String = "") throws -> [String: ProbeFinding] {
        let script =
            "sql exact \"SELECT slow\"\ncolumn \"n\" INTEGER size 10\nrow \"1\"\nrow \"2\"\n\(action)\n" + Self.honest
        return try probe(script, rules: rules) {
            $0.slowStatement = "SELECT slow"
            $0.cancelDelay = 20
        }.findings
    }

    @Test func cancelFromAnotherThreadEndsTheStatementAndLeavesTheConnection() throws {
        let finding = try #require(try slow("at fetch 1 hang cancellable")["cancel"])
        #expect(finding.status == .info)
        #expect(finding.detail.contains("SQLCancel succeeds") && finding.detail.contains("HY008"), "\(finding)")
        #expect(finding.detail.hasSuffix("the connection is usable"))
    }

    @Test(arguments: [("lie cancel-fails", "SQLCancel fails"), ("lie cancel-ignored", "SQLCancel succeeds")])
    func cancelWithoutEffectIsSeen(lie: String, words: String) throws {
        let finding = try #require(try slow("at fetch 1 delay 800\n\(lie)")["cancel"])
        #expect(finding.detail.contains(words), "\(finding)")
        #expect(finding.detail.contains("runs to its end"), "\(finding)")
    }

    @Test func statementFasterThanTheCancelIsCancelledHalfRead() throws {
        let finding = try #require(try slow("")["cancel"])
        #expect(finding.detail.contains("too soon to cancel it"), "\(finding)")
    }

    @Test func connectionThatDiesOfTheCancelIsSaid() throws {
        let finding = try #require(try slow("at fetch 1 delay 100\nat fetch 1 die")["cancel"])
        #expect(finding.status == .fail && finding.detail.hasPrefix("cost the connection"), "\(finding)")
    }

    @Test(arguments: [
        ("attribute QUERY_TIMEOUT ignore", "accepted and reads back as 0 s"),
        ("attribute QUERY_TIMEOUT refuse HYC00", "a timeout of 1 s is refused: [HYC00"),
        ("attribute QUERY_TIMEOUT substitute 30", "changed and reads back as 30 s"),
    ])
    func timeoutIsReportedAsItIsTaken(rule: String, words: String) throws {
        let finding = try #require(try probe(Self.honest, rules: rule).findings["query timeout"])
        #expect(finding.detail.contains(words), "\(finding)")
    }
}

@Suite struct PrivateWordsTests {
    @Test func wordsGoWhereTheyStandAlone() {
        let words = [(word: "1234567_SB1", placeholder: "<account>"), ("1234567", "<account>"), ("ab", "<x>")]
        #expect(
            PrivateWords.masked("for 1234567_sb1 at 1234567-x, not 81234567; ab", words)
                == "for <account> at <account>-x, not 81234567; ab")
    }

    @Test func shapeTellsNoName() {
        #expect(PrivateWords.shape("Acme Inc 24") == "Aaaa Aaa 99")
    }

    @Test(arguments: [
        ("1970-01-01 00:00:00", 0, 0), ("2024-02-29 12:34:56.789", 1_709_210_096, 3),
        ("2026-11-23T21:05:46+00", 1_795_467_946, 0),
    ])
    func clockIsRead(text: String, seconds: Int, digits: Int) throws {
        let reading = try #require(ClockReading(text))
        #expect(reading.seconds == seconds && reading.fractionDigits == digits)
    }

    @Test func zoneIsTheNearestQuarterOfAnHour() {
        #expect(ClockReading.offset(1000 - 8 * 3600 + 3, fromUTC: 1000) == (-480, 3))
        #expect(ClockReading.zone(minutes: -480) == "UTC-08:00" && ClockReading.zone(minutes: 345) == "UTC+05:45")
        #expect(ClockReading("23-NOV-26 10.15.30") == nil)
    }
}
