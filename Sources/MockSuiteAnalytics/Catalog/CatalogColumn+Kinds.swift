/// Short ways to say the columns that NetSuite's tables are made of.
extension CatalogColumn {
    /// The internal id, which is the key.
    static func id(_ name: String = "id", negative: Int = 0) -> CatalogColumn {
        var column = CatalogColumn(name, .bigint, .id(negative: negative))
        column.key = true
        column.nullable = false
        return column
    }

    static func reference(_ name: String, to table: String, column: String = "id", nulls: Int = 0) -> CatalogColumn {
        CatalogColumn(name, .bigint, .sparse(nulls, .reference(table, column: column)))
    }

    static func flag(_ name: String, _ share: Int = 100) -> CatalogColumn {
        CatalogColumn(name, .varchar(1), .flag(share))
    }

    static func text(_ name: String, _ length: Int, _ rule: ValueRule, nulls: Int = 0) -> CatalogColumn {
        CatalogColumn(name, .varchar(length), nulls == 0 ? rule : .sparse(nulls, rule))
    }

    static func choice(_ name: String, _ values: String..., nulls: Int = 0) -> CatalogColumn {
        .text(name, 40, .choice(values), nulls: nulls)
    }

    static func amount(_ name: String, nulls: Int = 0) -> CatalogColumn {
        CatalogColumn(name, .double, .sparse(nulls, .amount))
    }

    static func rate(_ name: String, nulls: Int = 0) -> CatalogColumn {
        CatalogColumn(name, .double, .sparse(nulls, .rate))
    }

    static func integer(_ name: String, _ range: ClosedRange<Int>, nulls: Int = 0) -> CatalogColumn {
        CatalogColumn(name, .bigint, .sparse(nulls, .integer(range)))
    }

    /// A date; the catalog has no type for it but `TIMESTAMP`.
    static func date(_ name: String, nulls: Int = 0) -> CatalogColumn {
        CatalogColumn(name, .timestamp, .sparse(nulls, .date))
    }

    static func time(_ name: String, nulls: Int = 0) -> CatalogColumn {
        CatalogColumn(name, .timestamp, .sparse(nulls, .timestamp))
    }

    static func clob(_ name: String, _ length: Int, nulls: Int = 500) -> CatalogColumn {
        CatalogColumn(name, .clob, .sparse(nulls, .longText(length)))
    }

    static func modified(_ name: String = "lastmodifieddate", nulls: Int = 0) -> CatalogColumn {
        var column = CatalogColumn.time(name, nulls: nulls)
        column.lastModified = true
        return column
    }

    /// A column that nobody filled, as two thirds of a real `transaction` are.
    static func empty(_ name: String, _ type: ColumnType) -> CatalogColumn {
        CatalogColumn(name, type, .null)
    }

    // MARK: Flags

    var asKey: CatalogColumn { with { $0.key = true } }
    var asCustom: CatalogColumn { with { $0.custom = true } }
    var asCalculated: CatalogColumn { with { $0.calculated = true } }
    var asHidden: CatalogColumn { with { $0.hidden = true } }
    var asRestricted: CatalogColumn { with { $0.restricted = true } }
    var required: CatalogColumn { with { $0.nullable = false } }

    private func with(_ change: (inout CatalogColumn) -> Void) -> CatalogColumn {
        var column = self
        change(&column)
        return column
    }
}
