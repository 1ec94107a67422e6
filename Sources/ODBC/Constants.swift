import CODBC

/// Every ODBC macro that this target uses, once, with the type that the function it goes to wants.
///
/// The importer brings macros in as `Int32`, `UInt` or `Int` by their suffix, and drops the ones with casts, so that a
/// use site would otherwise be a cast and a guess.
enum C {
    // Return codes.
    static let success = SQLRETURN(SQL_SUCCESS)
    static let successWithInfo = SQLRETURN(SQL_SUCCESS_WITH_INFO)
    static let noData = SQLRETURN(SQL_NO_DATA)
    static let needData = SQLRETURN(SQL_NEED_DATA)
    static let error = SQLRETURN(SQL_ERROR)
    static let invalidHandle = SQLRETURN(SQL_INVALID_HANDLE)

    // Handle types.
    static let environment = SQLSMALLINT(SQL_HANDLE_ENV)
    static let connection = SQLSMALLINT(SQL_HANDLE_DBC)
    static let statement = SQLSMALLINT(SQL_HANDLE_STMT)

    // Environment, connection and statement attributes.
    static let odbcVersion = SQLINTEGER(SQL_ATTR_ODBC_VERSION)
    static let odbcVersion3 = Int(SQL_OV_ODBC3)
    static let loginTimeout = SQLINTEGER(SQL_ATTR_LOGIN_TIMEOUT)
    static let trace = SQLINTEGER(SQL_ATTR_TRACE)
    static let traceOff = Int(SQL_OPT_TRACE_OFF)
    static let accessMode = SQLINTEGER(SQL_ATTR_ACCESS_MODE)
    static let readOnly = Int(SQL_MODE_READ_ONLY)
    static let autocommit = SQLINTEGER(SQL_ATTR_AUTOCOMMIT)
    static let autocommitOn = Int(SQL_AUTOCOMMIT_ON)
    static let connectionDead = SQLINTEGER(SQL_ATTR_CONNECTION_DEAD)
    static let connectionIsDead = SQLUINTEGER(SQL_CD_TRUE)
    static let cursorType = SQLINTEGER(SQL_ATTR_CURSOR_TYPE)
    static let forwardOnly = Int(SQL_CURSOR_FORWARD_ONLY)
    static let noScan = SQLINTEGER(SQL_ATTR_NOSCAN)
    static let noScanOn = Int(SQL_NOSCAN_ON)
    static let noScanOff = Int(SQL_NOSCAN_OFF)
    static let queryTimeout = SQLINTEGER(SQL_ATTR_QUERY_TIMEOUT)
    static let rowBindType = SQLINTEGER(SQL_ATTR_ROW_BIND_TYPE)
    static let bindByColumn = Int(SQL_BIND_BY_COLUMN)
    static let rowArraySize = SQLINTEGER(SQL_ATTR_ROW_ARRAY_SIZE)
    static let rowsFetchedPointer = SQLINTEGER(SQL_ATTR_ROWS_FETCHED_PTR)
    static let rowStatusPointer = SQLINTEGER(SQL_ATTR_ROW_STATUS_PTR)
    static let isUnsignedInteger = SQLINTEGER(SQL_IS_UINTEGER)

    static let isCaseSensitive = Int(SQL_IC_SENSITIVE)

    // Options of SQLDriverConnect, SQLFreeStmt, SQLEndTran, SQLStatistics.
    static let noPrompt = SQLUSMALLINT(SQL_DRIVER_NOPROMPT)
    static let close = SQLUSMALLINT(SQL_CLOSE)
    static let unbind = SQLUSMALLINT(SQL_UNBIND)
    static let resetParameters = SQLUSMALLINT(SQL_RESET_PARAMS)
    static let parameterInput = SQLSMALLINT(SQL_PARAM_INPUT)
    static let varchar = SQLSMALLINT(SQL_VARCHAR)
    static let rollback = SQLSMALLINT(SQL_ROLLBACK)
    static let nullTerminated = SQLSMALLINT(SQL_NTS)
    static let uniqueIndexes = SQLUSMALLINT(SQL_INDEX_UNIQUE)
    static let quick = SQLUSMALLINT(SQL_QUICK)

    // Operations and locks of SQLSetPos.
    static let position = SQLUSMALLINT(SQL_POSITION)
    static let lockNoChange = SQLUSMALLINT(SQL_LOCK_NO_CHANGE)

    // Indicators.
    static let nullData = Int(SQL_NULL_DATA)
    static let noTotal = Int(SQL_NO_TOTAL)

    // Row statuses.
    static let rowSuccess = SQLUSMALLINT(SQL_ROW_SUCCESS)
    static let rowSuccessWithInfo = SQLUSMALLINT(SQL_ROW_SUCCESS_WITH_INFO)
    static let rowError = SQLUSMALLINT(SQL_ROW_ERROR)
    static let noRow = SQLUSMALLINT(SQL_ROW_NOROW)

    // C types.
    static let char = SQLSMALLINT(SQL_C_CHAR)
    static let wideChar = SQLSMALLINT(SQL_C_WCHAR)
    static let signedBigInteger = KNS_SQL_C_SBIGINT
    static let double = SQLSMALLINT(SQL_C_DOUBLE)
    static let binary = SQLSMALLINT(SQL_C_BINARY)
    static let timestamp = SQLSMALLINT(SQL_C_TYPE_TIMESTAMP)

    // Descriptor fields of SQLColAttribute.
    static let unsignedField = SQLUSMALLINT(SQL_DESC_UNSIGNED)
    static let typeNameField = SQLUSMALLINT(SQL_DESC_TYPE_NAME)
    static let notNullable = SQLSMALLINT(SQL_NO_NULLS)
    static let isTrue = Int(SQL_TRUE)
}

/// SQL type codes as drivers report them: `SQLDescribeCol`'s data type. An open set; unknown codes survive.
package struct SQLType: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int16

    package init(rawValue: Int16) { self.rawValue = rawValue }

    package static let char = SQLType(rawValue: 1)
    package static let numeric = SQLType(rawValue: 2)
    package static let decimal = SQLType(rawValue: 3)
    package static let integer = SQLType(rawValue: 4)
    package static let smallInteger = SQLType(rawValue: 5)
    package static let float = SQLType(rawValue: 6)
    package static let real = SQLType(rawValue: 7)
    package static let double = SQLType(rawValue: 8)
    /// ODBC 2's date, time and timestamp, which old drivers still report.
    package static let date2 = SQLType(rawValue: 9)
    package static let time2 = SQLType(rawValue: 10)
    package static let timestamp2 = SQLType(rawValue: 11)
    package static let varchar = SQLType(rawValue: 12)
    package static let date = SQLType(rawValue: 91)
    package static let time = SQLType(rawValue: 92)
    package static let timestamp = SQLType(rawValue: 93)
    package static let longVarchar = SQLType(rawValue: -1)
    package static let binary = SQLType(rawValue: -2)
    package static let varbinary = SQLType(rawValue: -3)
    package static let longVarbinary = SQLType(rawValue: -4)
    package static let bigInteger = SQLType(rawValue: -5)
    package static let tinyInteger = SQLType(rawValue: -6)
    package static let bit = SQLType(rawValue: -7)
    package static let wideChar = SQLType(rawValue: -8)
    package static let wideVarchar = SQLType(rawValue: -9)
    package static let wideLongVarchar = SQLType(rawValue: -10)
    package static let guid = SQLType(rawValue: -11)
}
