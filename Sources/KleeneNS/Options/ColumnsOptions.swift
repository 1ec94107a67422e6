import ArgumentParser
import Extraction

/// Which tables' columns a command is about.
struct ColumnsOptions: ParsableArguments {
    @Argument(help: "The tables, such as customer, public.customer or catalog.schema.table.", completion: .table)
    var tables: [String] = []

    @Flag(help: "List the columns of all tables, or of all in --schema.")
    var all = false

    @Option(help: "The tables' schema; each TABLE is then taken as it is, dots included.", completion: .schema)
    var schema: String?

    @Option(help: "The tables' catalog; each TABLE is then taken as it is, dots included.")
    var catalog: String?

    func validate() throws {
        if all, let table = tables.first {
            throw ValidationError("'--all' and the table '\(table)' exclude each other.")
        }
        if all, catalog != nil { throw ValidationError("'--all' and '--catalog' exclude each other: give --schema.") }
        if !all, tables.isEmpty { throw ValidationError("Name the tables whose columns to list, or give '--all'.") }
        if tables.contains("") { throw ValidationError("A table's name is empty.") }
    }

    var question: CatalogQuestion {
        if all { return .allColumns(schema: schema) }
        var names: [TableName] = []
        for table in tables {
            let name = TableName(catalog: catalog, schema: schema, name: table)
            // Twice the same column would be no catalog file.
            if !names.contains(name) { names.append(name) }
        }
        return .columns(names)
    }
}
