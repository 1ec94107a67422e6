import Extraction
import ODBCSource
import TestSupport
import Testing

/// What drivers have been caught doing, done on purpose, through the real driver manager.
@Suite struct LyingDriverTests {
    @Test(arguments: [
        "lie truncation-returns-success\nlie truncation-status-success", "lie truncation-unterminated",
        "lie truncation-no-total", "lie truncation-no-total\nlie truncation-returns-success",
        "lie truncation-capacity", "lie truncation-capacity\nlie truncation-returns-success",
    ])
    func cutValuesAreNoticedWhateverTheDriverSaysAndReadWhole(lie: String) throws {
        for length in [5000, 100_000, 900_000] {
            let driver = try RecordingDriver(
                RecordingDriver.table(
                    columns: [("id", "BIGINT size 19"), RecordingDriver.long, RecordingDriver.text],
                    answer:
                        "row \"1\" \"short\" \"a\"\nrow \"2\" copies:\(length):\"x\" \"b\"\nrow \"3\" \"\" NULL\n\(lie)"
                ))
            let result = try driver.read()
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
        let failure = driver.failure()
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
        #expect(driver.failure()?.message.contains("column \"n\" of s.t, row 2 of the read") == true)
    }

    @Test(arguments: ["0", "-4", "2147483647", "1"])
    func sizesThatAreNotTrueCostARestartAtMost(size: String) throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(
                columns: [("t", "VARCHAR size \(size)")], answer: "row copies:3000:\"é\"\nrow \"b\"\nrow NULL"))
        #expect(try driver.read().rows.map(\.[0]?.count) == [3000, 1, nil])
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
        return try source.extent(of: "id", kind: .integer, in: RecordingDriver.tableName, where: nil).rows
    }

    @Test func driverThatWritesNoStatusesIsReadByItsIndicators() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(
                columns: [RecordingDriver.text], answer: "repeat 5000 \"v{row}\"\nlie status-unwritten"))
        let rows = try driver.read().rows
        #expect(rows.count == 5000 && rows.last == ["v5000"])
    }

    @Test func rowsFetchedThatIsNotWrittenAtTheEndAddsNoRows() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(
                columns: [RecordingDriver.text], answer: "repeat 4001 \"v{row}\"\nlie fetched-unwritten-at-end"))
        #expect(try driver.read().rows.count == 4001)
    }

    @Test(arguments: [
        ("lie fetched-excess 3", "success and"), ("lie fetched-zero", "0 rows"), ("lie fetched-unwritten", "0 rows"),
    ])
    func rowCountsThatCannotBeAreAnError(lie: String, words: String) throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [RecordingDriver.text], answer: "repeat 10 \"v{row}\"\n\(lie)"))
        let failure = driver.failure()
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
            RecordingDriver.table(columns: [RecordingDriver.text], answer: "repeat 10 \"v{row}\"\n\(lie)"))
        let failure = driver.failure()
        #expect(failure?.kind == .data)
        #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
    }

    /// What a driver does not write of a number is what the memory held before: another row's value, or another column's.
    @Test(arguments: [
        ("DOUBLE", "lie value-bytes 4"), ("DOUBLE", "lie value-bytes 1"), ("DOUBLE", "lie value-unwritten"),
    ])
    func numbersThatAreWrittenInPartStopTheRead(type: String, lie: String) throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [("n", "\(type) size 8")], answer: "repeat 10 \"{row}.5\"\n\(lie)"))
        let failure = driver.failure()
        #expect(failure?.kind == .data)
        #expect(failure?.message.contains("only a part of the number") == true, "\(failure?.message ?? "")")
    }

    /// One byte is all that a bit has, as MariaDB's 3.1.15 writes it into a number of eight.
    @Test func bitsAreReadAsBits() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(
                columns: [("b", "BIT size 1")],
                answer: "row \"1\"\nrow \"0\"\nrow NULL\nrow \"1\"\nlie value-bytes 1"))
        #expect(try driver.read().rows == [["1"], ["0"], [nil], ["1"]])
    }

    @Test func bitsThatAreNeitherStopTheRead() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(
                columns: [("b", "BIT size 1")], answer: "row \"1\"\nrow \"0\"\nlie value-unwritten row 2"))
        #expect(driver.failure()?.message.contains("as a truth value") == true)
    }

    @Test(arguments: [
        "attribute ROW_ARRAY_SIZE substitute 7", "attribute ROW_ARRAY_SIZE refuse HY024",
        "attribute ROW_ARRAY_SIZE refuse IM001", "lie short-blocks 3",
    ])
    func arraySizesThatAreRefusedOrShortenedLoseNothing(rule: String) throws {
        let driver = try RecordingDriver(
            rule + "\n"
                + RecordingDriver.table(
                    columns: [RecordingDriver.text],
                    answer: "repeat 100 \"v{row}\"\n\(rule.hasPrefix("lie") ? rule : "")"))
        #expect(try driver.read().rows.map(\.[0]) == (1...100).map { "v\($0)" })
    }

    @Test func errorInMidFetchNamesHowFarItGot() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(
                columns: [RecordingDriver.text],
                answer:
                    "repeat 10000 \"v{row}\"\nat fetch 3 fail HY000 400 \"Failed to retrieve data. Error ticket# abc[400]\""
            ))
        let failure = driver.failure()
        #expect(failure?.kind == .data)
        #expect(failure?.sqlState == "HY000" && failure?.nativeCode == 400 && failure?.function == "SQLFetch")
        #expect(failure?.message.contains("after 4000 rows") == true, "\(failure?.message ?? "")")
    }

    @Test func lostConnectionInMidFetchIsASessionGone() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [RecordingDriver.text], answer: "repeat 10000 \"v{row}\"\nat fetch 2 die"))
        #expect(driver.failure()?.kind == .sessionGone)
    }

    @Test func integersThatAreNoneStopTheReadOfAnUnknownDriver() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [("n", "BIGINT size 19")], answer: "row \"1\"\nrow \"abc\""))
        let failure = driver.failure()
        #expect(failure?.message.contains("declares an integer") == true)
        #expect(failure?.message.contains("row 2") == true)
    }

    @Test func integersOf64BitsAreExactWithoutTypedFetches() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(
                columns: [("n", "BIGINT size 19")], answer: "row \"9223372036854775807\"\nrow \"-9223372036854775808\"")
        )
        #expect(try driver.read().rows == [["9223372036854775807"], ["-9223372036854775808"]])
        #expect(!driver.calls.contains { $0.hasPrefix("SQLBindCol") && $0.contains("ctype=-25") })
    }

    @Test(arguments: ["lie getdata-stuck", "lie getdata-overlong"])
    func longValuesThatDoNotEndAreAnErrorNotALoop(lie: String) throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(
                columns: [RecordingDriver.long], answer: "row copies:900000:\"x\"\n\(lie)"))
        #expect(driver.failure()?.kind == .data)
    }

    /// Rows with long values come one by one; each counts from the beginning of the read all the same.
    @Test func failedRowAmongRowsWithLongValuesIsNamedByItsPlaceInTheRead() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(
                columns: [RecordingDriver.long, RecordingDriver.text],
                answer: "row copies:900000:\"x\" \"a\"\nrepeat 9 \"y\" \"b\"\nlie row-error row 4"))
        // A first block of two rows, so that the fourth is met when rows come one by one already.
        let message = driver.failure(reading: ReadSettings(batchRows: 2))?.message ?? ""
        #expect(message.contains("could not deliver row 4 of the read"), "\(message)")
    }

    @Test func longValuesWithoutATotalAreReadWhole() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(
                columns: [RecordingDriver.long, RecordingDriver.text, ("m", "LONGVARBINARY size 0")],
                answer: "row copies:900000:\"x\" \"a\" copies:700000:\"yz\"\nrow \"\" NULL NULL\nlie getdata-no-total"))
        let rows = try driver.read().rows
        #expect(rows.map(\.[0]?.count) == [900_000, 0])
        #expect(rows.map(\.[1]) == ["a", nil])
        #expect(rows.map(\.[2]?.count) == [2_800_000, nil])
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
        let failure = driver.failure()
        #expect(failure?.kind == kind, "\(failure?.description ?? "")")
        #expect(driver.calls.count { $0.hasPrefix("SQLDriverConnect") } == 1)
    }

    @Test func overlongAndManyDiagnosticsAreSurvived() throws {
        let many = (1...60).map { "at execute fail HY000 \($0) \"reason \($0)\" bytes 9000" }.joined(separator: "\n")
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [RecordingDriver.text], answer: "row \"a\"\n\(many)"))
        #expect(driver.failure()?.kind == .statement)
    }

    @Test func statementThatReturnsOtherColumnsThanAskedForIsRefused() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(
                columns: [RecordingDriver.text], answer: "column \"surplus\" VARCHAR size 5\nrow \"a\" \"b\""))
        #expect(driver.failure()?.message.contains("result has 2") == true)
    }

    @Test func whatTheDriverManagerGetsIsWhatTheDriverGets() throws {
        let driver = try RecordingDriver(RecordingDriver.table(columns: [RecordingDriver.text], answer: "row \"a\""))
        _ = try driver.read()
        let connect = try #require(driver.calls.first { $0.hasPrefix("SQLDriverConnect") })
        #expect(connect.contains("UID=tester;PWD={pl;an}}ted}"), "\(connect)")
        #expect(!driver.calls.contains { $0.hasPrefix("SQLSpecialColumns") || $0.hasPrefix("SQLSetPos") })
    }
}
