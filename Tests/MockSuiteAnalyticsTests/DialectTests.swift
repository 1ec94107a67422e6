import Testing

@testable import MockSuiteAnalytics

/// What is spoken and what is refused, as text.
@Suite struct DialectTests {
    static let view = CatalogView(.netSuite(lines: 10))

    func sqlite(_ sql: String, _ view: CatalogView = Self.view) throws -> Renderer.Rendered {
        try Renderer.render(try Parser.parse(sql).query, in: view)
    }

    @Test(arguments: [
        ("select id from transaction", #"SELECT "transaction"."id" AS "id" FROM "transaction" AS "transaction""#),
        ("SELECT TOP 5 t.ID x FROM Transaction t", #"SELECT "t"."id" AS "x" FROM "transaction" AS "t" LIMIT 5"#),
        (
            "select id from currency order by name desc",
            #"SELECT "currency"."id" AS "id" FROM "currency" AS "currency" ORDER BY "currency"."name" DESC NULLS FIRST"#
        ),
        (
            "select id from currency order by id",
            #"SELECT "currency"."id" AS "id" FROM "currency" AS "currency" ORDER BY "currency"."id""#
        ),
        (
            "select nvl(name, 'x') n from currency where rownum <= 3",
            #"SELECT ifnull("currency"."name", 'x') AS "n" FROM "currency" AS "currency" LIMIT 3"#
        ),
        (
            "select id from currency where id = 1 or id = 2 or id = 3 and name = 'x'",
            #"SELECT "currency"."id" AS "id" FROM "currency" AS "currency" WHERE (("currency"."id" = 1) OR ("currency"."id" = 2) OR "#
                + #"(("currency"."id" = 3) AND ("currency"."name" = 'x')))"#
        ),
        ("select 'a;b' from dual -- end", #"SELECT 'a;b' AS "EXPR1" FROM (SELECT 'X' AS dummy) AS "dual""#),
    ])
    func queriesBecomeSQLite(_ sql: String, _ expected: String) throws {
        #expect(try sqlite(sql).sql == expected)
    }

    @Test(arguments: [
        "select id from transaction fetch first 3 rows only", "with a as (select 1 from dual) select * from a",
        "select [id] from transaction", "select id from transaction limit 3", "select 1", "select id from", "",
        "select id from transaction where id = (+)", "select a from b c d", "select 'x from dual",
        "select t.id from transaction t, currency c where t.currency = c.id(+)",
    ])
    func whatNetSuiteDoesNotSpeakIsASyntaxError(_ sql: String) {
        #expect(throws: SQLRefusal.syntax) { try sqlite(sql) }
    }

    @Test(arguments: [
        ("select id from transaction where trandate > date '2024-01-01'", SQLRefusal.dateLiteral),
        ("select id from transaction where trandate > '2024-01-01'", .dateLiteral),
        ("select id from transaction where '2024-01-01' < trandate", .dateLiteral),
        ("select id from transaction where trandate between '2024-01-01' and sysdate", .dateLiteral),
        ("select timestamp '2024-01-01 00:00:00' from dual", .dateLiteral),
        ("select id from incident", .unknownTable("incident")), ("select nope from currency", .unknownColumn("nope")),
        ("select t.nope from currency t", .unknownColumn("t.nope")),
        ("select id from currency c, subsidiary s", .ambiguousColumn("id")),
        ("delete from currency", .readOnly),
        ("select charindex('a', name) from currency", .unsupportedFunction("CHARINDEX")),
        ("select \(Array(repeating: "id", count: 1001).joined(separator: ",")) from currency", .tooManyColumns),
        (
            "select id from currency where id in (\((0...1000).map(String.init).joined(separator: ",")))",
            .tooManyListItems
        ),
        ("select a.*, b.*, c.*, d.* from transaction a, transaction b, transaction c, transaction d", .tooManyColumns),
    ])
    func refusalsSayWhatTheServiceWouldSay(_ sql: String, _ refusal: SQLRefusal) {
        #expect(throws: refusal) { try sqlite(sql) }
    }

    @Test(arguments: [
        ("max(lastmodifieddate)", ColumnType.timestamp), ("count(*)", .bigint), ("sum(foreigntotal)", .double),
        ("max(id)", .bigint), ("nvl(trandate, sysdate)", .timestamp), ("to_char(trandate, 'YYYY')", .varchar(4000)),
        ("case when id = 1 then 'ab' else 'c' end", .varchar(2)), ("id + 1", .bigint), ("id / 2", .double),
        ("sysdate - 1", .timestamp), ("sysdate - trandate", .double), ("custbody_kns_notes", .clob),
        ("to_timestamp('x', 'YYYY')", .timestamp), ("min(\"memo\")", .varchar(4000)),
    ])
    func expressionsHaveTypesWithoutBeingRun(_ expression: String, _ type: ColumnType) throws {
        #expect(try sqlite("select \(expression) from transaction").columns.map(\.type) == [type])
    }

    @Test func listOfAThousandIsFine() throws {
        let ids = (1...1000).map(String.init).joined(separator: ",")
        let columns = Array(repeating: "id", count: 1000).joined(separator: ",")
        #expect(try sqlite("select \(columns) from currency where id in (\(ids))").columns.count == 1000)
    }

    @Test func statementsAreCutOutsideStringsAndComments() throws {
        let sql = "BEGIN;declare \"a;b\" cursor for select ';' /* ; */ from x;;fetch 3 in \"a;b\"; -- ;\n"
        #expect(
            try Tokenizer.statements(of: sql) == [
                "BEGIN", "declare \"a;b\" cursor for select ';' /* ; */ from x", "fetch 3 in \"a;b\"",
            ])
    }

    @Test func rolesSeeLessWithoutStaticSchema() throws {
        let staticView = CatalogView(.netSuite(lines: 10), staticSchema: true, uppercase: true)
        #expect(throws: SQLRefusal.unknownTable("payrollItem")) { try sqlite("select * from payrollItem") }
        #expect(throws: SQLRefusal.unknownColumn("salary")) { try sqlite("select salary from employee") }
        #expect(try sqlite("select * from payrollItem", staticView).sql.contains("WHERE 0"))
        let salary = try sqlite("select salary from employee", staticView)
        #expect(salary.sql.hasPrefix("SELECT NULL AS \"SALARY\""))
        #expect(salary.columns == [ResultColumn(name: "SALARY", type: .double)])
    }

    @Test(arguments: [
        ("2024-01-02T03:04:05", "YYYY-MM-DD\"T\"HH24:MI:SS", "2024-01-02 03:04:05"),
        ("2023-12-05 19:13:52.000000", "YYYY-MM-DD HH24:MI:SS.FF", "2023-12-05 19:13:52"),
        ("2026-01-02 03:04:05.100000000", "YYYY-MM-DD HH24:MI:SSxFF", "2026-01-02 03:04:05.1"),
        ("2024-02-29", "YYYY-MM-DD", "2024-02-29 00:00:00"),
        ("12/31/1999 11:59 PM", "MM/DD/YYYY HH:MI AM", "1999-12-31 23:59:00"),
        ("05-Mar-2021", "DD-MON-YYYY", "2021-03-05 00:00:00"),
        ("2024-01-01", "YYYY-MM-DD HH24:MI:SS", "2024-01-01 00:00:00"),
    ])
    func dateFormatsAreRead(_ text: String, _ model: String, _ canonical: String) throws {
        #expect(DateFormat(model)?.read(text)?.canonicalText == canonical)
    }

    @Test(arguments: [
        ("2023-02-29", "YYYY-MM-DD"), ("2024-01-01 00", "YYYY-MM-DD"), ("x", "YYYY"), ("", "YYYY"),
        ("2024-13-01", "YYYY-MM-DD"), ("2024-01-01 25", "YYYY-MM-DD HH24"),
    ])
    func datesThatDoNotFitAreNotRead(_ text: String, _ model: String) {
        #expect(DateFormat(model)?.read(text) == nil)
    }

    @Test(arguments: [-62_135_596_800, -1, 0, 951_782_400, 1_709_164_800, 253_402_300_799])
    func momentsGoThereAndBack(_ seconds: Int) {
        let moment = Moment(secondsSince1970: seconds)
        #expect(moment.secondsSince1970 == seconds)
        #expect(Moment(iso: moment.canonicalText) == moment)
    }
}
