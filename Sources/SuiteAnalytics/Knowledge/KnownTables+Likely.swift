extension KnownTables {
    /// Tables that companies mostly want first, in lower case, the likeliest first: those that public models of NetSuite's data
    /// for warehouses are built from.
    package static let likely = [
        "transaction", "transactionline", "transactionaccountingline", "customer", "item", "account", "vendor",
        "employee",
        "subsidiary", "accountingperiod", "department", "classification", "location", "currency", "accountingbook",
        "entity",
        "contact", "opportunity", "job", "entityaddress",
    ]
}
