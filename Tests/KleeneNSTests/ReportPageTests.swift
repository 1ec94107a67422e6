import Extraction
import Testing

@testable import KleeneNS

@Suite struct ReportPageTests {
    /// Whatever a table is called and a server says, it is text.
    @Test(arguments: [
        "<script>alert(1)</script>", "a\" onload=\"x", "it's & that", "<\u{301}b>", "nul\0", "\u{85}", "]]>",
        "</style><b>",
    ])
    func namesAndSentencesAreNeverMarkup(_ text: String) {
        let html: HTML = "<td title=\"\(text)\">\(text)</td>"
        let inside = html.text.dropFirst(11).dropLast(5)
        #expect(!inside.unicodeScalars.contains { $0 == "<" || $0 == "'" || $0.value < 0x20 || $0.value == 0x85 })
        #expect(inside.unicodeScalars.count { $0 == "\"" } == 1 && inside.unicodeScalars.count { $0 == ">" } == 1)
        #expect(!inside.contains(text))
    }

    @Test func plainTextStaysAsItIs() {
        let html: HTML = "\("Umsätze 2026, 一\n")"
        #expect(html.text == "Umsätze 2026, 一\n")
    }

    private static func run(_ seconds: Double, _ status: RunStatus = .succeeded) -> RunRecord {
        let extract = TableExtract(name: "t", table: TableName(name: "t"), loadMethod: .append, destinationTable: "t")
        var record = RunRecord(
            extract, run: RunIdentity(startedAt: Timestamp(text: "2026-11-28T03:17:00.000Z"), salt: 1), version: "1")
        record.seconds = seconds
        record.status = status
        return record
    }

    @Test func barsShareAScaleAndFailuresHaveAColor() {
        let plot = RunPlot.seconds([Self.run(1), Self.run(4, .failed), Self.run(2)])
        #expect(plot.bars.map(\.height) == [0.25, 1, 0.5] && plot.bars.map(\.isDone) == [true, false, true])
        #expect(plot.bars[0].title == "2026-11-28 03:17: succeeded, 1000 ms")
        #expect(plot.bars[1].title == "2026-11-28 03:17: failed, 4 seconds")
        let text = plot.markup.text
        #expect(text.contains("class=\"failed\" x=\"6\" y=\"0\"") && text.contains("height=\"7\""), "\(text)")
        #expect(plot.caption == "2 seconds" && text.hasSuffix("</svg><small>2 seconds</small>"), "\(text)")
        #expect(text.contains("aria-label=\"how long the last 3 runs took, at most 4 seconds\""), "\(text)")
        #expect(RunPlot.rows([Self.run(1)]).bars.map(\.height) == [0])
        #expect(RunPlot.rows([Self.run(1)]).label == "rows that the last run read, at most 0")
        #expect(RunPlot.rows([]).markup.text.isEmpty)
        #expect(RunPlot.rows(Array(repeating: Self.run(1), count: 500)).markup.text.contains("width=\"180\""))
    }
}
