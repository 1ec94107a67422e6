import Testing

@testable import Extraction

@Suite struct DeclaredKeyTests {
    private func listing(_ columns: String...) -> CatalogTableColumns {
        CatalogTableColumns(
            name: TableName(name: "t"),
            columns: columns.map {
                CatalogColumn(name: $0, type: "BIGINT", keyKind: .integer)
            })
    }

    private func declared(_ key: [String], by listing: CatalogTableColumns) -> [String] {
        let extract = TableExtract(name: "t", table: TableName(name: "t"), destinationTable: "t")
        return ColumnSelection(extract, listing: listing.declaring(key)).declaredKey
    }

    @Test func aKeyThatARunHasLearntKeepsItsOrder() {
        #expect(declared(["line", "id"], by: listing("id", "name", "line")) == ["line", "id"])
    }

    /// So that whoever remembers it asks again.
    @Test func aKeyWhoseColumnIsGoneIsNoLongerWhole() {
        #expect(declared(["line", "id"], by: listing("id", "name")) == ["id"])
    }
}
