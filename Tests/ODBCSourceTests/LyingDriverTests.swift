import Extraction
import Foundation
import ODBC
import ODBCSource
import Rows
import Synchronization
import TestSupport
import Testing

/// What drivers have been caught doing, done on purpose, through the real driver manager.
@Suite struct LyingDriverTests {
    private static let text = (name: "t", line: "VARCHAR size 40")
    private static let long = (name: "l", line: "LONGVARCHAR size 0")
    private static let table = TableName(schema: "s", name: "t")

    @Test func postgreSQLGetsTheUsersNameWithoutBracesAndThePasswordInThem() throws {
        let plan = try ConnectionPlan(
            DataSourceSettings(driver: "PostgreSQL Unicode", user: "me@example.org", password: "p@;ss"))
        #expect(plan.string.text.hasSuffix(";UID=me@example.org;PWD={p@;ss}"))
    }

    private func read(_ driver: RecordingDriver) throws -> ReadRows {
        let source = DataSource(settings: driver.settings) { _ in }
        return try readAll(source, Self.table)
    }

    private func failure(_ driver: RecordingDriver) -> Failure? {
        do {
            let rows = try read(driver)
            Issue.record("read \(rows.rows.count) rows: \(rows.rows.prefix(2))")
            return nil
        } catch {
            return error as? Failure
        }
    }

    @Test(arguments: [
        "lie truncation-returns-success\nlie truncation-status-success", "lie truncation-unterminated",
        "lie truncation-no-total", "lie truncation-no-total\nlie truncation-returns-success",
        "lie truncation-capacity", "lie truncation-capacity\nlie truncation-returns-success",
    ])
    func cutValuesAreNoticedWhateverTheDriverSaysAndReadWhole(lie: String) throws {
        for length in [5000, 100_000, 900_000] {
            let driver = try RecordingDriver(
                RecordingDriver.table(
                    columns: [("id", "BIGINT size 19"), Self.long, Self.text],
                    answer:
                        "row \"1\" \"short\" \"a\"\nrow \"2\" copies:\(length):\"x\" \"b\"\nrow \"3\" \"\" NULL\n\(lie)"
                ))
            let result = try read(driver)
            #expect(result.restarts > 0)
            #expect(result.rows.map(\.[1]?.count) == [5, length, 0])
            #expect(result.rows.map(\.[2]) == ["a", "b", nil])
        }
    }

    /// Some country's way to write a number is text to SQL, to us, and to whoever reads the destination.
    @Test(arguments: ["1,5", "1.234,5", "12-", "1 234", "$5"])
    func aDecimalThatIsNoneStopsWithItsCell(text: String) throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(
                columns: [("d", "DECIMAL size 10")], answer: "row \"1.5\"\nrow NULL\nrow \"\(text)\""))
        let failure = failure(driver)
        #expect(failure?.kind == .data)
        #expect(
            failure?.message.contains("delivered \"\(text)\" in column \"d\" of s.t, row 3 of the read") == true,
            "\(failure?.message ?? "")")
    }

    /// No wider slot makes a number of it, and the read began again for ever.
    @Test func aLongTextInAColumnOfIntegersStopsWithItsCell() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(
                columns: [("n", "INTEGER size 10")], answer: "row \"1\"\nrow copies:100:\"x\""))
        #expect(failure(driver)?.message.contains("column \"n\" of s.t, row 2 of the read") == true)
    }

    private func columns(whereKeys action: String) throws -> (listing: CatalogTableColumns, notes: [String]) {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [Self.text], answer: "catalog primary-keys\nat execute \(action)"))
        let notes = Mutex<[String]>([])
        let source = DataSource(settings: driver.settings) { note in notes.withLock { $0.append(note) } }
        let listing = try source.columns(of: Self.table, withKey: true)
        return (listing, notes.withLock(\.self))
    }

    @Test func refusalToTellTheKeyIsNoted() throws {
        let refused = try columns(whereKeys: "fail 42501 7 \"[Vendor]no rights\"")
        #expect(refused.listing.columns.map(\.key) == [nil])
        #expect(
            refused.notes == [
                "The driver remarks: SQLPrimaryKeys failed, so that no key is known: no rights [SQLSTATE 42501]"
            ])
        let silent = try columns(whereKeys: "fail-silently")
        #expect(
            silent.notes == [
                "The driver remarks: SQLPrimaryKeys failed, so that no key is known: the driver gave no reason "
                    + "[SQLSTATE HY000]"
            ])
    }

    @Test func sessionThatIsLostOverTheKeyIsNoTableWithoutOne() throws {
        let failure = try #require(throws: Failure.self) { try columns(whereKeys: "die") }
        #expect(failure.kind == .sessionGone)
    }

    @Test func wideValuesAreAskedForInWholeUnits() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [Self.long], answer: "row copies:300001:\"€\""),
            probe: "lie narrow-substitute\n" + RecordingDriver.goodProbe)
        #expect(try read(driver).rows.map(\.[0]?.count) == [300_001])
        let pieces = driver.calls.filter { $0.hasPrefix("SQLGetData column=1 ctype=-8") }
        #expect(pieces.count > 1)
        #expect(pieces.allSatisfy { $0.last?.wholeNumberValue?.isMultiple(of: 2) == true }, "\(pieces)")
    }

    @Test(arguments: ["0", "-4", "2147483647", "1"])
    func sizesThatAreNotTrueCostARestartAtMost(size: String) throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(
                columns: [("t", "VARCHAR size \(size)")], answer: "row copies:3000:\"é\"\nrow \"b\"\nrow NULL"))
        #expect(try read(driver).rows.map(\.[0]?.count) == [3000, 1, nil])
    }

    @Test(arguments: [("12", 12), ("12.0", 12), ("12.00", 12), ("1E+06", 1_000_000), ("0", 0)])
    func countsAreReadHoweverTheSourceWritesThem(text: String, rows: Int) throws {
        #expect(try count(text) == rows)
    }

    /// Taken for none, it would keep the rows from ever being read.
    @Test(arguments: ["many", "12.5", "-1", "1E+300", ""])
    func aCountThatIsNoneIsAnError(text: String) throws {
        let failure = #expect(throws: Failure.self) { try count(text) }
        #expect(failure?.message.contains("COUNT(*) gave no whole number") == true)
    }

    private func count(_ text: String) throws -> Int {
        let driver = try RecordingDriver(
            """
            sql contains "COUNT(*)"
            column "a" BIGINT size 19
            column "b" BIGINT size 19
            column "c" VARCHAR size 40
            row "1" "9" "\(text)"
            """)
        let source = DataSource(settings: driver.settings) { _ in }
        return try source.extent(of: "id", kind: .integer, in: Self.table, where: nil).rows
    }

    @Test func driverThatWritesNoStatusesIsReadByItsIndicators() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [Self.text], answer: "repeat 5000 \"v{row}\"\nlie status-unwritten"))
        let rows = try read(driver).rows
        #expect(rows.count == 5000 && rows.last == ["v5000"])
    }

    @Test func rowsFetchedThatIsNotWrittenAtTheEndAddsNoRows() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [Self.text], answer: "repeat 4001 \"v{row}\"\nlie fetched-unwritten-at-end"))
        #expect(try read(driver).rows.count == 4001)
    }

    @Test(arguments: [
        ("lie fetched-excess 3", "success and"), ("lie fetched-zero", "0 rows"), ("lie fetched-unwritten", "0 rows"),
    ])
    func rowCountsThatCannotBeAreAnError(lie: String, words: String) throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [Self.text], answer: "repeat 10 \"v{row}\"\n\(lie)"))
        let failure = failure(driver)
        #expect(failure?.kind == .data)
        #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
    }

    @Test(arguments: [
        ("lie indicator-unwritten column 1 row 3", "did not say how long"),
        ("lie indicator-32-bit", "only 32 of the 64 bits"),
        ("lie indicator-value -77 column 1 row 2", "-77 as the length"),
        ("lie row-error row 4", "could not deliver row 4"),
        ("lie error-returns-success\nlie row-error row 4", "row 4"),
    ])
    func unwrittenAndSenselessIndicatorsStopTheReadNamingTheRow(lie: String, words: String) throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [Self.text], answer: "repeat 10 \"v{row}\"\n\(lie)"))
        let failure = failure(driver)
        #expect(failure?.kind == .data)
        #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
    }

    @Test func invalidUTF8NamesColumnAndRow() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(
                columns: [("id", "BIGINT size 19"), Self.text],
                answer: "repeat 2500 \"{row}\" \"ok\"\nrow \"2501\" x\"41ff42\""))
        let failure = failure(driver)
        #expect(failure?.message.contains("column \"t\" of s.t, row 2501") == true, "\(failure?.message ?? "")")
        #expect(failure?.message.contains("UTF-8") == true)
    }

    @Test func nulBytesInTextArriveAsTheyAre() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [Self.text], answer: "row x\"610062\""))
        #expect(try read(driver).rows == [["a\0b"]])
    }

    @Test(arguments: [
        "attribute ROW_ARRAY_SIZE substitute 7", "attribute ROW_ARRAY_SIZE refuse HY024",
        "attribute ROW_ARRAY_SIZE refuse IM001", "lie short-blocks 3",
    ])
    func arraySizesThatAreRefusedOrShortenedLoseNothing(rule: String) throws {
        let driver = try RecordingDriver(
            rule + "\n"
                + RecordingDriver.table(
                    columns: [Self.text], answer: "repeat 100 \"v{row}\"\n\(rule.hasPrefix("lie") ? rule : "")"))
        #expect(try read(driver).rows.map(\.[0]) == (1...100).map { "v\($0)" })
    }

    @Test func errorInMidFetchNamesHowFarItGot() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(
                columns: [Self.text],
                answer:
                    "repeat 10000 \"v{row}\"\nat fetch 3 fail HY000 400 \"Failed to retrieve data. Error ticket# abc[400]\""
            ))
        let failure = failure(driver)
        #expect(failure?.kind == .data)
        #expect(failure?.sqlState == "HY000" && failure?.nativeCode == 400 && failure?.function == "SQLFetch")
        #expect(failure?.message.contains("after 4000 rows") == true, "\(failure?.message ?? "")")
    }

    @Test func lostConnectionInMidFetchIsASessionGone() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [Self.text], answer: "repeat 10000 \"v{row}\"\nat fetch 2 die"))
        #expect(failure(driver)?.kind == .sessionGone)
    }

    @Test func integersThatAreNoneStopTheReadOfAnUnknownDriver() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [("n", "BIGINT size 19")], answer: "row \"1\"\nrow \"abc\""))
        let failure = failure(driver)
        #expect(failure?.message.contains("declares an integer") == true)
        #expect(failure?.message.contains("row 2") == true)
    }

    @Test func integersOf64BitsAreExactWithoutTypedFetches() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(
                columns: [("n", "BIGINT size 19")], answer: "row \"9223372036854775807\"\nrow \"-9223372036854775808\"")
        )
        #expect(try read(driver).rows == [["9223372036854775807"], ["-9223372036854775808"]])
        #expect(!driver.calls.contains { $0.hasPrefix("SQLBindCol") && $0.contains("ctype=-25") })
    }

    @Test(arguments: ["lie getdata-stuck", "lie getdata-overlong"])
    func longValuesThatDoNotEndAreAnErrorNotALoop(lie: String) throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(
                columns: [Self.long], answer: "row copies:900000:\"x\"\n\(lie)"))
        #expect(failure(driver)?.kind == .data)
    }

    @Test func longValuesWithoutATotalAreReadWhole() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(
                columns: [Self.long, Self.text, ("m", "LONGVARBINARY size 0")],
                answer: "row copies:900000:\"x\" \"a\" copies:700000:\"yz\"\nrow \"\" NULL NULL\nlie getdata-no-total"))
        let rows = try read(driver).rows
        #expect(rows.map(\.[0]?.count) == [900_000, 0])
        #expect(rows.map(\.[1]) == ["a", nil])
        #expect(rows.map(\.[2]?.count) == [2_800_000, nil])
    }

    @Test(arguments: ["lie narrow-latin1", "lie narrow-substitute", "lie narrow-mojibake"])
    func brokenNarrowTextIsFetchedWideWhereThatIsRight(lie: String) throws {
        let driver = try RecordingDriver(
            lie + "\n"
                + RecordingDriver.table(
                    columns: [Self.text, Self.long], answer: "row \"Grüße €🌍\" copies:9000:\"é\"\nrow \"\" NULL"),
            probe: lie + "\n" + RecordingDriver.goodProbe)
        let rows = try read(driver).rows
        #expect(rows.map(\.[0]) == ["Grüße €🌍", ""])
        #expect(rows.map(\.[1]?.count) == [9000, nil])
    }

    @Test func textThatIsBrokenBothWaysIsNotExtracted() throws {
        let lies = "lie narrow-substitute\nlie wide-substitute\n"
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [Self.text], answer: "row \"a\""), probe: lies + RecordingDriver.goodProbe)
        let failure = failure(driver)
        #expect(failure?.kind == .environment)
        #expect(!driver.calls.contains { $0.contains("FROM \\\"s\\\"") })
    }

    @Test func sourceThatTakesUTF8ForLatin1IsFoundByTheLength() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [Self.text], answer: "row \"a\""),
            probe: RecordingDriver.goodProbe.replacing("\"4\"", with: "\"10\""))
        #expect(failure(driver)?.kind == .environment)
    }

    @Test(arguments: [
        ("at connect fail 28000 0 \"Invalid authorization\"", FailureClass.credentials),
        ("at connect fail 08001 101 \"password authentication failed for user\"", .credentials),
        ("at connect fail 08001 2310 \"TCP/IP, connection reset by peer\"", .connection),
        ("at connect fail 01000 0 \"something under a warning's state\"", .connection),
        ("at connect fail-silently", .environment),
    ])
    func refusedConnectionsAreClassedByStateOrWords(action: String, kind: FailureClass) throws {
        let driver = try RecordingDriver("", probe: action)
        let failure = failure(driver)
        #expect(failure?.kind == kind, "\(failure?.description ?? "")")
        #expect(driver.calls.count { $0.hasPrefix("SQLDriverConnect") } == 1)
    }

    @Test func overlongAndManyDiagnosticsAreSurvived() throws {
        let many = (1...60).map { "at execute fail HY000 \($0) \"reason \($0)\" bytes 9000" }.joined(separator: "\n")
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [Self.text], answer: "row \"a\"\n\(many)"))
        #expect(failure(driver)?.kind == .statement)
    }

    @Test func statementThatReturnsOtherColumnsThanAskedForIsRefused() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [Self.text], answer: "column \"surplus\" VARCHAR size 5\nrow \"a\" \"b\""))
        #expect(failure(driver)?.message.contains("result has 2") == true)
    }

    @Test func whatTheDriverManagerGetsIsWhatTheDriverGets() throws {
        let driver = try RecordingDriver(RecordingDriver.table(columns: [Self.text], answer: "row \"a\""))
        _ = try read(driver)
        let connect = try #require(driver.calls.first { $0.hasPrefix("SQLDriverConnect") })
        #expect(connect.contains("UID=tester;PWD={pl;an}}ted}"), "\(connect)")
        #expect(!driver.calls.contains { $0.hasPrefix("SQLSpecialColumns") || $0.hasPrefix("SQLSetPos") })
    }

    /// A wide-only driver replaces letters in narrow names as it does in narrow values.
    @Test func namesComeWideWhereValuesDo() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [("Größe 𝄞", "VARCHAR size 40")], answer: "row \"ja\""),
            probe: "lie narrow-substitute\n" + RecordingDriver.goodProbe)
        let source = DataSource(settings: driver.settings) { _ in }
        #expect(try source.columns(of: Self.table).columns.map(\.name) == ["Größe 𝄞"])
        #expect(try readAll(source, Self.table).rows == [["ja"]])
        #expect(driver.calls.contains { $0.contains("SELECT \\\"Größe 𝄞\\\" FROM") }, "\(driver.calls)")
    }

    @Test func twoColumnsThatLookTheSameAreTwo() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(
                columns: [("caf\u{E9}", "VARCHAR size 9"), ("cafe\u{301}", "VARCHAR size 9")], answer: "row \"1\" \"2\""
            ))
        let source = DataSource(settings: driver.settings) { _ in }
        let names = try source.columns(of: Self.table).columns.map(\.name)
        #expect(names.map { $0.unicodeScalars.count } == [4, 5])
        #expect(try readAll(source, Self.table).rows == [["1", "2"]])
    }

    /// As mdbtools has it: no literals, no functions, no tables of constants.
    @Test func driverWithLittleSQLReadsItsTables() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [Self.text], answer: "row \"é\"\nrow NULL")
                + "\nsql any\nat execute fail HY000 1 \"Couldn't parse SQL\"", probe: "")
        let notes = Mutex<[String]>([])
        let source = DataSource(settings: driver.settings) { note in notes.withLock { $0.append(note) } }
        #expect(try readAll(source, Self.table).rows == [["é"], [nil]])
        #expect(
            notes.withLock(\.self).contains { $0.contains("could not be tested") && $0.contains("Couldn't parse SQL") })
    }

    private static let catalog = """
        catalog tables
        row NULL "s" "t" "TABLE" NULL
        row NULL "s" "u" "TABLE" NULL
        row NULL "s" "bare" "TABLE" NULL
        row NULL "s2" "t" "VIEW" NULL
        catalog columns
        row NULL "s" "t" "a" "12" "VARCHAR" "10" NULL NULL NULL "1" NULL NULL NULL NULL NULL "1" "YES"
        row NULL "s" "u" "x" "4" "INTEGER" "10" NULL "0" NULL "0" NULL NULL NULL NULL NULL "2" "NO"
        row NULL "s" "u" "y" "4" "INTEGER" "10" NULL "0" NULL "0" NULL NULL NULL NULL NULL "1" "NO"
        row NULL "s" "t" "b" "12" "VARCHAR" "10" NULL NULL NULL "1" NULL NULL NULL NULL NULL "2" "YES"
        row NULL "s2" "t" "c" "12" "VARCHAR" "10" NULL NULL NULL "1" NULL NULL NULL NULL NULL "1" "YES"
        catalog primary-keys
        row NULL "s" "u" "y" "1" "pk"
        row NULL "s" "t" "b" "1" "pk"
        """

    /// In one statement, with a table whose rows do not come in one go, one without columns, and one not in order.
    @Test func columnsOfAllTablesAreThoseOfEach() throws {
        let driver = try RecordingDriver(Self.catalog)
        let source = DataSource(settings: driver.settings) { _ in }
        let tables = try source.tables(schema: nil).map(\.name)
        let each = try tables.map { try source.visibleColumns(of: $0) }
        let before = driver.calls.count { $0.hasPrefix("SQLColumns") }
        var all: [TableName: CatalogTableColumns] = [:]
        try source.eachColumns(of: tables) { all[$0.name] = $0 }
        #expect(tables.map { all[$0] } == each)
        #expect(each.map(\.columns.count) == [2, 2, 0, 1])
        // One for all, one for what was torn, one for what has no columns.
        let asked = driver.calls.count { $0.hasPrefix("SQLColumns") } - before
        #expect(asked <= 4, "\(asked)")
    }

    @Test func listedTableWithoutColumnsIsNotSaidToBeMissing() throws {
        let driver = try RecordingDriver(
            Self.catalog + "\nsql contains \"bare\"\nat execute fail 42000 1356 \"references invalid table\"")
        let failure = #expect(throws: Failure.self) {
            try DataSource(settings: driver.settings) { _ in }.columns(of: TableName(schema: "s", name: "bare"))
        }
        #expect(
            failure?.message
                == "The source lists s.bare, but no column of it, and reading it fails: references invalid table.")
        #expect(failure?.kind == .statement && failure?.advice.contains("Near") == false)
    }

    @Test func schemaThatIsNotThereIsRefused() throws {
        let driver = try RecordingDriver(Self.catalog)
        let source = DataSource(settings: driver.settings) { _ in }
        for ask in [
            { _ = try source.columns(of: TableName(schema: "nope", name: "t")) },
            { _ = try source.tables(schema: "nope") },
        ] {
            let failure = #expect(throws: Failure.self) { try ask() }
            #expect(failure?.message.contains("\"nope\"") == true)
            #expect(failure?.advice.contains("Its schemas: s, s2.") == true, "\(String(describing: failure))")
        }
    }

    @Test func dottedNameIsHeldAgainstTheListing() throws {
        let driver = try RecordingDriver(Self.catalog)
        let source = DataSource(settings: driver.settings) { _ in }
        #expect(try source.columns(of: TableName(name: "s2.t")).columns.map(\.name) == ["c"])
        #expect(try source.columns(of: TableName(name: "s.t")).columns.map(\.name) == ["a", "b"])
        let failure = #expect(throws: Failure.self) { try source.columns(of: TableName(name: "t")) }
        #expect(failure?.message == "There is more than one table t: s.t, s2.t.")
    }
}
