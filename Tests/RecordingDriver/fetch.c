/// Binding and fetching: column-wise (or row-wise) blocks, row statuses, rows fetched, and SQLGetData in parts.
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t width_of(SQLSMALLINT c_type, SQLLEN buffer_length) {
    switch (c_type) {
    case SQL_C_SBIGINT: case SQL_C_UBIGINT: case SQL_C_DOUBLE: return 8;
    case SQL_C_SLONG: case SQL_C_LONG: case SQL_C_FLOAT: return 4;
    case SQL_C_SSHORT: case SQL_C_SHORT: return 2;
    case SQL_C_BIT: return 1;
    case SQL_C_TYPE_DATE: return sizeof(SQL_DATE_STRUCT);
    case SQL_C_TYPE_TIMESTAMP: return sizeof(SQL_TIMESTAMP_STRUCT);
    default: return buffer_length > 0 ? (size_t)buffer_length : 0;
    }
}

/// The lie of that name about a C type, or NULL.
static const Lie *type_lie(const Statement *statement, enum LieName name, int column, SQLSMALLINT c_type) {
    const Block *blocks[2] = {statement->result ? &statement->result->block : NULL,
                              &statement->connection->script->block};
    for (int b = 0; b < 2; b++) {
        for (int i = 0; blocks[b] && i < blocks[b]->lie_count; i++) {
            const Lie *lie = &blocks[b]->lies[i];
            if (lie->name == name && lie->value == c_type && (!lie->column || lie->column == column)) return lie;
        }
    }
    return NULL;
}

SQLRETURN SQLBindCol(SQLHSTMT raw, SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER target, SQLLEN buffer_length,
                     SQLLEN *indicator) {
    Statement *statement = as_statement(raw);
    if (!statement) return SQL_INVALID_HANDLE;
    clear_diagnostics(&statement->handle);
    record(&statement->handle, "SQLBindCol column=%d ctype=%d buffer=%lld target=%s indicator=%s", number, c_type,
           (long long)buffer_length, target ? "pointer" : "NULL", indicator ? "pointer" : "NULL");
    if (number < 1) return fail(&statement->handle, "07009", "no such column");
    if (buffer_length < 0) return fail(&statement->handle, "HY090", "negative buffer length");
    if (target && type_lie(statement, LIE_BIND_REFUSED, number, c_type)) {
        return fail(&statement->handle, "HY003", "the C type is refused");
    }
    if (number > statement->binding_count) {
        statement->bindings = realloc(statement->bindings, sizeof(Binding) * number);
        if (!statement->bindings) abort();
        size_t fresh = (size_t)(number - statement->binding_count);
        memset(&statement->bindings[statement->binding_count], 0, sizeof(Binding) * fresh);
        statement->binding_count = number;
    }
    statement->bindings[number - 1] = (Binding){c_type, target, buffer_length, indicator};
    return SQL_SUCCESS;
}

/// Where a bound column's value and indicator of one row of the rowset lie.
static Binding place_of(const Statement *statement, const Binding *binding, SQLULEN index) {
    Binding place = *binding;
    size_t offset = statement->bind_offset ? (size_t)*statement->bind_offset : 0;
    size_t value_step = statement->bind_type ? statement->bind_type : width_of(binding->c_type, binding->buffer_length);
    size_t indicator_step = statement->bind_type ? statement->bind_type : sizeof(SQLLEN);
    if (place.target) place.target = (char *)place.target + offset + index * value_step;
    if (place.indicator) place.indicator = (SQLLEN *)((char *)place.indicator + offset + index * indicator_step);
    return place;
}

/// Fills one row of the rowset; the status it earns.
static SQLUSMALLINT fill_row(Statement *statement, long long row, SQLULEN index, bool *truncated, bool *failed) {
    SQLUSMALLINT status = SQL_ROW_SUCCESS;
    for (int column = 1; column <= statement->binding_count && column <= statement->result->column_count; column++) {
        const Binding *binding = &statement->bindings[column - 1];
        if (!binding->target && !binding->indicator) continue;
        Binding place = place_of(statement, binding, index);
        CellOutcome outcome = write_cell(statement, column, row, &place, NULL);
        if (outcome.state) {
            char text[96];
            snprintf(text, sizeof text, "column %d of row %lld can't be converted", column, row + 1);
            add_diagnostic(&statement->handle, outcome.state, 0, text);
            *failed = true;
            status = SQL_ROW_ERROR;
        } else if (outcome.truncated) {
            if (status == SQL_ROW_SUCCESS && !find_lie(statement, LIE_TRUNCATION_STATUS_SUCCESS, column, row + 1)) {
                status = SQL_ROW_SUCCESS_WITH_INFO;
            }
            if (!find_lie(statement, LIE_TRUNCATION_RETURNS_SUCCESS, column, row + 1)) *truncated = true;
        }
    }
    if (find_lie(statement, LIE_ROW_ERROR, 0, row + 1)) status = SQL_ROW_ERROR;
    const Lie *lie = find_lie(statement, LIE_STATUS_VALUE, 0, row + 1);
    return lie ? (SQLUSMALLINT)lie->value : status;
}

static void write_status(Statement *statement, SQLULEN index, SQLUSMALLINT status) {
    if (!statement->row_status || find_lie(statement, LIE_STATUS_UNWRITTEN, 0, 0)) return;
    statement->row_status[index] = status;
}

static void write_fetched(Statement *statement, SQLULEN count) {
    if (!statement->rows_fetched || find_lie(statement, LIE_FETCHED_UNWRITTEN, 0, 0)) return;
    const Lie *excess = find_lie(statement, LIE_FETCHED_EXCESS, 0, 0);
    *statement->rows_fetched = excess && count ? statement->array_size + (SQLULEN)excess->value : count;
}

static bool is_success(SQLRETURN result) { return result == SQL_SUCCESS || result == SQL_SUCCESS_WITH_INFO; }

static SQLRETURN finish(Statement *statement, SQLRETURN result) {
    for (SQLULEN i = 0; i < statement->array_size; i++) write_status(statement, i, SQL_ROW_NOROW);
    if (!find_lie(statement, LIE_FETCHED_UNWRITTEN_AT_END, 0, 0)) write_fetched(statement, 0);
    return result;
}

/// Does the actions of the rows ahead. When one fails, `count` becomes the rows that are delivered all the same: none,
/// as psqlodbc does, or under a lie those before the failing one.
static SQLRETURN reach_rows(Statement *statement, long long *count) {
    long long first = statement->next_row + 1;
    if (!find_lie(statement, LIE_ERROR_KEEPS_ROWS, 0, 0)) {
        SQLRETURN reached = perform_statement(statement, AT_ROW, first, first + *count - 1);
        if (!is_success(reached)) *count = 0;
        return reached;
    }
    SQLRETURN worst = SQL_SUCCESS;
    for (long long i = 0; i < *count; i++) {
        SQLRETURN reached = perform_statement(statement, AT_ROW, first + i, first + i);
        if (reached != SQL_SUCCESS) worst = reached;
        if (!is_success(reached)) *count = i;
    }
    return worst;
}

static SQLRETURN fetch(Statement *statement) {
    clear_diagnostics(&statement->handle);
    if (!statement->executed || !statement->result) return fail(&statement->handle, "24000", "no cursor is open");
    if (statement->connection->dead) return fail(&statement->handle, "08S01", "the connection is dead");
    if (atomic_exchange(&statement->cancelled, false)) return fail(&statement->handle, "HY008", "operation canceled");
    long long call = ++statement->fetch_calls;
    statement->rowset_rows = 0;
    statement->part_column = 0;
    SQLRETURN result = perform_statement(statement, AT_FETCH, call, call);
    if (!is_success(result)) return finish(statement, result);
    long long left = statement->row_count - statement->next_row;
    long long count = left < (long long)statement->array_size ? left : (long long)statement->array_size;
    const Lie *shorter = find_lie(statement, LIE_SHORT_BLOCKS, 0, 0);
    if (shorter && shorter->value > 0 && count > shorter->value) count = shorter->value;
    if (find_lie(statement, LIE_FETCHED_ZERO, 0, 0)) return finish(statement, SQL_SUCCESS);
    if (count <= 0) {
        SQLRETURN end = perform_statement(statement, AT_END, 1, 1);
        return finish(statement, is_success(end) ? SQL_NO_DATA : end);
    }
    SQLRETURN reached = reach_rows(statement, &count);
    if (!is_success(reached) && count == 0) return finish(statement, reached);
    if (reached != SQL_SUCCESS) result = reached;
    for (int column = 1; column <= statement->binding_count; column++) {
        const Binding *binding = &statement->bindings[column - 1];
        if (!binding->target || !type_lie(statement, LIE_TYPE_REFUSED, column, binding->c_type)) continue;
        fail(&statement->handle, "HY004", "the C type of a bound column is refused");
        return finish(statement, SQL_ERROR);
    }
    statement->rowset_start = statement->next_row;
    statement->rowset_rows = count;
    bool truncated = false, failed = false;
    long long errors = 0;
    for (long long i = 0; i < count; i++) {
        SQLUSMALLINT status = fill_row(statement, statement->next_row + i, (SQLULEN)i, &truncated, &failed);
        if (status == SQL_ROW_ERROR) errors++;
        write_status(statement, (SQLULEN)i, status);
    }
    for (SQLULEN i = (SQLULEN)count; i < statement->array_size; i++) write_status(statement, i, SQL_ROW_NOROW);
    statement->next_row += count;
    write_fetched(statement, (SQLULEN)count);
    if (!is_success(result)) return result;
    if (truncated) {
        add_diagnostic(&statement->handle, "01004", 0, "string data, right truncated");
        result = SQL_SUCCESS_WITH_INFO;
    }
    if (failed && !find_lie(statement, LIE_ERROR_RETURNS_SUCCESS, 0, 0)) {
        result = errors == count ? SQL_ERROR : SQL_SUCCESS_WITH_INFO;
    }
    return result;
}

SQLRETURN SQLFetch(SQLHSTMT raw) {
    Statement *statement = as_statement(raw);
    if (!statement) return SQL_INVALID_HANDLE;
    record(&statement->handle, "SQLFetch array=%lld", (long long)statement->array_size);
    return fetch(statement);
}

SQLRETURN SQLFetchScroll(SQLHSTMT raw, SQLSMALLINT orientation, SQLLEN offset) {
    Statement *statement = as_statement(raw);
    if (!statement) return SQL_INVALID_HANDLE;
    record(&statement->handle, "SQLFetchScroll orientation=%d offset=%lld array=%lld", orientation, (long long)offset,
           (long long)statement->array_size);
    if (orientation == SQL_FETCH_NEXT) return fetch(statement);
    clear_diagnostics(&statement->handle);
    return fail(&statement->handle, "HY106", "only SQL_FETCH_NEXT");
}
