import Rows

/// How the cells of one column get from a batch into a prepared statement. Chosen once per layout, never per value.
package struct CellBinding {
    package enum Way: UInt8 {
        case int64, double, utf8, utf16, bytes
        /// Digits that become a number on the way.
        case integer, scaledInteger, real
        /// Each cell says what it is.
        case tagged
    }

    var way: Way
    /// Whether digits lie there as UTF-16.
    var isWide = false
    var scale = 0

    /// Nil where nothing in such a format can be stored exactly in such a column.
    init?(_ format: CellFormat, for column: StoredColumn) {
        isWide = format == .utf16
        switch (column.storage, format) {
        case (.integer, .utf8), (.integer, .utf16):
            if case .scaledInteger(let scale) = column.decimal {
                way = .scaledInteger
                self.scale = scale
            } else {
                way = .integer
            }
        // An integer is a decimal whose scale must still be applied, so it is not taken as it stands.
        case (.integer, .int64) where column.decimal == nil: way = .int64
        case (.real, .utf8), (.real, .utf16): way = .real
        case (.real, .double): way = .double
        case (.text, .utf8): way = .utf8
        case (.text, .utf16): way = .utf16
        // Text affinity turns an integer into its digits, which is exact.
        case (.text, .int64): way = .int64
        case (.blob, .bytes): way = .bytes
        // A BLOB column keeps what is no blob as well.
        case (.any, .tagged), (.blob, .tagged): way = .tagged
        // A source that tags no values has a text for everything.
        case (.any, .utf8): way = .utf8
        case (.any, .utf16): way = .utf16
        default: return nil
        }
    }
}
