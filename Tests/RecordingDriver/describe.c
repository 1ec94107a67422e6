/// What the columns of a result are said to be.
#include "driver.h"

#include <string.h>

SQLRETURN SQLNumResultCols(SQLHSTMT raw, SQLSMALLINT *count) {
    Statement *statement = as_statement(raw);
    if (!statement) return SQL_INVALID_HANDLE;
    record(&statement->handle, "SQLNumResultCols");
    if (count) *count = (SQLSMALLINT)(statement->result ? statement->result->column_count : 0);
    return SQL_SUCCESS;
}

/// The column by number from 1; NULL with a diagnostic, or with the script's own failure in `result`.
static const Column *find_column(Statement *statement, SQLUSMALLINT number, SQLRETURN *result) {
    clear_diagnostics(&statement->handle);
    *result = perform_statement(statement, AT_DESCRIBE, number, number);
    if (*result != SQL_SUCCESS && *result != SQL_SUCCESS_WITH_INFO) return NULL;
    if (!statement->result || number < 1 || number > statement->result->column_count) {
        *result = fail(&statement->handle, "07009", "no such column");
        return NULL;
    }
    return &statement->result->columns[number - 1];
}

/// Copies the column's name; the length may be the scripted lie.
static SQLRETURN give_name(Statement *statement, SQLUSMALLINT number, const Column *column, SQLPOINTER target,
                           SQLLEN capacity, SQLSMALLINT *length) {
    const char *name = find_lie(statement, LIE_NAME_EMPTY, number, 0) ? "" : column->name;
    SQLLEN written;
    SQLRETURN result = copy_text(name, -1, target, capacity, &written);
    const Lie *lie = find_lie(statement, LIE_NAME_LENGTH, number, 0);
    if (length) *length = (SQLSMALLINT)(lie ? lie->value : written);
    if (result == SQL_SUCCESS_WITH_INFO) add_diagnostic(&statement->handle, "01004", 0, "name truncated");
    return result;
}

SQLRETURN SQLDescribeCol(SQLHSTMT raw, SQLUSMALLINT number, SQLCHAR *name, SQLSMALLINT capacity, SQLSMALLINT *length,
                         SQLSMALLINT *type, SQLULEN *size, SQLSMALLINT *digits, SQLSMALLINT *nullable) {
    Statement *statement = as_statement(raw);
    if (!statement) return SQL_INVALID_HANDLE;
    record(&statement->handle, "SQLDescribeCol column=%d buffer=%d", number, capacity);
    SQLRETURN result;
    const Column *column = find_column(statement, number, &result);
    if (!column) return result;
    if (type) *type = column->type;
    if (size) *size = column->size;
    if (digits) *digits = column->digits;
    if (nullable) *nullable = column->nullable;
    SQLRETURN named = give_name(statement, number, column, name, capacity, length);
    return named == SQL_SUCCESS ? result : named;
}

static bool is_text_type(SQLSMALLINT type) {
    return type == SQL_CHAR || type == SQL_VARCHAR || type == SQL_LONGVARCHAR || type == SQL_WCHAR
           || type == SQL_WVARCHAR || type == SQL_WLONGVARCHAR;
}

SQLRETURN SQLColAttribute(SQLHSTMT raw, SQLUSMALLINT number, SQLUSMALLINT field, SQLPOINTER text, SQLSMALLINT capacity,
                          SQLSMALLINT *length, SQLLEN *value) {
    Statement *statement = as_statement(raw);
    if (!statement) return SQL_INVALID_HANDLE;
    record(&statement->handle, "SQLColAttribute column=%d field=%d buffer=%d", number, field, capacity);
    SQLLEN answer = 0;
    if (field == SQL_DESC_COUNT || field == SQL_COLUMN_COUNT) {
        if (value) *value = statement->result ? statement->result->column_count : 0;
        return SQL_SUCCESS;
    }
    SQLRETURN result;
    const Column *column = find_column(statement, number, &result);
    if (!column) return result;
    switch (field) {
    case SQL_DESC_NAME: case SQL_DESC_LABEL: case SQL_DESC_BASE_COLUMN_NAME: case SQL_COLUMN_NAME:
        return give_name(statement, number, column, text, capacity, length);
    case SQL_DESC_TYPE_NAME: case SQL_DESC_LOCAL_TYPE_NAME: {
        SQLLEN written;
        SQLRETURN copy = copy_text(column->type_name, -1, text, capacity, &written);
        if (length) *length = (SQLSMALLINT)written;
        return copy;
    }
    case SQL_DESC_TABLE_NAME: case SQL_DESC_BASE_TABLE_NAME: case SQL_DESC_SCHEMA_NAME: case SQL_DESC_CATALOG_NAME: {
        SQLLEN written;
        SQLRETURN copy = copy_text("", -1, text, capacity, &written);
        if (length) *length = (SQLSMALLINT)written;
        return copy;
    }
    case SQL_DESC_CONCISE_TYPE: case SQL_DESC_TYPE: answer = column->type; break;
    case SQL_DESC_LENGTH: case SQL_DESC_PRECISION: case SQL_COLUMN_LENGTH: case SQL_COLUMN_PRECISION:
        answer = (SQLLEN)column->size;
        break;
    case SQL_DESC_SCALE: case SQL_COLUMN_SCALE: answer = column->digits; break;
    case SQL_DESC_NULLABLE: case SQL_COLUMN_NULLABLE: answer = column->nullable; break;
    case SQL_DESC_UNSIGNED: answer = column->is_unsigned ? SQL_TRUE : SQL_FALSE; break;
    case SQL_DESC_DISPLAY_SIZE:
        answer = column->display_size >= 0 ? column->display_size : (SQLLEN)column->size;
        break;
    case SQL_DESC_OCTET_LENGTH:
        answer = column->octet_length != -1            ? column->octet_length
                 : is_text_type(column->type)          ? (SQLLEN)(column->size * 4)
                                                       : (SQLLEN)column->size;
        break;
    case SQL_DESC_UNNAMED: answer = *column->name ? SQL_NAMED : SQL_UNNAMED; break;
    case SQL_DESC_SEARCHABLE: answer = SQL_PRED_SEARCHABLE; break;
    case SQL_DESC_CASE_SENSITIVE: answer = SQL_TRUE; break;
    default: break;
    }
    if (value) *value = answer;
    return result;
}
