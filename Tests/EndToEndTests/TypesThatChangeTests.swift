import Foundation
import TestSupport
import Testing

/// Types of a PostgreSQL source that change between runs, or differ between two tables of one extract.
@Suite struct TypesThatChangeTests {
    private let directory: TemporaryDirectory
    private let program: Program
    private let source: PostgreSQL
    private let name = "types_" + UUID().uuidString.prefix(8).lowercased()
    private var destination: String { directory.path("d.db") }

    init() throws {
        directory = try TemporaryDirectory()
        source = try PostgreSQL()
        program = Program(directory: directory.url, environment: ["PGTEST": source.password])
    }

    private func configure(_ extracts: String...) throws {
        try """
        {
          "source": {
            "profile": "odbc", "driver": "PostgreSQL Unicode",
            "attributes": {"Server": "\(source.host)", "Port": "\(source.port)", "Database": "\(source.database)"},
            "user": "\(source.user)", "password": {"env": "PGTEST"}
          },
          "destination": {"type": "sqlite", "path": "\(destination)"},
          "extracts": [\(extracts.joined(separator: ",\n"))]
        }
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
    }

    private func run(_ arguments: String...) throws -> Program.Result {
        try program.run(arguments + ["--state-dir", directory.path("state")])
    }

    /// The same number is another integer: no policy makes the two one column.
    @Test(arguments: ["append", "upsert"]) func anotherScaleIsNotMixedIntoScaledIntegers(method: String) throws {
        try source.run(
            "CREATE TABLE \(name) (id int PRIMARY KEY, k int, n numeric(10,2)); INSERT INTO \(name) VALUES (1, 1, 1.25), (2, 2, 2.50)"
        )
        func extract(_ more: String = "") -> String {
            """
            {"name": "t", "table": "\(name)", "destination_table": "t", "decimal": "scaled_integer", "load_method": "\(method)", "extract_type": "incremental",
             "incremental_key": "k", "unique_columns": ["id"]\(more)}
            """
        }
        try configure(extract())
        #expect(try run("extract", "--quiet").code == 0)
        try source.run("ALTER TABLE \(name) ALTER n TYPE numeric(12,3); INSERT INTO \(name) VALUES (3, 3, 7.125)")
        for policy in ["", #", "drift": {"changed": "ignore"}"#, #", "drift": {"changed": "evolve"}"#] {
            try configure(extract(policy))
            let result = try run("extract", "--quiet")
            #expect(result.code == 6 && result.errors.contains("as scaled integers"), "\(policy): \(result.all)")
            #expect(!result.errors.contains("--drift"), "\(result.errors)")
            #expect(try sqlite(destination, "SELECT group_concat(n) FROM t") == "125,250")
        }
        // As advised.
        _ = try sqlite(destination, "DROP TABLE t")
        #expect(try run("extract", "--quiet").code == 0)
        #expect(
            try sqlite(destination, "SELECT group_concat(n) FROM (SELECT n FROM t ORDER BY id)") == "1250,2500,7125")
    }

    /// A day is before each of its hours: a row of now would never replace one of then.
    @Test func aKeyThatBecomesCoarserStopsTheRun() throws {
        try source.run(
            """
            CREATE TABLE \(name) (id int PRIMARY KEY, u timestamp, v text);
            INSERT INTO \(name) VALUES (1, '2024-01-01 10:00', 'a'), (2, '2024-01-03 11:00', 'b')
            """)
        func extract(_ more: String = "") -> String {
            """
            {"name": "t", "table": "\(name)", "destination_table": "t", "load_method": "upsert", "extract_type": "incremental", "incremental_key": "u",
             "unique_columns": ["id"]\(more)}
            """
        }
        try configure(extract())
        #expect(try run("extract", "--quiet").code == 0)
        try source.run("ALTER TABLE \(name) ALTER u TYPE date; UPDATE \(name) SET v = 'NEW' WHERE id = 2")
        try configure(extract(#", "drift": {"changed": "ignore"}"#))
        #expect(try run("extract", "--quiet").code != 0)
        #expect(try program.run(["state", "reset", "t", "--yes"]).code == 0)
        let result = try run("extract", "--quiet")
        #expect(result.code == 6 && result.errors.contains("which of two rows is the newer"), "\(result.all)")
        _ = try sqlite(destination, "DROP TABLE t")
        #expect(try run("extract", "--quiet").code == 0)
        #expect(try sqlite(destination, "SELECT v FROM t WHERE id = 2") == "NEW")
    }

    /// In a server whose zone is another than UTC the rows of before and those of now would be hours apart.
    @Test func aColumnThatGetsAZoneIsNotMixed() throws {
        try source.run(
            """
            CREATE TABLE \(name) (id int PRIMARY KEY, k int, u timestamp, w timestamptz);
            INSERT INTO \(name) VALUES (1, 1, '2024-01-01 10:00', '2024-01-01 10:00+00')
            """)
        func extract(_ more: String = "") -> String {
            """
            {"name": "t", "table": "\(name)", "destination_table": "t", "load_method": "upsert", "extract_type": "incremental", "incremental_key": "k",
             "unique_columns": ["id"]\(more)}
            """
        }
        try configure(extract())
        for _ in 1...2 { #expect(try run("extract", "--quiet").code == 0) }
        try source.run(
            "ALTER TABLE \(name) ALTER u TYPE timestamptz; INSERT INTO \(name) VALUES (2, 2, '2024-01-02', '2024-01-02')"
        )
        let refused = try run("extract", "--quiet")
        #expect(refused.code == 6, "\(refused.all)")
        #expect(
            refused.errors.contains("\"u\" was timestamp without a zone and is timestamp with a zone"), "\(refused.all)"
        )
        #expect(try sqlite(destination, "SELECT count(*) FROM t") == "1")
        try configure(extract(#", "drift": {"changed": "ignore"}"#))
        #expect(try run("extract", "--quiet").code == 0)
        try configure(extract())
        #expect(try run("extract", "--quiet").code == 0)
        #expect(try sqlite(destination, "SELECT count(*) FROM t") == "2")
    }

    /// Loads headers with a key, and the lines that follow them, for the first time.
    private func loadHeadersAndLines(by key: String, asking: String, ownKey: String? = nil) throws {
        try configure(
            """
            {"name": "h", "table": "\(name)", "destination_table": "h", "load_method": "upsert", "extract_type": "incremental",
             "incremental_key": "u", "unique_columns": ["\(key)"]}
            """,
            """
            {"name": "l", "table": "\(name)_l", "destination_table": "l", "load_method": "upsert", "unique_columns": ["id"],
             "follows": {"extract": "h", "parent_key": "\(key)", "child_key": "h", "own_key": \(ownKey.map { "\"\($0)\"" } ?? "null"), "asking": "\(asking)"}}
            """)
        #expect(try run("extract", "--quiet").code == 0)
    }

    /// The source takes '1' and '1    ' for one key; a list of keys would not, and neither need a list of both columns' values.
    @Test(arguments: ["list", "query"], [nil, "changed"])
    func keysOfAFixedLengthFindTheirRows(asking: String, ownKey: String?) throws {
        try source.run(
            """
            CREATE TABLE \(name) (hid char(5) PRIMARY KEY, u timestamp);
            CREATE TABLE \(name)_l (id int PRIMARY KEY, h varchar(5), w text, changed timestamp);
            INSERT INTO \(name) VALUES ('1', '2024-01-01'), ('2', '2024-01-02'), ('3', '2024-01-03'), ('4', '2024-01-04');
            INSERT INTO \(name)_l VALUES (11, '1', 'old', '2024-01-01'), (21, '2', 'z', '2024-01-02'), (31, '3', 'y', '2024-01-03')
            """)
        try loadHeadersAndLines(by: "hid", asking: asking, ownKey: ownKey)
        try source.run(
            """
            UPDATE \(name) SET u = '2024-02-01' WHERE hid = '1'; UPDATE \(name)_l SET w = 'NEW' WHERE id = 11;
            INSERT INTO \(name)_l VALUES (12, '1', 'added', '2024-01-01');
            UPDATE \(name)_l SET w = 'mine', changed = '2024-02-02' WHERE id = 31
            """)
        let result = try run("extract", "--quiet")
        #expect(result.code == 0, "\(result.all)")
        #expect(
            try sqlite(destination, "SELECT group_concat(id || w) FROM (SELECT * FROM l ORDER BY id)")
                == "11NEW,12added,21z," + (ownKey == nil ? "31y" : "31mine"))
    }

    /// Both keys are called "id", and the headers' is text: rows that differ are asked for by their own.
    @Test func rowsThatFollowAreRepairedWhereHeadersHaveAnotherKey() throws {
        try source.run(
            """
            CREATE TABLE \(name) (id varchar(10) PRIMARY KEY, u timestamp);
            CREATE TABLE \(name)_l (id int PRIMARY KEY, h text, w text);
            INSERT INTO \(name) VALUES ('1', '2024-01-01'), ('2', '2024-01-02');
            INSERT INTO \(name)_l VALUES (11, '1', 'x'), (21, '2', 'z')
            """)
        try loadHeadersAndLines(by: "id", asking: "list")
        try source.run("DELETE FROM \(name)_l WHERE id = 21")
        let result = try run("verify", "l", "--repair")
        #expect(result.code == 0, "\(result.all)")
        #expect(try sqlite(destination, "SELECT group_concat(id) FROM l") == "11")
    }
}
