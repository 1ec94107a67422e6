extension Catalog {
    /// A company as NetSuite2.com would show it, invented, with `lines` rows in `transactionLine`.
    ///
    /// Table and column names follow public knowledge; which columns are filled, and with what, is ours. The other
    /// tables grow with the lines: a transaction has five.
    package static func netSuite(lines: Int) -> Catalog {
        let scale = NetSuiteScale(lines: max(lines, 0))
        return Catalog(
            tables: ListTables.all + EntityTables.all(scale) + TransactionTables.all(scale) + CustomTables.all(scale))
    }
}

/// How many rows the tables have that are not lists.
struct NetSuiteScale {
    let lines: Int

    var transactions: Int { (lines + 4) / 5 }
    var customers: Int { max(25, lines / 50) }
    var vendors: Int { max(12, lines / 100) }
    var employees: Int { max(10, lines / 500) }
    var items: Int { max(20, lines / 100) }
}
