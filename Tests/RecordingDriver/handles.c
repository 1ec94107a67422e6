/// Allocation, release and identity of handles; environment attributes.
#include "driver.h"

#include <stdlib.h>
#include <string.h>

static void *as_kind(SQLHANDLE handle, enum HandleKind kind) {
    return handle && ((Handle *)handle)->kind == kind ? handle : NULL;
}

Environment *as_environment(SQLHANDLE handle) { return as_kind(handle, KIND_ENVIRONMENT); }
Connection *as_connection(SQLHANDLE handle) { return as_kind(handle, KIND_CONNECTION); }
Statement *as_statement(SQLHANDLE handle) { return as_kind(handle, KIND_STATEMENT); }

/// The connection a handle is or belongs to; NULL for an environment.
Connection *connection_of(Handle *handle) {
    if (handle->kind == KIND_CONNECTION) return (Connection *)handle;
    if (handle->kind == KIND_STATEMENT) return ((Statement *)handle)->connection;
    return NULL;
}

static void *new_handle(enum HandleKind kind, size_t size) {
    Handle *handle = calloc(1, size);
    if (!handle) abort();
    handle->kind = kind;
    return handle;
}

static void free_handle(Handle *handle) {
    clear_diagnostics(handle);
    free(handle->pending);
    memset(&handle->kind, 0, sizeof handle->kind);
    free(handle);
}

SQLRETURN SQLAllocHandle(SQLSMALLINT type, SQLHANDLE input, SQLHANDLE *output) {
    if (type == SQL_HANDLE_ENV) {
        Environment *environment = new_handle(KIND_ENVIRONMENT, sizeof(Environment));
        environment->version = SQL_OV_ODBC3;
        record(&environment->handle, "SQLAllocHandle type=%d", type);
        *output = environment;
        return SQL_SUCCESS;
    }
    if (type == SQL_HANDLE_DBC) {
        Environment *environment = as_environment(input);
        if (!environment) return SQL_INVALID_HANDLE;
        Connection *connection = new_handle(KIND_CONNECTION, sizeof(Connection));
        connection->environment = environment;
        connection->record = -1;
        record(&connection->handle, "SQLAllocHandle type=%d", type);
        *output = connection;
        return SQL_SUCCESS;
    }
    Connection *connection = as_connection(input);
    if (!connection) return SQL_INVALID_HANDLE;
    record(&connection->handle, "SQLAllocHandle type=%d", type);
    clear_diagnostics(&connection->handle);
    if (type != SQL_HANDLE_STMT) return fail(&connection->handle, "HYC00", "descriptors can't be allocated");
    if (!connection->connected) return fail(&connection->handle, "08003", "not connected");
    if (connection->dead) return fail(&connection->handle, "08003", "the connection is dead");
    Statement *statement = new_handle(KIND_STATEMENT, sizeof(Statement));
    statement->connection = connection;
    statement->array_size = 1;
    *output = statement;
    return SQL_SUCCESS;
}

SQLRETURN SQLFreeHandle(SQLSMALLINT type, SQLHANDLE raw) {
    Handle *handle = raw;
    if (!handle) return SQL_INVALID_HANDLE;
    if (type == SQL_HANDLE_ENV && as_environment(raw)) {
        free_handle(handle);
        return SQL_SUCCESS;
    }
    if (type == SQL_HANDLE_DBC && as_connection(raw)) {
        Connection *connection = raw;
        record(handle, "SQLFreeHandle type=%d", type);
        if (connection->connected) return fail(handle, "HY010", "still connected");
        close_record(connection);
        free_script(connection->script);
        free(connection->connection_string);
        free_handle(handle);
        return SQL_SUCCESS;
    }
    if (type == SQL_HANDLE_STMT && as_statement(raw)) {
        record(handle, "SQLFreeHandle type=%d", type);
        free_statement(raw);
        free_handle(handle);
        return SQL_SUCCESS;
    }
    return SQL_INVALID_HANDLE;
}

SQLRETURN SQLSetEnvAttr(SQLHENV raw, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER length) {
    (void)length;
    Environment *environment = as_environment(raw);
    if (!environment) return SQL_INVALID_HANDLE;
    record(&environment->handle, "SQLSetEnvAttr attribute=%d value=%ld", (int)attribute, (long)(intptr_t)value);
    if (attribute == SQL_ATTR_ODBC_VERSION) environment->version = (SQLINTEGER)(intptr_t)value;
    return SQL_SUCCESS;
}

/// The driver manager sets the version and reads it back: a driver that can't answer, or answers otherwise, earns its
/// application a 01000 "Driver does not support the requested version" at every connect.
SQLRETURN SQLGetEnvAttr(SQLHENV raw, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER capacity, SQLINTEGER *length) {
    (void)capacity;
    Environment *environment = as_environment(raw);
    if (!environment) return SQL_INVALID_HANDLE;
    record(&environment->handle, "SQLGetEnvAttr attribute=%d", (int)attribute);
    if (attribute != SQL_ATTR_ODBC_VERSION) return fail(&environment->handle, "HYC00", "no such attribute");
    if (value) *(SQLINTEGER *)value = environment->version;
    if (length) *length = sizeof(SQLINTEGER);
    return SQL_SUCCESS;
}
