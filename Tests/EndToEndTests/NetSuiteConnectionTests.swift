import Foundation
import ODBCSource
import TestSupport
import Testing

/// What a driver registered under NetSuite's name is asked to connect with, byte for byte, behind the real driver manager.
@Suite struct NetSuiteConnectionTests {
    private static let consumerKey = "71cc02b731f05895561ef0862d71553a3ac99498a947c3b7beaf4a1e4a29f7c4"
    private static let consumerSecret = "7278da58caf07f5c336301a601203d10a58e948efa280f0618e25fcee1ef2abd"
    private static let tokenID = "89e08d9767c5ac85b374415725567d05b54ecf0960ad2470894a52f741020d82"
    private static let tokenSecret = "060cd9ab3ffbbe1e3d3918e90165ffd37ab12acc76b4691046e2d29c7d7674c2"
    private static let person = "pl;an}ted pass&word+1"

    private static let tba = """
        {"method": "tba", "consumer_key": {"env": "P_KEY"}, "consumer_secret": {"env": "P_SECRET"},
         "token_id": {"env": "P_TOKEN"}, "token_secret": {"env": "P_TOKEN_SECRET"}}
        """
    private static let password = """
        {"method": "password", "user": "first.last@example.com", "password": {"env": "P_PERSON"}}
        """

    private let directory: TemporaryDirectory
    private let driver: RecordingDriver
    private let program: Program

    init() throws {
        directory = try TemporaryDirectory()
        driver = try RecordingDriver(
            """
            sql contains "FROM oa_tables"
            column "table_qualifier" WVARCHAR size 128
            column "table_owner" WVARCHAR size 128
            column "table_name" WVARCHAR size 128
            column "table_type" WVARCHAR size 128
            column "oa_userdata" WVARCHAR size 254
            column "remarks" WVARCHAR size 254
            row "Acme Inc" "Data Warehouse Integrator" "transaction" "TABLE" NULL NULL
            """, probe: RecordingDriver.goodProbe.replacing("CHAR_LENGTH", with: "LENGTH"))
        try FileManager.default.createDirectory(atPath: directory.path("odbc"), withIntermediateDirectories: true)
        try "[NetSuite ODBC Drivers 8.1]\nDriver=\(driver.libraryPath)\n"
            .write(toFile: directory.path("odbc/odbcinst.ini"), atomically: true, encoding: .utf8)
        program = Program(
            directory: directory.url,
            environment: [
                "ODBCSYSINI": directory.path("odbc"), "P_KEY": Self.consumerKey, "P_SECRET": Self.consumerSecret,
                "P_TOKEN": Self.tokenID, "P_TOKEN_SECRET": Self.tokenSecret, "P_PERSON": Self.person,
            ])
    }

    /// Writes a configuration with a source's keys.
    private func configure(auth: String, _ more: String = "") throws {
        let attributes = Dictionary(uniqueKeysWithValues: driver.settings.attributes.map { ($0.keyword, $0.value) })
            .merging(["Truststore": "/opt/netsuite/cert/ca3.cer,/opt/netsuite/cert/ca4.cer"]) { $1 }
        let object = String(decoding: try JSONEncoder().encode(attributes), as: UTF8.self)
        try """
        {"source": {"account_id": "1234567_SB1", "role_id": 57, "auth": \(auth), "attributes": \(object)\(more)},
         "destination": {"type": "sqlite", "path": "d.db"}, "extracts": [{"table": "transaction"}]}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
    }

    /// Lists the tables with a source's keys, and returns the string that the driver got.
    private func connectionString(auth: String, _ more: String = "") throws -> String {
        try configure(auth: auth, more)
        let result = try program.run(["tables", "--refresh", "--state-dir", directory.path("state"), "--format", "csv"])
        #expect(result.code == 0, "\(result.all)")
        #expect(result.output.contains(",transaction,"), "\(result.output)")
        let connects = driver.calls.filter { $0.hasPrefix("SQLDriverConnect") }
        let last = try #require(connects.last)
        let prefix = "SQLDriverConnect completion=0 string=\""
        #expect(last.hasPrefix(prefix) && last.hasSuffix("\""))
        #expect(!last.contains("\\"), "the record escapes something: \(last)")
        return String(last.dropFirst(prefix.count).dropLast())
    }

    @Test func probeOfADriverThatRefusesNearlyEverythingAsksAllOfItOnOneConnection() throws {
        try configure(auth: Self.tba)
        let result = try program.run(
            ["doctor", "--probe", "--report", "r.md", "--state-dir", directory.path("state"), "--format", "csv"])
        #expect(result.code == 7, "\(result.all)")
        #expect(driver.calls.count { $0.hasPrefix("SQLDriverConnect") } == 1)
        let report = try String(contentsOfFile: directory.path("r.md"), encoding: .utf8)
        #expect(report.contains("## FAIL types") && report.contains("## INFO error texts"), "\(report)")
        #expect(report.contains("<Aaaa Aaa> 1"), "\(report)")
        #expect(!report.contains("connection was lost"))
        for word in ["Acme", "Warehouse", "1234567", Self.consumerKey, Self.tokenID] {
            #expect(!report.contains(word), "\(word) in \(report)")
        }
    }

    /// The whole string, with the secret and what follows it left to the caller.
    private var start: String {
        let settings = driver.settings.attributes.sorted { $0.keyword < $1.keyword }
            .map { "\($0.keyword)=\($0.value);" }.joined()
        return "DRIVER=NetSuite ODBC Drivers 8.1;Host=1234567-sb1.connect.api.netsuite.com;Port=1708;Encrypted=1;"
            + "AllowSinglePacketLogout=1;ServerDataSource=NetSuite2.com;\(settings)"
            + "Truststore=/opt/netsuite/cert/ca3.cer,/opt/netsuite/cert/ca4.cer;"
    }

    /// Takes a string apart around a token password, checks that by another program's HMAC, and returns its nonce.
    private func nonce(in string: String, end: String) throws -> String {
        let before = start + "UID=TBA;PWD="
        let after = ";CustomProperties=" + end
        #expect(string.hasPrefix(before) && string.hasSuffix(after), "\(string)")
        let password = string.dropFirst(before.count).dropLast(after.count)
        let parts = password.split(separator: "&", omittingEmptySubsequences: false).map(String.init)
        try #require(parts.count == 7, "\(password)")
        #expect(parts[0] == "1234567_SB1" && parts[1] == Self.consumerKey && parts[2] == Self.tokenID)
        #expect((6...64).contains(parts[3].count) && parts[3].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
        let timestamp = try #require(Int(parts[4]))
        #expect(abs(timestamp - Int(Date().timeIntervalSince1970)) < 120)
        let key = "\(Self.consumerSecret)&\(Self.tokenSecret)"
        #expect(parts[5] == (try Self.signature(of: parts[0..<5].joined(separator: "&"), key: key)))
        #expect(parts[6] == "HMAC-SHA256")
        #expect(password.utf8.count < 500)
        return parts[3]
    }

    /// HMAC-SHA256 in base64 as Python makes it.
    private static func signature(of base: String, key: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [
            "-c",
            "import base64,hmac,sys;print(base64.b64encode(hmac.new(sys.argv[1].encode(),sys.argv[2].encode(),'sha256').digest()).decode())",
            key, base,
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    @Test func tokenGoesBareWithCustomPropertiesLastAndANonceOfItsOwn() throws {
        let end = "AccountID=1234567_SB1;RoleID=57"
        let first = try nonce(in: connectionString(auth: Self.tba), end: end)
        let second = try nonce(in: connectionString(auth: Self.tba), end: end)
        #expect(first != second)
        #expect(driver.calls.count { $0.hasPrefix("SQLDriverConnect") } == 2)
    }

    @Test(arguments: [
        (#", "custom_properties_form": "braces""#, "{AccountID=1234567_SB1;RoleID=57}"),
        (#", "uppercase": true"#, "AccountID=1234567_SB1;RoleID=57;Uppercase=1"),
        (#", "static_schema": true"#, "AccountID=1234567_SB1;RoleID=57;StaticSchema=1"),
        (
            #", "uppercase": true, "static_schema": true, "custom_properties_form": "braces""#,
            "{AccountID=1234567_SB1;RoleID=57;Uppercase=1;StaticSchema=1}"
        ),
    ])
    func switchChangesCustomPropertiesAlone(more: String, end: String) throws {
        _ = try nonce(in: connectionString(auth: Self.tba, more), end: end)
    }

    @Test func passwordOfAPersonGoesInBracesWhereItNeedsThem() throws {
        let string = try connectionString(auth: Self.password)
        #expect(
            string == start
                + "UID=first.last@example.com;PWD={pl;an}}ted pass&word+1};CustomProperties=AccountID=1234567_SB1;RoleID=57"
        )
    }
}
