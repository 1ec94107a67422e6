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

    // Items of SQLGetInfo.
    static let infoDriverName = SQLUSMALLINT(SQL_DRIVER_NAME)
    static let infoDriverVersion = SQLUSMALLINT(SQL_DRIVER_VER)
    static let infoServerName = SQLUSMALLINT(SQL_SERVER_NAME)
    static let infoSearchPatternEscape = SQLUSMALLINT(SQL_SEARCH_PATTERN_ESCAPE)
    static let infoDatabaseName = SQLUSMALLINT(SQL_DATABASE_NAME)
    static let infoDBMSName = SQLUSMALLINT(SQL_DBMS_NAME)
    static let infoDBMSVersion = SQLUSMALLINT(SQL_DBMS_VER)
    static let infoIdentifierQuote = SQLUSMALLINT(SQL_IDENTIFIER_QUOTE_CHAR)
    static let infoCatalogSeparator = SQLUSMALLINT(SQL_CATALOG_NAME_SEPARATOR)
    static let infoUserName = SQLUSMALLINT(SQL_USER_NAME)
    static let infoDriverODBCVersion = SQLUSMALLINT(SQL_DRIVER_ODBC_VER)
    static let infoDriverManagerVersion = SQLUSMALLINT(SQL_DM_VER)
    static let infoConcurrentActivities = SQLUSMALLINT(SQL_MAX_CONCURRENT_ACTIVITIES)
    static let infoConcatenationOfNull = SQLUSMALLINT(SQL_CONCAT_NULL_BEHAVIOR)
    static let infoCursorCommit = SQLUSMALLINT(SQL_CURSOR_COMMIT_BEHAVIOR)
    static let infoCursorRollback = SQLUSMALLINT(SQL_CURSOR_ROLLBACK_BEHAVIOR)
    static let infoIdentifierCase = SQLUSMALLINT(SQL_IDENTIFIER_CASE)
    static let infoMaximumColumnName = SQLUSMALLINT(SQL_MAX_COLUMN_NAME_LEN)
    static let infoMaximumTableName = SQLUSMALLINT(SQL_MAX_TABLE_NAME_LEN)
    static let infoTransactionCapable = SQLUSMALLINT(SQL_TXN_CAPABLE)
    static let infoGetDataExtensions = SQLUSMALLINT(SQL_GETDATA_EXTENSIONS)
    static let infoNullCollation = SQLUSMALLINT(SQL_NULL_COLLATION)
    static let infoQuotedIdentifierCase = SQLUSMALLINT(SQL_QUOTED_IDENTIFIER_CASE)
    static let infoMaximumColumnsInSelect = SQLUSMALLINT(SQL_MAX_COLUMNS_IN_SELECT)
    static let infoMaximumStatement = SQLUSMALLINT(SQL_MAX_STATEMENT_LEN)

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
    static let date = SQLSMALLINT(SQL_C_TYPE_DATE)
    static let timestamp = SQLSMALLINT(SQL_C_TYPE_TIMESTAMP)

    // Descriptor fields of SQLColAttribute.
    static let unsignedField = SQLUSMALLINT(SQL_DESC_UNSIGNED)
    static let typeNameField = SQLUSMALLINT(SQL_DESC_TYPE_NAME)
    static let notNullable = SQLSMALLINT(SQL_NO_NULLS)
    static let isTrue = Int(SQL_TRUE)
}
