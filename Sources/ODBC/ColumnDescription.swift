package import Rows

/// What a driver says of one column of a result, in its own words.
package struct ColumnDescription: Hashable, Sendable {
    package var name: String
    package var type: SQLType
    /// Characters, bytes or digits: which of them is the driver's secret. 0, negative or huge where it does not know.
    package var size: Int
    package var decimalDigits: Int
    package var isNullable: Bool
    /// Only asked of numbers; drivers say yes for text too.
    package var isUnsigned: Bool
    package var typeName: String
    /// Whether the source has declared no type, so that each value has its own, and the driver's words are a guess.
    package var isUndeclared = false

    package init(
        name: String, type: SQLType, size: Int, decimalDigits: Int = 0, isNullable: Bool = true,
        isUnsigned: Bool = false, typeName: String = ""
    ) {
        self.name = name
        self.type = type
        self.size = size
        self.decimalDigits = decimalDigits
        self.isNullable = isNullable
        self.isUnsigned = isUnsigned
        self.typeName = typeName
    }

    /// The column in the terms of `Rows`. An unknown type is text: a stranger's type is no reason to stop.
    package func column(for driver: DriverProfile) -> Column {
        Column(name: name, type: columnType(for: driver), isNullable: isNullable, declaredType: declaredType)
    }

    private func columnType(for driver: DriverProfile) -> ColumnType {
        if isUndeclared { return .any }
        if driver.textTypeNames.contains(typeName.lowercased()) { return .text }
        switch type {
        case .bit: return .boolean
        case .tinyInteger, .smallInteger, .integer: return .integer
        case .bigInteger: return isUnsigned ? .largeInteger : .integer
        case .numeric, .decimal:
            if driver.undeclaredDecimal == .init(digits: size, scale: decimalDigits) {
                return .decimal(precision: nil, scale: nil)
            }
            return .decimal(
                precision: size > 0 && size < 1000 ? size : nil, scale: decimalDigits >= 0 ? decimalDigits : nil)
        case .float, .real, .double: return .double
        case .date, .date2: return .date
        case .time, .time2: return .time
        case .timestamp, .timestamp2: return .timestamp
        case .binary, .varbinary, .longVarbinary: return .binary
        case .guid: return .uuid
        default: return driver.uuidTypeNames.contains(typeName.lowercased()) ? .uuid : .text
        }
    }

    /// For people: the type's name with its size where that says something.
    package var declaredType: String {
        let word = typeName.isEmpty ? "type \(type.rawValue)" : typeName
        switch type {
        case .numeric, .decimal: return size > 0 ? "\(word)(\(size),\(decimalDigits))" : word
        case .char, .varchar, .wideChar, .wideVarchar, .binary, .varbinary:
            return size > 0 && size < 1 << 30 ? "\(word)(\(size))" : word
        default: return word
        }
    }
}
