/// Custom records, and tables made to be difficult.
enum CustomTables {
    static func all(_ scale: NetSuiteScale) -> [CatalogTable] {
        [project(scale), tasks(scale), extremes, brokenKey, accountMap, hiddenList, payroll, empty]
    }

    private static func project(_ scale: NetSuiteScale) -> CatalogTable {
        var table = CatalogTable(
            "CUSTOMRECORD_KNS_PROJECT", rows: max(15, scale.lines / 200),
            [
                .id(), .text("name", 300, .words(3)), .text("altName", 300, .words(2), nulls: 400),
                .flag("isInactive"), .reference("owner", to: "employee", nulls: 100), .integer("recordId", 1...9000),
                .text("scriptId", 300, .code("VAL_")), .text("externalId", 255, .code("PRJ-"), nulls: 500),
                .reference("custrecord_kns_customer", to: "Customer", nulls: 200).asCustom,
                .amount("custrecord_kns_budget", nulls: 200).asCustom,
                .date("custrecord_kns_start", nulls: 100).asCustom,
                .text("custrecord_kns_members", 4000, .multiSelect("employee")).asCustom,
                .clob("custrecord_kns_plan", 12_000).asCustom, .time("created"), .modified("lastModified"),
            ])
        table.custom = true
        table.hardDelete = true
        table.feature = "CUSTOMRECORDS"
        return table
    }

    /// A custom table that declares no key, as most do.
    private static func tasks(_ scale: NetSuiteScale) -> CatalogTable {
        var table = CatalogTable(
            "CUSTOMRECORD_KNS_Task", rows: max(30, scale.lines / 100),
            [
                CatalogColumn("id", .bigint, .sql("i + 1")), .text("name", 300, .words(2)),
                .reference("custrecord_kns_project", to: "CUSTOMRECORD_KNS_PROJECT", nulls: 50).asCustom,
                .rate("custrecord_kns_hours", nulls: 100).asCustom, .flag("custrecord_kns_done", 500).asCustom,
                .modified("lastModified", nulls: 100),
            ])
        table.custom = true
        return table
    }

    /// Values at the edges of their types.
    private static let extremes: CatalogTable = {
        var table = CatalogTable(
            "CUSTOMRECORD_KNS_EXTREMES", rows: 24,
            [
                CatalogColumn("id", .bigint, .sql("i - 12")).asKey.required,
                CatalogColumn(
                    "custrecord_kns_bigint", .bigint,
                    .cycle(["9223372036854775807", "-9223372036854775807 - 1", "0", "-1", "9007199254740993", "NULL"])),
                CatalogColumn(
                    "custrecord_kns_double", .double,
                    .cycle([
                        "0.1", "1.7976931348623157e308", "4.9e-324", "-2.2250738585072014e-308", "0.0", "NULL",
                        "12345678901234.56", "1.0 / 3.0", "-1e15", "9007199254740993.0", "1e22", "-0.015",
                    ])),
                CatalogColumn(
                    "custrecord_kns_timestamp", .timestamp,
                    .cycle([
                        "'0001-01-01 00:00:00'", "'9999-12-31 23:59:59'", "'1582-10-15 00:00:00'",
                        "'1970-01-01 00:00:00'",
                        "'2024-02-29 12:34:56'", "NULL", "'2024-03-31 02:30:00'", "'2024-10-27 02:30:00.123456'",
                        "'2024-01-01 00:00:00.1'", "'2038-01-19 03:14:08'",
                    ])),
                CatalogColumn(
                    "custrecord_kns_text", .varchar(4000),
                    .cycle([
                        "''", "' '", "'trailing blanks   '", "'''quoted'''", "'\"double\"'", "'a' || char(9) || 'b'",
                        "'line' || char(10) || 'break' || char(13, 10)", "'NULL'", "NULL", "'👨‍👩‍👧‍👦 𝄞 ﷽'",
                        "'e' || char(769)",
                        "char(65279) || 'bom'", "replace(printf('%.*c', 3999, 'x'), 'x', 'é') || '€'", "'\\N'", "'0'",
                    ])),
                CatalogColumn(
                    "custrecord_kns_clob", .clob,
                    .cycle([
                        "''", "NULL", "printf('%.*c', 100000, 'c')", "replace(printf('%.*c', 20000, 'x'), 'x', '漢字')",
                        "'short'",
                    ])),
                .flag("custrecord_kns_flag", 500),
            ])
        table.custom = true
        return table
    }()

    /// Declares a key that is neither unique nor free of NULLs.
    private static let brokenKey: CatalogTable = {
        var table = CatalogTable(
            "CUSTOMRECORD_KNS_BROKENKEY", rows: 30,
            [
                CatalogColumn("id", .bigint, .sql("CASE WHEN i % 10 = 9 THEN NULL ELSE i / 2 + 1 END")).asKey,
                .text("name", 300, .words(2)), .modified("lastModified", nulls: 300),
            ])
        table.custom = true
        return table
    }()

    /// A link table: two columns, no key, no date.
    private static let accountMap = CatalogTable(
        "MAP_account_custrecord_kns_departments", rows: 90,
        [
            .reference("mapone", to: "Account"), .reference("maptwo", to: "department"),
        ])

    private static let hiddenList: CatalogTable = {
        var table = CatalogTable(
            "CUSTOMLIST_KNS_STATES", rows: 5,
            [
                .id(), .text("name", 300, .words(1)), .flag("isinactive", 0),
                CatalogColumn("recordid", .bigint, .sql("i + 1")),
            ])
        table.custom = true
        table.hidden = true
        return table
    }()

    /// Outside the role: listed only with a static schema, and then without a row.
    private static let payroll: CatalogTable = {
        var table = CatalogTable(
            "payrollItem", rows: 6, [.id(), .text("name", 60, .words(1)), .amount("rate"), .modified()])
        table.restricted = true
        table.feature = "PAYROLL"
        return table
    }()

    private static let empty: CatalogTable = {
        var table = CatalogTable(
            "CUSTOMRECORD_KNS_EMPTY", rows: 0, [.id(), .text("name", 300, .words(1)), .modified("lastModified")])
        table.custom = true
        return table
    }()
}
