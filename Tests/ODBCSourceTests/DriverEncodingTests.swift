import Extraction
import ODBCSource
import Synchronization
import TestSupport
import Testing

/// Letters on the way through a driver, values and names: narrow, wide, or neither.
@Suite struct DriverEncodingTests {
    @Test func wideValuesAreAskedForInWholeUnits() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [RecordingDriver.long], answer: "row copies:300001:\"€\""),
            probe: "lie narrow-substitute\n" + RecordingDriver.goodProbe)
        #expect(try driver.read().rows.map(\.[0]?.count) == [300_001])
        let pieces = driver.calls.filter { $0.hasPrefix("SQLGetData column=1 ctype=-8") }
        #expect(pieces.count > 1)
        #expect(pieces.allSatisfy { $0.last?.wholeNumberValue?.isMultiple(of: 2) == true }, "\(pieces)")
    }

    @Test(arguments: ["lie narrow-latin1", "lie narrow-substitute", "lie narrow-mojibake"])
    func brokenNarrowTextIsFetchedWideWhereThatIsRight(lie: String) throws {
        let driver = try RecordingDriver(
            lie + "\n"
                + RecordingDriver.table(
                    columns: [RecordingDriver.text, RecordingDriver.long],
                    answer: "row \"Grüße €🌍\" copies:9000:\"é\"\nrow \"\" NULL"),
            probe: lie + "\n" + RecordingDriver.goodProbe)
        let rows = try driver.read().rows
        #expect(rows.map(\.[0]) == ["Grüße €🌍", ""])
        #expect(rows.map(\.[1]?.count) == [9000, nil])
    }

    @Test func textThatIsBrokenBothWaysIsNotExtracted() throws {
        let lies = "lie narrow-substitute\nlie wide-substitute\n"
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [RecordingDriver.text], answer: "row \"a\""),
            probe: lies + RecordingDriver.goodProbe)
        let failure = driver.failure()
        #expect(failure?.kind == .environment)
        #expect(!driver.calls.contains { $0.contains("FROM \\\"s\\\"") })
    }

    @Test func sourceThatTakesUTF8ForLatin1IsFoundByTheLength() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [RecordingDriver.text], answer: "row \"a\""),
            probe: RecordingDriver.goodProbe.replacing("\"4\"", with: "\"10\""))
        #expect(driver.failure()?.kind == .environment)
    }

    /// A wide-only driver replaces letters in narrow names as it does in narrow values.
    @Test func namesComeWideWhereValuesDo() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [("Größe 𝄞", "VARCHAR size 40")], answer: "row \"ja\""),
            probe: "lie narrow-substitute\n" + RecordingDriver.goodProbe)
        let source = DataSource(settings: driver.settings) { _ in }
        #expect(try source.columns(of: RecordingDriver.tableName).columns.map(\.name) == ["Größe 𝄞"])
        #expect(try readAll(source, RecordingDriver.tableName).rows == [["ja"]])
        #expect(driver.calls.contains { $0.contains("SELECT \\\"Größe 𝄞\\\" FROM") }, "\(driver.calls)")
    }

    /// As mdbtools has it: no literals, no functions, no tables of constants.
    @Test func driverWithLittleSQLReadsItsTables() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [RecordingDriver.text], answer: "row \"é\"\nrow NULL")
                + "\nsql any\nat execute fail HY000 1 \"Couldn't parse SQL\"", probe: "")
        let notes = Mutex<[String]>([])
        let source = DataSource(settings: driver.settings) { note in notes.withLock { $0.append(note) } }
        #expect(try readAll(source, RecordingDriver.tableName).rows == [["é"], [nil]])
        #expect(
            notes.withLock(\.self).contains { $0.contains("could not be tested") && $0.contains("Couldn't parse SQL") })
    }

    @Test func invalidUTF8NamesColumnAndRow() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(
                columns: [("id", "BIGINT size 19"), RecordingDriver.text],
                answer: "repeat 2500 \"{row}\" \"ok\"\nrow \"2501\" x\"41ff42\""))
        let failure = driver.failure()
        #expect(failure?.message.contains("column \"t\" of s.t, row 2501") == true, "\(failure?.message ?? "")")
        #expect(failure?.message.contains("UTF-8") == true)
    }

    @Test func nulBytesInTextArriveAsTheyAre() throws {
        let driver = try RecordingDriver(
            RecordingDriver.table(columns: [RecordingDriver.text], answer: "row x\"610062\""))
        #expect(try driver.read().rows == [["a\0b"]])
    }
}
