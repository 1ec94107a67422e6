/// Those whom the company deals with, and what it sells.
enum EntityTables {
    static func all(_ scale: NetSuiteScale) -> [CatalogTable] {
        [employee(scale), customer(scale), vendor(scale), item(scale), entityAddress(scale)]
    }

    private static func employee(_ scale: NetSuiteScale) -> CatalogTable {
        var table = CatalogTable(
            "employee", rows: scale.employees,
            [
                .id(negative: 2), .text("entityid", 100, .code("E")), .text("firstname", 32, .words(1)),
                .text("lastname", 32, .words(1)), .text("email", 254, .code("someone@example.org#"), nulls: 100),
                .text("title", 200, .words(2), nulls: 200), .reference("subsidiary", to: "Subsidiary"),
                .reference("department", to: "department", nulls: 200),
                .reference("location", to: "location", nulls: 300),
                .flag("isinactive"), .flag("giveaccess", 700), .date("hiredate", nulls: 50),
                .date("releasedate", nulls: 850), .amount("salary").asRestricted,
                .text("socialsecuritynumber", 20, .code("000-00-")).asRestricted,
                .text("custentity_kns_badge", 300, .code("B"), nulls: 400).asCustom, .clob("comments", 600, nulls: 700),
                .time("datecreated"), .modified(),
            ])
        table.foreignKeys = [
            // Wrong column: the name is not what is stored.
            .init(column: "subsidiary", table: "Subsidiary", targetColumn: "name"),
            .init(column: "department", table: "department"),
        ]
        return table
    }

    private static func customer(_ scale: NetSuiteScale) -> CatalogTable {
        var table = CatalogTable(
            "Customer", rows: scale.customers,
            [
                .id(negative: 4), .text("entityid", 100, .code("CUST")),
                .text("companyname", 83, .words(3), nulls: 120),
                .text("altname", 250, .words(2)), .text("entitytitle", 250, .words(2)), .flag("isperson", 120),
                .text("firstname", 32, .words(1), nulls: 700), .text("lastname", 32, .words(1), nulls: 700),
                .text("email", 254, .code("buyer@example.org#"), nulls: 150),
                .text("phone", 32, .code("+49 30 "), nulls: 300),
                .text("url", 1000, .code("https://example.org/"), nulls: 600),
                .reference("currency", to: "currency"), .reference("subsidiary", to: "Subsidiary"),
                .reference("salesrep", to: "employee", nulls: 300), .integer("entitystatus", 6...20),
                .integer("category", 1...9, nulls: 500), .integer("terms", 1...6, nulls: 300),
                .integer("defaultbillingaddress", 1...900, nulls: 100),
                .integer("defaultshippingaddress", 1...900, nulls: 150), .amount("creditlimit", nulls: 400),
                .amount("balancesearch", nulls: 100).asCalculated,
                .amount("overduebalancesearch", nulls: 100).asCalculated,
                .text("oncredithold", 10, .choice(["AUTO", "ON", "OFF"])).asCalculated,
                .choice("searchstage", "Customer", "Lead", "Prospect"), .flag("isinactive"), .flag("taxable", 600),
                .date("startdate", nulls: 300), .date("enddate", nulls: 900), .date("firstorderdate", nulls: 200),
                .date("lastorderdate", nulls: 200), .date("firstsaledate", nulls: 200).asCalculated,
                .text("resalenumber", 40, .code("RS"), nulls: 800), .text("vatregnumber", 40, .code("DE"), nulls: 500),
                .text("multisubsidiaries", 4000, .multiSelect("Subsidiary"), nulls: 500),
                .text("custentity_kns_segment", 300, .choice(["Größe S", "Größe M", "Größe L"]), nulls: 200).asCustom,
                .text("custentity_kns_currencies", 4000, .multiSelect("currency"), nulls: 300).asCustom,
                .clob("custentity_kns_history", 3000).asCustom, .text("password", 1, .null).asHidden,
                .integer("internalscore", 0...1000).asHidden, .text("externalid", 255, .code("CRM-"), nulls: 500),
                .clob("comments", 1500), .time("datecreated"), .time("dateclosed", nulls: 700), .modified(),
            ])
        table.hardDelete = true
        table.foreignKeys = [
            .init(column: "currency", table: "currency"), .init(column: "subsidiary", table: "Subsidiary"),
            .init(column: "salesrep", table: "employee"),
        ]
        return table
    }

    private static func vendor(_ scale: NetSuiteScale) -> CatalogTable {
        var table = CatalogTable(
            "Vendor", rows: scale.vendors,
            [
                .id(negative: 1), .text("entityid", 100, .code("VEND")), .text("companyname", 83, .words(3), nulls: 50),
                .text("legalname", 83, .words(3), nulls: 400),
                .text("email", 254, .code("seller@example.org#"), nulls: 200),
                .reference("currency", to: "currency"), .reference("subsidiary", to: "Subsidiary"),
                .integer("category", 1...5, nulls: 400), .integer("terms", 1...6, nulls: 300),
                .flag("is1099eligible", 200),
                .flag("isinactive"), .flag("isperson", 80), .amount("balance", nulls: 100).asCalculated,
                .amount("balanceprimary", nulls: 100).asCalculated, .amount("creditlimit", nulls: 600),
                .reference("expenseaccount", to: "Account", nulls: 400),
                .reference("payablesaccount", to: "Account", nulls: 400),
                .text("accountnumber", 64, .code("9-"), nulls: 300), .text("vatregnumber", 40, .code("PL"), nulls: 400),
                .text("custentity_kns_iban", 300, .code("DE00 0000 0000 "), nulls: 400).asCustom,
                .clob("comments", 800), .time("datecreated"), .modified(),
            ])
        table.hardDelete = true
        table.foreignKeys = [
            .init(column: "currency", table: "currency"), .init(column: "subsidiary", table: "Subsidiary"),
            .init(column: "expenseaccount", table: "Account"),
        ]
        return table
    }

    private static func item(_ scale: NetSuiteScale) -> CatalogTable {
        var table = CatalogTable(
            "item", rows: scale.items,
            [
                .id(negative: 2), .text("itemid", 60, .code("SKU-")), .text("displayname", 60, .words(2), nulls: 100),
                .text("fullname", 1000, .words(3)),
                .choice("itemtype", "InvtPart", "NonInvtPart", "Service", "Kit", "Discount"),
                .choice("subtype", "Sale", "Purchase", "Resale", nulls: 400),
                .text("description", 4000, .words(8), nulls: 200),
                .text("purchasedescription", 4000, .words(6), nulls: 400),
                // Three rich-text columns that NetSuite's own help names as slow.
                .clob("featureddescription", 4000), .clob("storedetaileddescription", 9000),
                .clob("metataghtml", 2500, nulls: 800),
                .amount("cost", nulls: 200), .amount("averagecost", nulls: 300).asCalculated,
                .amount("lastpurchaseprice", nulls: 300),
                .rate("totalvalue", nulls: 300), .rate("weight", nulls: 400), .integer("weightunit", 1...4, nulls: 400),
                .reference("incomeaccount", to: "Account", nulls: 150),
                .reference("expenseaccount", to: "Account", nulls: 300),
                .reference("assetaccount", to: "Account", nulls: 500),
                .reference("location", to: "location", nulls: 500),
                .text("subsidiary", 4000, .multiSelect("Subsidiary")), .flag("includechildren", 400),
                .flag("isinactive", 80),
                .flag("isfulfillable", 700), .flag("isonline", 200), .flag("islotitem", 50), .flag("isserialitem", 50),
                .text("upccode", 99, .code("40000000"), nulls: 400), .text("vendorname", 60, .words(1), nulls: 500),
                .reference("parent", to: "classification", nulls: 300),
                .reference("class", to: "classification", nulls: 300),
                .text("custitem_kns_colours", 4000, .multiSelect("classification"), nulls: 300).asCustom,
                .text("custitem_kns_größe", 300, .choice(["S", "M", "L", "XL"]), nulls: 300).asCustom,
                .rate("custitem_kns_ratio", nulls: 300).asCustom,
                .text("internalnotes", 4000, .words(4), nulls: 700).asHidden,
                .time("createddate"), .modified(),
            ])
        table.hardDelete = true
        table.foreignKeys = [
            .init(column: "incomeaccount", table: "Account"),
            // Wrong table: its ids are those of classifications.
            .init(column: "parent", table: "item"),
        ]
        return table
    }

    private static func entityAddress(_ scale: NetSuiteScale) -> CatalogTable {
        CatalogTable(
            "EntityAddress", rows: scale.customers,
            [
                .id("nkey"), .text("addressee", 83, .words(2)), .text("addr1", 150, .words(3)),
                .text("addr2", 150, .words(2), nulls: 700), .text("city", 50, .words(1)),
                .text("state", 50, .words(1), nulls: 500), .text("zip", 36, .code("1")),
                .choice("country", "US", "DE", "PL", "JP"), .text("addrtext", 999, .words(8)),
                .flag("override"), .text("addrphone", 32, .code("+1 "), nulls: 600),
            ])
    }
}
