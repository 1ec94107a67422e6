import Extraction
import SuiteAnalytics
import Testing

/// What the program knows of NetSuite's tables before it has asked anything.
@Suite struct KnownTablesTests {
    @Test func everyLineIsReadAndNoTableComesTwice() {
        #expect(KnownTables.all.count >= 140)
        #expect(Set(KnownTables.all.map(\.table)).count == KnownTables.all.count)
        for known in KnownTables.all {
            #expect(known.table == known.table.lowercased() && !known.source.isEmpty, "\(known.table)")
            #expect(Set(known.uniqueColumns).count == known.uniqueColumns.count, "\(known.table)")
            guard let parent = known.parent else { continue }
            #expect(parent.parentKey.count == parent.childKey.count && !parent.childKey.isEmpty, "\(known.table)")
            #expect(KnownTables.table(parent.table) != nil, "\(known.table) is part of \(parent.table)")
        }
    }

    @Test func atLeastSixtyTablesHaveAKeyAndAreSaidByRunningCode() {
        #expect(KnownTables.all.filter { !$0.uniqueColumns.isEmpty && $0.trust == .code }.count >= 60)
        #expect(KnownTables.all.filter { $0.parent != nil }.count >= 30)
    }

    @Test func aTableIsFoundWhateverTheCaseOfItsName() throws {
        let line = try #require(KnownTables.table("TransactionAccountingLine"))
        #expect(line.uniqueColumns == ["transaction", "transactionline", "accountingbook"])
        #expect(line.parent == .init(table: "transaction", parentKey: ["id"], childKey: ["transaction"]))
        #expect(line.deletions.areLogged == false)
        #expect(KnownTables.table("transactionLine")?.incrementalKey == "linelastmodifieddate")
        #expect(KnownTables.table("inventoryassignment")?.parent?.childKey == ["transaction", "transactionline"])
        #expect(KnownTables.table("no_such_table") == nil)
    }

    @Test func aCustomTableIsKnownByTheBeginningOfItsName() {
        #expect(KnownTables.table("CUSTOMRECORD_KNS_PROJECT")?.incrementalKey == "lastmodified")
        #expect(KnownTables.table("customrecord_x")?.table == "customrecord_x")
        #expect(KnownTables.table("customlist_color")?.uniqueColumns == ["id"])
        // Not one of the family: the table of lists itself.
        #expect(KnownTables.table("customlist")?.uniqueColumns == ["internalid"])
    }

    @Test(
        arguments: [
            ("salesorder", nil, ["transaction"]), ("Sales Order", nil, ["transaction"]),
            ("JournalEntry", -30, ["transaction"]), ("inventoryItem", nil, ["item"]), ("customer", nil, ["customer"]),
            ("prospect", nil, ["customer"]), ("CUSTOMRECORD_KNS_X", nil, ["customrecord_kns_x"]), (nil, -10, ["item"]),
            ("a type of the next release", -2, ["customer"]), ("a type of the next release", nil, []), (nil, nil, []),
        ] as [(String?, Int?, [String])])
    func aDeletedRecordsTypeLeadsToItsTable(type: String?, number: Int?, tables: [String]) {
        #expect(KnownTables.tables(deletedAs: type, recordType: number).map(\.table) == tables)
    }
}
