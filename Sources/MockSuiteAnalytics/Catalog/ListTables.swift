/// The short tables that others refer to.
enum ListTables {
    static let all = [
        currency, subsidiary, department, location, classification, accountingBook, accountType, account,
        accountingPeriod, consolidatedExchangeRate,
    ]

    static let currency = CatalogTable(
        "currency", rows: 6,
        [
            .id(), .text("name", 60, .cycle(["'US Dollar'", "'Euro'", "'Złoty'", "'日本円'", "'British pound'", "'₿'"])),
            .text("symbol", 10, .cycle(["'USD'", "'EUR'", "'PLN'", "'JPY'", "'GBP'", "'XBT'"])),
            .text("displaysymbol", 10, .cycle(["'$'", "'€'", "'zł'", "'¥'", "'£'", "'₿'"])),
            .rate("exchangerate"), .integer("currencyprecision", 0...3), .flag("isbasecurrency", 170),
            .flag("isinactive", 0), .text("externalid", 255, .code("CUR-"), nulls: 700), .modified(),
        ])

    static let subsidiary: CatalogTable = {
        var table = CatalogTable(
            "Subsidiary", rows: 7,
            [
                .id(), .text("name", 83, .words(2)), .text("fullname", 1000, .words(4)),
                .text("legalname", 83, .words(3), nulls: 300), .reference("currency", to: "currency"),
                CatalogColumn("parent", .bigint, .sql("CASE WHEN i = 0 THEN NULL ELSE 1 END")),
                .choice("country", "US", "DE", "PL", "JP", nulls: 100), .text("state", 60, .words(1), nulls: 600),
                .text("email", 254, .code("office@example.org#"), nulls: 300), .flag("iselimination", 140),
                .flag("isinactive"), .integer("mainaddress", 1...40), .clob("custrecord_kns_footer", 900).asCustom,
                .modified(),
            ])
        table.foreignKeys = [.init(column: "currency", table: "currency")]
        return table
    }()

    static let department = hierarchy("department", rows: 9)
    static let location = hierarchy("location", rows: 8)
    static let classification = hierarchy("classification", rows: 12)

    private static func hierarchy(_ name: String, rows: Int) -> CatalogTable {
        CatalogTable(
            name, rows: rows,
            [
                .id(), .text("name", 60, .words(2)), .text("fullname", 1000, .words(3)),
                CatalogColumn("parent", .bigint, .sql("CASE WHEN i % 3 = 0 THEN NULL ELSE 1 END")),
                .text("subsidiary", 4000, .multiSelect("Subsidiary")), .flag("includechildren", 300),
                .flag("isinactive"), .text("externalid", 255, .code("EXT-"), nulls: 600), .modified(),
            ])
    }

    static let accountingBook = CatalogTable(
        "accountingBook", rows: 2,
        [
            CatalogColumn("id", .bigint, .sql("i + 1")).asKey.required,
            .text("name", 60, .cycle(["'Primary Accounting Book'", "'Secondary Book – IFRS'"])),
            .text("isprimary", 1, .cycle(["'T'", "'F'"])), .flag("isadjustmentonly", 0), .modified(),
        ])

    /// No key, and no date that says when a row changed.
    static let accountType = CatalogTable(
        "accountType", rows: 8,
        [
            .text(
                "id", 40,
                .cycle([
                    "'AcctPay'", "'AcctRec'", "'Bank'", "'COGS'", "'Expense'", "'Income'", "'OthAsset'", "'Equity'",
                ])),
            .text("longname", 60, .words(2)), .text("balancesheet", 1, .flag(500)), .flag("left", 500),
            .integer("seqnum", 1...90), .flag("usercanaddaccount", 900),
        ])

    static let account: CatalogTable = {
        var table = CatalogTable(
            "Account", rows: 64,
            [
                .id(negative: 3), .text("acctnumber", 60, .code("40")),
                .text("accountsearchdisplayname", 400, .words(3)),
                .text("fullname", 1000, .words(2)),
                .choice("accttype", "AcctPay", "AcctRec", "Bank", "COGS", "Expense", "Income", "Equity"),
                .text("subsidiary", 4000, .multiSelect("Subsidiary")), .flag("includechildren", 300),
                .flag("eliminate", 50), .flag("inventory", 80), .flag("isinactive", 60), .flag("issummary", 90),
                .reference("currency", to: "currency", nulls: 800), .text("description", 999, .words(5), nulls: 500),
                CatalogColumn("parent", .bigint, .sql("CASE WHEN i % 4 = 0 THEN NULL ELSE 1 END")),
                .choice("generalrate", "CURRENT", "HISTORICAL", "AVERAGE"),
                .choice("cashflowrate", "CURRENT", "HISTORICAL", "AVERAGE"),
                .amount("balance", nulls: 200).asCalculated,
                .text("externalid", 255, .code("ACC-"), nulls: 500), .modified(),
            ])
        table.foreignKeys = [
            .init(column: "currency", table: "currency"),
            // Wrong: a multi-select holds a list, not an id.
            .init(column: "subsidiary", table: "Subsidiary"),
        ]
        return table
    }()

    static let accountingPeriod: CatalogTable = {
        let month = "date('2020-01-01', '+' || i || ' months')"
        return CatalogTable(
            "accountingPeriod", rows: 96,
            [
                .id(),
                CatalogColumn("periodname", .varchar(60), .sql("strftime('%m/%Y', \(month))")),
                CatalogColumn("startdate", .timestamp, .sql("datetime(\(month))")),
                CatalogColumn("enddate", .timestamp, .sql("datetime(\(month), '+1 month', '-1 day')")),
                .text("closed", 1, .sql("CASE WHEN i < 60 THEN 'T' ELSE 'F' END")), .flag("alllocked", 300),
                .text("isquarter", 1, .sql("CASE WHEN i % 3 = 2 THEN 'T' ELSE 'F' END")), .flag("isyear", 80),
                .flag("isposting", 900), .flag("isadjust", 30), .date("closedondate", nulls: 400),
                CatalogColumn("parent", .bigint, .sql("CASE WHEN i % 3 = 0 THEN NULL ELSE i / 3 * 9 + 1 END")),
                .modified(),
            ])
    }()

    /// Declares no key and changes without a date.
    static let consolidatedExchangeRate = CatalogTable(
        "consolidatedExchangeRate", rows: 288,
        [
            CatalogColumn("id", .bigint, .sql("i + 1")), .reference("postingperiod", to: "accountingPeriod"),
            .reference("fromcurrency", to: "currency"), .reference("tocurrency", to: "currency"),
            .reference("fromsubsidiary", to: "Subsidiary"), .reference("tosubsidiary", to: "Subsidiary"),
            .reference("accountingbook", to: "accountingBook"), .rate("averagerate"), .rate("currentrate"),
            .rate("historicalrate"),
        ])
}
