import ArgumentParser
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
        ], null: "NULL", hasVersion: false)

    @Test func csvTellsNothingFromEmptyText() {
        #expect(
            ListingFormat.csv.render(Self.listing)
                == "name,rows,note\n\"a,\"\"b\"\"\",12,\"line\nbreak\u{1B}[2J\"\n\"\",3,\n")
    }

    @Test func csvDoublesAQuoteUnderAnAccent() {
        #expect(
            ListingFormat.csv.render(Listing(columns: ["a"], rows: [[.init("x\"\u{301},y")]]))
                == "a\n\"x\"\"\u{301},y\"\n"
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

    /// What commands a terminal or hides text, of each kind.
    private static let commands = "\u{1B}[2J\u{9B}31m\u{202E}\u{2066}\u{200F}\u{200B}\u{FEFF}\u{7}\u{8}"

    private static func isHarmless(_ text: String) -> Bool {
        // Our own way back to the line's beginning, and its clearing, are the progress line's.
        let rest = text.replacing("\u{1B}[K", with: "").replacing("\u{1B}[31m", with: "").replacing(
            "\u{1B}[0m", with: "")
        return !rest.unicodeScalars.contains { scalar in
            scalar != "\n" && scalar != "\r"
                && (scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                    || [0x202E, 0x2066, 0x200F, 0x200B, 0xFEFF].contains(scalar.value))
        }
    }

    @Test func nothingThatIsSaidOrShownAsProgressCommandsATerminal() throws {
        let pipe = try Descriptor.pipe()
        defer { close(pipe.read) }
        let terminal = Terminal(output: pipe.write, errors: pipe.write)
        terminal.say("usage: \(Self.commands)\nsecond line")
        terminal.show(progress: "x\(Self.commands): 5 rows")
        terminal.say("a", .init("error\(Self.commands)", color: .red), Self.commands)
        close(pipe.write)
        let bytes = try #require(try Descriptor.readAll(pipe.read, limit: 65_536))
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(Self.isHarmless(text), "\(text.debugDescription)")
        #expect(text.contains("\nsecond line\n") && text.contains("\u{1B}[31m") && text.contains("\\u{202e}"))
    }

    /// A terminal of its own, as a person has it, and a file.
    @Test(arguments: [ListingFormat.csv, .json, .jsonl, .table])
    func resultsCommandNoTerminalAndAreExactElsewhere(format: ListingFormat) throws {
        let listing = Listing(
            columns: ["a"], rows: [[.init("x\(Self.commands)y")], [.init("plain")]], hasVersion: false)
        let text = format.render(listing)
        let main = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY)
        try #require(main >= 0)
        defer { close(main) }
        // TIOCSPTLCK and TIOCGPTN: the functions for it are not in Swift's Glibc.
        var (isLocked, number) = (Int32(0), UInt32(0))
        let isReady = unsafe ioctl(main, 0x4004_5431, &isLocked) == 0 && ioctl(main, 0x8004_5430, &number) == 0
        try #require(isReady)
        let side = unsafe open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        try #require(side >= 0)
        try Terminal(output: side, errors: side).write(text)
        // Before its end is closed, which would throw away what has not been read.
        var shown: [UInt8] = []
        while !shown.suffix(8).contains(UInt8(ascii: "n")), case .bytes(let more) = try Descriptor.read(main) {
            shown += more
        }
        close(side)
        #expect(Self.isHarmless(String(decoding: shown, as: UTF8.self)))
        let pipe = try Descriptor.pipe()
        defer { close(pipe.read) }
        try Terminal(output: pipe.write, errors: pipe.write).write(text)
        close(pipe.write)
        #expect(try Descriptor.readAll(pipe.read, limit: 65_536) == Array(text.utf8))
        if format == .csv { #expect(text.contains(Self.commands)) }
        if format == .json {
            let value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
            #expect(value == .array([.object(["a": .string("x\(Self.commands)y")]), .object(["a": .string("plain")])]))
        }
    }

    /// What a person thinks before a question is no time of the source's.
    @Test func aQuestionsTimeBeginsWithIt() throws {
        let pipe = try Descriptor.pipe()
        defer { close(pipe.read) }
        let terminal = Terminal(output: pipe.write, errors: pipe.write)
        let first = ContinuousClock().now
        var time = first
        let answers = Logger(
            label: "test",
            factory: { _ in
                StandardErrorLog(terminal: terminal, format: .json, hasColor: false, logLevel: .trace)
            })
        let voice = Voice(try OutputOptions.parse([]), isTerminal: false, showsResults: false, environment: [:])
        let reporter = RunReporter(logs: [], answers: answers, terminal: terminal, voice: voice, now: { time })
        time = first + .seconds(17)
        reporter.begin()
        time += .seconds(2)
        reporter.report()
        close(pipe.write)
        let bytes = try #require(try Descriptor.readAll(pipe.read, limit: 65_536))
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("the source is being asked") && text.contains("\"seconds\":2"), "\(text)")
    }

    /// Who reads from a pipe has no screen that anything could be too wide for.
    @Test func nothingIsCutWhereThereIsNoScreen() {
        let long = String(repeating: "x", count: 200)
        var listing = Listing(columns: ["a", "b"], rows: [[.init(long), .init("y")]])
        listing.cutsLongCells = true
        #expect(ListingFormat.table.render(listing).contains(long + "  y"))
        #expect(!ListingFormat.table.render(listing, width: 80).contains(long))
        let candidate = KeyCandidate(columns: ["id"], origins: [.declared], source: long)
        let findings = KeyFindings(
            TableName(name: "t"), rows: nil, candidates: [candidate], statements: 0, notes: [])
        #expect(ListingFormat.table.render(Listing(findings)).contains(long))
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

    /// Each on screens of several widths: no line is wider, and what is left out is named.
    @Test(arguments: [50, 80, 120])
    func listingsFitTheScreen(width: Int) {
        let columns = (1...40).map {
            CatalogColumn(
                name: "custbody_a_long_name_\($0)", type: "VARCHAR2", length: 4000, incrementalKeyCandidate: $0 < 3,
                custom: true, lastModified: $0 == 1)
        }
        let table = CatalogTableColumns(
            name: TableName(catalog: "Company", schema: "Integrator", name: "transaction"), type: "TABLE",
            columns: columns)
        let checks = [
            Check(
                "login", .fail, String(repeating: "words ", count: 40),
                cure: "Fix it. " + String(repeating: "more ", count: 30))
        ]
        for listing in [Listing([table]), Listing(checks)] {
            let text = ListingFormat.table.render(listing, width: width)
            for line in text.split(separator: "\n") { #expect(line.displayWidth <= width, "\(line)") }
        }
        let listed = ListingFormat.table.render(Listing([table]), width: width)
        #expect(listed.split(separator: "\n").count >= 41 && listed.contains("best"), "\(listed)")
        #expect(width > 50 || listed.contains("(not shown here: "), "\(listed)")
        // Nothing of a check is cut.
        let checked = ListingFormat.table.render(Listing(checks), width: width)
        #expect(!checked.contains("…") && checked.components(separatedBy: "words").count == 41, "\(checked)")
    }

    @Test func rowsOfASourceStandBelowEachOtherWhereTheyDoNotFit() {
        let preview = Preview(
            columns: ["id"] + (1...20).map { "custbody_\($0)" }, types: [],
            rows: [
                ["1", "漢字"] + [String?](repeating: nil, count: 19), ["2", nil] + [String?](repeating: nil, count: 19),
            ])
        #expect(
            ListingFormat.table.render(Listing(preview), width: 60) == """
                id          1
                custbody_1  漢字

                id          2
                custbody_1  NULL

                (19 more columns are empty in all rows)

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
                == #"{"extract":"x","status":"failed","rows":0,"rows_added":null,"rows_replaced":null,"rows_unchanged":null,"#
                + #""rows_removed":null,"seconds":1.235,"destination_table":"d","#
                + #""run_id":"20261123T091500Z-00000001","notes":[],"failure":{"advice":"Look.","kind":"statement","#
                + #""message":"No such table.","sql_state":"42S02"},"schema_version":1}"# + "\n")
        #expect(ListingFormat.csv.render(listing).contains("No such table. Look. [SQLSTATE 42S02]"))
    }

    @Test func aRunIsOneObject() {
        let record = RunRecord(
            TableExtract(name: "x", table: TableName(name: "t"), destinationTable: "d"),
            run: RunIdentity(startedAt: Timestamp(text: "2026-11-23T09:15:00.000Z"), salt: 1), version: "1")
        #expect(ListingFormat.json.render(Listing(record)).hasPrefix("{\"run_id\":"))
        #expect(ListingFormat.table.render(Listing(record)).contains("\nsource_table       t\n"))
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
        #expect(failure.message == "The file \(path) cannot be written: No such file or directory.")
        #expect(failure.advice == "Name one in a directory that is there.")
    }
}
