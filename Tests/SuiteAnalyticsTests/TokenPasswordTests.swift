import TestSupport
import Testing
import Text

@testable import SuiteAnalytics

@Suite struct TokenPasswordTests {
    /// NetSuite's own example, and two of public connectors.
    static let vectors: [(String, TokenCredentials, String, Int, String)] = [
        (
            "1234567",
            TokenCredentials(
                consumerKey: "71cc02b731f05895561ef0862d71553a3ac99498a947c3b7beaf4a1e4a29f7c4",
                consumerSecret: "7278da58caf07f5c336301a601203d10a58e948efa280f0618e25fcee1ef2abd",
                tokenID: "89e08d9767c5ac85b374415725567d05b54ecf0960ad2470894a52f741020d82",
                tokenSecret: "060cd9ab3ffbbe1e3d3918e90165ffd37ab12acc76b4691046e2d29c7d7674c2"),
            "6obMKq0tmY8ylVOdEkA1", 1_439_829_974, "FCghIZqXNetuZY8ILWOFH0ucdfzQOmAuL+q+kF21zPs="
        ),
        (
            "aaaaaaa_SB1",
            TokenCredentials(
                consumerKey: "0b6c796a-e4d4-4bd9-adf5-e4a63d8d8c15",
                consumerSecret: "f92911a7-9667-4b7a-b99d-e1bd0024434f",
                tokenID: "87ab1c97-1034-4845-bbf0-104b27152acc",
                tokenSecret: "4efe5c11-cd09-404b-accb-1d1e48492816"),
            "11111", 1_701_469_921, "25CcuGJ99s52zKpeIvGno5SE2e7eF6/w/I05nElY8Bo="
        ),
        (
            "bbbbbbb_SB1",
            TokenCredentials(
                consumerKey: "06beb54f-f872-4107-90f0-97d26c2909ce",
                consumerSecret: "1f9a4ea1-7c5f-4b45-a2b5-d6bd1b7b6667",
                tokenID: "b75375ca-8c09-416e-825a-53a20138f74a",
                tokenSecret: "74697aaa-fa9e-4254-aa7a-c4505034e4bc"),
            "11111", 1_701_469_921, "ZSiCPmuDhechNjPTiP12NWu5JBhzeOh113xqLxsq77w="
        ),
    ]

    @Test(arguments: vectors)
    func publishedVectorsAreReproduced(
        account: String, credentials: TokenCredentials, nonce: String, timestamp: Int, signature: String
    ) {
        // As text: an account id would have upper case.
        let password = TokenPassword.make(
            account: account, credentials: credentials, nonce: nonce, timestamp: timestamp)
        #expect(
            password.reveal()
                == "\(account)&\(credentials.consumerKey.reveal())&\(credentials.tokenID.reveal())&\(nonce)&\(timestamp)&\(signature)&HMAC-SHA256"
        )
    }

    @Test func noncesAreLettersAndDigitsAndNeverTheSame() {
        let nonces = (0..<2000).map { _ in TokenPassword.nonce() }
        #expect(Set(nonces).count == nonces.count)
        #expect(
            nonces.allSatisfy {
                (6...64).contains($0.count) && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
            })
    }
}

@Suite struct AccountIDTests {
    @Test(arguments: [
        ("1234567", "1234567", "1234567.connect.api.netsuite.com"),
        ("1234567_SB1", "1234567_SB1", "1234567-sb1.connect.api.netsuite.com"),
        ("1234567-sb1", "1234567_SB1", "1234567-sb1.connect.api.netsuite.com"),
        ("tstdrv99", "TSTDRV99", "tstdrv99.connect.api.netsuite.com"),
    ])
    func hostsFollowFromIds(text: String, id: String, host: String) throws {
        let account = try #require(AccountID(rawValue: text))
        #expect(account.rawValue == id)
        #expect(account.serviceHost == host)
    }

    @Test(arguments: ["", "12 34", "a;b", "../x", "1234567&x", "é"])
    func whatIsNoIdIsRefused(text: String) { #expect(AccountID(rawValue: text) == nil) }
}
