import Foundation
import TestSupport
import Testing

/// Settings that cannot be right: one sentence before any row is read, from each command that can know it.
@Suite struct BadSettingsTests {
    private static let lines =
        #"{"name": "lines", "table": "transactionLine", "load_method": "upsert", "destination_table": "l""#

    /// What is wrong, the extracts, and the sentence. What the source must be asked for is no fault of the file by itself.
    struct Setting: Sendable, CustomTestStringConvertible {
        var name: String
        var extracts: [String]
        var words: String
        var isOfFile = true
        /// Whether the catalog tells, so that `doctor` does; a condition is only tried by running it.
        var isOfCatalog: Bool { !isOfFile && !name.hasPrefix("a condition") }
        /// The code of `extract` and `plan`: 1 for what the source does not have.
        var code: Int32 = 2

        var testDescription: String { name }
    }

    static let settings = [
        Setting(
            name: "a cycle",
            extracts: [
                lines + #", "follows": "more"}"#,
                #"{"name": "more", "table": "transaction", "load_method": "upsert", "follows": "lines", "destination_table": "m"}"#,
            ], words: "of two extracts only one can follow the other"),
        Setting(
            name: "itself", extracts: [lines + #", "follows": "lines"}"#], words: "an extract cannot follow itself"),
        Setting(
            name: "a parent that is not there",
            extracts: [MockBench.transactions(), lines + #", "follows": "transaction"}"#],
            words: #"there is no extract "transaction" to follow. Did you mean "transactions"?"#),
        Setting(
            name: "a parent that is not enabled",
            extracts: [MockBench.transactions(#""enabled": false"#), lines + #", "follows": "transactions"}"#],
            words: #""transactions" is not enabled, and the two come in together"#),
        Setting(
            name: "a masked unique column", extracts: [MockBench.transactions(#""mask": {"ID": "redact"}"#)],
            words: #""ID" is one of "unique_columns", and rows are found again at the source by its values"#),
        Setting(
            name: "a name of kleene-ns's own columns",
            extracts: [#"{"table": "customer", "rename": {"email": "_kleene_run_id"}}"#],
            words: #"the name "_kleene_run_id" begins with _kleene_, as only the columns of kleene-ns itself do"#),
        Setting(
            name: "two columns of one name",
            extracts: [#"{"table": "customer", "rename": {"email": "mail", "altemail": "Mail"}}"#],
            words: #""altemail" and "email" would both be "mail""#),
        Setting(
            name: "the name of another column that is named",
            extracts: [#"{"table": "customer", "columns": ["id", "email"], "rename": {"email": "ID"}}"#],
            words: #""email" would be "id", which is another of the "columns""#),
        Setting(
            name: "a rename of a column that is not named",
            extracts: [#"{"table": "customer", "columns": ["id"], "rename": {"email": "mail"}}"#],
            words: #""email" is not among the "columns" of the extract, so there is nothing to rename"#),
        Setting(
            name: "a rename for several tables",
            extracts: [
                #"{"name": "{table}", "table": ["cust*"], "destination_table": "{table}", "rename": {"email": "mail"}}"#
            ], words: "does not go with several tables; give each table whose columns are renamed an entry of its own"),
        Setting(
            name: "the name of another column", extracts: [#"{"table": "customer", "rename": {"email": "ID"}}"#],
            words: #"would have 2 columns of customer as "ID": "id" and "email""#, isOfFile: false),
        Setting(
            name: "a rename of a column that there is not",
            extracts: [#"{"table": "customer", "rename": {"emial": "mail"}}"#],
            words: #"renames "emial", and the table customer has no such column"#, isOfFile: false, code: 1),
        Setting(
            name: "a rename of a column that is not read",
            extracts: [#"{"table": "customer", "columns": ["*", "!standard", "id"], "rename": {"email": "mail"}}"#],
            words: #"renames "email", which it does not read"#, isOfFile: false),
        Setting(
            name: "a masked key that the source declares",
            extracts: [#"{"table": "customer", "mask": {"id": "redact"}}"#],
            words: #"masks "id", by which rows of customer are found again"#, isOfFile: false),
        Setting(
            name: "a condition with an error", extracts: [#"{"table": "customer", "where": "emial = 'x'"}"#],
            words: "emial", isOfFile: false, code: 1),
        Setting(
            name: "unique columns that are not read",
            extracts: [#"{"table": "customer", "columns": ["email"], "unique_columns": ["id"]}"#],
            words: #"The unique column "id" of the extract "customer" is not among the columns that it reads"#,
            isOfFile: false),
    ]

    private func bench(_ extracts: [String]) throws -> MockBench {
        let bench = try MockBench(scale: 60)
        try bench.configure(extracts)
        return bench
    }

    /// Statements that ask a table of the data for columns of its rows, and not only for their number or their ends.
    private func reads(_ bench: MockBench) throws -> [String] {
        let answer = try JSONSerialization.jsonObject(with: Data(try bench.tell("statements").utf8)) as? [String: Any]
        let statements = try #require(answer?["value"] as? [String])
        return statements.filter { text in
            let words = text.lowercased()
            let isOfData = ["customer", "transaction"].contains {
                words.contains("from \($0)") || words.contains("from \"\($0)")
            }
            return words.contains("select") && isOfData && !words.contains("count(*)") && !words.contains("max(")
        }
    }

    @Test(arguments: settings) func aBadSettingIsOneSentenceBeforeAnyRowIsRead(_ setting: Setting) throws {
        let bench = try bench(setting.extracts)
        for command in [["extract"], ["plan"]] {
            let result = try bench.program.run(command + bench.mockFlags)
            #expect(result.code == setting.code && result.all.contains(setting.words), "\(command): \(result.all)")
        }
        let check = try bench.run("config", "check")
        let doctor = try bench.program.run(["doctor"] + bench.mockFlags)
        if setting.isOfFile {
            #expect(check.code == 2 && check.all.contains(setting.words), "\(check.all)")
            #expect(doctor.code == 7 && doctor.all.contains(setting.words), "\(doctor.all)")
        } else {
            #expect(check.code == 0, "\(check.all)")
            if setting.isOfCatalog {
                #expect(doctor.code == 7 && doctor.all.contains(setting.words), "\(doctor.all)")
            }
        }
        #expect(try reads(bench) == [])
        // Where the source had to be asked first, the failed run is on record, and nothing else.
        if FileManager.default.fileExists(atPath: bench.destination) {
            let tables = try sqlite(
                bench.destination,
                "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 8) <> '_kleene_'")
            #expect(!setting.isOfFile && tables == "0", "\(setting.name): \(tables)")
        }
    }

    /// The parent is there, and this command leaves it out.
    @Test func aParentThatTheCommandDoesNotExtractIsNamed() throws {
        let bench = try bench([MockBench.transactions(), Self.lines + #", "follows": "transactions"}"#])
        for command in ["extract", "plan"] {
            let result = try bench.program.run([command, "lines"] + bench.mockFlags)
            #expect(
                result.code == 2
                    && result.all.contains(#""lines" follows "transactions", which this command does not extract"#),
                "\(result.all)")
        }
        #expect(try reads(bench) == [])
    }

    /// Only the rows tell: they are read and staged, and nothing of them is loaded.
    @Test func aKeyThatIsNotUniqueIsSaidBeforeAnythingIsLoaded() throws {
        let bench = try bench([#"{"table": "transaction", "load_method": "upsert", "unique_columns": ["type"]}"#])
        let result = try bench.program.run(["extract"] + bench.mockFlags)
        #expect(
            result.code == 1 && result.all.contains(#""type" does not identify the rows of transaction"#)
                && result.all.contains("`kleene-ns keys transaction`"), "\(result.all)")
        #expect(try sqlite(bench.destination, "SELECT count(*) FROM sqlite_schema WHERE name = 'transaction'") == "0")
        // The rows that are refused look right otherwise, so the search stays sharp.
        #expect(try reads(bench).count == 1)
    }
}
