/// The words that scripts use for ODBC's numbers. Each may also be written as the number itself.
#include "script.h"

#include <string.h>

const char *const lie_names[LIE_COUNT] = {
    "truncation-returns-success", "truncation-status-success", "truncation-unterminated", "truncation-no-total",
    "truncation-capacity", "status-unwritten", "status-value", "row-error", "error-returns-success",
    "fetched-unwritten", "fetched-unwritten-at-end", "fetched-excess", "fetched-zero", "short-blocks",
    "value-unwritten", "value-bytes", "indicator-unwritten", "indicator-32-bit", "indicator-value", "type-refused", "bind-refused",
    "getdata-stuck", "getdata-second-wrong", "getdata-no-total", "getdata-overlong", "getdata-odd",
    "overflow-wraps", "conversion-null", "narrow-latin1", "narrow-substitute", "narrow-mojibake", "wide-substitute",
    "wide-mojibake", "no-diagnostics", "cancel-ignored", "cancel-fails", "dead-unreported", "name-empty",
    "name-length", "filter-ignored", "error-keeps-rows", "timestamp-today",
};

const char *const moment_names[AT_CLOSE + 1] = {
    "connect", "disconnect", "commit", "rollback", "prepare", "execute", "describe", "fetch", "row", "end", "getdata",
    "close",
};

const char *const verb_names[DO_LEAK + 1] = {
    "fail", "warn", "fail-silently", "return", "hang", "crash", "abort", "kill", "exit", "delay", "say", "die", "leak",
};

const char *const catalog_names[CATALOG_COUNT] = {
    "tables", "catalogs", "schemas", "table-types", "columns", "primary-keys", "statistics", "special-columns",
    "type-info",
};

typedef struct {
    const char *name;
    int number;
} Named;

static const Named sql_types[] = {
    {"CHAR", SQL_CHAR}, {"VARCHAR", SQL_VARCHAR}, {"LONGVARCHAR", SQL_LONGVARCHAR}, {"WCHAR", SQL_WCHAR},
    {"WVARCHAR", SQL_WVARCHAR}, {"WLONGVARCHAR", SQL_WLONGVARCHAR}, {"INTEGER", SQL_INTEGER}, {"BIGINT", SQL_BIGINT},
    {"SMALLINT", SQL_SMALLINT}, {"TINYINT", SQL_TINYINT}, {"BIT", SQL_BIT}, {"DOUBLE", SQL_DOUBLE}, {"REAL", SQL_REAL},
    {"FLOAT", SQL_FLOAT}, {"DECIMAL", SQL_DECIMAL}, {"NUMERIC", SQL_NUMERIC}, {"DATE", SQL_TYPE_DATE},
    {"TIME", SQL_TYPE_TIME}, {"TIMESTAMP", SQL_TYPE_TIMESTAMP}, {"DATE2", 9}, {"TIME2", 10}, {"TIMESTAMP2", 11},
    {"BINARY", SQL_BINARY}, {"VARBINARY", SQL_VARBINARY}, {"LONGVARBINARY", SQL_LONGVARBINARY}, {"GUID", SQL_GUID},
};

static const Named c_types[] = {
    {"CHAR", SQL_C_CHAR}, {"WCHAR", SQL_C_WCHAR}, {"BINARY", SQL_C_BINARY}, {"SBIGINT", SQL_C_SBIGINT},
    {"UBIGINT", SQL_C_UBIGINT}, {"DOUBLE", SQL_C_DOUBLE}, {"SLONG", SQL_C_SLONG}, {"LONG", SQL_C_LONG},
    {"SSHORT", SQL_C_SSHORT}, {"BIT", SQL_C_BIT}, {"FLOAT", SQL_C_FLOAT},
};

static const Named infos[] = {
    {"DRIVER_NAME", SQL_DRIVER_NAME}, {"DRIVER_VER", SQL_DRIVER_VER}, {"DRIVER_ODBC_VER", SQL_DRIVER_ODBC_VER},
    {"DBMS_NAME", SQL_DBMS_NAME}, {"DBMS_VER", SQL_DBMS_VER}, {"IDENTIFIER_QUOTE_CHAR", SQL_IDENTIFIER_QUOTE_CHAR},
    {"SEARCH_PATTERN_ESCAPE", SQL_SEARCH_PATTERN_ESCAPE}, {"GETDATA_EXTENSIONS", SQL_GETDATA_EXTENSIONS},
    {"SERVER_NAME", SQL_SERVER_NAME}, {"DATABASE_NAME", SQL_DATABASE_NAME}, {"USER_NAME", SQL_USER_NAME},
    {"DATA_SOURCE_NAME", SQL_DATA_SOURCE_NAME}, {"CATALOG_NAME_SEPARATOR", SQL_CATALOG_NAME_SEPARATOR},
    {"CATALOG_TERM", SQL_CATALOG_TERM}, {"SCHEMA_TERM", SQL_SCHEMA_TERM}, {"TABLE_TERM", SQL_TABLE_TERM},
    {"CATALOG_USAGE", SQL_CATALOG_USAGE}, {"SCHEMA_USAGE", SQL_SCHEMA_USAGE}, {"TXN_CAPABLE", SQL_TXN_CAPABLE},
    {"IDENTIFIER_CASE", SQL_IDENTIFIER_CASE}, {"MAX_COLUMNS_IN_SELECT", SQL_MAX_COLUMNS_IN_SELECT},
    {"MAX_CONCURRENT_ACTIVITIES", SQL_MAX_CONCURRENT_ACTIVITIES}, {"CATALOG_NAME", SQL_CATALOG_NAME},
    {"CATALOG_LOCATION", SQL_CATALOG_LOCATION}, {"ACTIVE_CONNECTIONS", SQL_MAX_DRIVER_CONNECTIONS},
};

static const Named attributes[] = {
    {"QUERY_TIMEOUT", SQL_ATTR_QUERY_TIMEOUT}, {"MAX_ROWS", SQL_ATTR_MAX_ROWS}, {"NOSCAN", SQL_ATTR_NOSCAN},
    {"MAX_LENGTH", SQL_ATTR_MAX_LENGTH}, {"CURSOR_TYPE", SQL_ATTR_CURSOR_TYPE}, {"CONCURRENCY", SQL_ATTR_CONCURRENCY},
    {"ROW_ARRAY_SIZE", SQL_ATTR_ROW_ARRAY_SIZE}, {"ROW_BIND_TYPE", SQL_ATTR_ROW_BIND_TYPE},
    {"ROW_STATUS_PTR", SQL_ATTR_ROW_STATUS_PTR}, {"ROWS_FETCHED_PTR", SQL_ATTR_ROWS_FETCHED_PTR},
    {"ROW_BIND_OFFSET_PTR", SQL_ATTR_ROW_BIND_OFFSET_PTR}, {"METADATA_ID", SQL_ATTR_METADATA_ID},
    {"LOGIN_TIMEOUT", SQL_ATTR_LOGIN_TIMEOUT}, {"CONNECTION_TIMEOUT", SQL_ATTR_CONNECTION_TIMEOUT},
    {"AUTOCOMMIT", SQL_ATTR_AUTOCOMMIT}, {"ACCESS_MODE", SQL_ATTR_ACCESS_MODE},
    {"TXN_ISOLATION", SQL_ATTR_TXN_ISOLATION}, {"CONNECTION_DEAD", SQL_ATTR_CONNECTION_DEAD},
    {"CURRENT_CATALOG", SQL_ATTR_CURRENT_CATALOG},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static bool lookup(const Named *table, size_t count, const Word *word, long long *number) {
    if (word_number(word, number)) return true;
    if (word->is_quoted) return false;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(table[i].name, word->bytes) == 0) {
            *number = table[i].number;
            return true;
        }
    }
    return false;
}

bool find_name(const char *const *names, int count, const Word *word, int *index) {
    for (int i = 0; i < count; i++) {
        if (word_is(word, names[i])) {
            *index = i;
            return true;
        }
    }
    return false;
}

bool sql_type_number(const Word *word, SQLSMALLINT *type) {
    long long number;
    if (!lookup(sql_types, COUNT(sql_types), word, &number)) return false;
    *type = (SQLSMALLINT)number;
    return true;
}

bool c_type_number(const Word *word, long long *type) {
    return lookup(c_types, COUNT(c_types), word, type);
}

bool info_number(const Word *word, int *number) {
    long long found;
    if (!lookup(infos, COUNT(infos), word, &found)) return false;
    *number = (int)found;
    return true;
}

bool attribute_number(const Word *word, SQLINTEGER *number) {
    long long found;
    if (!lookup(attributes, COUNT(attributes), word, &found)) return false;
    *number = (SQLINTEGER)found;
    return true;
}

const char *type_name_of(SQLSMALLINT type) {
    for (size_t i = 0; i < COUNT(sql_types); i++) {
        if (sql_types[i].number == type) return sql_types[i].name;
    }
    return "";
}
