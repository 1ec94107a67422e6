import ArgumentParser
import Extraction
import Foundation
import ODBCSource
import SuiteAnalytics
import TestSupport
import Testing
import Text

@testable import KleeneNS

@Suite struct ConfigurationTests {
    static func read(_ json: String) throws -> Configuration {
        let text = try JSONText(json.utf8)
        return try Configuration(
            text.value, repeated: text.repeated, file: "test.json", directory: "/etc/kleene")
    }

    static func faults(_ json: String) -> [String] {
        do {
            _ = try read(json)
            return []
        } catch {
            return (error as? InvalidConfiguration)?.faults.map(\.description) ?? ["\(error)"]
        }
    }

    static let source = #""source": {"profile": "odbc", "dsn": "X"}"#

    @Test func everyFaultIsReportedAtOnceWithItsPath() {
        let faults = Self.faults(
            #"""
            {
              "source": {"profile": "odbc", "drivr": "X", "dsn": 3, "login_timeout": 0, "password": "hunter2-literal",
                         "attributes": {"Server": ["a"], "PWD": "hunter2-pwd", "DSN ": "Y"}},
              "destination": {"type": "postgres"},
              "extract": [],
              "extracts": [
                {"table": "a", "name": "A", "columns": []},
                {"table": "a", "name": "a", "load_method": "replace", "enabled": "yes"},
                {"name": "c", "destination_table": "_kleene_runs", "tags": ["x", "x"]},
                {"table": "d", "extract_type": "incremental", "incremental_kay": "id"}
              ]
            }
            """#)
        let expected = [
            #"$.source.dsn: expected a string, found the number 3."#,
            #"$.source.drivr: unknown key; did you mean "driver"?"#,
            "$.source.login_timeout: expected a whole number from 1 to 3600, found the number 0.",
            #"$.source.attributes.Server: expected a string or a whole number, found an array."#,
            #"$.destination.type: "postgres" must be one of "sqlite", "postgresql"; did you mean "postgresql"?"#,
            #"$.extract: unknown key; did you mean "extracts"?"#,
            "$.extracts[0].columns: is empty; leave the key out to read all columns.",
            "$.extracts[1].load_method: \"replace\" must be one of \"drop_create_load\", "
                + "\"truncate_load\", \"append\", \"upsert\".",
            "$.extracts[1].enabled: expected true or false, found a string.",
            #"$.extracts[1].name: "a" is the name of $.extracts[0] already."#,
            #"$.extracts[1].destination_table: "a" is the destination table of $.extracts[0] already."#,
            #"$.extracts[2]: the key "table" is missing: the source's table to read."#,
            #"$.extracts[2].tags[1]: "x" is there twice."#,
            #"$.extracts[3].incremental_kay: unknown key; did you mean "incremental_key"?"#,
        ]
        for fault in expected { #expect(faults.contains(fault)) }
        #expect(
            faults.contains { $0.hasPrefix("$.source.password: is a secret, which must not stand in this file; write") }
        )
        #expect(faults.contains { $0.hasPrefix("$.source.attributes.PWD: holds a secret") })
        #expect(faults.contains { $0.contains("DSN ") && $0.contains("says what to connect to") })
        #expect(faults.contains { $0.hasPrefix("$.extracts[2].destination_table: ") })
        #expect(faults.contains { $0.hasPrefix("$.extracts[3].load_method: \"drop_create_load\" does not go with") })
        #expect(!faults.contains { $0.contains("hunter2") })
    }

    /// Of an unknown kind nobody knows the other keys.
    @Test(arguments: [
        #""auth": {"method": "oauth", "consumer_key": {"env": "A"}, "token_id": {"env": "B"}}"#,
        #""auth": {"methd": "tba", "consumer_key": {"env": "A"}, "token_id": {"env": "B"}}"#,
    ])
    func anUnknownMethodOfLoginIsOneFault(auth: String) {
        let faults = Self.faults(#"{"source": {"account_id": "1", "role_id": 57, \#(auth)}}"#)
        #expect(faults.count == 1, "\(faults)")
        #expect(faults.first?.hasPrefix("$.source.auth.meth") == true, "\(faults)")
    }

    @Test(arguments: [#""Encrypted": "0""#, #""encrypted": 0"#])
    func aConnectionInClearToNetSuiteIsRefusedOffline(attribute: String) {
        let login = #""auth": {"method": "password", "user": "u", "password": {"env": "P"}}"#
        let faults = Self.faults(
            #"{"source": {"account_id": "1", "role_id": 57, \#(login), "attributes": {\#(attribute)}}}"#)
        #expect(faults.count == 1 && faults.first?.contains("in clear") == true, "\(faults)")
        #expect(Self.faults(#"{"source": {"profile": "odbc", "dsn": "X", "attributes": {\#(attribute)}}}"#) == [])
    }

    @Test func flagsAndFileTakeTheSameDecimals() throws {
        let options = try ExtractOptions.parse(["--table", "t", "--decimal", "native"])
        let sqlite = Composition.rules(of: .sqlite(path: "x.db"))
        #expect(throws: Failure.self) { try options.extract(defaults: ExtractDefaults(rules: sqlite)) }
        let file = #"{\#(Self.source), "destination": {"type": "sqlite", "path": "x.db"}, "#
        for place in [#""extracts": [{"table": "t", "decimal": "native"}]}"#, #""defaults": {"decimal": "native"}}"#] {
            #expect(Self.faults(file + place).count == 1)
        }
    }

    @Test func aListOfKeysNamesEachOnce() throws {
        let faults = Self.faults(
            #"{\#(Self.source), "extracts": [{"table": "t", "follows": {"extract": "u", "zzzzzzzzzz": 1}}]}"#)
        let fault = try #require(faults.first { $0.contains("the keys are") })
        #expect(fault.hasSuffix("the keys are asking, child_key, extract, own_key, parent_key."), "\(fault)")
    }

    @Test(arguments: ["1e300", "9223372036854775807", "3155760001", "-1", "1.5", "\"99999999999999999999d\""])
    func spansBeyondACenturyAreRefusedHoweverTheyAreWritten(span: String) {
        let faults = Self.faults(
            #"{"source": {"profile": "odbc", "dsn": "X", "retry": {"first_delay": \#(span)}}}"#)
        #expect(faults.count == 1)
        #expect(faults.first?.hasPrefix("$.source.retry.first_delay: ") == true)
    }

    @Test func theExampleIsValid() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let configuration = try ConfigurationFile.read(root.appendingPathComponent("config.example.json").path)
        #expect(configuration.extracts.map(\.name) == ["transactions", "transaction_lines", "customers", "accounts"])
        #expect(configuration.source.secrets.count == 4)
        #expect(configuration.destination == .sqlite(path: root.path + "/netsuite.db"))
    }

    @Test func anODBCSourceIsReadWithItsBounds() throws {
        let configuration = try Self.read(
            #"""
            {"source": {"profile": "odbc", "driver": "PostgreSQL Unicode", "user": "u", "password": {"env": "P"},
              "attributes": {"Servername": "::1", "Database": "d", "Port": 5432}, "stall_timeout": 9, "batch_rows": 10,
              "statement_timeout": 7}}
            """#)
        guard case .odbc(let source) = configuration.source else {
            Issue.record("not ODBC")
            return
        }
        #expect(source.settings.attributes.map(\.keyword) == ["Database", "Port", "Servername"])
        #expect(source.settings.reading.batchRows == 10)
        #expect(source.stallTimeout == 9)
        #expect(source.settings.reading.statementLimit == 7)
        var resolver = SecretResolver(environment: ["P": "x"], directory: "/")
        let settings = try Composition.settings(
            for: ChosenSource(configuration.source, limits: .init(statement: 8), stateDirectory: "/s"),
            resolver: &resolver)
        guard case .odbc(let flagged) = settings else { throw Unexpected() }
        #expect(flagged.reading.statementLimit == 8)
        #expect(source.password == SecretReference(place: .environment("P"), origin: "$.source.password"))
    }

    @Test func defaultsHoldUnlessAnExtractSaysOtherwise() throws {
        let configuration = try Self.read(
            """
            {\(Self.source), "defaults": {"schema": "s", "load_method": "append", "metadata_columns": false},
             "extracts": [{"table": "t"}, {"table": "u", "schema": "x", "load_method": "truncate_load"}]}
            """)
        let extracts = configuration.extracts.map(\.tableExtract)
        #expect(extracts.map(\.table.description) == ["s.t", "x.u"])
        #expect(extracts.map(\.loadMethod) == [.append, .truncateLoad])
        #expect(extracts.map(\.addsMetadataColumns) == [false, false])
        #expect(extracts.map(\.name) == ["t", "u"])
    }

    @Test func incrementalExtractsSayHowTheKeyIsFollowed() throws {
        let configuration = try Self.read(
            """
            {\(Self.source), "defaults": {"lag": "2m", "overlap": 3600, "null_keys": "exclude", "chunk_rows": 5000},
             "extracts": [{"table": "t", "extract_type": "incremental", "incremental_key": "m", "load_method": "upsert",
                           "unique_columns": ["id"], "overlap": "1h", "where": "a > 1", "chunk_key": "id"}]}
            """)
        let extract = configuration.extracts[0].tableExtract
        #expect(extract.incremental == Incremental(key: "m", nulls: .exclude, lag: 120, overlap: 3600))
        #expect(extract.uniqueColumns == ["id"])
        #expect(extract.filter == "a > 1")
        #expect(extract.chunking == .init(rows: 5000, key: "id"))
    }

    @Test(arguments: [
        (#""extract_type": "incremental", "load_method": "append""#, "the key \"incremental_key\" is missing"),
        (#""extract_type": "incremental", "incremental_key": "m", "load_method": "truncate_load""#, "does not go with"),
        (
            #""extract_type": "incremental", "incremental_key": "m", "load_method": "append", "null_keys": "always""#,
            "again"
        ),
        (
            #""extract_type": "incremental", "incremental_key": "m", "load_method": "upsert", "lag": "soon""#,
            "is not a span"
        ),
    ])
    func pairsThatWouldLoseOrDoubleRowsAreRefused(_ keys: String, _ words: String) {
        let faults = Self.faults("{\(Self.source), \"extracts\": [{\"table\": \"t\", \(keys)}]}")
        #expect(faults.contains { $0.contains(words) }, "\(faults)")
    }

    @Test func aNetSuiteSourceIsValidated() throws {
        let faults = Self.faults(
            #"{"source": {"account_id": "1", "auth": {"method": "tba", "token_id": "literal"}, "service_port": 0}}"#)
        #expect(faults.contains { $0.hasPrefix("$.source: the key \"role_id\" is missing") })
        #expect(faults.contains { $0.hasPrefix("$.source.auth: the key \"consumer_key\" is missing") })
        #expect(faults.contains { $0.hasPrefix("$.source.auth.token_id: is a secret") })
        #expect(faults.contains { $0.hasPrefix("$.source.service_port: expected a whole number") })
    }

    @Test func commandThatFetchesOneSecretDoesNotInheritTheOthers() throws {
        var resolver = SecretResolver(environment: ["A": "hush", "PATH": "/usr/bin:/bin"], directory: "/")
        resolver.expect([SecretReference(place: .environment("A"), origin: "a")])
        let told = try resolver.resolve(
            SecretReference(place: .command(["/bin/sh", "-c", "echo \"<$A>\""]), origin: "b"))
        #expect(told.reveal() == "<>")
    }

    @Test func mockServerStandsInForNetSuiteWithItsOwnCredentials() throws {
        let configuration = try Self.read(
            #"{"source": {"account_id": "1_SB1", "role_id": 42, "auth": {"method": "password", "user": "u", "password": {"env": "P"}}}}"#
        )
        // The variable is not set, and nobody looks.
        var resolver = SecretResolver(environment: [:], directory: "/")
        let settings = try Composition.settings(
            for: ChosenSource(
                configuration.source, mock: MockServer(host: "127.0.0.1", port: 1), stateDirectory: "/s"),
            resolver: &resolver)
        guard case .netSuite(let service, _, _) = settings else { throw Unexpected() }
        #expect(service.account.rawValue == "1_SB1" && service.role == 42)
        #expect(service.authentication == MockServer.passwordAuthentication)
        #expect(throws: Failure.self) {
            try Composition.settings(
                for: ChosenSource(configuration.source, stateDirectory: "/s"), resolver: &resolver)
        }
    }

    private struct Unexpected: Error {}

    @Test(arguments: [
        ("Driver=x;PWD=a", "PWD"), ("driver={a;b};Password = {x}", "Password"),
        ("A={b}};pwd=c};PassWord=z", "pwd"),
        ("A={b;UID=x;PWD=c", "UID"), ("TruststorePassword=x", "TruststorePassword"),
    ])
    func aPasswordInAConnectionStringIsFound(_ text: String, _ keyword: String) {
        #expect(SecretKeyword.first(in: text)?.keyword == keyword)
    }

    @Test(arguments: ["Driver=x;Server=pwd", "A={;PWD=x};B=c", "Description=password;Database=secret=PWD"])
    func whatOnlyLooksLikeAPasswordIsNotRefused(_ text: String) {
        #expect(SecretKeyword.first(in: text) == nil)
    }

    @Test func aFileThatIsNotJSONNamesThePlaceAndQuotesNothing() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("{\n  \"source\": {\"password\": \"hunter2\",, }\n}".utf8).write(to: file)
        let failure = try #require(throws: Failure.self) { try ConfigurationFile.read(file.path) }
        #expect(failure.message.contains("is not JSON"))
        #expect(failure.message.contains("line 2"))
        #expect(!failure.description.contains("hunter2"))
    }

    @Test func keyThatStandsTwiceIsAFaultAmongTheOthers() {
        let faults = Self.faults(
            """
            {\(Self.source),
             "extracts": [{"table": "a"}, {"table": "b", "load_method": "replace",
                           "ta\\u0062le": "c"}]}
            """)
        #expect(faults.contains("$.extracts[1].table: the key stands twice, in lines 2 and 3; keep one of them."))
        #expect(faults.contains { $0.hasPrefix("$.extracts[1].load_method: ") })
        #expect(faults.count == 2)
    }

    @Test func relativePathsStartAtTheConfiguration() throws {
        let configuration = try Self.read(
            "{\(Self.source), \"destination\": {\"type\": \"sqlite\", \"path\": \"a/b.db\"}}")
        #expect(configuration.destination == .sqlite(path: "/etc/kleene/a/b.db"))
    }

    /// A slip of the finger is one fault, wherever it is; what rests on the mistyped member is not judged.
    @Test(arguments: [
        #""load_methd": "upsert", "extract_type": "incremental", "incremental_key": "k""#,
        #""load_method": "upsrt", "extract_type": "incremental", "incremental_key": "k""#,
        #""load_method": "upsert", "extract_typ": "incremental", "incremental_key": "k""#,
        #""load_method": "upsert", "extract_type": "incremental", "incremental_kay": "k""#,
        #""load_method": "append", "extract_type": "incremental", "incremental_key": "k", "null_keys": "alwys""#,
        #""load_method": "upsert", "extract_type": "incremental", "incremental_key": 5"#,
    ])
    func oneSlipIsOneFault(members: String) {
        let faults = Self.faults("{\(Self.source), \"extracts\": [{\"table\": \"t\", \(members)}]}")
        #expect(faults.count == 1, "\(faults)")
    }

    @Test(arguments: [
        #"{"sourc": {"profile": "odbc", "dsn": "X"}}"#,
        #"{"source": {"profile": "odbc", "dsn": "X"}, "extracts": [{"tabel": "t"}]}"#,
        #"{"source": {"profile": "odbc", "dsn": "X"}, "destination": {"tpye": "sqlite", "path": "x"}}"#,
        #"{"source": {"profile": "odbc", "dsn": "X"}, "destination": {"type": "sqlite", "pth": "x"}}"#,
    ])
    func aMistypedKeyIsNotMissingToo(json: String) {
        let faults = Self.faults(json)
        #expect(faults.count == 1 && faults[0].contains("did you mean"), "\(faults)")
    }

    @Test func commentsAndASchemaAreTaken() throws {
        let configuration = try Self.read(
            """
            // Why there is a lag: ticket 7.
            {"$schema": "kleene-ns.schema.json", /* the source */ \(Self.source), // {
             "extracts": [{"table": "t//not a comment" /* nor "this */}, ]}
            /* end **/
            """)
        #expect(configuration.extracts.map(\.table.name) == ["t//not a comment"])
        #expect(throws: JSONText.Problem(kind: .commentHasNoEnd, line: 2, column: 1)) {
            try JSONText("{}\n/* no end *".utf8)
        }
        #expect(throws: JSONText.Problem.self) { try JSONText("{} / {}".utf8) }
    }

    @Test func aRoleMayBeText() throws {
        let json =
            #"{"source": {"account_id": "1_SB1", "role_id": "57", "auth": {"method": "password", "user": "u", "password": {"env": "P"}}}}"#
        guard case .netSuite(let source) = try Self.read(json).source else { throw Unexpected() }
        #expect(source.role == 57)
        for wrong in ["\"5x\"", "\"\"", "\"-5\"", "\"99999999999\"", "0", "5.5"] {
            #expect(Self.faults(json.replacing("\"57\"", with: wrong)).count == 1, "\(wrong)")
        }
    }

    /// As editors and CI read it: the file, line and column, and whose extract it is.
    @Test func aFaultSaysWhereItStands() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("kleene-ns.json")
        try Data(
            """
            { // A comment counts as a line.
              \(Self.source),
              "extracts": [{"table": "a"},
                {"name": "transactions",
                 "table": "b", "load_method": "upsrt"}, {}]
            }
            """.utf8
        ).write(to: URL(filePath: path))
        let invalid = try #require(throws: InvalidConfiguration.self) { try ConfigurationFile.read(path) }
        #expect(
            invalid.faults.map(\.description).sorted() == [
                "\(path):5:20: extract \"transactions\": $.extracts[1].load_method: \"upsrt\" must be one of "
                    + "\"drop_create_load\", \"truncate_load\", \"append\", \"upsert\"; did you mean \"upsert\"?",
                "\(path):5:45: $.extracts[2]: the key \"table\" is missing: the source's table to read.",
            ])
    }
}
