package import Extraction
package import Rows

/// Any ODBC data source as a source of extracts: catalog functions for discovery, block fetches for rows.
package final class DataSource: Source {
    private let settings: DataSourceSettings
    /// Told what the driver remarks, once per distinct text.
    private let note: @Sendable (String) -> Void

    package init(settings: DataSourceSettings, note: @escaping @Sendable (String) -> Void) {
        self.settings = settings
        self.note = note
    }

    package func connect() throws -> SourceFacts { throw Failure(.internal, "") }
    package func schemas() throws -> [CatalogSchema] { [] }
    package func tables(schema: String?) throws -> [CatalogTable] { [] }
    package func columns(of table: TableName) throws -> CatalogTableColumns { .init(name: table, columns: []) }
    package func open(_ query: TableQuery, widths: LearnedWidths) throws -> DataSourceReader { DataSourceReader() }
    /// Ends the connection, if there is one.
    package func disconnect() {}
}

package final class DataSourceReader: TableReader {
    package var columns: [Column] { [] }
    package func makeBatch() -> RowBatch { .init(layout: .init(slots: [], capacity: 1)) }
    package func fill(_ batch: RowBatch) throws -> Bool { false }
}
