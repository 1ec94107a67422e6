package import Extraction
import ODBC

/// What the source lists: its schemas, its tables, their columns.
extension DataSource {
    package func schemas() throws -> [CatalogSchema] {
        // From the tables, because the forms of SQLTables that list schemas return tables in libsqliteodbc 0.9998 and
        // nothing in MariaDB 3.1.15.
        var seen: Set<CatalogSchema> = []
        return try tables(schema: nil).compactMap { table in
            let schema = CatalogSchema(catalog: table.catalog, schema: table.schema)
            return seen.insert(schema).inserted ? schema : nil
        }
    }

    package func tables(schema: String?) throws -> [CatalogTable] {
        let session = try connected()
        let found: [CatalogTable]
        do {
            found = try service.tables(schema: schema, on: session.connection)
        } catch {
            throw service.failure(error, .listing("the tables"))
        }
        if let schema, found.isEmpty { throw noSuchSchema(schema) }
        return found
    }

    package func columns(of table: TableName, withKey: Bool) throws -> CatalogTableColumns {
        let session = try connected()
        do {
            let found = try service.columns(
                of: table, withKey: withKey, profile: session.profile, on: session.connection)
            guard let found, !found.columns.isEmpty else { throw unseen(table, session) }
            session.described.list(found, as: table)
            return found
        } catch let error as ODBCError {
            throw service.failure(error, .listing("the columns of \(table)"))
        }
    }

    package func eachColumns(of tables: [TableName], tell: (CatalogTableColumns) throws -> Void) throws {
        let session = try connected()
        let told: Set<TableName>
        do {
            told = try service.eachColumns(
                of: Set(tables), profile: session.profile, on: session.connection, tell: tell)
        } catch let error as ODBCError {
            throw service.failure(error, .listing("the columns of all tables"))
        }
        for table in tables where !told.contains(table) { try tell(try visibleColumns(of: table)) }
    }
}
