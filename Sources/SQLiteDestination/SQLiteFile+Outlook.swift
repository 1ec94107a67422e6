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
        let added =
            (plan.drift?.new ?? []).isEmpty ? "" : " and gets the new columns \(Identifier.list(plan.drift?.new ?? []))"
        let name = "\"\(extract.destinationTable)\""
        let way = extract.way(plan)
        if let existing, way.keepsDefinition {
            return TableOutlook(
                .keep, text: "The table \"\(existing.name)\" is there and is kept\(added); \(way.fate).")
        }
        let action = existing == nil ? TableOutlook.Action.create : .replace
        let verb = existing == nil ? "The table \(name) would be made" : "The table \(name) would be made anew"
        guard let columns else {
            return TableOutlook(action, text: "\(verb); the types of its columns are known after the first read.")
        }
        let definition = try TableDefinition(extract, columns: columns, columnLimit: columnLimit)
        return TableOutlook(
            action, text: "\(verb), as the rows that are staged have it.", statement: definition.createSQL())
    }
}
