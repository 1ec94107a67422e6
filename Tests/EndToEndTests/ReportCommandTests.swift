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

    /// Root, who names /dev/null, keeps it.
    @Test(arguments: [["report", "--html"], ["state", "export"], ["doctor", "--probe", "--report"]])
    func whatIsNoFileKeepsItsPlaceAndALinkItsOwn(_ arguments: [String]) throws {
        let bench = try MockBench(scale: 60, extracts: MockBench.transactions(""))
        #expect(try bench.ask("extract", "--quiet").code == 0)
        func write(_ name: String) throws -> Program.Result {
            try bench.program.run(arguments + [name] + (arguments[0] == "doctor" ? bench.mockFlags : []))
        }
        let pipe = bench.directory.path("pipe")
        let made = unsafe mkfifo(pipe, 0o600)
        #expect(made == 0)
        let refused = try write("pipe")
        #expect(refused.code != 0 && refused.all.contains("is a device or a pipe"), "\(refused.all)")
        func kind(_ name: String) throws -> FileAttributeType? {
            try FileManager.default.attributesOfItem(atPath: bench.directory.path(name))[.type] as? FileAttributeType
        }
        #expect(try kind("pipe") != .typeRegular)
        let file = bench.directory.path("real")
        #expect(FileManager.default.createFile(atPath: file, contents: nil, attributes: [.posixPermissions: 0o600]))
        try FileManager.default.createSymbolicLink(
            atPath: bench.directory.path("link"), withDestinationPath: "real")
        let written = try write("link")
        #expect(written.code == 0, "\(written.all)")
        #expect(try kind("link") == .typeSymbolicLink)
        #expect(try !Data(contentsOf: URL(filePath: file)).isEmpty)
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        // The same of a link to a file that is made only now.
        try FileManager.default.createSymbolicLink(
            atPath: bench.directory.path("later"), withDestinationPath: "not-yet")
        #expect(try write("later").code == 0)
        #expect(try kind("later") == .typeSymbolicLink)
        #expect(try kind("not-yet") == .typeRegular)
    }

    /// `state export FILE` is a slip away from `state export --destination FILE`.
    @Test(arguments: [
        ["report", "--html"], ["state", "export"], ["doctor", "--probe", "--report"], ["tables", "--log-file"],
    ])
    func aDatabaseIsNotWrittenOver(_ arguments: [String]) throws {
        let bench = try MockBench(scale: 60, extracts: MockBench.transactions(""))
        #expect(try bench.ask("extract", "--quiet").code == 0)
        let rows = try sqlite(bench.destination, "SELECT count(*) FROM t")
        let asks = ["doctor", "tables"].contains(arguments[0])
        let refused = try bench.program.run(arguments + [bench.destination] + (asks ? bench.mockFlags : []))
        #expect(refused.code != 0 && refused.all.contains("holds no text, and "), "\(refused.all)")
        #expect(try sqlite(bench.destination, "SELECT count(*) FROM t") == rows)
        #expect(try bench.ask("extract", "--quiet").code == 0)
    }

    /// A page, a list of watermarks and a report are replaced by the next of theirs; the configuration in their place was a slip.
    @Test(arguments: [
        (["report", "--html"], "a.html"), (["state", "export"], "a.json"), (["doctor", "--probe", "--report"], "a.md"),
        (["doctor", "--probe", "--report"], "a.json"),
    ])
    func fileOfAnotherKindIsNotWrittenOver(_ arguments: [String], name: String) throws {
        let bench = try MockBench(scale: 60, extracts: MockBench.transactions(""))
        #expect(try bench.ask("extract", "--quiet").code == 0)
        let flags = arguments[0] == "doctor" ? bench.mockFlags : []
        func write(_ path: String) throws -> Program.Result { try bench.program.run(arguments + [path] + flags) }
        for _ in 1...2 {
            let written = try write(name)
            #expect(written.code == 0, "\(written.all)")
        }
        let configuration = bench.directory.path("kleene-ns.json")
        let text = try String(contentsOfFile: configuration, encoding: .utf8)
        let refused = try write(configuration)
        #expect(
            refused.code != 0 && refused.all.contains("was not written by this command, and a new file would"),
            "\(refused.all)")
        #expect(try String(contentsOfFile: configuration, encoding: .utf8) == text)
        // What is empty is nobody's.
        #expect(FileManager.default.createFile(atPath: bench.directory.path("empty"), contents: nil))
        #expect(try write("empty").code == 0)
    }

    /// A run does not wait for whoever is to read its log.
    @Test func logOfARunIntoAPipeThatNobodyReadsIsRefused() throws {
        let bench = try MockBench(scale: 60, extracts: #"{"name": "terms", "table": "department"}"#)
        let made = unsafe mkfifo(bench.directory.path("pipe"), 0o600)
        #expect(made == 0)
        let refused = try bench.ask("extract", "--quiet", "--log-file", "pipe")
        #expect(refused.code == 2 && refused.errors.contains("The log file pipe cannot be opened"), "\(refused.all)")
    }
}
