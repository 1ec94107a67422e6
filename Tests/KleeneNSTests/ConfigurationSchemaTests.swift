import Foundation
import TestSupport
import Testing

@testable import KleeneNS

/// The schema takes what the decoder takes, and refuses what it refuses, judged by another program (Python's jsonschema).
@Suite struct ConfigurationSchemaTests {
    private static let netSuite = #"""
        {"account_id": "1_SB1", "role_id": 57, "auth": {"method": "tba", "consumer_key": {"env": "A"},
         "consumer_secret": {"file": "b"}, "token_id": {"command": ["c", "d"]}, "token_secret": {"env": "D", "exact": true}}}
        """#
    private static let odbc = #"{"profile": "odbc", "dsn": "X"}"#

    private static func document(_ source: String = odbc, _ extract: String = "", _ more: String = "") -> String {
        let extracts = #", "extracts": [{"table": "t"\#(extract.isEmpty ? "" : ", " + extract)}]"#
        return #"{"source": \#(source)\#(extracts)\#(more.isEmpty ? "" : ", " + more)}"#
    }

    private static func oauth2(_ more: String) -> String {
        #"""
        {"account_id": "1", "role_id": 57, "auth": {"method": "oauth2", "private_key": {"file": "k.pem"}, \#(more)}}
        """#
    }

    private static func following(_ follows: String) -> String {
        #"""
        {"source": \#(odbc), "extracts": [{"name": "t", "table": "t", "load_method": "upsert", "extract_type": "incremental",
         "incremental_key": "k"}, {"table": "l", "load_method": "upsert", "follows": \#(follows)}]}
        """#
    }

    static let valid = [
        document(oauth2(#""client_id": "c", "certificate_id": "d", "scope": "s""#)),
        document(oauth2(#""client_id": {"env": "C"}, "certificate_id": {"file": "d"}, "scope": ["s", "r"]"#)),
        following(#"{"extract": "t", "parent_key": "id", "child_key": "t", "own_key": "d", "asking": "list"}"#),
        following(#"{"extract": "t", "parent_key": "id", "child_key": "t", "own_key": null}"#),
        document(), document(netSuite), document(netSuite.replacing("57", with: #""57""#)),
        document(odbc, #""load_method": "upsert", "unique_columns": ["id"], "tags": ["a", "b"], "enabled": false"#),
        document(
            odbc,
            #""extract_type": "incremental", "load_method": "append", "incremental_key": "k", "lag": "90s", "overlap": 5"#
        ),
        document(
            odbc, #""guard": {"least_share": 0.2, "count": false}, "drift": {"new": "ignore"}, "chunk_rows": 1000"#),
        document(
            #"{"profile": "odbc", "driver": "X", "attributes": {"Port": 5, "Server": "s"}, "password": {"env": "P"}}"#),
        document(odbc, "", #""$schema": "x.json", "destination": {"type": "sqlite", "path": "x.db"}"#),
        document(
            odbc, "",
            #""destination": {"type": "postgresql", "host": "h", "database": "d", "password": {"env": "P"}, "schema": "s"}"#
        ),
        document(odbc, "", #""destination": {"type": "postgresql", "service": "s"}"#),
        document(
            odbc,
            #""extract_type": "incremental", "load_method": "upsert", "incremental_key": "k", "deletes": {"by": "sweep", "mode": "hard", "most": "2.5%", "every": "7d"}"#
        ),
        document(odbc, #""mask": {"a": "redact", "b": "hmac"}"#, #""mask_key": {"file": "m"}"#),
        document(odbc, #""rename": {"a": "b", "c": "Some Name"}"#), document(odbc, #""rename": {}"#),
        document(odbc, "", #""defaults": {"schema": "s", "lag": 60, "null_keys": "always"}"#),
        document(odbc, #""mask": {"a": null}"#, #""defaults": {"mask": {"a": "redact"}}"#),
        document(
            #"{"account_id": "1", "role_id": 12, "auth": {"method": "password", "user": "u", "password": {"env": "P"}}, "connections": 2, "retry": {"attempts": 2, "first_delay": "1s"}}"#
        ),
    ]

    static let invalid = [
        document(oauth2(#""client_id": 5, "certificate_id": "d""#)),
        document(oauth2(#""client_id": {"env": "C", "file": "c"}, "certificate_id": "d""#)),
        document(oauth2(#""client_id": "c", "certificate_id": "d", "scope": {}"#)),
        following("7"), following("null"), following(#"{"parent_key": "id", "child_key": "t"}"#),
        following(#"{"extract": "t", "parent_key": "id", "child_key": "t", "asking": "nicely"}"#),
        document(odbc, #""load_methd": "upsert""#), document(odbc, #""load_method": "upsrt""#),
        document(odbc, #""enabled": "yes""#), document(odbc, #""tags": ["a", "a"]"#), document(odbc, #""tags": [""]"#),
        document(odbc, #""chunk_rows": 5"#), document(odbc, #""chunk_rows": 1500.5"#), document(odbc, #""lag": "5x""#),
        document(odbc, #""lag": -1"#), document(odbc, #""guard": {"least_share": 2}"#), document(odbc, #""where": """#),
        document(odbc, #""deletes": {"mode": "hard"}"#), document(odbc, #""deletes": {"by": "sweep", "most": "5"}"#),
        document(odbc, #""mask": {"a": "sha1"}"#), document(odbc, #""mask": {"": "redact"}"#),
        document(odbc, #""rename": {"a": ""}"#), document(odbc, #""rename": {"": "a"}"#),
        document(odbc, #""rename": {"a": 1}"#), document(odbc, #""rename": ["a"]"#),
        document(odbc, #""mask": ["a"]"#), document(odbc, "", #""defaults": {"mask": {"a": null}}"#),
        document(odbc, "", #""mask_key": "hunter2""#),
        document(odbc, #""drift": {"new": "drop"}"#), document(odbc, #""name": null"#),
        document(netSuite.replacing("57", with: #""5x""#)), document(netSuite.replacing("57", with: "0")),
        document(netSuite.replacing(#"{"env": "A"}"#, with: #""hunter2""#)),
        document(netSuite.replacing(#"{"env": "A"}"#, with: #"{"env": "A", "file": "b"}"#)),
        document(netSuite.replacing(#"["c", "d"]"#, with: "[]")),
        document(netSuite.replacing(#""account_id": "1_SB1", "#, with: "")),
        document(netSuite.replacing(#""method": "tba""#, with: #""method": "magic""#)),
        document(#"{"profile": "nosuch", "dsn": "X"}"#), document(#"{"profile": "odbc", "dsn": "X", "role_id": 5}"#),
        document(#"{"profile": "odbc", "dsn": "X", "attributes": {"a;b": "c"}}"#),
        document(#"{"profile": "odbc", "dsn": "X", "attributes": {"a": true}}"#),
        document(odbc, "", #""destination": {"type": "postgres", "path": "x"}"#),
        document(odbc, "", #""destination": {"type": "postgresql", "path": "x"}"#),
        document(
            odbc, "", #""destination": {"type": "postgresql", "host": "h", "database": "d", "password": "hunter2"}"#),
        document(odbc, "", #""destination": {"type": "sqlite"}"#), document(odbc, "", #""extract": []"#),
        #"{"extracts": []}"#, #"{"source": {"profile": "odbc", "dsn": "X"}, "extracts": [{}]}"#,
        #"{"source": {"profile": "odbc", "dsn": "X"}, "extracts": {}}"#, "[]",
    ]

    /// What another program makes of the documents.
    private static func verdicts(_ documents: [String]) throws -> [Bool] {
        let directory = try TemporaryDirectory()
        try ConfigurationSchema.value.pretty.write(
            toFile: directory.path("schema.json"), atomically: true, encoding: .utf8)
        let list = "[" + documents.joined(separator: ",\n") + "]"
        try list.write(toFile: directory.path("documents.json"), atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.currentDirectoryURL = directory.url
        process.arguments = [
            "python3", "-c",
            """
            import json, jsonschema
            schema = json.load(open("schema.json"))
            jsonschema.Draft7Validator.check_schema(schema)
            judge = jsonschema.Draft7Validator(schema)
            print(" ".join(str(int(judge.is_valid(d))) for d in json.load(open("documents.json"))))
            """,
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).map { $0 == "1" }
    }

    private static let hasJudge: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", "import jsonschema"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    @Test(.enabled(if: hasJudge)) func schemaAndDecoderAgree() throws {
        let verdicts = try Self.verdicts(Self.valid + Self.invalid)
        try #require(verdicts.count == Self.valid.count + Self.invalid.count)
        for (document, isValid) in zip(Self.valid + Self.invalid, verdicts) {
            let faults = ConfigurationTests.faults(document)
            #expect(isValid == faults.isEmpty, "\(document): \(faults)")
        }
        #expect(!verdicts.prefix(Self.valid.count).contains(false))
    }

    @Test(.enabled(if: hasJudge)) func schemaTakesWhatIsShippedAndDocumented() throws {
        let all = try DocumentedConfiguration.shipped() + DocumentedConfiguration.all(in: try ProjectPages())
        let verdicts = try Self.verdicts(all.map(\.text))
        try #require(verdicts.count == all.count)
        for (configuration, isValid) in zip(all, verdicts) { #expect(isValid, "\(configuration.place)") }
    }

    @Test func everyKeyOfAnExtractHasItsMeaning() throws {
        guard case .object(let root) = ConfigurationSchema.value, case .object(let members)? = root["properties"],
            case .object(let extracts)? = members["extracts"], case .object(let items)? = extracts["items"],
            case .object(let keys)? = items["properties"]
        else {
            Issue.record("no extracts")
            return
        }
        #expect(keys.count > 20)
        for (key, schema) in keys {
            guard case .object(let members) = schema else { continue }
            #expect(members["description"] != nil, "\(key)")
        }
    }
}
