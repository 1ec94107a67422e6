import Foundation
import TestSupport
import Testing

/// What `columns --format json` writes, and what the mock makes of it.
@Suite struct CatalogFileTests {
    private let directory: TemporaryDirectory
    private let program: Program

    init() throws {
        directory = try TemporaryDirectory()
        program = Program(directory: directory.url)
    }

    private func flags(_ mock: MockServerTests.Mock) -> [String] {
        ["--mock", "127.0.0.1:\(mock.port)", "--state-dir", directory.path("state"), "--quiet"]
    }

    private func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: directory.path(name), atomically: true, encoding: .utf8)
        return directory.path(name)
    }

    private func rows(_ json: String) throws -> [[String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
    }

    /// All 29 tables; with a static schema the listing has also the one that the role may not read.
    @Test(arguments: [(staticSchema: false, tables: 29), (staticSchema: true, tables: 30)])
    func servedCatalogListsAsTheFileItWasReadFrom(staticSchema: Bool, tables: Int) throws {
        let config = try write(
            """
            {"source": {"account_id": "1234567_SB1", "role_id": 57, "static_schema": \(staticSchema),
              "auth": {"method": "password", "user": "a@b.c", "password": {"env": "UNUSED"}}},
             "destination": {"type": "sqlite", "path": "d.db"}, "extracts": [{"name": "a", "table": "a"}]}
            """, to: "kleene-ns.json")
        let list = ["columns", "--all", "--format", "json", "--config", config]
        let mock = try MockServerTests.Mock()
        let original = try program.run(list + flags(mock))
        #expect(original.code == 0, "\(original.errors)")
        #expect(Set(try rows(original.output).compactMap { $0["table"] as? String }).count == tables)

        let file = try write(original.output, to: "catalog.json")
        let second = try MockServerTests.Mock(["--catalog", file])
        let served = try program.run(list + flags(second))
        #expect(served.code == 0, "\(served.errors)")
        let lines = (original.output.split(separator: "\n"), served.output.split(separator: "\n"))
        let firstDifference = zip(lines.0, lines.1).first { $0 != $1 }
        #expect(firstDifference == nil)
        #expect(lines.0.count == lines.1.count)
    }

    /// What the built-in catalog has nothing of: other names of types, no length, digits where none are expected, a key in
    /// another order than the columns, no catalog, flags of every kind.
    @Test func oddCatalogIsListedAsItIs() throws {
        func row(_ name: String, _ type: String, _ more: String, candidate: Bool = false, _ flags: [Bool]) -> String {
            """
            {"catalog":null,"schema":"A.B","table":"CUSTOMRECORD_x","table_type":"VIEW","name":"\(name)","type":"\(type)",\
            \(more),"unique_indexes":[],"incremental_key_candidate":\(candidate),"custom":\(flags[0]),\
            "calculated":\(flags[1]),"hidden":\(flags[2]),"last_modified":\(flags[3])}
            """
        }
        let rows = [
            row(
                "Line", "INTEGER", #""length":10,"decimal_digits":0,"nullable":true,"key":2"#,
                [false, false, false, false]),
            row(
                "Doc", "VARCHAR", #""length":null,"decimal_digits":null,"nullable":true,"key":1"#,
                [true, false, false, false]),
            row(
                "n", "NUMERIC", #""length":12,"decimal_digits":3,"nullable":true,"key":null"#,
                [false, true, false, false]),
            row(
                "c", "CLOB", #""length":1000000,"decimal_digits":null,"nullable":true,"key":null"#,
                [false, false, true, false]),
            row(
                "stamp", "BIGINT", #""length":19,"decimal_digits":null,"nullable":true,"key":null"#, candidate: true,
                [false, false, false, true]),
            row(
                "lastmodifieddate", "TIMESTAMP", #""length":19,"decimal_digits":6,"nullable":true,"key":null"#,
                candidate: true, [false, false, false, false]),
        ]
        let text = "[\n  " + rows.joined(separator: ",\n  ") + "\n]\n"
        let mock = try MockServerTests.Mock(["--catalog", try write(text, to: "catalog.json")])
        #expect(try program.run(["columns", "--all", "--format", "json"] + flags(mock)).output == text)
        let extract = ["extract", "--table", "CUSTOMRECORD_x", "--destination", directory.path("d.db")]
        let result = try program.run(extract + flags(mock))
        #expect(result.code == 0, "\(result.all)")
        #expect(
            try sqlite(directory.path("d.db"), "SELECT count(DISTINCT Line || ' ' || Doc) FROM CUSTOMRECORD_x") == "60")
    }

    @Test func severalTablesCostOneLoginAndListAsInTheWhole() throws {
        let mock = try MockServerTests.Mock()
        let named = try program.run(
            ["columns", "transaction", "CUSTOMER", "account", "--format", "json"] + flags(mock))
        #expect(named.code == 0, "\(named.errors)")
        #expect(try mock.count("logins_tried") == 1)
        let all = try program.run(["columns", "--all", "--refresh", "--format", "json"] + flags(mock))
        #expect(try mock.count("logins_tried") == 2)
        let lines = Set(all.output.split(separator: "\n").map { $0.trimmingCharacters(in: [",", " "]) })
        for line in named.output.split(separator: "\n") where line.hasPrefix("  {") {
            #expect(lines.contains(line.trimmingCharacters(in: [",", " "])), "\(line)")
        }
        var order: [String] = []
        for row in try rows(named.output) {
            if let table = row["table"] as? String, order.last != table { order.append(table) }
        }
        #expect(order == ["transaction", "Customer", "Account"])

        // A person who asked for one table need not be told its name in each line; of several he must.
        let one = try program.run(["columns", "account"] + flags(mock)).output
        #expect(!one.contains("TABLE") && one.hasPrefix("NAME"), "\(one)")
        #expect(try program.run(["columns", "account", "customer"] + flags(mock)).output.hasPrefix("TABLE "))
    }

    @Test func columnsOfAWholeSchemaOfAnotherSource() throws {
        let server = try PostgreSQL()
        let schema = "kns_columns_\(UInt32.random(in: 0...UInt32.max))"
        try server.run(
            "CREATE SCHEMA \(schema); CREATE TABLE \(schema).a_b (id integer PRIMARY KEY, n numeric(9,2)); "
                + "CREATE TABLE \(schema).axb (other text); CREATE VIEW \(schema).v AS SELECT n FROM \(schema).a_b")
        defer { _ = try? server.run("DROP SCHEMA \(schema) CASCADE") }
        let program = Program(directory: directory.url, environment: ["PW": server.password])
        let flags = [
            "--format", "json", "--schema", schema, "--driver", "PostgreSQL Unicode", "--attribute",
            "Server=\(server.host)", "--attribute", "Port=\(server.port)", "--attribute",
            "Database=\(server.database)", "--user", server.user, "--password-env", "PW",
        ]
        let all = try program.run(["columns", "--all"] + flags)
        #expect(all.code == 0, "\(all.errors)")
        let listed = try rows(all.output).map { row in
            ["table", "table_type", "name"].map { name in row[name] as? String ?? "" }.joined(separator: " ")
        }
        #expect(listed == ["a_b TABLE id", "a_b TABLE n", "axb TABLE other", "v VIEW n"])
        #expect(try program.run(["columns", "a_b", "axb", "v"] + flags).output == all.output)
    }

    @Test func oneUnknownTableAmongSeveralIsNamed() throws {
        let mock = try MockServerTests.Mock()
        let result = try program.run(["columns", "account", "customerr", "--format", "json"] + flags(mock))
        #expect(result.code == 1)
        #expect(result.output.isEmpty)
        #expect(result.errors.contains("no table customerr") && result.errors.contains("Customer"), "\(result.errors)")
    }

    @Test(arguments: [["columns"], ["columns", "--all", "a"], ["columns", "--all", "--catalog", "c"]])
    func columnsOfNothingOrOfTooMuchIsAFaultOfUsage(arguments: [String]) throws {
        #expect(try program.run(arguments).code == 2)
    }
}
