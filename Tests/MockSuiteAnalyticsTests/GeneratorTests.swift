import Foundation
import Testing

@testable import MockSuiteAnalytics

/// The data: the same every time, and of the shape that was promised.
@Suite struct GeneratorTests {
    func database(_ catalog: Catalog, seed: UInt64 = 1) throws -> SQLiteConnection {
        let database = try SQLiteConnection(path: ":memory:", readOnly: false)
        try Generator.write(catalog, seed: seed, to: database)
        return database
    }

    func value(_ sql: String, _ database: SQLiteConnection) throws -> String? {
        let statement = try database.prepare(sql)
        _ = try statement.step()
        return statement.text(at: 0)
    }

    @Test func seedDecidesTheData() throws {
        let sum =
            #"SELECT group_concat(quote(foreigntotal) || quote(memo) || quote(lastmodifieddate)) FROM "transaction""#
        let (one, same, other) = (
            try value(sum, try database(.netSuite(lines: 100))), try value(sum, try database(.netSuite(lines: 100))),
            try value(sum, try database(.netSuite(lines: 100), seed: 2))
        )
        #expect(one == same && one != other)
    }

    @Test func transactionHasOverThreeHundredColumnsAThirdFilled() throws {
        let database = try database(.netSuite(lines: 2000))
        let columns = TransactionColumns.all
        #expect(columns.count > 300 && Set(columns.map { $0.name.lowercased() }).count == columns.count)
        var filled = 0
        for column in columns {
            let some = try value(#"SELECT count("\#(column.name)") FROM "transaction""#, database)
            if some != "0" { filled += 1 }
        }
        #expect((90...130).contains(filled))
    }

    @Test(arguments: [
        (#"SELECT count(*) FROM transactionline"#, "1000"), (#"SELECT count(*) FROM "transaction" WHERE id < 0"#, "2"),
        ("SELECT count(*) FROM (SELECT 1 FROM transactionline GROUP BY \"transaction\", id HAVING count(*) > 1)", "0"),
        (
            "SELECT count(*) FROM (SELECT 1 FROM transactionaccountingline GROUP BY 1, transactionline, accountingbook "
                + ", \"transaction\" HAVING count(*) > 1)", "0"
        ),
        ("SELECT count(DISTINCT id) = count(*) FROM customer", "1"),
        ("SELECT count(*) FROM CUSTOMRECORD_KNS_EMPTY", "0"),
        // Multi-selects, of one id and of several.
        ("SELECT count(*) > 0 FROM item WHERE subsidiary GLOB '[0-9]*, [0-9]*'", "1"),
        ("SELECT count(*) FROM item WHERE subsidiary GLOB '*[^0-9, ]*'", "0"),
        // NULL dates of change, and dates that are always there.
        ("SELECT count(*) BETWEEN 1 AND 29 FROM CUSTOMRECORD_KNS_Task WHERE lastModified IS NULL", "1"),
        ("SELECT count(*) FROM Customer WHERE isinactive NOT IN ('T', 'F')", "0"),
        ("SELECT count(*) > 0 FROM Customer WHERE id < 0", "1"),
        ("SELECT max(length(storedetaileddescription)) > 4000 FROM item", "1"),
        ("SELECT count(*) > 0 FROM Customer WHERE length(companyname) < length(CAST(companyname AS BLOB))", "1"),
        // Names in mixed case, of tables and of columns.
        ("SELECT count(*) > 5 FROM oa_tables WHERE table_name <> lower(table_name)", "1"),
        ("SELECT count(*) > 5 FROM oa_columns WHERE column_name <> lower(column_name)", "1"),
        // Custom, hidden and calculated columns; custom and hidden tables.
        ("SELECT count(*) > 10 FROM oa_columns WHERE oa_userdata LIKE 'C%' AND column_name LIKE 'cust%'", "1"),
        ("SELECT count(*) > 2 FROM oa_columns WHERE oa_userdata LIKE '_H%'", "1"),
        ("SELECT count(DISTINCT table_name) > 4 FROM oa_columns WHERE oa_userdata LIKE '_____C%'", "1"),
        ("SELECT count(*) > 4 FROM oa_tables WHERE oa_userdata LIKE 'C%'", "1"),
        ("SELECT count(*) FROM oa_tables WHERE oa_userdata LIKE '_H%'", "1"),
        ("SELECT count(*) FROM oa_tables WHERE length(oa_userdata) < 16", "0"),
        ("SELECT count(*) FROM oa_columns WHERE length(oa_userdata) <> 16", "0"),
        // Tables without a key.
        (
            "SELECT count(*) > 4 FROM oa_tables WHERE table_owner <> 'SYSTEM' AND table_name NOT IN "
                + "(SELECT pktable_name FROM oa_fkeys WHERE fktable_name IS NULL)", "1"
        ),
        // A key that is declared and is none.
        ("SELECT count(*) > count(DISTINCT id) FROM CUSTOMRECORD_KNS_BROKENKEY", "1"),
        // Foreign keys that oa_fkeys gets wrong: another table, another column, a list.
        (
            "SELECT count(*) FROM oa_fkeys WHERE fktable_name = 'item' AND fkcolumn_name = 'parent' "
                + "AND pktable_name = 'item'", "1"
        ),
        ("SELECT count(*) > 0 FROM item WHERE parent IS NOT NULL AND parent NOT IN (SELECT id FROM item)", "1"),
        (
            "SELECT pkcolumn_name FROM oa_fkeys WHERE fktable_name = 'employee' AND fkcolumn_name = 'subsidiary'",
            "name"
        ),
        ("SELECT count(*) FROM employee WHERE CAST(subsidiary AS TEXT) IN (SELECT name FROM Subsidiary)", "0"),
        ("SELECT count(*) FROM oa_fkeys WHERE fktable_name = 'Account' AND fkcolumn_name = 'subsidiary'", "1"),
        ("SELECT count(*) > 0 FROM Account WHERE subsidiary LIKE '%,%'", "1"),
        ("SELECT typeof(foreigntotal) FROM \"transaction\"", "real"),
        ("SELECT count(*) FROM oa_fkeys WHERE fktable_name IS NULL AND pktable_name = 'transactionLine'", "2"),
        ("SELECT count(*) FROM oa_columns WHERE oa_userdata LIKE '_____C%' AND table_name = 'Customer'", "4"),
    ])
    func dataHasItsShape(_ sql: String, _ expected: String) throws {
        #expect(try value(sql, try database(.netSuite(lines: 1000))) == expected)
    }

    @Test func ownCatalogIsServedWithGeneratedRows() throws {
        let text = """
            {"tables": [{"schema": "Acme Inc.Role", "table": "CUSTOMRECORD_X", "type": "TABLE", "extra": 1, "columns": [
              {"name": "id", "type": "BIGINT", "nullable": false, "key": true},
              {"name": "part", "type": "VARCHAR2", "length": 20, "nullable": false, "key": true},
              {"name": "name", "type": "VARCHAR2", "length": 12, "hidden": true}, {"name": "d", "type": "DATE"},
              {"name": "n", "type": "NUMERIC(18,4)", "nullable": false}, {"name": "c", "type": "CLOB"},
              {"name": "s", "type": "WVARCHAR", "length": 3}, {"name": "lastmodifieddate", "type": "TIMESTAMP"}]}]}
            """
        let path = FileManager.default.temporaryDirectory.appending(path: "catalog-\(UUID().uuidString).json")
        try text.write(to: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: path) }
        let database = try database(try CatalogFile.read(path.path, rows: 50))
        #expect(try value("SELECT count(DISTINCT id || ' ' || part) FROM CUSTOMRECORD_X", database) == "50")
        #expect(try value("SELECT max(length(name)) <= 12 FROM CUSTOMRECORD_X", database) == "1")
        #expect(
            try value("SELECT min(length(n)) >= 14 AND min(typeof(n)) = 'text' FROM CUSTOMRECORD_X", database) == "1")
        #expect(try value("SELECT table_owner || oa_userdata FROM oa_tables", database) == "RoleCVM-------------")
    }

    @Test(arguments: [
        (
            #"{"tables": [{"table": "x", "columns": [{"name": "a", "type": "BLOB"}]}]}"#,
            "tables[0].columns[0].type: the type BLOB is not known; expected is one of BIGINT, "
        ),
        (#"[{"table": "x", "name": "a", "type": "DATE"}, {"table": "x", "name": "b"}]"#, "[1].type: it is missing."),
        (#"[{"table": "x", "name": 7, "type": "DATE"}]"#, "[0].name: a string is expected."),
        (#"[{"table": "x", "name": "", "type": "DATE"}]"#, "[0].name: a name is expected."),
        (#"[{"table": "x", "name": "a", "type": "DATE", "length": "8"}]"#, "[0].length: a whole number is expected."),
        (
            #"[{"table": "x", "name": "a", "type": "DATE", "length": 0}]"#,
            "[0].length: a number from 1 on, or null, is expected."
        ),
        (#"[{"table": "x", "name": "a", "type": "DATE", "hidden": "T"}]"#, "[0].hidden: true or false is expected."),
        (
            #"[{"table": "x", "name": "a", "type": "DATE", "key": "yes"}]"#,
            "[0].key: the place in the key, true, false or null is expected."
        ),
        (
            #"[{"table": "x", "name": "a", "type": "DATE", "key": 2}]"#,
            "[0].key: the places in the key of x are expected to be 1 to 1, each once."
        ),
        (
            #"[{"table": "x", "name": "a", "type": "DATE"}, {"table": "x", "name": "A", "type": "DATE"}]"#,
            "[1].name: x has a column A already."
        ),
        (
            #"[{"schema": "s", "table": "x", "name": "a", "type": "DATE"}, {"table": "X", "name": "a", "type": "DATE"}]"#,
            "[1]: there is a table X already;"
        ),
        (#"[{"table": "x", "name": "a\u0000b", "type": "DATE"}]"#, "[0].name: a name is expected."),
        (#"[{"table": "oa_tables", "name": "a", "type": "DATE"}]"#, "[0]: the name oa_tables is the mock's own."),
        (#"[{"table": "Dual", "name": "a", "type": "DATE"}]"#, "[0]: the name Dual is the mock's own."),
        (#"[{"table": "sqlite_x", "name": "a", "type": "DATE"}]"#, "[0]: the name sqlite_x is the mock's own."),
        (#"[{"table": "x", "name": "a", "type": "DATE", "length": 1.5}]"#, "[0].length: a whole number is expected."),
        (
            "[" + (0...2000).map { #"{"table": "x", "name": "c\#($0)", "type": "DATE"}"# }.joined(separator: ",") + "]",
            "[0]: x has 2001 columns, and the mock holds 2000 at most."
        ),
        (String(repeating: "[", count: 100_000), "it is not JSON;"),
        (#"["x"]"#, "[0]: an object is expected."), ("[]", "it has no tables."),
        (#"{"tables": []}"#, "it has no tables."),
        (#"{"tables": {"x": []}}"#, "tables: an array is expected."),
        (#"{"tables": [{"table": "x", "columns": []}]}"#, "tables[0]: x has no columns."),
        (
            #"{"tables": [{"table": "x", "rows": -1, "columns": []}]}"#,
            "tables[0].rows: a number of rows from 0 to 20000000 is expected."
        ),
        ("{}", "tables: it is missing."),
        ("7", "an array of columns is expected, as `kleene-ns columns --all --format json`"),
        ("{\"table\": 1}\n{\"table\": 2}", "it is not JSON; write it with `kleene-ns columns --all --format json`."),
    ])
    func brokenCatalogIsRefusedWithItsPlace(text: String, sentence: String) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "catalog-\(UUID().uuidString).json")
        try text.write(to: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: path) }
        let refusal = #expect(throws: CatalogFile.Refusal.self) { try CatalogFile.read(path.path, rows: 1) }
        #expect(
            refusal?.description.hasPrefix("\(path.path) is not a catalog: \(sentence)") == true, "\(refusal as Any)")
    }
}
