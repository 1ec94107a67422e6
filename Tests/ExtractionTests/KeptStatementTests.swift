import Testing

@testable import Extraction

/// What a run's record keeps of the statement that asked for the rows.
@Suite struct KeptStatementTests {
    private func kept(_ statement: String) -> String? {
        let extract = TableExtract(name: "e", table: TableName(schema: "s", name: "t"), destinationTable: "t")
        let run = RunIdentity(startedAt: Timestamp(text: "2026-01-01T00:00:00Z"), salt: 0)
        var record = RunRecord(extract, run: run, version: "1")
        record.keep(statement: statement)
        return record.statement
    }

    @Test func aStatementOfUsualLengthIsKeptWhole() {
        let statement = "SELECT " + (1...200).map { "\"column_\($0)\"" }.joined(separator: ", ") + " FROM t"
        #expect(kept(statement) == statement)
    }

    @Test func aStatementThatNamesThousandsOfKeysIsCutAndSaysSo() {
        let statement =
            "SELECT a FROM t WHERE h IN (" + (100_000..<105_000).map { "\($0)" }.joined(separator: ", ") + ")"
        let text = kept(statement) ?? ""
        #expect(text.hasPrefix("SELECT a FROM t WHERE h IN (100000, 100001"))
        #expect(text.hasSuffix("… (\(statement.count - 4000) further characters)"))
        #expect(text.count < 4100)
    }
}
