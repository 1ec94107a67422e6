/// Transactions, their lines, and what hangs on these.
enum TransactionTables {
    static func all(_ scale: NetSuiteScale) -> [CatalogTable] {
        [
            transaction(scale), line(scale), accountingLine(scale), link("NextTransactionLineLink", scale),
            link("PreviousTransactionLineLink", scale), deletedRecord(scale), systemNote(scale),
        ]
    }

    private static func transaction(_ scale: NetSuiteScale) -> CatalogTable {
        var table = CatalogTable("transaction", rows: scale.transactions, TransactionColumns.all)
        table.hardDelete = true
        table.foreignKeys = [
            .init(column: "currency", table: "currency"), .init(column: "postingperiod", table: "accountingPeriod"),
            // Wrong: an entity may be a vendor or an employee just as well.
            .init(column: "entity", table: "Customer"),
            // Wrong: there is no such table.
            .init(column: "employee", table: "EmployeeRecord"),
        ]
        return table
    }

    /// Row `i` is line `i % 5` of transaction `i / 5`.
    private static let transactionOfLine = "(SELECT id FROM \"transaction\" WHERE rowid = 1 + i / 5)"

    private static func line(_ scale: NetSuiteScale) -> CatalogTable {
        var table = CatalogTable(
            "transactionLine", rows: scale.lines,
            [
                CatalogColumn("transaction", .bigint, .sql(transactionOfLine)).asKey.required,
                CatalogColumn("id", .bigint, .sql("i % 5")).asKey.required,
                CatalogColumn("uniquekey", .bigint, .sql("i * 2 + 1")),
                CatalogColumn("linesequencenumber", .bigint, .sql("i % 5")),
                .text("mainline", 1, .sql("CASE WHEN i % 5 = 0 THEN 'T' ELSE 'F' END")),
                .text("taxline", 1, .sql("CASE WHEN i % 5 = 4 THEN 'T' ELSE 'F' END")),
                .reference("item", to: "item", nulls: 250),
                .choice("itemtype", "InvtPart", "Service", "TaxItem", nulls: 250),
                .reference("entity", to: "Customer", nulls: 300), .reference("subsidiary", to: "Subsidiary"),
                .reference("department", to: "department", nulls: 300),
                .reference("class", to: "classification", nulls: 400),
                .reference("location", to: "location", nulls: 400),
                .reference("expenseaccount", to: "Account", nulls: 700),
                .text("memo", 4000, .words(4), nulls: 350), .amount("foreignamount"), .amount("netamount"),
                .amount("rateamount", nulls: 300), .rate("rate", nulls: 300), .rate("ratepercent", nulls: 900),
                .amount("debitforeignamount", nulls: 500), .amount("creditforeignamount", nulls: 500),
                .integer("quantity", -40...400, nulls: 300), .integer("quantitybilled", 0...400, nulls: 500),
                .integer("quantityshiprecv", 0...400, nulls: 500), .integer("price", -1...9, nulls: 600),
                .integer("units", 1...5, nulls: 600), .reference("createdfrom", to: "transaction", nulls: 800),
                .date("expectedshipdate", nulls: 700), .date("actualshipdate", nulls: 800),
                .date("cleareddate", nulls: 900),
                .date("billeddate", nulls: 800), .date("amortizstartdate", nulls: 950),
                .amount("costestimate", nulls: 500),
                .amount("estgrossprofit", nulls: 500).asCalculated,
                .rate("estgrossprofitpercent", nulls: 500).asCalculated,
                .flag("cleared"), .flag("isbillable"), .flag("isclosed", 300), .flag("iscogs", 50),
                .flag("donotdisplayline", 20),
                .flag("fulfillable", 500), .flag("isfullyshipped", 300), .flag("isinventoryaffecting", 300),
                .flag("eliminate", 10),
                .choice("transactionlinetype", "ITEM", "TAX", "SHIPPING", nulls: 300),
                .flag("hasfulfillableitems", 300),
                .text("custcol_kns_project", 300, .code("P-"), nulls: 500).asCustom,
                .text("custcol_kns_tags", 4000, .multiSelect("classification"), nulls: 600).asCustom,
                .rate("custcol_kns_weight", nulls: 500).asCustom, .text("internalflag", 10, .flag(10)).asHidden,
                .modified("linelastmodifieddate"),
            ])
        table.foreignKeys = [
            .init(column: "transaction", table: "transaction"), .init(column: "item", table: "inventoryItem"),
            .init(column: "subsidiary", table: "Subsidiary"),
        ]
        return table
    }

    private static func accountingLine(_ scale: NetSuiteScale) -> CatalogTable {
        var table = CatalogTable(
            "TransactionAccountingLine", rows: scale.lines,
            [
                CatalogColumn(
                    "transaction", .bigint, .sql("(SELECT id FROM \"transaction\" WHERE rowid = 1 + i / 2 / 5)")
                )
                .asKey.required,
                CatalogColumn("transactionline", .bigint, .sql("i / 2 % 5")).asKey.required,
                CatalogColumn("accountingbook", .bigint, .sql("i % 2 + 1")).asKey.required,
                .reference("account", to: "Account", nulls: 20),
                .text("accounttype", 40, .choice(["Bank", "Income", "Expense"])),
                .flag("posting", 900), .amount("amount"), .amount("debit", nulls: 500), .amount("credit", nulls: 500),
                .amount("netamount"), .amount("amountpaid", nulls: 700), .amount("amountunpaid", nulls: 700),
                .amount("amountlinked", nulls: 900), .rate("exchangerate"), .flag("processedbyrevcommit", 5),
                // Since 2023 only: older rows have none.
                .modified(nulls: 400),
            ])
        table.foreignKeys = [
            .init(column: "transaction", table: "transaction"), .init(column: "account", table: "Account"),
        ]
        return table
    }

    private static func link(_ name: String, _ scale: NetSuiteScale) -> CatalogTable {
        CatalogTable(
            name, rows: scale.lines / 10,
            [
                CatalogColumn("previousdoc", .bigint, .sql("(SELECT id FROM \"transaction\" WHERE rowid = 1 + i / 2)"))
                    .asKey,
                CatalogColumn("previousline", .bigint, .sql("i % 2")).asKey,
                CatalogColumn("nextdoc", .bigint, .sql("i * 3 + 7")).asKey, .integer("nextline", 0...4),
                .choice("linktype", "OrdBill", "Payment", "ShipRcpt"), .amount("foreignamount", nulls: 200),
                .flag("discount", 20), .date("previousdate", nulls: 100), .date("nextdate", nulls: 100), .modified(),
            ])
    }

    /// No key; the same record may be deleted, restored and deleted again.
    private static func deletedRecord(_ scale: NetSuiteScale) -> CatalogTable {
        CatalogTable(
            "DeletedRecord", rows: max(8, scale.lines / 100),
            [
                .time("deleteddate"), .integer("recordid", 1...90_000),
                .choice("type", "salesorder", "invoice", "customer"),
                .integer("recordtypeid", -30...200), .text("name", 300, .code("Record #"), nulls: 100),
                .reference("deletedby", to: "employee", nulls: 100),
                .choice("context", "UIF", "SLT", "CSV", nulls: 200),
                .integer("scriptid", 1...400, nulls: 800), .flag("iscustomlist", 10), .flag("iscustomrecord", 100),
                .flag("iscustomtransaction", 5),
            ])
    }

    /// No key, and rows that are equal in every column.
    private static func systemNote(_ scale: NetSuiteScale) -> CatalogTable {
        CatalogTable(
            "SystemNote", rows: max(20, scale.lines / 10),
            [
                CatalogColumn("recordid", .bigint, .sql("i / 4 + 1")),
                CatalogColumn("recordtypeid", .bigint, .sql("-30")),
                CatalogColumn("date", .timestamp, .sql("datetime(1609459200 + i / 2 * 977, 'unixepoch')")),
                .text("field", 60, .sql("CASE WHEN i / 2 % 2 = 0 THEN 'STATUS' ELSE 'AMOUNT' END")),
                .text("oldvalue", 4000, .null), .text("newvalue", 4000, .sql("'Ä' || (i / 2)")),
                .integer("name", -4...(-4)), .text("context", 10, .sql("'UIF'")),
            ])
    }
}
