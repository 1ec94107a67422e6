package import Extraction

/// A source in memory: a login is nothing, nothing is listed, and the largest key is the end of the extent.
package protocol MemorySource: Source {}

extension MemorySource {
    package var mayLogInAgain: Bool { true }
    package func connect() throws -> SourceFacts {
        SourceFacts(driverName: "", driverVersion: "", databaseName: "", databaseVersion: "", encoding: "")
    }
    package func disconnect() {}
    package func schemas() throws -> [CatalogSchema] { [] }
    package func tables(schema: String?) throws -> [CatalogTable] { [] }
    package func statement(for query: TableQuery) throws -> String { "" }
    package func maximum(
        of column: String, kind: KeyKind, in table: TableName, where condition: Condition?
    ) throws -> KeyValue? {
        try extent(of: column, kind: kind, in: table, where: condition).largest
    }
}
