/// Catalog functions: rows of the script's `catalog` sections that pass the call's arguments.
#include "driver.h"

#include <stdlib.h>
#include <string.h>

/// One argument of a catalog call and the result column it restricts (from 1).
typedef struct {
    char *text;
    int column;
    bool is_pattern;
} Filter;

/// SQL's pattern with % and _ and the escape character \.
static bool matches_pattern(const char *pattern, const char *text) {
    for (; *pattern; pattern++, text++) {
        if (*pattern == '%') {
            for (; *text; text++) {
                if (matches_pattern(pattern + 1, text)) return true;
            }
            return matches_pattern(pattern + 1, text);
        }
        if (!*text) return false;
        if (*pattern == '_') continue;
        if (*pattern == '\\' && pattern[1]) pattern++;
        if (*pattern != *text) return false;
    }
    return !*text;
}

static bool passes(Statement *statement, long long row, const Filter *filters, int count) {
    for (int i = 0; i < count; i++) {
        const Filter *filter = &filters[i];
        if (!filter->text || !filter->column) continue;
        Payload value;
        if (!cell_value(statement, filter->column, row, &value)) value = (Payload){(const unsigned char *)"", 0};
        char *text = copied(value.bytes, (SQLLEN)value.length);
        bool equal = filter->is_pattern ? matches_pattern(filter->text, text) : strcmp(filter->text, text) == 0;
        free(text);
        if (!equal) return false;
    }
    return true;
}

static bool has_table_type(Statement *statement, long long row, const char *types) {
    Payload value;
    if (!types || !*types || strcmp(types, "%") == 0 || !cell_value(statement, 4, row, &value)) return true;
    for (const char *cursor = types; *cursor;) {
        cursor += strspn(cursor, ", '");
        size_t length = strcspn(cursor, ",'");
        if (length == value.length && length && memcmp(cursor, value.bytes, length) == 0) return true;
        cursor += length;
    }
    return false;
}

static SQLRETURN answer(Statement *statement, enum Catalog catalog, Filter *filters, int count, const char *types) {
    const Script *script = statement->connection->script;
    const Result *result = &script->catalog_defaults[catalog];
    for (int i = script->result_count - 1; i >= 0; i--) {
        const Result *candidate = &script->results[i];
        if (candidate->match == MATCH_CATALOG && candidate->catalog == catalog) result = candidate;
    }
    SQLRETURN opened = open_result(statement, result);
    if (statement->executed && (count || types) && !find_lie(statement, LIE_FILTER_IGNORED, 0, 0)) {
        long long *rows = malloc(sizeof(long long) * (size_t)(statement->row_count + 1)), kept = 0;
        if (!rows) abort();
        for (long long row = 0; row < statement->row_count; row++) {
            if (passes(statement, row, filters, count) && has_table_type(statement, row, types)) rows[kept++] = row;
        }
        statement->chosen_rows = rows;
        statement->row_count = kept;
    }
    return opened;
}

static Filter filter(const SQLCHAR *text, SQLSMALLINT length, int column, bool is_pattern) {
    return (Filter){text ? copied(text, length) : NULL, column, is_pattern};
}

static void free_filters(Filter *filters, int count) {
    for (int i = 0; i < count; i++) free(filters[i].text);
}

/// Records a catalog call with its texts as the application gave them.
static void record_call(Statement *statement, const char *function, const char *const *names,
                        const SQLCHAR *const *texts, const SQLSMALLINT *lengths, int count, const char *more) {
    char line[65536];
    size_t used = 0;
    for (int i = 0; i < count; i++) {
        char *shown = quoted(texts[i], lengths[i]);
        size_t needed = strlen(names[i]) + strlen(shown) + 2;
        if (used + needed < sizeof line) {
            line[used++] = ' ';
            used = (size_t)(stpcpy(stpcpy(stpcpy(line + used, names[i]), "="), shown) - line);
        }
        free(shown);
    }
    line[used] = 0;
    clear_diagnostics(&statement->handle);
    record(&statement->handle, "%s%s%s", function, line, more);
}

static const char *const table_names[] = {"catalog", "schema", "table", "types"};
static const char *const column_names[] = {"catalog", "schema", "table", "column"};

SQLRETURN SQLTables(SQLHSTMT raw, SQLCHAR *catalog, SQLSMALLINT catalog_length, SQLCHAR *schema,
                    SQLSMALLINT schema_length, SQLCHAR *table, SQLSMALLINT table_length, SQLCHAR *types,
                    SQLSMALLINT types_length) {
    Statement *statement = as_statement(raw);
    if (!statement) return SQL_INVALID_HANDLE;
    const SQLCHAR *texts[] = {catalog, schema, table, types};
    const SQLSMALLINT lengths[] = {catalog_length, schema_length, table_length, types_length};
    record_call(statement, "SQLTables", table_names, texts, lengths, 4, "");
    Filter filters[4] = {
        filter(catalog, catalog_length, 1, true), filter(schema, schema_length, 2, true),
        filter(table, table_length, 3, true), filter(types, types_length, 0, false)};
    bool empty[4], all[4];
    for (int i = 0; i < 4; i++) {
        empty[i] = filters[i].text && !*filters[i].text;
        all[i] = filters[i].text && strcmp(filters[i].text, "%") == 0;
    }
    SQLRETURN result;
    if (all[0] && empty[1] && empty[2]) result = answer(statement, CATALOG_CATALOGS, NULL, 0, NULL);
    else if (empty[0] && all[1] && empty[2]) result = answer(statement, CATALOG_SCHEMAS, NULL, 0, NULL);
    else if (empty[0] && empty[1] && empty[2] && all[3]) result = answer(statement, CATALOG_TABLE_TYPES, NULL, 0, NULL);
    else result = answer(statement, CATALOG_TABLES, filters, 3, filters[3].text);
    free_filters(filters, 4);
    return result;
}

SQLRETURN SQLColumns(SQLHSTMT raw, SQLCHAR *catalog, SQLSMALLINT catalog_length, SQLCHAR *schema,
                     SQLSMALLINT schema_length, SQLCHAR *table, SQLSMALLINT table_length, SQLCHAR *column,
                     SQLSMALLINT column_length) {
    Statement *statement = as_statement(raw);
    if (!statement) return SQL_INVALID_HANDLE;
    const SQLCHAR *texts[] = {catalog, schema, table, column};
    const SQLSMALLINT lengths[] = {catalog_length, schema_length, table_length, column_length};
    record_call(statement, "SQLColumns", column_names, texts, lengths, 4, "");
    Filter filters[4] = {
        filter(catalog, catalog_length, 1, false), filter(schema, schema_length, 2, true),
        filter(table, table_length, 3, true), filter(column, column_length, 4, true)};
    SQLRETURN result = answer(statement, CATALOG_COLUMNS, filters, 4, NULL);
    free_filters(filters, 4);
    return result;
}

/// The functions whose arguments name one table exactly.
static SQLRETURN table_call(SQLHSTMT raw, const char *function, enum Catalog which, const SQLCHAR *const *texts,
                            const SQLSMALLINT *lengths, int filter_count, const char *more) {
    Statement *statement = as_statement(raw);
    if (!statement) return SQL_INVALID_HANDLE;
    record_call(statement, function, column_names, texts, lengths, 3, more);
    Filter filters[3] = {
        filter(texts[0], lengths[0], 1, false), filter(texts[1], lengths[1], 2, false),
        filter(texts[2], lengths[2], 3, false)};
    SQLRETURN result = answer(statement, which, filters, filter_count, NULL);
    free_filters(filters, 3);
    return result;
}

SQLRETURN SQLPrimaryKeys(SQLHSTMT raw, SQLCHAR *catalog, SQLSMALLINT catalog_length, SQLCHAR *schema,
                         SQLSMALLINT schema_length, SQLCHAR *table, SQLSMALLINT table_length) {
    const SQLCHAR *texts[] = {catalog, schema, table};
    const SQLSMALLINT lengths[] = {catalog_length, schema_length, table_length};
    return table_call(raw, "SQLPrimaryKeys", CATALOG_PRIMARY_KEYS, texts, lengths, 3, "");
}

SQLRETURN SQLStatistics(SQLHSTMT raw, SQLCHAR *catalog, SQLSMALLINT catalog_length, SQLCHAR *schema,
                        SQLSMALLINT schema_length, SQLCHAR *table, SQLSMALLINT table_length, SQLUSMALLINT unique,
                        SQLUSMALLINT accuracy) {
    const SQLCHAR *texts[] = {catalog, schema, table};
    const SQLSMALLINT lengths[] = {catalog_length, schema_length, table_length};
    const char *more = unique == SQL_INDEX_UNIQUE ? accuracy == SQL_QUICK ? " unique=1 quick=1" : " unique=1 quick=0"
                       : accuracy == SQL_QUICK    ? " unique=0 quick=1"
                                                  : " unique=0 quick=0";
    return table_call(raw, "SQLStatistics", CATALOG_STATISTICS, texts, lengths, 3, more);
}

/// Answered, but recorded above all: libsqliteodbc corrupts its heap here, so nobody should call it.
SQLRETURN SQLSpecialColumns(SQLHSTMT raw, SQLUSMALLINT kind, SQLCHAR *catalog, SQLSMALLINT catalog_length,
                            SQLCHAR *schema, SQLSMALLINT schema_length, SQLCHAR *table, SQLSMALLINT table_length,
                            SQLUSMALLINT scope, SQLUSMALLINT nullable) {
    (void)kind;
    (void)scope;
    (void)nullable;
    const SQLCHAR *texts[] = {catalog, schema, table};
    const SQLSMALLINT lengths[] = {catalog_length, schema_length, table_length};
    return table_call(raw, "SQLSpecialColumns", CATALOG_SPECIAL_COLUMNS, texts, lengths, 0, "");
}

SQLRETURN SQLGetTypeInfo(SQLHSTMT raw, SQLSMALLINT type) {
    Statement *statement = as_statement(raw);
    if (!statement) return SQL_INVALID_HANDLE;
    clear_diagnostics(&statement->handle);
    record(&statement->handle, "SQLGetTypeInfo type=%d", type);
    return answer(statement, CATALOG_TYPE_INFO, NULL, 0, NULL);
}
