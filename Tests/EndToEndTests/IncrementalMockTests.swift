import Foundation
import TestSupport
import Testing

/// Incremental runs, retries and chunks through the real driver manager and driver, against the mock server.
@Suite struct IncrementalMockTests {
    private let directory: TemporaryDirectory
    private let program: Program
    private let mock: MockServerTests.Mock
    private var destination: String { directory.path("d.db") }

    init() throws {
        directory = try TemporaryDirectory()
        program = Program(directory: directory.url)
        mock = try MockServerTests.Mock()
        try configure()
    }

    private func configure(
        connections: Int = 1, chunkRows: Int? = nil, isKeyNamed: Bool = true,
        more: String = #", "incremental_key": "lastmodifieddate""#
    ) throws {
        let unique = isKeyNamed ? #""unique_columns": ["id"], "# : ""
        let chunking = chunkRows.map { #", "chunk_rows": \#($0)"# } ?? ""
        try """
        {
          "source": {
            "account_id": "1234567_SB1", "role_id": 57, "connections": \(connections),
            "retry": {"first_delay": 0, "longest_delay": 0},
            "auth": {"method": "password", "user": "me@example.org", "password": {"env": "NOT_SET"}}
          },
          "destination": {"type": "sqlite", "path": "\(destination)"},
          "extracts": [
            {"name": "customers", "table": "Customer", "columns": ["id", "companyname", "lastmodifieddate"],
             "load_method": "upsert", \(unique)"extract_type": "incremental",
             "overlap": 0, "destination_table": "c"\(chunking)\(more)},
            {"name": "items", "table": "item", "columns": ["id", "itemid"], "destination_table": "i"}
          ]
        }
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
    }

    private func arguments(_ names: [String]) -> [String] {
        ["extract", "--quiet"] + names + ["--mock", "127.0.0.1:\(mock.port)", "--state-dir", directory.path("state")]
    }

    private func extract(_ names: String..., more: [String] = []) throws -> Program.Result {
        try program.run(arguments(names) + more)
    }

    private func rows() throws -> String {
        try sqlite(destination, "SELECT id, companyname, lastmodifieddate FROM c ORDER BY id")
    }

    private func latest(_ column: String) throws -> String {
        try sqlite(
            destination, "SELECT json_extract(record, '$.\(column)') FROM _kleene_runs ORDER BY rowid DESC LIMIT 1")
    }

    /// Connections, chunks, and whether the unique columns are named.
    @Test(arguments: [
        (1, nil, true), (1, nil, false), (2, nil, true), (1, 1000, true), (2, 1000, true), (2, 1000, false),
    ])
    func aRunWithoutChangesCostsOneLoginAndFiveStatements(
        connections: Int, chunkRows: Int?, isKeyNamed: Bool
    ) throws {
        try configure(connections: connections, chunkRows: chunkRows, isKeyNamed: isKeyNamed)
        #expect(try extract("customers").code == 0)
        let before = try rows()
        let logins = try mock.count("logins_tried") ?? 0
        let statements = try mock.count("statements") ?? 0
        let result = try extract("customers")
        #expect(result.code == 0, "\(result.all)")
        #expect(try mock.count("logins_tried") == logins + 1)
        let cost = (try mock.count("statements") ?? 0) - statements
        let last = try mock.tell("statements").suffix(3000)
        // How text arrives, the table's columns, the clock, how many rows there are, the window. The table's key was asked for by the first run. A table that is spelt otherwise than the catalog spells it costs two more.
        #expect(cost == 5, "\(cost) statements: \(last)")
        #expect(try rows() == before && !before.isEmpty)
    }

    /// Where the source has no key yet, a first run reads nothing: not the rows without a key, nor those that come meanwhile.
    @Test func aFirstRunOfASourceWithoutAKeyReadsNothing() throws {
        try configure(more: #", "incremental_key": "id", "null_keys": "exclude", "where": "id < -1000000""#)
        let result = try extract("customers")
        #expect(result.code == 0, "\(result.all)")
        #expect(try rows().isEmpty)
        #expect(try mock.tell("statements").contains("(1 = 0)"))
        #expect(try extract("customers").code == 0)
    }

    /// A lag that is larger than the time since the last run leaves no row to be read, and nothing is wrong about that.
    @Test func anEmptyWindowKeepsTheTable() throws {
        #expect(try extract("customers").code == 0)
        let before = try rows()
        let watermark = try sqlite(destination, "SELECT watermark, inclusive FROM _kleene_watermarks")
        try configure(more: #", "incremental_key": "lastmodifieddate", "lag": "3000d""#)
        let result = try extract("customers")
        #expect(result.code == 0, "\(result.all)")
        #expect(try rows() == before)
        #expect(try sqlite(destination, "SELECT watermark, inclusive FROM _kleene_watermarks") == watermark)
    }

    /// To the hour and to the decade, until the clock is right again or a person says how it goes on.
    @Test(arguments: [("1990-01-01T00:00:00", "90000d"), ("2026-11-28T04:30:00", "2026-11-28 04:00:00")])
    func aClockThatWentBackStopsTheRunAndKeepsTheTable(clock: String, to: String) throws {
        try mock.tell("freeze", "2026-11-28T12:00:00")
        try mock.tell("evolve 3")
        #expect(try extract("customers").code == 0)
        let before = try rows()
        let watermark = try sqlite(destination, "SELECT watermark, inclusive FROM _kleene_watermarks")
        try mock.tell("freeze", clock)
        let result = try extract("customers")
        #expect(result.code == 10, "\(result.all)")
        #expect(result.errors.contains("The source's clock went back by"), "\(result.errors)")
        #expect(try rows() == before)
        #expect(try sqlite(destination, "SELECT watermark, inclusive FROM _kleene_watermarks") == watermark)
        #expect(try latest("failure.kind") == "guard")
        try mock.tell("freeze", "2026-11-28T12:30:00")
        #expect(try extract("customers").code == 0, "right again")
        try mock.tell("freeze", clock)
        #expect(try extract("customers").code == 10)
        guard to.contains("-") else { return }
        let rewound = try program.run(["state", "rewind", "customers", "--to", to])
        #expect(rewound.code == 0, "\(rewound.all)")
        // The rows that are there are ahead of that clock, and there is nothing else to read.
        let ahead = try extract("customers")
        #expect(ahead.code == 10 && ahead.errors.contains("ahead of the source's clock"), "\(ahead.all)")
        try configure(more: #", "incremental_key": "lastmodifieddate", "guard": {"count": false}"#)
        #expect(try extract("customers").code == 0, "as a person said")
    }

    /// No further than the end of summer time goes back: the run reads more, and the record says why.
    @Test func aClockThatWentBackByAnHourIsInTheRecord() throws {
        try mock.tell("freeze", "2026-11-28T12:00:00")
        #expect(try extract("customers").code == 0)
        try mock.tell("freeze", "2026-11-28T11:20:00")
        let result = try extract("customers")
        #expect(result.code == 0, "\(result.all)")
        let notes = try latest("notes")
        #expect(notes.contains("The source's clock went back by"), "\(notes)")
        #expect(notes.contains("as at the end of summer time"), "\(notes)")
    }

    @Test(arguments: ["fault fetch expired", "fault fetch reset", "fault statement expired", "fault statement reset"])
    func aLostSessionIsTriedAgainOnAFreshConnection(_ fault: String) throws {
        try mock.tell(fault, "matching=companyname", "times=1")
        let result = try extract("customers")
        #expect(result.code == 0, "\(result.all)")
        #expect(try mock.count("logins_tried") == 2)
        #expect(try latest("retries") == "1")
        #expect(try latest("rowsRead") == sqlite(destination, "SELECT count(*) FROM c"))
    }

    @Test func rowsThatCannotBeReadAreHalvedDownAndNamed() throws {
        try mock.tell("fault fetch ticket always matching=companyname")
        let result = try extract("customers")
        #expect(result.code == 1, "\(result.all)")
        #expect(result.errors.contains("It happened in the chunk id from "), "\(result.errors)")
        // One of the other rows is enough to say that a range of one number is all that is left.
        let range = result.errors.split(separator: "in the chunk id ").last ?? ""
        let numbers = range.split { !$0.isNumber }.prefix(1).compactMap { Int($0) }
        #expect(numbers.count == 1, "\(range)")
        #expect(try mock.count("logins_tried") ?? 0 < 40)
        try mock.tell("clear")
        #expect(try extract("customers").code == 0)
    }

    @Test func aRefusedStatementIsNotTriedAgain() throws {
        try mock.tell(
            "fault statement error always matching=companyname sql_state=42000 text=Syntax error in the query")
        let result = try extract("customers")
        #expect(result.code == 1, "\(result.all)")
        #expect(try mock.count("logins_tried") == 1)
        #expect(try latest("failure.kind") == "statement")
        #expect(try latest("retries") == "0")
    }

    @Test func aDriverThatStallsIsStopped() throws {
        try mock.tell("fault fetch stall matching=companyname")
        let result = try extract("customers", more: ["--stall-timeout", "2"])
        #expect(result.code == 9, "\(result.all)")
        try mock.tell("clear")
        #expect(try extract("customers").code == 0)
    }

    @Test func ofTwoRunsOfOneExtractTheSecondIsBusyAndOfTwoExtractsNeither() throws {
        try mock.tell("fault fetch stall matching=companyname")
        let first = try program.start(arguments(["customers"]))
        // Its read is under way, so it holds the lock.
        var looks = 0
        while looks < 2000, try !mock.tell("statements").lowercased().contains("companyname") { looks += 1 }
        let second = try extract("customers")
        #expect(second.code == 5, "\(second.all)")
        let other = try extract("items")
        #expect(other.code == 0, "\(other.all)")
        try mock.tell("clear")
        #expect(try first.wait().code == 0)
        #expect(try sqlite(destination, "SELECT (SELECT count(*) FROM c) > 0, (SELECT count(*) FROM i) > 0") == "1|1")
    }
}
