import SuiteAnalytics
import TestSupport
import Testing
import Text

/// What is wrong with a description of the service, found out without a login.
@Suite struct ServiceRulesTests {
    private static func faults(
        account: String, host: String? = nil, role: Int = 57, dataSource: String? = nil
    ) throws -> [String: String] {
        let id = try #require(AccountID(rawValue: account))
        let rules = ServiceRules(account: id, role: role, host: host, dataSource: dataSource)
        return Dictionary(uniqueKeysWithValues: rules.faults.map { ($0.key, $0.message) })
    }

    @Test(arguments: [
        ("1234567", "1234567-sb1.connect.api.netsuite.com", "1234567_SB1"),
        ("1234567_SB1", "1234567.connect.api.netsuite.com", "1234567"),
        ("1234567_SB1", "1234567-sb2.connect.api.netsuite.com", "1234567_SB2"),
        ("1234567_SB1", "1234567-RP.Connect.API.NetSuite.com.", "1234567_RP"),
        ("1234567", "7654321.connect.api.netsuite.com", "7654321"),
    ])
    func anotherAccountsHostIsAFaultInBothDirections(account: String, host: String, other: String) throws {
        let fault = try #require(try Self.faults(account: account, host: host)["service_host"])
        #expect(fault.contains("the account \(other)") && fault.contains("\"account_id\" is \(account)"), "\(fault)")
        #expect(fault.contains(try #require(AccountID(rawValue: account)).serviceHost))
    }

    @Test(arguments: [
        ("https://1234567.connect.api.netsuite.com", "is a URL"), ("1234567.connect.api.netsuite.com/", "is a URL"),
        ("1234567.connect.api.netsuite.com:1708", "\"service_port\": 1708"), ("localhost:9", "\"service_port\": 9"),
        ("1234567.suitetalk.api.netsuite.com", "no host of the Connect service"),
        ("1234567.app.netsuite.com", "no host of the Connect service"),
        ("odbcserver.eu2.netsuite.com", "no host of the Connect service"), ("me@host", "no host's name"),
        (" 1234567.connect.api.netsuite.com", "no host's name"),
    ])
    func whatIsNoHostOfTheServiceIsAFault(host: String, words: String) throws {
        let fault = try Self.faults(account: "1234567", host: host)["service_host"]
        #expect(fault?.contains(words) == true, "\(fault ?? "no fault")")
    }

    /// The account's own, and names that say nothing: a tunnel, an address.
    @Test(arguments: [
        nil, "1234567-sb1.connect.api.netsuite.com", "1234567-SB1.connect.api.netsuite.com.", "localhost", "10.1.2.3",
        "::1",
        "netsuite.tunnel.example.com", "notnetsuite.com",
    ])
    func otherHostsAreTheUsersAffair(host: String?) throws {
        #expect(try Self.faults(account: "1234567_SB1", host: host, dataSource: "NetSuite2.com").isEmpty)
    }

    @Test func theOldDataSourceAndTheAdministratorAreFaults() throws {
        #expect(
            try Self.faults(account: "1", dataSource: "netsuite.com")["data_source"]?.contains("NetSuite2.com") == true)
        #expect(try Self.faults(account: "1", role: 3)["role_id"]?.contains("Administrator") == true)
        let id = try #require(AccountID(rawValue: "1"))
        #expect(ServiceRules(account: id, role: 57, host: nil, dataSource: "Netsuite2.con").oddities.count == 1)
        #expect(ServiceRules(account: id, role: 57, host: nil, dataSource: "netSuite2.com").oddities.isEmpty)
    }

    @Test func unusualKeysAreSaidWithoutAnyPartOfThem() {
        let key = String(repeating: "0aF9", count: 16)
        let keys = ["a", "b", "c", "d"].map { Secret($0 + key.dropFirst()) }
        #expect(
            TokenCredentials(consumerKey: keys[0], consumerSecret: keys[1], tokenID: keys[2], tokenSecret: keys[3])
                .oddities
                .isEmpty)
        let odd = TokenCredentials(
            consumerKey: Secret(String(keys[0].reveal().dropLast())), consumerSecret: Secret("z" + key.dropFirst()),
            tokenID: keys[2],
            tokenSecret: keys[2]
        ).oddities
        #expect(odd.map(\.key) == ["consumer_key", "consumer_secret", "token_id", "token_secret"])
        #expect(odd[0].message.contains("has 63 characters") && odd[1].message.contains("other characters"))
        #expect(odd[2].message.contains("same text as token_secret") && !odd.contains { $0.message.contains("0aF9") })
    }

    @Test func theMocksOwnKeysAreLikeNetSuites() throws {
        let token = try #require(MockServer.authentication.method as? TokenCredentials)
        #expect(token.oddities.isEmpty)
    }

    @Test func settingsAndCredentialsHaveNoPrintableForm() throws {
        let token = TokenCredentials(
            consumerKey: "hush1", consumerSecret: "hush2", tokenID: "hush3", tokenSecret: "hush4")
        let settings = ServiceSettings(
            account: try #require(AccountID(rawValue: "1")), role: 57, authentication: Authentication(token),
            stateDirectory: "/s")
        var dumped = ""
        dump(settings, to: &dumped)
        dump([token], to: &dumped)
        dump(settings.authentication, to: &dumped)
        for text in ["\(settings)", String(reflecting: token), "\(settings.authentication)", dumped] {
            #expect(!text.contains("hush"), "\(text)")
        }
    }
}
