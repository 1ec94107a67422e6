package import Extraction
package import Rows
import SQLite

/// What a load would do.
extension SQLiteFile {
    package func outlook(for extract: TableExtract, plan: ReadPlan, columns: [Column]?) throws -> TableOutlook {
        var existing: ExistingTable?
        var columnLimit = 2000
        if isThere {
            try trying("Looking at the table \"\(extract.destinationTable)\"") {
                let database = try SQLiteDatabase(path: path, access: .readOnly, busySeconds: settings.busySeconds)
                columnLimit = database.columnLimit
                existing = try ExistingTable.find(extract.destinationTable, in: database)
                if let existing, try database.holdsRows(existing.name) {
                    try extract.checkFirstAppend(plan, in: path)
                }
            }
        }
        let way = extract.way(plan)
        if let existing, way.keepsDefinition { return TableOutlook(keeping: existing.name, way, plan) }
        let statement = try columns.map {
            try TableDefinition(extract, columns: $0, columnLimit: columnLimit).createSQL()
        }
        return TableOutlook(making: extract.destinationTable, again: existing != nil, statement: statement)
    }
}
