import CODBC

/// SQL type codes as drivers report them: `SQLDescribeCol`'s data type. An open set; unknown codes survive.
package struct SQLType: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int16

    package init(rawValue: Int16) { self.rawValue = rawValue }

    private init(_ macro: Int32) { self.rawValue = Int16(macro) }

    package static let char = SQLType(SQL_CHAR)
    package static let numeric = SQLType(SQL_NUMERIC)
    package static let decimal = SQLType(SQL_DECIMAL)
    package static let integer = SQLType(SQL_INTEGER)
    package static let smallInteger = SQLType(SQL_SMALLINT)
    package static let float = SQLType(SQL_FLOAT)
    package static let real = SQLType(SQL_REAL)
    package static let double = SQLType(SQL_DOUBLE)
    /// ODBC 2's date, time and timestamp, which old drivers still report.
    package static let date2 = SQLType(SQL_DATE)
    package static let time2 = SQLType(SQL_TIME)
    package static let timestamp2 = SQLType(SQL_TIMESTAMP)
    package static let varchar = SQLType(SQL_VARCHAR)
    package static let date = SQLType(SQL_TYPE_DATE)
    package static let time = SQLType(SQL_TYPE_TIME)
    package static let timestamp = SQLType(SQL_TYPE_TIMESTAMP)
    package static let longVarchar = SQLType(SQL_LONGVARCHAR)
    package static let binary = SQLType(SQL_BINARY)
    package static let varbinary = SQLType(SQL_VARBINARY)
    package static let longVarbinary = SQLType(SQL_LONGVARBINARY)
    package static let bigInteger = SQLType(SQL_BIGINT)
    package static let tinyInteger = SQLType(SQL_TINYINT)
    package static let bit = SQLType(SQL_BIT)
    package static let wideChar = SQLType(SQL_WCHAR)
    package static let wideVarchar = SQLType(SQL_WVARCHAR)
    package static let wideLongVarchar = SQLType(SQL_WLONGVARCHAR)
    package static let guid = SQLType(SQL_GUID)
}
