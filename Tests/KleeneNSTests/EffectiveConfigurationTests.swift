import Extraction
import Foundation
import TestSupport
import Testing

@testable import KleeneNS

/// What `config show` prints means what the file means, and says all that the file says.
@Suite struct EffectiveConfigurationTests {
    private static let account = #""account_id": "1234567_SB1", "role_id": 57"#
    private static let password =
        #""auth": {"method": "password", "user": "u", "password": {"env": "P", "exact": true}}"#
    private static let parent =
        #"{"name": "t", "table": "transaction", "load_method": "upsert", "unique_columns": ["id"], "extract_type": "incremental", "incremental_key": "lastmodifieddate""#

    /// Between them they set each key that there is.
    private static let documents = [
        #"""
        {"$schema": "kleene-ns.schema.json",
         "source": {\#(account), \#(password), "driver": "D", "service_host": "h.example", "service_port": 1,
          "data_source": "NetSuite2.com", "attributes": {"Truststore": "x", "Port": 5}, "custom_properties_form": "braces",
          "uppercase": true, "static_schema": true, "connections": 3, "login_timeout": 5, "stall_timeout": 6,
          "statement_timeout": 7, "batch_bytes": 65536, "batch_rows": 9,
          "retry": {"attempts": 2, "first_delay": "1s", "longest_delay": 90, "budget": 7}},
         "destination": {"type": "sqlite", "path": "d.db"}, "mask_key": {"file": "m"},
         "defaults": {"schema": "S", "catalog": "C", "load_method": "upsert", "extract_type": "full", "decimal": "text",
          "odd_times": "fail", "metadata_columns": true, "adopt_table": false, "null_keys": "exclude", "lag": "3m",
          "overlap": "2h", "chunk_rows": 5000, "mask": {"email": "hmac"}, "guard": {"least_share": 0.2, "count": true},
          "drift": {"gone": "ignore", "new": "fail", "widened": "evolve", "changed": "evolve"}},
         "extracts": [
          \#(parent), "start_date": "2022-01-01", "where": "x = 1", "drift": {"gone": "evolve", "widened": "fail", "changed": "fail", "new": "ignore"},
           "guard": {"count": false}, "mask": {"phone": "redact", "email": null}, "rename": {"memo": "note"},
           "deletes": {"by": "deletedrecord", "mode": "hard", "most": "5%", "every": "7d", "record_types": ["x"]},
           "chunk_key": "id", "tags": ["a"], "destination_table": "tt", "overlap": 7200, "lag": 0},
          {"name": "l", "table": "transactionLine", "enabled": false, "columns": ["*", "!custom"], "follows": {"extract": "t",
           "parent_key": "id", "child_key": "transaction", "own_key": null, "asking": "query"}, "deletes": {"by": "groups"},
           "schema": "T", "catalog": "D", "null_keys": "once", "chunk_rows": 7000, "odd_times": "note", "decimal": "real",
           "adopt_table": true, "metadata_columns": true, "drift": {"new": "ignore"}, "guard": {"least_share": 0}},
          {"table": ["customrecord_*", "!customrecord_tmp*"], "load_method": "append", "destination_table": "ns_{table}"},
          {"table": "a.b", "load_method": "truncate_load", "metadata_columns": false}]}
        """#,
        #"""
        {"source": {"profile": "odbc", "driver": "D", "connection_string": "Database=x", "user": "u", "password": {"credential": "c"},
          "attributes": {"a": "b"}, "clock_query": "SELECT now()", "login_timeout": 1, "stall_timeout": 2, "statement_timeout": 3,
          "batch_bytes": 65536, "batch_rows": 1, "connections": 1, "retry": {"attempts": 1}},
         "destination": {"type": "postgresql", "host": "h", "port": 5, "database": "d", "user": "u", "password": {"command": ["a", "a"]},
          "schema": "s", "sslmode": "verify-full", "sslrootcert": "ca.pem", "connect_timeout": 4},
         "extracts": [{"table": "t"}]}
        """#,
        #"""
        {"source": {"profile": "odbc", "dsn": "X"}, "destination": {"type": "postgresql", "service": "s"},
         "extracts": [{"name": "k", "table": "k", "load_method": "upsert", "unique_columns": ["id"], "extract_type": "incremental",
          "incremental_key": "k"}, {"name": "f", "table": "f", "load_method": "upsert",
          "follows": {"extract": "k", "parent_key": "id", "child_key": "k", "own_key": "changed"}}]}
        """#,
        #"""
        {"source": {\#(account), "auth": {"method": "tba", "consumer_key": {"env": "A"}, "consumer_secret": {"file": "b"},
          "token_id": {"command": ["c", "d"]}, "token_secret": {"credential": "D"}}}, "extracts": [{"table": "t"}]}
        """#,
        #"""
        {"source": {\#(account), "auth": {"method": "oauth2", "client_id": "c", "certificate_id": {"env": "I"},
          "private_key": {"file": "k.pem"}, "private_key_phrase": {"env": "P"}, "algorithm": "PS256", "scope": ["s"], "aud": "https://a.example/x",
          "token_host": "h.example", "token_in": "password", "ca_file": "ca.pem", "certificate": "c.pem", "user": "u"}},
         "extracts": []}
        """#,
    ]

    /// All of them, with what is shipped, documented and valid elsewhere.
    private static func all() throws -> [DocumentedConfiguration] {
        let shown = try DocumentedConfiguration.shipped() + DocumentedConfiguration.all(in: try ProjectPages())
        let valid = (ConfigurationSchemaTests.valid + documents).map { DocumentedConfiguration(place: $0, text: $0) }
        return shown + valid
    }

    private static func shown(_ text: String) throws -> String {
        try ConfigurationTests.read(text).effective(try JSONText(text.utf8).value).pretty
    }

    /// Whether a value has all that another one has. What the defaults leave open, an extract may have besides.
    private func lacks(_ shown: JSONValue, _ written: JSONValue, at path: String) -> [String] {
        switch (shown, written) {
        case (.object(let shown), .object(let written)):
            return written.sorted { $0.key < $1.key }.flatMap { key, value in
                shown[key].map { lacks($0, value, at: "\(path).\(key)") } ?? ["\(path).\(key) is not shown"]
            }
        case (.array(let shown), .array(let written)) where shown.count == written.count:
            return zip(shown, written).flatMap { lacks($0, $1, at: "\(path)[]") }
        default: return shown == written ? [] : ["\(path) is \(shown.text) and not \(written.text)"]
        }
    }

    @Test func whatIsSetIsShownAsItIsSpelt() throws {
        for one in try Self.all() {
            let (written, shown) = (try JSONText(one.text.utf8).value, try JSONText(Self.shown(one.text).utf8).value)
            #expect(lacks(shown, written, at: "$") == [], "\(one.place)")
        }
    }

    @Test func whatIsShownMeansTheSame() throws {
        for one in try Self.all() {
            let shown = try Self.shown(one.text)
            #expect(
                try Self.meaning(ConfigurationTests.read(shown)) == Self.meaning(ConfigurationTests.read(one.text)),
                "\(one.place)")
            #expect(try Self.shown(shown) == shown, "\(one.place)")
        }
    }

    /// A key that is added is in one of the documents above, or nobody knows whether it is shown.
    @Test func theDocumentsSetEachKeyThatThereIs() throws {
        var set: Set<String> = []
        for document in Self.documents { Self.keys(try JSONText(document.utf8).value, "", &set) }
        var known: Set<String> = []
        Self.properties(ConfigurationSchema.value, "", &known)
        #expect(known.count > 100)
        #expect(known.subtracting(set).sorted() == [])
    }

    @Test func whatNobodySetsIsFilledInWhereItHasOneDefault() throws {
        let shown = try Self.shown(
            #"{"source": {"profile": "odbc", "dsn": "X"}, "defaults": {"lag": "5m"}, "extracts": [{"table": "t", "load_method": "upsert", "extract_type": "incremental", "incremental_key": "k"}, {"table": "u"}]}"#
        )
        for words in [
            #""null_keys": "once""#, #""odd_times": "note""#, #""adopt_table": false"#, #""enabled": true"#,
            #""defaults": {"lag":"5m"}"#, #""extract_type": "full""#, #""name": "u""#,
        ] {
            #expect(shown.contains(words), "\(words) in \(shown)")
        }
        #expect(shown.matches(of: /"lag": "5m"/).count == 2 && !shown.contains("overlap"), "\(shown)")
    }

    @Test(arguments: [(0, "0s"), (90, "90s"), (60, "1m"), (7200, "2h"), (86_400, "1d"), (90_000, "25h")])
    func spansAreSpeltAsPeopleDo(_ seconds: Int, _ text: String) {
        #expect(DurationText.text(seconds) == text && DurationText.seconds(text) == seconds)
    }

    // MARK: Meaning

    /// All that was read, to the last member of each type, as a text; what is said by saying nothing, as if it were said.
    private static func meaning(_ configuration: Configuration) -> String {
        var configuration = configuration
        func said(_ extract: ExtractConfiguration) -> ExtractConfiguration {
            var extract = extract
            extract.oddTimes = extract.oddTimes ?? .note
            guard extract.tableExtract.incremental != nil else { return extract }
            extract.following.nulls = extract.following.nulls ?? .once
            extract.following.lag = extract.following.lag ?? Incremental.defaultLag
            return extract
        }
        configuration.extracts = configuration.extracts.map(said)
        configuration.patterns = configuration.patterns.map(said)
        return text(configuration)
    }

    private static func text(_ value: Any) -> String {
        let mirror = Mirror(reflecting: value)
        let children = mirror.children.map { "\($0.label ?? ""):\(text($0.value))" }
        switch mirror.displayStyle {
        // Without an order.
        case .dictionary, .set: return "{" + children.sorted().joined(separator: ", ") + "}"
        case nil: return "\(value)"
        case .enum where children.isEmpty: return "\(value)"
        default: return "\(type(of: value))(" + children.joined(separator: ", ") + ")"
        }
    }

    // MARK: Keys

    /// The places of all members of objects.
    private static func keys(_ value: JSONValue, _ path: String, _ found: inout Set<String>) {
        switch value {
        case .object(let members):
            for (key, value) in members {
                found.insert("\(path).\(key)")
                keys(value, "\(path).\(key)", &found)
            }
        case .array(let elements): for element in elements { keys(element, path + "[]", &found) }
        default: break
        }
    }

    /// The same of a schema.
    private static func properties(_ schema: JSONValue, _ path: String, _ found: inout Set<String>) {
        guard case .object(let members) = schema else { return }
        if case .object(let own)? = members["properties"] {
            // Each secret has four places to come from: they are one form.
            if own["exact"] != nil { return }
            for (key, schema) in own {
                found.insert("\(path).\(key)")
                properties(schema, "\(path).\(key)", &found)
            }
        }
        for key in ["anyOf", "oneOf"] {
            if case .array(let forms)? = members[key] { for form in forms { properties(form, path, &found) } }
        }
        if let items = members["items"] { properties(items, path + "[]", &found) }
    }
}
