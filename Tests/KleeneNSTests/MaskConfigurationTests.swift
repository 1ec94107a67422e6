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
}
