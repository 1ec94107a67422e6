extension TableName {
    /// Whether two names can mean the same table: parts that one leaves out are any.
    package func mayBe(_ other: TableName, ignoringCase: Bool) -> Bool {
        func same(_ mine: String?, _ theirs: String?) -> Bool {
            guard let mine, let theirs else { return true }
            return ignoringCase ? FoldedName(mine) == FoldedName(theirs) : Array(mine.utf8) == Array(theirs.utf8)
        }
        return same(name, other.name) && same(schema, other.schema) && same(catalog, other.catalog)
    }
}
