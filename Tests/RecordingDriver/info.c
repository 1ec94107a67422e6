/// SQLGetInfo and SQLGetFunctions.
#include "driver.h"

#include <stdlib.h>
#include <string.h>

static const Info defaults[] = {
    {SQL_DRIVER_NAME, INFO_TEXT, "librecordingdriver.so", 0}, {SQL_DRIVER_VER, INFO_TEXT, "01.00.0000", 0},
    {SQL_DRIVER_ODBC_VER, INFO_TEXT, "03.80", 0}, {SQL_ODBC_VER, INFO_TEXT, "03.80.0000", 0},
    {SQL_DBMS_NAME, INFO_TEXT, "Recorder", 0}, {SQL_DBMS_VER, INFO_TEXT, "01.00.0000", 0},
    {SQL_XOPEN_CLI_YEAR, INFO_TEXT, "1995", 0}, {SQL_IDENTIFIER_QUOTE_CHAR, INFO_TEXT, "\"", 0},
    {SQL_SEARCH_PATTERN_ESCAPE, INFO_TEXT, "\\", 0}, {SQL_CATALOG_NAME_SEPARATOR, INFO_TEXT, ".", 0},
    {SQL_CATALOG_NAME, INFO_TEXT, "N", 0}, {SQL_CATALOG_TERM, INFO_TEXT, "catalog", 0},
    {SQL_SCHEMA_TERM, INFO_TEXT, "schema", 0}, {SQL_TABLE_TERM, INFO_TEXT, "table", 0},
    {SQL_SERVER_NAME, INFO_TEXT, "recorder", 0}, {SQL_DATABASE_NAME, INFO_TEXT, "script", 0},
    {SQL_USER_NAME, INFO_TEXT, "tester", 0}, {SQL_DATA_SOURCE_NAME, INFO_TEXT, "", 0},
    {SQL_DATA_SOURCE_READ_ONLY, INFO_TEXT, "N", 0}, {SQL_MULT_RESULT_SETS, INFO_TEXT, "N", 0},
    {SQL_SPECIAL_CHARACTERS, INFO_TEXT, "", 0}, {SQL_KEYWORDS, INFO_TEXT, "", 0},
    {SQL_GETDATA_EXTENSIONS, INFO_LONG, NULL, SQL_GD_ANY_COLUMN | SQL_GD_ANY_ORDER | SQL_GD_BOUND},
    {SQL_SCHEMA_USAGE, INFO_LONG, NULL, SQL_SU_DML_STATEMENTS}, {SQL_CATALOG_USAGE, INFO_LONG, NULL, 0},
    {SQL_SCROLL_OPTIONS, INFO_LONG, NULL, SQL_SO_FORWARD_ONLY},
    {SQL_DEFAULT_TXN_ISOLATION, INFO_LONG, NULL, SQL_TXN_READ_COMMITTED},
    {SQL_CURSOR_COMMIT_BEHAVIOR, INFO_SHORT, NULL, SQL_CB_CLOSE},
    {SQL_CURSOR_ROLLBACK_BEHAVIOR, INFO_SHORT, NULL, SQL_CB_CLOSE}, {SQL_TXN_CAPABLE, INFO_SHORT, NULL, SQL_TC_ALL},
    {SQL_IDENTIFIER_CASE, INFO_SHORT, NULL, SQL_IC_MIXED}, {SQL_MAX_CONCURRENT_ACTIVITIES, INFO_SHORT, NULL, 1},
    {SQL_MAX_DRIVER_CONNECTIONS, INFO_SHORT, NULL, 0}, {SQL_MAX_COLUMNS_IN_SELECT, INFO_SHORT, NULL, 0},
    {SQL_MAX_IDENTIFIER_LEN, INFO_SHORT, NULL, 128}, {SQL_MAX_COLUMN_NAME_LEN, INFO_SHORT, NULL, 128},
    {SQL_MAX_TABLE_NAME_LEN, INFO_SHORT, NULL, 128}, {SQL_MAX_SCHEMA_NAME_LEN, INFO_SHORT, NULL, 128},
    {SQL_MAX_CATALOG_NAME_LEN, INFO_SHORT, NULL, 128}, {SQL_CATALOG_LOCATION, INFO_SHORT, NULL, 0},
    {SQL_NULL_COLLATION, INFO_SHORT, NULL, SQL_NC_END},
};

static const Info *find_info(const Connection *connection, int number) {
    const Script *script = connection->script;
    for (int i = 0; script && i < script->info_count; i++) {
        if (script->infos[i].number == number) return &script->infos[i];
    }
    for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++) {
        if (defaults[i].number == number) return &defaults[i];
    }
    return NULL;
}

SQLRETURN SQLGetInfo(SQLHDBC raw, SQLUSMALLINT number, SQLPOINTER value, SQLSMALLINT capacity, SQLSMALLINT *length) {
    Connection *connection = as_connection(raw);
    if (!connection) return SQL_INVALID_HANDLE;
    clear_diagnostics(&connection->handle);
    record(&connection->handle, "SQLGetInfo info=%d buffer=%d", number, capacity);
    const Info *info = find_info(connection, number);
    if (!info || info->kind == INFO_FAIL) return fail(&connection->handle, "HY096", "information type out of range");
    if (info->kind == INFO_TEXT) {
        SQLLEN written;
        SQLRETURN result = copy_text(info->text, -1, value, capacity, &written);
        if (length) *length = (SQLSMALLINT)written;
        if (result == SQL_SUCCESS_WITH_INFO) add_diagnostic(&connection->handle, "01004", 0, "text truncated");
        return result;
    }
    size_t width = info->kind == INFO_SHORT ? sizeof(SQLUSMALLINT) : sizeof(SQLUINTEGER);
    if (value) memcpy(value, &info->value, width);
    if (length) *length = (SQLSMALLINT)width;
    return SQL_SUCCESS;
}

static const SQLUSMALLINT functions[] = {
    SQL_API_SQLALLOCHANDLE, SQL_API_SQLFREEHANDLE, SQL_API_SQLSETENVATTR, SQL_API_SQLGETENVATTR,
    SQL_API_SQLDRIVERCONNECT, SQL_API_SQLCONNECT, SQL_API_SQLDISCONNECT, SQL_API_SQLSETCONNECTATTR,
    SQL_API_SQLGETCONNECTATTR, SQL_API_SQLGETINFO, SQL_API_SQLGETFUNCTIONS, SQL_API_SQLEXECDIRECT, SQL_API_SQLPREPARE,
    SQL_API_SQLEXECUTE, SQL_API_SQLNUMRESULTCOLS, SQL_API_SQLDESCRIBECOL, SQL_API_SQLCOLATTRIBUTE, SQL_API_SQLBINDCOL,
    SQL_API_SQLFETCH, SQL_API_SQLFETCHSCROLL, SQL_API_SQLGETDATA, SQL_API_SQLSETSTMTATTR, SQL_API_SQLGETSTMTATTR,
    SQL_API_SQLFREESTMT, SQL_API_SQLCLOSECURSOR, SQL_API_SQLCANCEL, SQL_API_SQLROWCOUNT, SQL_API_SQLMORERESULTS,
    SQL_API_SQLENDTRAN, SQL_API_SQLTABLES, SQL_API_SQLCOLUMNS, SQL_API_SQLPRIMARYKEYS, SQL_API_SQLSTATISTICS,
    SQL_API_SQLSPECIALCOLUMNS, SQL_API_SQLGETTYPEINFO, SQL_API_SQLGETDIAGREC, SQL_API_SQLGETDIAGFIELD,
    SQL_API_SQLNATIVESQL, SQL_API_SQLNUMPARAMS,
};

SQLRETURN SQLGetFunctions(SQLHDBC raw, SQLUSMALLINT number, SQLUSMALLINT *supported) {
    Connection *connection = as_connection(raw);
    if (!connection) return SQL_INVALID_HANDLE;
    record(&connection->handle, "SQLGetFunctions function=%d", number);
    size_t count = sizeof functions / sizeof functions[0];
    if (number == SQL_API_ODBC3_ALL_FUNCTIONS) {
        memset(supported, 0, SQL_API_ODBC3_ALL_FUNCTIONS_SIZE * sizeof(SQLUSMALLINT));
        for (size_t i = 0; i < count; i++) {
            supported[functions[i] >> 4] |= (SQLUSMALLINT)(1u << (functions[i] & 15));
        }
    } else if (number == SQL_API_ALL_FUNCTIONS) {
        memset(supported, 0, 100 * sizeof(SQLUSMALLINT));
        for (size_t i = 0; i < count; i++) {
            if (functions[i] < 100) supported[functions[i]] = SQL_TRUE;
        }
    } else {
        *supported = SQL_FALSE;
        for (size_t i = 0; i < count; i++) {
            if (functions[i] == number) *supported = SQL_TRUE;
        }
    }
    return SQL_SUCCESS;
}
