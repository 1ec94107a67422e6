package import Extraction
package import Rows

/// A column of a table as kleene-ns makes it.
package struct StoredColumn: Hashable, Sendable {
    /// What becomes of a decimal's digits on the way.
    package enum Decimal: Hashable, Sendable {
        case scaledInteger(scale: Int)
        case real
    }

    package let name: String
    package let storage: Storage
    /// Nil where values are stored as they come.
    package let decimal: Decimal?
    package let type: ColumnType
    /// Whether a decimal is to be a text where the destination has decimals of its own.
    package let staysText: Bool

    /// How its values compare as they are bound; nil for what no key is, and for large whole numbers, which are bound as text.
    var order: LargestValue.Order? { type == .largeInteger ? nil : storage.order }

    /// A column whose values lie there as they are to be stored.
    init(_ name: String, storedAs storage: Storage) {
        self.name = name
        self.storage = storage
        decimal = nil
        staysText = false
        type =
            switch storage {
            case .integer: .integer
            case .real: .double
            case .text: .text
            case .blob: .binary
            case .any: .any
            }
    }

    /// The one place that says which type is stored how; a pure function of declared type and configuration.
    package init(_ column: Column, decimal wanted: DecimalStorage) {
        self.name = column.name
        self.type = column.type
        if case .decimal = column.type { staysText = wanted == .text } else { staysText = false }
        switch column.type {
        case .boolean, .integer: (storage, decimal) = (.integer, nil)
        case .double: (storage, decimal) = (.real, nil)
        case .binary: (storage, decimal) = (.blob, nil)
        case .any: (storage, decimal) = (.any, nil)
        case .text, .date, .time, .timestamp, .uuid: (storage, decimal) = (.text, nil)
        // Beyond 64 bits SQLite has doubles only, which would round.
        case .largeInteger: (storage, decimal) = (.text, nil)
        case .decimal(let precision, let scale):
            switch wanted {
            case .native, .text: (storage, decimal) = (.text, nil)
            case .real: (storage, decimal) = (.real, .real)
            case .scaledInteger:
                // 18 digits always fit 64 bits. What does not qualify by its declared type stays exact as text.
                if let precision, let scale, precision <= 18, scale >= 0, scale <= precision {
                    (storage, decimal) = (.integer, .scaledInteger(scale: scale))
                } else {
                    (storage, decimal) = (.text, nil)
                }
            }
        }
    }
}
