import Extraction
import Testing

@testable import KleeneNS

@Suite struct RenameConfigurationTests {
    private static func faults(_ rename: String, _ extract: String = "", source: String = ConfigurationTests.source)
        -> [String]
    {
        ConfigurationTests.faults(
            "{\(source), \"extracts\": [{\"table\": \"t\", \"rename\": \(rename)\(extract)}]}")
    }

    @Test func namesAreReadAsTheyAreWritten() throws {
        let configuration = try ConfigurationTests.read(
            """
            {\(ConfigurationTests.source),
             "extracts": [{"table": "t", "rename": {"custbody_region": "region", "tranid": "Document Number"}}, {"table": "u"}]}
            """)
        let extract = configuration.extracts[0].tableExtract
        #expect(extract.renames == ["custbody_region": "region", "tranid": "Document Number"])
        #expect(extract.destinationName(of: "TRANID") == "Document Number")
        #expect(extract.destinationName(of: "id") == "id")
        // Nothing of it is in what an extract without it is compared by.
        #expect(configuration.extracts[1].tableExtract.renames == nil)
        #expect(Self.faults("{}") == [])
    }

    @Test(arguments: [
        (#"["a"]"#, "expected an object"), (#"{"": "b"}"#, "has a column without a name."),
        (#"{"a": ""}"#, "is empty"), (#"{"a": 1}"#, "expected a string"),
        (#"{"a": "_kleene_run_id"}"#, "begins with _kleene_, as only the columns of kleene-ns itself do"),
        (#"{"a": "_KLEENE_deleted_at"}"#, "begins with _kleene_"),
        (#"{"a": "c", "b": "c"}"#, #""a" and "b" would both be "c"."#),
        (#"{"a": "Straße", "b": "STRAßE"}"#, "would both be"),
    ])
    func whatIsNoNameIsAFault(_ rename: String, _ words: String) {
        let faults = Self.faults(rename)
        #expect(faults.count == 1 && faults[0].contains(words), "\(faults)")
        #expect(faults.allSatisfy { $0.contains("rename") }, "\(faults)")
    }

    @Test func whatIsNotReadIsNotRenamed() {
        #expect(Self.faults(#"{"email": "mail"}"#, #", "columns": ["id", "e*"]"#) == [])
        #expect(Self.faults(#"{"email": "mail"}"#, #", "columns": ["*", "!email"]"#).count == 1)
        let faults = Self.faults(#"{"email": "mail"}"#, #", "columns": ["id"]"#)
        #expect(faults.count == 1 && faults[0].contains("so there is nothing to rename"), "\(faults)")
    }

    @Test func aNameThatAnotherColumnKeepsIsAFault() {
        let faults = Self.faults(#"{"a": "B"}"#, #", "columns": ["a", "b"]"#)
        #expect(
            faults.count == 1 && faults[0].contains(#""a" would be "b", which is another of the "columns"."#),
            "\(faults)")
        // Two that change their names, and one that another makes room for.
        #expect(Self.faults(#"{"a": "b", "b": "a"}"#, #", "columns": ["a", "b"]"#) == [])
        #expect(Self.faults(#"{"a": "b", "b": "c"}"#, #", "columns": ["a", "b"]"#) == [])
    }

    /// PostgreSQL cuts long names, and has columns of its own in each table; SQLite does neither.
    @Test func namesAreHeldToTheDestinationsRules() {
        let long = String(repeating: "é", count: 32)
        let postgres = """
            "source": {"profile": "odbc", "driver": "x"},
            "destination": {"type": "postgresql", "host": "h", "database": "d"}
            """
        for (name, words) in [
            (long, "has 64 bytes, and PostgreSQL cuts names behind 63"), ("xmin", "PostgreSQL has in every table"),
        ] {
            let faults = Self.faults("{\"a\": \"\(name)\"}", source: postgres)
            #expect(faults.count == 1 && faults[0].contains(words), "\(faults)")
            #expect(Self.faults("{\"a\": \"\(name)\"}") == [])
        }
        #expect(Self.faults("{\"a\": \"\(long.dropLast())e\"}", source: postgres) == [])
    }

    @Test func severalTablesHaveNoNamesInCommon() {
        let faults = ConfigurationTests.faults(
            """
            {\(ConfigurationTests.source), "extracts": [{"name": "{table}", "table": ["c*"], "destination_table": "{table}",
             "rename": {"a": "b"}}]}
            """)
        #expect(faults.count == 1 && faults[0].contains("does not go with several tables"), "\(faults)")
    }
}
