import Foundation
import TestSupport
import Testing

/// `report --html`, from runs that were done and runs that failed.
@Suite struct ReportCommandTests {
    @Test func pageShowsEachExtractItsFailureAndItsComparison() throws {
        let bench = try MockBench(
            scale: 60, extracts: MockBench.transactions(""), #"{"name": "a<b>", "table": "account"}"#,
            #"{"name": "terms", "table": "department"}"#)
        #expect(try bench.ask("extract", "transactions", "a<b>").code == 0)
        #expect(try bench.ask("verify", "transactions").code == 0)
        try bench.tell(
            "fault statement error always matching=account sql_state=42000 text=Syntax error in the <i>query")
        let failed = try bench.ask("extract", "a<b>")
        #expect(failed.code != 0, "\(failed.all)")
        let made = try bench.run("report", "--html", "report.html", "--max-age", "1d")
        #expect(made.code == 0 && made.output.contains("report.html shows how 3 extracts stand."), "\(made.all)")
        let page = try String(contentsOfFile: bench.directory.path("report.html"), encoding: .utf8)
        #expect(
            page.contains("data-extract>a&lt;b&gt;</th><td data-label=\"status\" class=\"brief failed\">failed</td>"),
            "\(page)")
        #expect(page.contains("Syntax error in the &lt;i&gt;query") && !page.contains("<i>"), "\(page)")
        #expect(
            page.contains("data-extract>transactions</th><td data-label=\"status\" class=\"brief ok\">ok</td>"),
            "\(page)")
        #expect(
            page.contains("data-extract>terms</th><td data-label=\"status\" class=\"brief never\">never</td>"),
            "\(page)")
        #expect(page.contains("class=\"brief equal\">equal</td>"), "\(page)")
        // Nothing is asked of anybody, whatever a browser makes of it.
        for word in ["http:", "https:", "<script", "<link", "<img", "@import", "url("] { #expect(!page.contains(word)) }
        #expect(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""))
    }

    @Test func aPageThatCannotBeWrittenIsAnErrorAndLeavesTheOldOne() throws {
        let bench = try MockBench(scale: 60, extracts: #"{"name": "terms", "table": "department"}"#)
        #expect(try bench.ask("extract").code == 0)
        let result = try bench.run("report", "--html", "nowhere/report.html")
        #expect(result.code == 1 && result.errors.contains("nowhere/report.html cannot be written"), "\(result.all)")
        try FileManager.default.createDirectory(
            atPath: bench.directory.path("there"), withIntermediateDirectories: true)
        #expect(try bench.run("report", "--html", "there").code == 1)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: bench.directory.url.path).filter {
                $0.hasSuffix(".new")
            }.isEmpty)
        let json = try bench.json(try bench.run("report", "--html", "r.html", "--format", "json"))
        #expect(json["extracts"] as? Int == 1)
    }
}
