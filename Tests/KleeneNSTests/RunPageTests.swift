import Extraction
import Testing

@testable import KleeneNS

/// Why extracts were not done is said once, whatever it struck, and fits the screen.
@Suite struct RunPageTests {
    private static func result(_ name: String, _ status: ExtractResult.Status, _ failure: Failure?) -> ExtractResult {
        var record = RunRecord(
            TableExtract(name: name, table: TableName(name: "t_" + name), destinationTable: "d_" + name),
            run: RunIdentity(startedAt: Timestamp(text: "2026-11-28T09:15:00.000Z"), salt: 1), version: "1")
        record.failure = failure
        record.status = status == .succeeded ? .succeeded : status == .interrupted ? .interrupted : .failed
        var result = ExtractResult(record)
        result.status = status
        return result
    }

    private static let refused = Failure(
        .credentials, "The login of role 57 was refused.",
        advice:
            "The likeliest causes:\n- the token is of another role, account or integration, or was revoked (Setup > "
            + "Users/Roles > Access Tokens)\n- the feature is off\nIt is not tried again by itself.", sqlState: "28000")

    private static let sixty = (1...60).map {
        result("extract_\($0)", $0 == 1 ? .failed : .notRun, refused)
    }

    @Test func oneCauseOfSixtyIsSaidOnce() {
        #expect(
            RunPage(Self.sixty).lines(width: 80) == [
                "failed: extract_1; not run: extract_2, extract_3, extract_4 and 56 more",
                "  The login of role 57 was refused. The likeliest causes:",
                "  - the token is of another role, account or integration, or was revoked (Setup",
                "    > Users/Roles > Access Tokens)",
                "  - the feature is off",
                "  It is not tried again by itself. [SQLSTATE 28000]",
            ])
        #expect(RunPage(Self.sixty).shown.isEmpty)
    }

    /// What a small screen has no room for: first the codes, then causes that are less likely; never what to do.
    @Test func aSmallScreenIsToldTheLikeliestCause() {
        var failure = Self.refused
        failure.message = "NetSuite refused the login: " + String(repeating: "the driver's words ", count: 11) + "end."
        let lines = RunPage([Self.result("a", .failed, failure)]).lines(width: 50)
        #expect(lines.count <= 11, "\(lines)")
        let text = lines.joined(separator: " ")
        #expect(!text.contains("SQLSTATE") && !text.contains("feature") && text.contains("revoked"), "\(lines)")
        #expect(lines.last == "  It is not tried again by itself.", "\(lines)")
        // Without a list all is said.
        failure.advice = String(repeating: "advice ", count: 60) + "end."
        #expect(RunPage([Self.result("a", .failed, failure)]).lines(width: 50).last?.hasSuffix("end.") == true)
    }

    /// Sixty of one cause: whatever the other side said, it is eleven lines at most, and what to do is whole.
    @Test(arguments: [50, 80, 120])
    func sixtyOfOneCauseFillNoSmallScreen(width: Int) {
        let failure = Failure(
            .connection,
            "Connecting to account 1 failed: "
                + String(
                    repeating: "the driver's "
                        + "words ", count: 80) + "end.",
            advice:
                "Check the firewall, and that the service is not under maintenance; then run the same command again.",
            sqlState: "08001")
        let page = RunPage((1...60).map { Self.result("extract_\($0)", $0 == 1 ? .failed : .notRun, failure) })
        let lines = page.lines(width: width)
        let text = lines.map { $0.drop { $0 == " " } }.joined(separator: " ")
        #expect(lines.count <= 11 && lines.count > 8, "\(lines)")
        #expect(text.contains("Connecting to account 1 failed") && text.contains(" … Check the firewall"), "\(text)")
        #expect(text.hasSuffix("then run the same command again."), "\(text)")
        // Who has no screen, or met it once, has all of it.
        #expect(page.lines(width: nil).joined().contains("end. Check"))
        #expect(RunPage([page.results[0]]).lines(width: width).joined(separator: " ").contains("words end."))
    }

    @Test(arguments: [20, 50, 80, 120])
    func noLineIsWiderThanTheScreen(width: Int) {
        let long = Self.result(
            "名前の長い抽出", .failed,
            Failure(.data, "The value of 漢字漢字漢字漢字漢字漢字 is \(String(repeating: "x", count: 300)).", advice: "Look."))
        for line in RunPage(Self.sixty + [long]).lines(width: width) {
            #expect(line.displayWidth <= width, "\(line)")
        }
    }

    @Test func withoutAScreenAParagraphIsOneLine() {
        #expect(
            RunPage([Self.result("a", .failed, Failure(.data, "No.", advice: "Look there."))]).lines(width: nil) == [
                "failed: a", "  No. Look there.",
            ])
    }

    /// Sentences that differ by the extract's own names only have one cause; others have not.
    @Test func whatDiffersByNamesIsOneCause() {
        func failure(_ name: String, _ more: String = "") -> Failure {
            Failure(
                .destination, "The table \"d_\(name)\" of \(name) cannot be made in /x.db\(more).", advice: "Make /x.")
        }
        let page = RunPage([
            Self.result("a", .failed, failure("a")), Self.result("b", .failed, failure("b")),
            Self.result("c", .failed, failure("c", " at all")), Self.result("ok", .succeeded, nil),
        ])
        #expect(page.causes.map { $0.results.map(\.name) } == [["a", "b"], ["c"]])
        #expect(page.shown.map(\.name) == ["a", "b", "c", "ok"])
    }

    @Test func whatNobodyBeganIsSaidWithoutAReason() {
        let page = RunPage([
            Self.result("a", .interrupted, Failure(.interrupted, "The run was interrupted.")),
            Self.result("b", .notRun, nil), Self.result("c", .notRun, nil),
        ])
        #expect(page.lines(width: 80) == ["interrupted: a", "  The run was interrupted.", "not run: b, c"])
    }

    @Test func allThatIsDoneNeedsNoPage() {
        #expect(RunPage([Self.result("a", .succeeded, nil)]).lines(width: 80).isEmpty)
    }
}
