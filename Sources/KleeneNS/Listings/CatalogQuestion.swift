import Extraction

/// What `schemas`, `tables` and `columns` ask of a source's catalog.
enum CatalogQuestion: Equatable {
    case schemas
    case tables(schema: String?)
    case columns([TableName])
    case allColumns(schema: String?)
}
