/// Connection and statement attributes, kept and read back as the script's `attribute` lines order.
#include "driver.h"

#include <stdlib.h>
#include <string.h>

SQLULEN load_attribute(const Attribute *attributes, int count, SQLINTEGER name, SQLULEN otherwise) {
    for (int i = 0; i < count; i++) {
        if (attributes[i].name == name) return attributes[i].value;
    }
    return otherwise;
}

/// Stores a value under the script's rules. `kept` is the value now in force; unchanged when the driver ignores it.
SQLRETURN store_attribute(Handle *handle, Attribute *attributes, int *count, SQLINTEGER name, SQLULEN value,
                          SQLULEN *kept) {
    const AttributeRule *rule = attribute_rule(connection_of(handle), name);
    SQLRETURN result = SQL_SUCCESS;
    if (rule && rule->answer == ATTRIBUTE_REFUSE) return fail(handle, rule->state, "the attribute value is refused");
    if (rule && rule->answer == ATTRIBUTE_IGNORE) return SQL_SUCCESS;
    if (rule && rule->answer == ATTRIBUTE_SUBSTITUTE) {
        value = (SQLULEN)rule->value;
        add_diagnostic(handle, "01S02", 0, "option value changed");
        result = SQL_SUCCESS_WITH_INFO;
    }
    *kept = value;
    for (int i = 0; i < *count; i++) {
        if (attributes[i].name != name) continue;
        attributes[i].value = value;
        return result;
    }
    if (*count < ATTRIBUTES_MAX) attributes[(*count)++] = (Attribute){name, value};
    return result;
}

/// Hands out a value of `width` bytes, or what the script reports in its place.
static SQLRETURN give(const Connection *connection, SQLINTEGER name, SQLULEN value, size_t width, SQLPOINTER target,
                      SQLINTEGER *length) {
    const AttributeRule *rule = attribute_rule(connection, name);
    if (rule && (rule->answer == ATTRIBUTE_REPORT || rule->answer == ATTRIBUTE_REPORT_HALF)) {
        value = (SQLULEN)rule->value;
        if (rule->answer == ATTRIBUTE_REPORT_HALF) width = 4;
    }
    if (target) memcpy(target, &value, width);
    if (length) *length = (SQLINTEGER)width;
    return SQL_SUCCESS;
}

static bool is_text_attribute(SQLINTEGER name) {
    return name == SQL_ATTR_CURRENT_CATALOG || name == SQL_ATTR_TRACEFILE || name == SQL_ATTR_TRANSLATE_LIB;
}

SQLRETURN SQLSetConnectAttr(SQLHDBC raw, SQLINTEGER name, SQLPOINTER value, SQLINTEGER length) {
    Connection *connection = as_connection(raw);
    if (!connection) return SQL_INVALID_HANDLE;
    clear_diagnostics(&connection->handle);
    if (is_text_attribute(name)) {
        char *text = quoted(value, length);
        record(&connection->handle, "SQLSetConnectAttr attribute=%d value=%s", (int)name, text);
        free(text);
        return SQL_SUCCESS;
    }
    record(&connection->handle, "SQLSetConnectAttr attribute=%d value=%lld", (int)name, (long long)(intptr_t)value);
    SQLULEN kept;
    return store_attribute(&connection->handle, connection->attributes, &connection->attribute_count, name,
                           (SQLULEN)value, &kept);
}

SQLRETURN SQLGetConnectAttr(SQLHDBC raw, SQLINTEGER name, SQLPOINTER value, SQLINTEGER capacity, SQLINTEGER *length) {
    Connection *connection = as_connection(raw);
    if (!connection) return SQL_INVALID_HANDLE;
    clear_diagnostics(&connection->handle);
    record(&connection->handle, "SQLGetConnectAttr attribute=%d", (int)name);
    if (is_text_attribute(name)) {
        SQLLEN written;
        SQLRETURN result = copy_text("", 0, value, capacity, &written);
        if (length) *length = (SQLINTEGER)written;
        return result;
    }
    SQLULEN otherwise = name == SQL_ATTR_AUTOCOMMIT ? SQL_AUTOCOMMIT_ON : 0;
    SQLULEN kept = load_attribute(connection->attributes, connection->attribute_count, name, otherwise);
    if (name == SQL_ATTR_CONNECTION_DEAD) {
        bool unreported = connection->script && (connection->script->block.lie_mask >> LIE_DEAD_UNREPORTED & 1);
        kept = connection->dead && !unreported ? SQL_CD_TRUE : SQL_CD_FALSE;
    }
    return give(connection, name, kept, sizeof(SQLUINTEGER), value, length);
}

SQLRETURN SQLSetStmtAttr(SQLHSTMT raw, SQLINTEGER name, SQLPOINTER value, SQLINTEGER length) {
    (void)length;
    Statement *statement = as_statement(raw);
    if (!statement) return SQL_INVALID_HANDLE;
    clear_diagnostics(&statement->handle);
    switch (name) {
    case SQL_ATTR_ROW_STATUS_PTR: case SQL_ATTR_ROWS_FETCHED_PTR: case SQL_ATTR_ROW_BIND_OFFSET_PTR:
        // Addresses differ from run to run, and a record is compared: only whether there is one is told.
        record(&statement->handle, "SQLSetStmtAttr attribute=%d value=%s", (int)name, value ? "pointer" : "NULL");
        break;
    default:
        record(&statement->handle, "SQLSetStmtAttr attribute=%d value=%lld", (int)name, (long long)(intptr_t)value);
    }
    SQLULEN kept = load_attribute(statement->attributes, statement->attribute_count, name, 0);
    if (name == SQL_ATTR_ROW_ARRAY_SIZE && value == 0) return fail(&statement->handle, "HY024", "an array of no rows");
    if (name == SQL_ATTR_ROW_ARRAY_SIZE) kept = statement->array_size;
    if (name == SQL_ATTR_ROW_STATUS_PTR) kept = (SQLULEN)statement->row_status;
    if (name == SQL_ATTR_ROWS_FETCHED_PTR) kept = (SQLULEN)statement->rows_fetched;
    SQLRETURN result = store_attribute(&statement->handle, statement->attributes, &statement->attribute_count, name,
                                       (SQLULEN)value, &kept);
    switch (name) {
    case SQL_ATTR_ROW_ARRAY_SIZE: statement->array_size = kept; break;
    case SQL_ATTR_ROW_BIND_TYPE: statement->bind_type = kept; break;
    case SQL_ATTR_ROW_STATUS_PTR: statement->row_status = (SQLUSMALLINT *)kept; break;
    case SQL_ATTR_ROWS_FETCHED_PTR: statement->rows_fetched = (SQLULEN *)kept; break;
    case SQL_ATTR_ROW_BIND_OFFSET_PTR: statement->bind_offset = (SQLULEN *)kept; break;
    default: break;
    }
    return result;
}

SQLRETURN SQLGetStmtAttr(SQLHSTMT raw, SQLINTEGER name, SQLPOINTER value, SQLINTEGER capacity, SQLINTEGER *length) {
    (void)capacity;
    Statement *statement = as_statement(raw);
    if (!statement) return SQL_INVALID_HANDLE;
    record(&statement->handle, "SQLGetStmtAttr attribute=%d", (int)name);
    if (name >= SQL_ATTR_APP_ROW_DESC && name <= SQL_ATTR_IMP_PARAM_DESC) {
        if (value) *(SQLHANDLE *)value = &statement->descriptors[name - SQL_ATTR_APP_ROW_DESC];
        return SQL_SUCCESS;
    }
    SQLULEN kept = load_attribute(statement->attributes, statement->attribute_count, name, 0);
    if (name == SQL_ATTR_ROW_ARRAY_SIZE) kept = statement->array_size;
    if (name == SQL_ATTR_ROW_NUMBER) kept = (SQLULEN)statement->rowset_start + 1;
    return give(statement->connection, name, kept, sizeof(SQLULEN), value, length);
}
