import ArgumentParser
import Extraction

/// Which table of the source a command is about.
struct TableOptions: ParsableArguments {
    @Argument(help: "The table, such as customer, public.customer or catalog.schema.table.", completion: .table)
    var table: String

    @Option(help: "The table's schema; TABLE is then taken as it is, dots included.", completion: .schema)
    var schema: String?

    @Option(help: "The table's catalog; TABLE is then taken as it is, dots included.")
    var catalog: String?

    var name: TableName {
        // With dots it is held against what the source lists, as everywhere.
        TableName(catalog: catalog, schema: schema, name: table)
    }
}
