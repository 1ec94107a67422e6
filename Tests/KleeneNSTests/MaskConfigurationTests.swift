import Extraction
import Testing

@testable import KleeneNS

@Suite struct MaskConfigurationTests {
    private static func faults(_ mask: String, _ extract: String = "", _ more: String = "") -> [String] {
        ConfigurationTests.faults(
            "{\(ConfigurationTests.source), \"extracts\": [{\"table\": \"t\", \"mask\": \(mask)\(extract)}]\(more)}")
    }

    @Test func masksAndTheirKeyAreRead() throws {
        let configuration = try ConfigurationTests.read(
            """
            {\(ConfigurationTests.source), "mask_key": {"env": "M"},
             "extracts": [{"table": "t", "mask": {"email": "hmac", "phone": "redact"}}]}
            """)
        #expect(configuration.extracts[0].tableExtract.masks == ["email": .hmac, "phone": .redact])
        #expect(configuration.maskKey?.place == .environment("M"))
        #expect(Self.faults("{}") == [])
    }

    @Test func whatIsNoMaskIsNamed() {
        #expect(Self.faults(#"["email"]"#).first?.contains("expected an object") == true)
        #expect(Self.faults(#"{"": "redact"}"#).contains { $0.hasSuffix("has a column without a name.") })
        #expect(
            Self.faults(#"{"email": "redact", "EMAIL": "redact"}"#).contains {
                $0.hasSuffix("is the column \"EMAIL\" again.")
            })
        #expect(Self.faults(#"{"email": "redakt"}"#).contains { $0.contains("did you mean \"redact\"?") })
        #expect(
            Self.faults(#"{"email": "hmac"}"#, "", #", "mask_key": "hunter2""#).allSatisfy { !$0.contains("hunter2") })
    }

    @Test func aColumnThatAGlobTakesMayBeMasked() {
        #expect(Self.faults(#"{"email": "redact"}"#, #", "columns": ["id", "e*"]"#) == [])
        #expect(Self.faults(#"{"email": "redact"}"#, #", "columns": ["*", "!email"]"#).count == 1)
    }

    @Test func aKeyIsNeededForMasksThatHaveOne() {
        #expect(Self.faults(#"{"email": "redact"}"#) == [])
        #expect(Self.faults(#"{"email": "hmac"}"#, "", #", "mask_key": {"file": "m"}"#) == [])
        let missing = Self.faults(#"{"email": "hmac"}"#)
        #expect(missing.count == 1 && missing[0].contains("openssl rand -hex 32"), "\(missing)")
    }

    private static func defaults(_ mask: String, _ extracts: String, key: Bool = true) -> String {
        "{\(ConfigurationTests.source), \(key ? #""mask_key": {"env": "M"}, "# : "")\"defaults\": {\"mask\": \(mask)}, "
            + "\"extracts\": [\(extracts)]}"
    }

    @Test func masksOfTheDefaultsAreThoseOfEachExtractThatSaysNothingElse() throws {
        let configuration = try ConfigurationTests.read(
            Self.defaults(
                #"{"email": "hmac", "ssn": "redact"}"#,
                #"{"table": "a"}, {"table": "b", "mask": {"EMAIL": null, "phone": "redact"}}, {"table": "c", "mask": {"email": "redact"}}"#
            ))
        let masks = configuration.extracts.map(\.tableExtract.masks)
        #expect(
            masks == [
                ["email": .hmac, "ssn": .redact], ["ssn": .redact, "phone": .redact],
                ["email": .redact, "ssn": .redact],
            ])
        // What an entry masks itself, its table must have.
        let loose = configuration.extracts.map(\.tableExtract.masksWhereThere)
        #expect(loose == [["email", "ssn"], ["ssn"], ["ssn"]])
    }

    @Test func aColumnOfTheDefaultsThatFindsRowsIsRefusedAndMayBeLeftInClear() {
        let key = #""table": "t", "columns": ["id"], "unique_columns": ["email"]"#
        let refused = ConfigurationTests.faults(Self.defaults(#"{"email": "redact"}"#, "{\(key)}"))
        #expect(
            refused.count == 1 && refused[0].contains(#""mask": {"email": null} in the extract leaves it in clear"#))
        #expect(
            ConfigurationTests.faults(Self.defaults(#"{"email": "redact"}"#, "{\(key), \"mask\": {\"email\": null}}"))
                == [])
        // Of a column that is not read there is nothing to say.
        #expect(
            ConfigurationTests.faults(Self.defaults(#"{"email": "redact"}"#, #"{"table": "t", "columns": ["id"]}"#))
                == [])
        #expect(ConfigurationTests.faults(Self.defaults(#"{"email": null}"#, #"{"table": "t"}"#)).count == 1)
    }

    @Test func theDefaultsLackTheirKeyOnce() {
        let missing = ConfigurationTests.faults(
            Self.defaults(#"{"email": "hmac"}"#, #"{"table": "a"}, {"table": "b"}"#, key: false))
        #expect(missing.count == 1 && missing[0].contains("$.defaults.mask"), "\(missing)")
    }

    @Test func severalTablesAreMaskedWhereTheyHaveTheColumn() throws {
        let configuration = try ConfigurationTests.read(
            Self.defaults(
                #"{"ssn": "redact"}"#,
                #"{"table": ["customrecord_*"], "destination_table": "{table}", "mask": {"email": "hmac"}}"#))
        let extract = configuration.patterns[0].of(TableName(name: "customrecord_x"), called: "customrecord_x")
            .tableExtract
        #expect(extract.masks == ["email": .hmac, "ssn": .redact] && extract.masksWhereThere == ["email", "ssn"])
    }
}
