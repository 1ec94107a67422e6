/// Diagnostic records of a handle, and the two functions that hand them out.
#include "driver.h"

#include <stdlib.h>
#include <string.h>

void clear_diagnostics(Handle *handle) {
    for (int i = 0; i < handle->diagnostic_count; i++) free(handle->diagnostics[i].text);
    handle->diagnostic_count = 0;
}

void add_diagnostic(Handle *handle, const char *state, SQLINTEGER native, const char *text) {
    if (handle->diagnostic_count == DIAGNOSTICS_MAX) return;
    Diagnostic *record = &handle->diagnostics[handle->diagnostic_count++];
    memset(record, 0, sizeof *record);
    strncpy(record->state, state, 5);
    record->native = native;
    record->text = copied(text, SQL_NTS);
}

/// One record, and SQL_ERROR to return.
SQLRETURN fail(Handle *handle, const char *state, const char *text) {
    add_diagnostic(handle, state, 0, text);
    return SQL_ERROR;
}

/// Copies text into a caller's buffer, always terminated; says SQL_SUCCESS_WITH_INFO when it was cut.
SQLRETURN copy_text(const char *text, SQLLEN length, SQLPOINTER target, SQLLEN capacity, SQLLEN *written) {
    if (length < 0) length = (SQLLEN)strlen(text);
    if (written) *written = length;
    if (!target || capacity <= 0) return SQL_SUCCESS;
    SQLLEN fits = length < capacity ? length : capacity - 1;
    memcpy(target, text, (size_t)fits);
    ((char *)target)[fits] = 0;
    return fits < length ? SQL_SUCCESS_WITH_INFO : SQL_SUCCESS;
}

static Handle *any_handle(SQLSMALLINT type, SQLHANDLE handle) {
    switch (type) {
    case SQL_HANDLE_ENV: return (Handle *)as_environment(handle);
    case SQL_HANDLE_DBC: return (Handle *)as_connection(handle);
    case SQL_HANDLE_STMT: return (Handle *)as_statement(handle);
    default: return NULL;
    }
}

static bool hides_diagnostics(SQLSMALLINT type, Handle *handle) {
    if (type == SQL_HANDLE_STMT) return find_lie((Statement *)handle, LIE_NO_DIAGNOSTICS, 0, 0) != NULL;
    Connection *connection = connection_of(handle);
    return connection && connection->script && (connection->script->block.lie_mask >> LIE_NO_DIAGNOSTICS & 1);
}

SQLRETURN SQLGetDiagRec(SQLSMALLINT type, SQLHANDLE raw, SQLSMALLINT number, SQLCHAR *state, SQLINTEGER *native,
                        SQLCHAR *text, SQLSMALLINT capacity, SQLSMALLINT *length) {
    Handle *handle = any_handle(type, raw);
    if (!handle) return SQL_INVALID_HANDLE;
    record(handle, "SQLGetDiagRec type=%d record=%d buffer=%d", type, number, capacity);
    if (number < 1 || capacity < 0) return SQL_ERROR;
    if (number > handle->diagnostic_count || hides_diagnostics(type, handle)) return SQL_NO_DATA;
    const Diagnostic *found = &handle->diagnostics[number - 1];
    if (state) memcpy(state, found->state, 6);
    if (native) *native = found->native;
    SQLLEN written;
    SQLRETURN result = copy_text(found->text, -1, text, capacity, &written);
    if (written > 32767) written = 32767;
    if (length) *length = (SQLSMALLINT)(found->lies_about_length ? found->claims : written);
    return result;
}

SQLRETURN SQLGetDiagField(SQLSMALLINT type, SQLHANDLE raw, SQLSMALLINT number, SQLSMALLINT field, SQLPOINTER value,
                          SQLSMALLINT capacity, SQLSMALLINT *length) {
    Handle *handle = any_handle(type, raw);
    if (!handle) return SQL_INVALID_HANDLE;
    record(handle, "SQLGetDiagField type=%d record=%d field=%d", type, number, field);
    if (field == SQL_DIAG_NUMBER) {
        if (value) *(SQLINTEGER *)value = hides_diagnostics(type, handle) ? 0 : handle->diagnostic_count;
        return SQL_SUCCESS;
    }
    if (number < 1) return SQL_ERROR;
    if (number > handle->diagnostic_count || hides_diagnostics(type, handle)) return SQL_NO_DATA;
    const Diagnostic *found = &handle->diagnostics[number - 1];
    const char *text = "";
    switch (field) {
    case SQL_DIAG_NATIVE:
        if (value) *(SQLINTEGER *)value = found->native;
        return SQL_SUCCESS;
    case SQL_DIAG_SQLSTATE: text = found->state; break;
    case SQL_DIAG_MESSAGE_TEXT: text = found->text; break;
    case SQL_DIAG_CLASS_ORIGIN: case SQL_DIAG_SUBCLASS_ORIGIN: text = "ISO 9075"; break;
    case SQL_DIAG_CONNECTION_NAME: case SQL_DIAG_SERVER_NAME: break;
    default: return SQL_ERROR;
    }
    SQLLEN written;
    SQLRETURN result = copy_text(text, -1, value, capacity, &written);
    if (length) *length = (SQLSMALLINT)(written > 32767 ? 32767 : written);
    return result;
}
