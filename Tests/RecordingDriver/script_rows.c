/// Columns and rows of a scripted result, and the columns of the catalog functions.
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// column "NAME" TYPE [size N] [digits N] [nullable yes|no|unknown] [unsigned] [type-name "T"] [octets N] [display N]
bool parse_column(Script *script, Result *result, Word *words, int count, char *problem, size_t capacity) {
    Column column = {.size = 255, .nullable = SQL_NULLABLE, .octet_length = -1, .display_size = -1};
    if (count < 3 || !sql_type_number(&words[2], &column.type)) {
        snprintf(problem, capacity, "a column wants a name and a type");
        return false;
    }
    column.name = words[1].bytes;
    column.type_name = script_text(script, type_name_of(column.type), strlen(type_name_of(column.type)));
    for (int i = 3; i < count; i++) {
        long long number = 0;
        if (word_is(&words[i], "unsigned")) {
            column.is_unsigned = true;
            continue;
        }
        if (i + 1 >= count) return false;
        Word *value = &words[i + 1];
        if (word_is(&words[i], "type-name")) {
            column.type_name = value->bytes;
        } else if (word_is(&words[i], "nullable")) {
            column.nullable = word_is(value, "no")    ? SQL_NO_NULLS
                              : word_is(value, "yes") ? SQL_NULLABLE
                                                      : SQL_NULLABLE_UNKNOWN;
        } else if (!word_number(value, &number)) {
            return false;
        } else if (word_is(&words[i], "size")) {
            column.size = (SQLULEN)number;
        } else if (word_is(&words[i], "digits")) {
            column.digits = (SQLSMALLINT)number;
        } else if (word_is(&words[i], "octets")) {
            column.octet_length = (SQLLEN)number;
        } else if (word_is(&words[i], "display")) {
            column.display_size = (SQLLEN)number;
        } else {
            return false;
        }
        i++;
    }
    result->columns = script_grow(script, result->columns, result->column_count, sizeof(Column));
    result->columns[result->column_count++] = column;
    return true;
}

/// copies:N:"text": the text N times over.
static bool parse_copies(Script *script, const Word *word, Cell *cell) {
    char *end;
    long long copies = strtoll(word->prefix + 7, &end, 10);
    if (strcmp(end, ":") != 0 || copies < 0 || copies > (1LL << 30)) return false;
    cell->length = word->length * (size_t)copies;
    if (cell->length > ((size_t)1 << 31)) return false;
    cell->bytes = script_memory(script, cell->length + 1);
    for (long long i = 0; i < copies; i++) memcpy(cell->bytes + (size_t)i * word->length, word->bytes, word->length);
    return true;
}

/// x"00ff": bytes in hexadecimal.
static bool parse_hex(const Word *word, Cell *cell) {
    if (word->length % 2) return false;
    for (size_t i = 0; i < word->length / 2; i++) {
        char pair[3] = {word->bytes[2 * i], word->bytes[2 * i + 1], 0};
        char *end;
        word->bytes[i] = (char)strtoul(pair, &end, 16);
        if (*end) return false;
    }
    cell->bytes = word->bytes;
    cell->length = word->length / 2;
    return true;
}

static bool parse_cell(Script *script, const Word *word, bool repeated, Cell *cell) {
    cell->kind = CELL_TEXT;
    cell->bytes = word->bytes;
    cell->length = word->length;
    if (word_is(word, "NULL")) {
        cell->kind = CELL_NULL;
        return true;
    }
    if (!word->is_quoted && strncmp(word->bytes, "literal:", 8) == 0) {
        cell->kind = CELL_LITERAL;
        cell->literal = atoi(word->bytes + 8);
        return cell->literal > 0;
    }
    if (word->is_quoted && strncmp(word->prefix, "copies:", 7) == 0) return parse_copies(script, word, cell);
    if (word->is_quoted && strcmp(word->prefix, "x") == 0) return parse_hex(word, cell);
    if (word->is_quoted && *word->prefix) return false;
    if (repeated && memmem(word->bytes, word->length, "{row", 4)) cell->kind = CELL_TEMPLATE;
    return true;
}

/// row VALUE…   or   repeat N VALUE…
bool parse_rows(Script *script, Result *result, Word *words, int count, char *problem, size_t capacity) {
    bool repeated = word_is(&words[0], "repeat");
    RowSpan span = {.first = result->row_count, .count = 1};
    int first = 1;
    if (repeated) {
        if (count < 2 || !word_number(&words[1], &span.count) || span.count < 0) return false;
        first = 2;
    }
    span.cell_count = count - first;
    if (result->match != MATCH_CATALOG && span.cell_count != result->column_count) {
        snprintf(problem, capacity, "%d values for %d columns", span.cell_count, result->column_count);
        return false;
    }
    span.cells = script_memory(script, sizeof(Cell) * (size_t)(span.cell_count + 1));
    for (int i = 0; i < span.cell_count; i++) {
        if (!parse_cell(script, &words[first + i], repeated, &span.cells[i])) {
            snprintf(problem, capacity, "value %d is not understood", i + 1);
            return false;
        }
    }
    result->spans = script_grow(script, result->spans, result->span_count, sizeof(RowSpan));
    result->spans[result->span_count++] = span;
    result->row_count += span.count;
    return true;
}

/// The standard's columns: a letter for the type (T text, S smallint, I integer) before each name.
static const char *const standard_columns[CATALOG_COUNT] = {
    [CATALOG_TABLES] = "TTABLE_CAT TTABLE_SCHEM TTABLE_NAME TTABLE_TYPE TREMARKS",
    [CATALOG_CATALOGS] = "TTABLE_CAT TTABLE_SCHEM TTABLE_NAME TTABLE_TYPE TREMARKS",
    [CATALOG_SCHEMAS] = "TTABLE_CAT TTABLE_SCHEM TTABLE_NAME TTABLE_TYPE TREMARKS",
    [CATALOG_TABLE_TYPES] = "TTABLE_CAT TTABLE_SCHEM TTABLE_NAME TTABLE_TYPE TREMARKS",
    [CATALOG_COLUMNS] = "TTABLE_CAT TTABLE_SCHEM TTABLE_NAME TCOLUMN_NAME SDATA_TYPE TTYPE_NAME ICOLUMN_SIZE "
                        "IBUFFER_LENGTH SDECIMAL_DIGITS SNUM_PREC_RADIX SNULLABLE TREMARKS TCOLUMN_DEF SSQL_DATA_TYPE "
                        "SSQL_DATETIME_SUB ICHAR_OCTET_LENGTH IORDINAL_POSITION TIS_NULLABLE",
    [CATALOG_PRIMARY_KEYS] = "TTABLE_CAT TTABLE_SCHEM TTABLE_NAME TCOLUMN_NAME SKEY_SEQ TPK_NAME",
    [CATALOG_STATISTICS] = "TTABLE_CAT TTABLE_SCHEM TTABLE_NAME SNON_UNIQUE TINDEX_QUALIFIER TINDEX_NAME STYPE "
                           "SORDINAL_POSITION TCOLUMN_NAME TASC_OR_DESC ICARDINALITY IPAGES TFILTER_CONDITION",
    [CATALOG_SPECIAL_COLUMNS] = "SSCOPE TCOLUMN_NAME SDATA_TYPE TTYPE_NAME ICOLUMN_SIZE IBUFFER_LENGTH "
                                "SDECIMAL_DIGITS SPSEUDO_COLUMN",
    [CATALOG_TYPE_INFO] = "TTYPE_NAME SDATA_TYPE ICOLUMN_SIZE TLITERAL_PREFIX TLITERAL_SUFFIX TCREATE_PARAMS SNULLABLE "
                          "SCASE_SENSITIVE SSEARCHABLE SUNSIGNED_ATTRIBUTE SFIXED_PREC_SCALE SAUTO_UNIQUE_VALUE "
                          "TLOCAL_TYPE_NAME SMINIMUM_SCALE SMAXIMUM_SCALE SSQL_DATA_TYPE SSQL_DATETIME_SUB "
                          "INUM_PREC_RADIX SINTERVAL_PRECISION",
};

void add_catalog_columns(Script *script, Result *result) {
    const char *cursor = standard_columns[result->catalog];
    while (*cursor) {
        size_t length = strcspn(cursor, " ");
        Column column = {.nullable = SQL_NULLABLE, .octet_length = -1, .display_size = -1};
        column.name = script_text(script, cursor + 1, length - 1);
        column.type = cursor[0] == 'T' ? SQL_VARCHAR : cursor[0] == 'S' ? SQL_SMALLINT : SQL_INTEGER;
        column.size = cursor[0] == 'T' ? 255 : cursor[0] == 'S' ? 5 : 10;
        const char *type_name = type_name_of(column.type);
        column.type_name = script_text(script, type_name, strlen(type_name));
        result->columns = script_grow(script, result->columns, result->column_count, sizeof(Column));
        result->columns[result->column_count++] = column;
        cursor += length;
        while (*cursor == ' ') cursor++;
    }
}
