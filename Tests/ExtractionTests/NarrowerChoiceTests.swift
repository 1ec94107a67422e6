import Rows
import Testing

@testable import Extraction

/// What is proposed for a table of more columns than one query may name.
@Suite struct NarrowerChoiceTests {
    private static func listing(_ groups: [(beginning: String, count: Int, custom: Bool)]) -> CatalogTableColumns {
        var listing = CatalogTableColumns(
            name: TableName(name: "t"),
            columns: groups.flatMap { group in
                (0..<group.count).map {
                    CatalogColumn(name: "\(group.beginning)\($0)", type: "VARCHAR2", custom: group.custom)
                }
            })
        listing.kinds = ColumnKind.allCases
        return listing
    }

    private static func words(_ listing: CatalogTableColumns, needed: [String] = [], begin: [String] = ["*"])
        -> [String]?
    {
        NarrowerChoice(listing: listing, begin: begin, needed: needed, most: 1000).words
    }

    @Test func theExclusionThatLeavesMostIsProposed() {
        let listing = Self.listing([("field", 700, false), ("custbody_", 250, true), ("custcol_", 200, true)])
        #expect(Self.words(listing) == ["*", "!custcol_*"])
        #expect(Self.words(listing, needed: ["custcol_7"]) == ["*", "!custcol_*", "custcol_7"])
    }

    @Test func severalAreProposedWhereOneIsNotEnough() throws {
        let listing = Self.listing([("field", 900, false), ("a_", 300, false), ("b_", 200, false), ("c_", 90, false)])
        let words = try #require(Self.words(listing))
        let taken = ColumnChoice(words).meanings(in: listing).columns
        #expect(words == ["*", "!a_*", "!b_*"] && taken.count == 990)
    }

    @Test func whereNothingHelpsNothingIsProposed() {
        #expect(Self.words(Self.listing([("field", 1200, false)])) == nil)
        let names = (0..<1200).map { "a_\($0)" }
        #expect(Self.words(Self.listing([("a_", 1200, false)]), begin: names) == nil)
    }

    @Test func theRefusalNamesAChoiceThatWorks() throws {
        let listing = Self.listing([("field", 700, false), ("custbody_", 600, true)])
        var extract = TableExtract(name: "e", table: TableName(name: "t"), destinationTable: "t")
        extract.uniqueColumns = ["custbody_3"]
        let read = listing.columns.map(\.name)
        let failure = #expect(throws: Failure.self) {
            try ColumnSelection(extract, listing: listing).checkWidth(read, to: 1000)
        }
        #expect(failure?.message.contains("1300 columns") == true, "\(failure as Any)")
        #expect(failure?.advice.contains("--columns '*,!custbody_*,custbody_3'") == true, "\(failure as Any)")
        #expect(throws: Never.self) { try ColumnSelection(extract, listing: listing).checkWidth(read, to: 1300) }
        #expect(throws: Never.self) { try ColumnSelection(extract, listing: listing).checkWidth(read, to: nil) }
    }
}
