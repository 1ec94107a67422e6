import ArgumentParser
import Extraction

/// Which table of the source a command is about.
struct TableOptions: ParsableArguments {
    @Argument(help: "The table, such as customer, public.customer or catalog.schema.table.")
    var table: String

    @Option(help: "The table's schema; TABLE is then taken as it is, dots included.")
    var schema: String?

    @Option(help: "The table's catalog; TABLE is then taken as it is, dots included.")
    var catalog: String?

    var name: TableName {
        if schema != nil || catalog != nil { return TableName(catalog: catalog, schema: schema, name: table) }
        return TableName(dotted: table)
    }
}

extension TableName {
    /// A name as a person types it: up to two parts before the table's own.
    init(dotted text: String) {
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard !parts.contains("") else {
            self.init(name: text)
            return
        }
        self.init(
            catalog: parts.count == 3 ? parts[0] : nil, schema: parts.count >= 2 ? parts[parts.count - 2] : nil,
            name: parts[parts.count - 1])
    }
}
