/// What the values of a column are, in terms that every source and destination shares.
///
/// A type is decided once per column, from what the source declares, never from a value: two runs over the same table
/// store a value the same way whatever the rows happen to hold.
package enum ColumnType: Hashable, Sendable {
    /// Zero or one.
    case boolean
    /// Whole numbers that fit 64 bits with a sign.
    case integer
    /// Whole numbers that may exceed 64 bits with a sign, such as `BIGINT UNSIGNED`.
    case largeInteger
    /// Exact decimals. Precision and scale are nil where the source declares none.
    case decimal(precision: Int?, scale: Int?)
    /// IEEE 754 numbers of 32 or 64 bits.
    case double
    /// Text of any length. Everything that a source has no better word for is text as well.
    case text
    /// A calendar date, as `YYYY-MM-DD`.
    case date
    /// A time of day, as `HH:MM:SS[.f…]`.
    case time
    /// A date and time without a zone, as `YYYY-MM-DD HH:MM:SS[.f…]`.
    case timestamp
    /// A 128-bit identifier, as lower-case hexadecimal text with hyphens.
    case uuid
    /// Bytes.
    case binary
    /// Whatever a value is: a column for which the source declares no type, and whose values have one each. SQLite's columns
    /// without a type, and what its views compute.
    case any
}

/// One column of a table or a result, as the source describes it.
package struct Column: Hashable, Codable, Sendable {
    /// The source's own spelling.
    @Exact package var name: String
    package var type: ColumnType
    /// False only where the source vouches for it; drivers say "nullable" when they do not know.
    package var isNullable: Bool
    /// The source's own words for the type, such as `numeric(38,10)`: for people, never parsed.
    package var declaredType: String

    package init(name: String, type: ColumnType, isNullable: Bool = true, declaredType: String = "") {
        self.name = name
        self.type = type
        self.isNullable = isNullable
        self.declaredType = declaredType
    }
}
