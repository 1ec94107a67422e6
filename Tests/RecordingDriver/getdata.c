/// SQLGetData in parts, and its lies. It reads the first row of the rowset, so the array size should be 1.
#include "driver.h"

#include <string.h>

SQLRETURN SQLGetData(SQLHSTMT raw, SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER target, SQLLEN buffer_length,
                     SQLLEN *indicator) {
    Statement *statement = as_statement(raw);
    if (!statement) return SQL_INVALID_HANDLE;
    clear_diagnostics(&statement->handle);
    record(&statement->handle, "SQLGetData column=%d ctype=%d buffer=%lld", number, c_type, (long long)buffer_length);
    if (!statement->executed || !statement->rowset_rows) return fail(&statement->handle, "24000", "no current row");
    if (number < 1 || number > statement->result->column_count) {
        return fail(&statement->handle, "07009", "no such column");
    }
    if (buffer_length < 0) return fail(&statement->handle, "HY090", "negative buffer length");
    if (statement->connection->dead) return fail(&statement->handle, "08S01", "the connection is dead");
    SQLRETURN result = perform_statement(statement, AT_GETDATA, number, number);
    if (result != SQL_SUCCESS && result != SQL_SUCCESS_WITH_INFO) return result;
    if (statement->part_column != number) {
        statement->part_column = number;
        statement->part_offset = 0;
        statement->part_calls = 0;
        statement->part_done = false;
    }
    if (statement->part_done) return SQL_NO_DATA;
    statement->part_calls++;
    long long row = statement->rowset_start;
    size_t before = statement->part_offset;
    Binding place = {c_type, target, buffer_length, indicator};
    CellOutcome outcome = write_cell(statement, number, row, &place, &statement->part_offset);
    if (outcome.state) return fail(&statement->handle, outcome.state, "the column can't be converted");
    if (find_lie(statement, LIE_GETDATA_STUCK, number, row + 1)) {
        // What is left is always said to be there, and none of it ever comes.
        statement->part_offset = before;
        if (target && buffer_length > 0) *(char *)target = 0;
        add_diagnostic(&statement->handle, "01004", 0, "string data, right truncated");
        return SQL_SUCCESS_WITH_INFO;
    }
    size_t delivered = statement->part_offset - before;
    if (statement->part_calls > 1 && target && find_lie(statement, LIE_GETDATA_SECOND_WRONG, number, row + 1)) {
        memset(target, 'X', delivered);
    }
    if (!outcome.truncated) {
        statement->part_done = true;
        return result;
    }
    if (find_lie(statement, LIE_GETDATA_OVERLONG, number, row + 1)) {
        // MonetDB's: success, although the indicator is beyond the buffer. Nothing more can be had.
        statement->part_done = true;
        return SQL_SUCCESS;
    }
    add_diagnostic(&statement->handle, "01004", 0, "string data, right truncated");
    return SQL_SUCCESS_WITH_INFO;
}
