import ArgumentParser
import Extraction
import ODBCSource
import Testing

@testable import KleeneNS

/// What may not stand among attributes or in a connection string, by keyword and by value.
@Suite struct KeywordTests {
    @Test(arguments: [
        ("PWD", SecretKeyword.Kind.password), ("pwd", .password), ("Pass Word", .password), ("PASSWORD", .password),
        ("ApiKey", .secret), ("API_KEY", .secret), ("api key", .secret), ("AccessKey", .secret),
        ("AWS_SecretAccessKey", .secret),
        ("Authorization", .secret), ("OAuth2Token", .secret), ("Auth_AccessToken", .secret),
        ("TruststorePassword", .secret),
        ("TLSKEYPWD", .secret), ("ClientSecret", .secret), ("PassPhrase", .secret), ("AccountKey", .secret),
        ("UID", .user), ("User", .user), ("USER ID", .user), ("UserName", .user), ("LogonId", .user),
        ("CustomProperties", .properties), ("custom_properties", .properties),
    ])
    func secretsAndLoginsAreFoundHoweverTheyAreSpelt(keyword: String, kind: SecretKeyword.Kind) {
        #expect(SecretKeyword.kind(of: keyword) == kind)
        #expect(SecretKeyword.first(in: "Driver=x;\(keyword) = y")?.keyword == keyword)
        for (profile, source) in [
            (SecretKeyword.Profile.odbc, #""profile": "odbc", "driver": "D""#),
            (
                .netSuite,
                #""account_id": "1", "role_id": 57, "auth": {"method": "password", "user": "u", "password": {"env": "P"}}"#
            ),
        ] {
            let faults = ConfigurationTests.faults(
                #"{"source": {\#(source), "attributes": {\#(JSONValue.quoted(keyword)): "hunter2"}}}"#)
            #expect(faults.count == 1 && faults[0].hasPrefix("$.source.attributes.\(keyword): "), "\(faults)")
            #expect(faults[0].hasSuffix(SecretKeyword.refusal(kind, profile)) && !faults[0].contains("hunter2"))
        }
        let faults = ConfigurationTests.faults(
            #"{"source": {"profile": "odbc", "connection_string": "Driver=D;\#(keyword)=hunter2"}}"#)
        #expect(faults.count == 1 && faults[0].contains(keyword) && !faults[0].contains("hunter2"), "\(faults)")
    }

    @Test(arguments: [
        "Server", "Servername", "Database", "Port", "SSLmode", "Truststore", "KeyFile", "UserAgent", "ProxyBypass",
        "Tokenizer",
        "Key", "Host", "Script", "ConnSettings", "MaxVarcharSize",
    ])
    func otherKeywordsAreTaken(keyword: String) {
        #expect(SecretKeyword.kind(of: keyword) == nil)
    }

    @Test(arguments: [
        "https://me:hunter2@proxy:8080/", "http://me:h@nter2@proxy", "password=hunter2 host=x", "a=b;PWD=hunter2",
        "options='-c x=1' sslpassword=hunter2",
    ])
    func passwordsInValuesAreFound(value: String) {
        #expect(SecretKeyword.isSecret(value: value))
        let faults = ConfigurationTests.faults(
            #"{"source": {"profile": "odbc", "driver": "D", "attributes": {"Proxy": \#(JSONValue.quoted(value))}}}"#)
        #expect(faults.count == 1 && faults[0].contains("a password in its value") && !faults[0].contains("unter2"))
    }

    /// An expression that anybody can read says what a URL with a password is; the program, which must not compile one at each start,
    /// finds the same.
    @Test func urlsWithAPasswordAreWhatAnExpressionSaysTheyAre() {
        let expression = /:\/\/[^\/?#@\s]*:[^\/?#\s]*@/.matchingSemantics(.unicodeScalar)
        let pieces = ["://", ":", "/", "@", "?", "#", " ", "\u{A0}", "\u{301}", "a", "me", "x://u:p@"]
        var numbers = SystemRandomNumberGenerator()
        var found = 0
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...9, using: &numbers)
            let text = (0..<count).map { _ in pieces.randomElement(using: &numbers) ?? "" }.joined()
            let isOne = text.contains(expression)
            #expect(SecretKeyword.isURLWithPassword(text) == isOne, "\(text.debugDescription)")
            if isOne { found += 1 }
        }
        #expect(found > 1000)
    }

    /// What flags are refused with.
    private static func refusal(_ arguments: [String]) -> String {
        do {
            _ = try SourceOptions.parse(arguments)
            return ""
        } catch {
            return SourceOptions.message(for: error)
        }
    }

    /// A character under an accent is to Swift another one, to a driver it is what it is.
    @Test(arguments: [
        "password=\u{301}hunter2 host=x", "a=b;\u{301}PWD=hunter2", "https://me:\u{301}hunter2@proxy",
        "https://\u{301}me:hunter2@proxy",
    ])
    func passwordsUnderAnAccentAreFound(value: String) {
        #expect(SecretKeyword.isSecret(value: value))
        #expect(SecretKeyword.firstWithSecretValue(in: "Driver=D;Proxy={\(value)}") == "Proxy")
    }

    @Test(arguments: [
        "{host=x password=hunter2}", "{options=1;sslpassword=hunter2}", "x&token=hunter2",
        "host=x passfile=y pwd=hunter2",
    ])
    func passwordsInValuesOfAConnectionStringAreFoundLikeThoseOfAttributes(value: String) throws {
        let string = "Driver=D;pqopt=\(value)"
        let faults = ConfigurationTests.faults(
            #"{"source": {"profile": "odbc", "connection_string": \#(JSONValue.quoted(string))}}"#)
        #expect(faults.count == 1 && faults[0].contains("in the value of pqopt") && !faults[0].contains("unter2"))
        let flag = Self.refusal(["--connection-string", string])
        #expect(flag.contains("the keyword pqopt") && !flag.contains("hunter2"), "\(flag)")
    }

    @Test(arguments: ["Driver=D;A={b;\u{301}PWD=hunter2", "Driver=D;A={b}\u{301};PWD=hunter2", "PWD=\u{301}hunter2"])
    func keywordsUnderAnAccentAreFound(text: String) {
        #expect(SecretKeyword.first(in: text)?.keyword.hasSuffix("PWD") == true)
    }

    @Test func attributeOfAFlagIsSplitWhereADriverSplitsIt() throws {
        let options = try SourceOptions.parse(["--driver", "D", "--attribute", "Server=\u{301}x"])
        guard case .odbc(let source) = options.source else { return }
        #expect(source.settings.attributes == [.init(keyword: "Server", value: "\u{301}x")])
        for text in ["PWD=\u{301}hunter2", "pqopt=password=\u{301}hunter2"] {
            let flag = Self.refusal(["--driver", "D", "--attribute", text])
            #expect(flag.contains("--password-env") && !flag.contains("hunter2"), "\(flag)")
        }
    }

    @Test(arguments: [
        "https://proxy:8080/a@b", "options='-c ns.role=3'", "SET TIME ZONE 'UTC'", "/opt/ca3.cer,/opt/ca4.cer", "a@b",
    ])
    func otherValuesAreTaken(value: String) {
        #expect(!SecretKeyword.isSecret(value: value))
    }

    // MARK: Transport

    @Test(arguments: [
        ("Encrypted", "0", "in clear"), ("ENC", "no", "in clear"), ("ValidateServerCertificate", "0", "certificate"),
        ("sslmode", "disable", "in clear"), ("SSL Mode", "Prefer", "choose"), ("CA", "d", nil),
        ("Encrypt", "no", "in clear"),
        ("TrustServerCertificate", "Yes", "certificate"), ("FORCETLS", "0", "in clear"),
        ("SSLVERIFY", "0", "certificate"),
        ("EncryptionMethod", "0", "in clear"), ("Encryption", "off", "in clear"),
        ("sslmode", "verify-full", nil), ("Encrypted", "1", nil), ("Encrypt", "strict", nil),
        ("TrustServerCertificate", "no", nil),
    ])
    func connectionsThatAreOpenToOthersAreSaid(keyword: String, value: String, words: String?) {
        let warnings = TransportKeyword.warnings([(keyword, value)])
        #expect(warnings.count == (words == nil ? 0 : 1))
        if let words { #expect(warnings[0].contains(words) && warnings[0].contains(keyword)) }
    }
}
