/// Statements: execution, their state, what their columns are said to be.
#include "driver.h"

#include <stdlib.h>
#include <string.h>

void close_cursor(Statement *statement) {
    free(statement->chosen_rows);
    statement->chosen_rows = NULL;
    statement->executed = false;
    statement->row_count = 0;
    statement->next_row = statement->rowset_start = statement->rowset_rows = statement->fetch_calls = 0;
    statement->part_column = 0;
}

void free_statement(Statement *statement) {
    close_cursor(statement);
    free(statement->sql);
    free(statement->bindings);
    free(statement->scratch);
    free(statement->converted);
}

static const Result *find_result(const Script *script, const char *sql) {
    for (int i = 0; i < script->result_count; i++) {
        const Result *result = &script->results[i];
        switch (result->match) {
        case MATCH_EXACT: if (strcmp(sql, result->pattern) == 0) return result; break;
        case MATCH_PREFIX: if (strncmp(sql, result->pattern, strlen(result->pattern)) == 0) return result; break;
        case MATCH_CONTAINS: if (strstr(sql, result->pattern)) return result; break;
        case MATCH_ANY: return result;
        case MATCH_CATALOG: break;
        }
    }
    return NULL;
}

static bool is_success(SQLRETURN result) { return result == SQL_SUCCESS || result == SQL_SUCCESS_WITH_INFO; }

/// Runs the execute actions of a result and opens its cursor; without a result the table is unknown.
SQLRETURN open_result(Statement *statement, const Result *result) {
    close_cursor(statement);
    statement->result = result;
    atomic_store(&statement->cancelled, false);
    if (statement->connection->dead) return fail(&statement->handle, "08S01", "the connection is dead");
    SQLRETURN done = perform_statement(statement, AT_EXECUTE, 1, 1);
    if (!is_success(done)) return done;
    if (!result) return fail(&statement->handle, "42S02", "the script has no result for this statement");
    statement->executed = true;
    statement->row_count = result->row_count;
    return done;
}

SQLRETURN SQLPrepare(SQLHSTMT raw, SQLCHAR *sql, SQLINTEGER length) {
    Statement *statement = as_statement(raw);
    if (!statement) return SQL_INVALID_HANDLE;
    clear_diagnostics(&statement->handle);
    char *shown = quoted(sql, length);
    record(&statement->handle, "SQLPrepare sql=%s", shown);
    free(shown);
    free(statement->sql);
    statement->sql = copied(sql, length);
    close_cursor(statement);
    statement->result = find_result(statement->connection->script, statement->sql);
    return perform_statement(statement, AT_PREPARE, 1, 1);
}

SQLRETURN SQLExecute(SQLHSTMT raw) {
    Statement *statement = as_statement(raw);
    if (!statement) return SQL_INVALID_HANDLE;
    clear_diagnostics(&statement->handle);
    record(&statement->handle, "SQLExecute");
    if (!statement->sql) return fail(&statement->handle, "HY010", "nothing is prepared");
    return open_result(statement, find_result(statement->connection->script, statement->sql));
}

SQLRETURN SQLExecDirect(SQLHSTMT raw, SQLCHAR *sql, SQLINTEGER length) {
    Statement *statement = as_statement(raw);
    if (!statement) return SQL_INVALID_HANDLE;
    clear_diagnostics(&statement->handle);
    char *shown = quoted(sql, length);
    record(&statement->handle, "SQLExecDirect sql=%s", shown);
    free(shown);
    free(statement->sql);
    statement->sql = copied(sql, length);
    return open_result(statement, find_result(statement->connection->script, statement->sql));
}

SQLRETURN SQLNumParams(SQLHSTMT raw, SQLSMALLINT *count) {
    Statement *statement = as_statement(raw);
    if (!statement) return SQL_INVALID_HANDLE;
    record(&statement->handle, "SQLNumParams");
    if (count) *count = 0;
    return SQL_SUCCESS;
}

SQLRETURN SQLRowCount(SQLHSTMT raw, SQLLEN *count) {
    Statement *statement = as_statement(raw);
    if (!statement) return SQL_INVALID_HANDLE;
    record(&statement->handle, "SQLRowCount");
    if (count) *count = statement->result ? (SQLLEN)statement->result->affected : -1;
    return SQL_SUCCESS;
}

SQLRETURN SQLMoreResults(SQLHSTMT raw) {
    Statement *statement = as_statement(raw);
    if (!statement) return SQL_INVALID_HANDLE;
    record(&statement->handle, "SQLMoreResults");
    close_cursor(statement);
    return SQL_NO_DATA;
}

SQLRETURN SQLCloseCursor(SQLHSTMT raw) {
    Statement *statement = as_statement(raw);
    if (!statement) return SQL_INVALID_HANDLE;
    clear_diagnostics(&statement->handle);
    record(&statement->handle, "SQLCloseCursor");
    if (!statement->executed) return fail(&statement->handle, "24000", "no cursor is open");
    SQLRETURN result = perform_statement(statement, AT_CLOSE, 1, 1);
    close_cursor(statement);
    return result;
}

SQLRETURN SQLFreeStmt(SQLHSTMT raw, SQLUSMALLINT option) {
    Statement *statement = as_statement(raw);
    if (!statement) return SQL_INVALID_HANDLE;
    clear_diagnostics(&statement->handle);
    record(&statement->handle, "SQLFreeStmt option=%d", option);
    SQLRETURN result = SQL_SUCCESS;
    switch (option) {
    case SQL_CLOSE:
        if (statement->executed) result = perform_statement(statement, AT_CLOSE, 1, 1);
        close_cursor(statement);
        return result;
    case SQL_UNBIND:
        free(statement->bindings);
        statement->bindings = NULL;
        statement->binding_count = 0;
        return SQL_SUCCESS;
    case SQL_RESET_PARAMS: return SQL_SUCCESS;
    default: return fail(&statement->handle, "HY092", "no such option");
    }
}

/// May come from a second thread while the statement is busy, so it adds no diagnostics.
SQLRETURN SQLCancel(SQLHSTMT raw) {
    Statement *statement = as_statement(raw);
    if (!statement) return SQL_INVALID_HANDLE;
    record(&statement->handle, "SQLCancel");
    if (find_lie(statement, LIE_CANCEL_FAILS, 0, 0)) return SQL_ERROR;
    if (!find_lie(statement, LIE_CANCEL_IGNORED, 0, 0)) atomic_store(&statement->cancelled, true);
    return SQL_SUCCESS;
}
