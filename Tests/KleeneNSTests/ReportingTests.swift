import Extraction
import Foundation
import Glibc
import Logging
import ODBCSource
import Testing

@testable import KleeneNS

@Suite struct ReportingTests {
    static let listing = Listing(
        columns: ["name", "rows", "note"],
        rows: [
            [.init("a,\"b\""), .init(12), .init("line\nbreak\u{1B}[2J")], [.init(""), .init(3), .init(String?.none)],
        ], null: "NULL")

    @Test func csvTellsNothingFromEmptyText() {
        #expect(
            ListingFormat.csv.render(Self.listing)
                == "name,rows,note\r\n\"a,\"\"b\"\"\",12,\"line\nbreak\u{1B}[2J\"\r\n\"\",3,\r\n")
    }

    @Test func csvDoublesAQuoteUnderAnAccent() {
        #expect(
            ListingFormat.csv.render(Listing(columns: ["a"], rows: [[.init("x\"\u{301},y")]]))
                == "a\r\n\"x\"\"\u{301},y\"\r\n"
        )
    }

    @Test func jsonKeepsTheColumnsOrderAndParses() throws {
        let text = ListingFormat.json.render(Self.listing)
        #expect(text.contains(#"{"name":"","rows":3,"note":null}"#))
        let document = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        guard case .array(let elements) = document, case .object(let first) = elements[0] else {
            Issue.record("not an array of objects")
            return
        }
        #expect(first["name"] == .string("a,\"b\""))
        #expect(first["note"] == .string("line\nbreak\u{1B}[2J"))
        #expect(ListingFormat.json.render(Listing(columns: ["a"], rows: [])) == "[]\n")
    }

    @Test func jsonLinesAreOneObjectEach() throws {
        let lines = ListingFormat.jsonl.render(Self.listing).split(separator: "\n")
        #expect(lines.count == 2)
        for line in lines { _ = try JSONDecoder().decode(JSONValue.self, from: Data(line.utf8)) }
    }

    @Test func aTableIsAlignedAndCommandsNoTerminal() {
        #expect(
            ListingFormat.table.render(Self.listing) == """
                NAME   ROWS  NOTE
                a,"b"    12  line\\nbreak\\u{1b}[2J
                          3  NULL

                """)
    }

    /// The words of a driver, or of a row that is shown as an example, must neither move the cursor nor look like an entry.
    @Test(arguments: [LogFormat.text, .json])
    func aLogEntryIsOneLineAndCommandsNoTerminal(format: LogFormat) throws {
        let pipe = try Descriptor.pipe()
        defer { close(pipe.read) }
        let handler = StandardErrorLog(
            terminal: Terminal(output: pipe.write, errors: pipe.write), format: format, hasColor: false, logLevel: .info
        )
        Logger(label: "test", factory: { _ in handler })
            .entry(.error, "said \u{1B}[2J\nand \u{9B}2J", [.table: "t\u{1B}[1m\nx"])
        close(pipe.write)
        let bytes = try #require(try Descriptor.readAll(pipe.read, limit: 4096))
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasSuffix("\n"))
        #expect(
            !text.unicodeScalars.dropLast().contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }, "\(text)")
    }

    @Test func aReportKeepsItsLinesAndCommandsNoTerminal() {
        #expect(ListingFormat.printableLines("a\n  b\u{1B}[2J\r\n") == "a\n  b\\u{1b}[2J\\r\n")
    }

    @Test func sentencesStandOnTheirOwnLines() {
        let checks = [Check("login", .fail, "refused", cure: "Mend it."), Check("encoding", .skip, "no login")]
        #expect(
            ListingFormat.table.render(Listing(checks)) == """
                STATUS  CHECK     DETAIL
                FAIL    login     refused
                    Mend it.
                SKIP    encoding  no login

                """)
    }

    @Test func aFailureIsAnObjectInJSONAndASentenceElsewhere() {
        var record = RunRecord(
            TableExtract(name: "x", table: TableName(name: "t"), destinationTable: "d"),
            run: RunIdentity(startedAt: Timestamp(text: "2026-11-23T09:15:00.000Z"), salt: 1), version: "1")
        record.failure = Failure(.statement, "No such table.", advice: "Look.", sqlState: "42S02")
        record.seconds = 1.23456
        let listing = Listing([ExtractResult(record)])
        #expect(
            ListingFormat.jsonl.render(listing)
                == #"{"extract":"x","status":"failed","rows":0,"seconds":1.235,"destination_table":"d","#
                + #""run_id":"20261123T091500Z-00000001","notes":[],"failure":{"advice":"Look.","kind":"statement","#
                + #""message":"No such table.","sql_state":"42S02"}}"# + "\n")
        #expect(ListingFormat.csv.render(listing).contains("No such table. Look. [SQLSTATE 42S02]"))
    }

    @Test func aRunIsOneObject() {
        let record = RunRecord(
            TableExtract(name: "x", table: TableName(name: "t"), destinationTable: "d"),
            run: RunIdentity(startedAt: Timestamp(text: "2026-11-23T09:15:00.000Z"), salt: 1), version: "1")
        #expect(ListingFormat.json.render(Listing(record)).hasPrefix("{\"run_id\":"))
        #expect(ListingFormat.table.render(Listing(record)).contains("\nsource_table       t\n"))
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1234, "-1,234")])
    func numbersAreGrouped(_ number: Int, _ text: String) {
        #expect(RunReporter.grouped(number) == text)
    }

    @Test func linesAreCutInBoundedMemory() {
        var buffer = LineBuffer(limit: 4, overlong: .cut)
        #expect(buffer.append(Array("ab".utf8)).isEmpty)
        #expect(
            buffer.append(Array("cdef\ngh\n\nx".utf8)).map { String(decoding: $0, as: UTF8.self) } == [
                "abcd", "gh", "",
            ])
        #expect(buffer.takeRest() == Array("x".utf8))
        var strict = LineBuffer(limit: 4, overlong: .refuse)
        _ = strict.append(Array("abcde".utf8))
        #expect(strict.isOverlong)
    }

    @Test func aReportThatCannotBeWrittenSaysWhy() throws {
        let report = ProbeReport([], source: .odbc(DataSourceSettings()), date: Date())
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString)/report.md").path
        let failure = try #require(throws: Failure.self) { try report.write(to: path) }
        #expect(failure.message == "The report could not be written to \(path): No such file or directory.")
    }
}
