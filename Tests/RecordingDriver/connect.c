/// Connections: the connection string as it came, the script and record it names, transactions.
#include "driver.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static atomic_llong attempts;

/// The value of a keyword of a connection string, braces taken off; a new string, or NULL.
static char *connection_value(const char *text, const char *keyword) {
    while (*text) {
        while (*text == ';' || *text == ' ') text++;
        const char *name = text;
        size_t name_length = strcspn(text, "=;");
        text += name_length;
        if (*text != '=') continue;
        text++;
        char *value = malloc(strlen(text) + 1), *out = value;
        if (!value) abort();
        if (*text == '{') {
            for (text++; *text; text++) {
                if (*text == '}' && text[1] != '}') break;
                if (*text == '}') text++;
                *out++ = *text;
            }
            text += strcspn(text, ";");
        } else {
            while (*text && *text != ';') *out++ = *text++;
        }
        *out = 0;
        if (name_length == strlen(keyword) && strncasecmp(name, keyword, name_length) == 0) return value;
        free(value);
    }
    return NULL;
}

/// The value of a keyword of a data source in odbc.ini; a new string, or NULL.
/// The library that reads it is loaded only when there is a data source.
static char *data_source_value(const char *source, const char *keyword) {
    typedef int (*Reader)(const char *, const char *, const char *, char *, int, const char *);
    void *library = dlopen("libodbcinst.so.2", RTLD_NOW);
    Reader reader = library ? (Reader)dlsym(library, "SQLGetPrivateProfileString") : NULL;
    if (!reader) return NULL;
    char value[4096] = "";
    reader(source, keyword, "", value, sizeof value, "odbc.ini");
    return *value ? copied(value, SQL_NTS) : NULL;
}

static char *setting(const Connection *connection, const char *keyword) {
    char *value = connection_value(connection->connection_string, keyword);
    if (value) return value;
    char *source = connection_value(connection->connection_string, "DSN");
    if (source && *source) value = data_source_value(source, keyword);
    free(source);
    return value;
}

/// The driver manager sets attributes before the script is known; its rules are applied to them afterwards.
static void apply_rules(Connection *connection) {
    int kept = 0;
    for (int i = 0; i < connection->attribute_count; i++) {
        Attribute attribute = connection->attributes[i];
        const AttributeRule *rule = attribute_rule(connection, attribute.name);
        if (rule && (rule->answer == ATTRIBUTE_IGNORE || rule->answer == ATTRIBUTE_REFUSE)) continue;
        if (rule && rule->answer == ATTRIBUTE_SUBSTITUTE) attribute.value = (SQLULEN)rule->value;
        connection->attributes[kept++] = attribute;
    }
    connection->attribute_count = kept;
}

static SQLRETURN connect_with(Connection *connection, char *string, const char *function, const char *arguments) {
    clear_diagnostics(&connection->handle);
    free(connection->connection_string);
    connection->connection_string = string;
    char *path = setting(connection, "Record");
    if (connection->record < 0) open_record(connection, path);
    free(path);
    record(&connection->handle, "%s %s", function, arguments);
    char *script = setting(connection, "Script");
    free_script(connection->script);
    if (script) {
        char problem[4096 + 512];
        connection->script = read_script(script, problem, sizeof problem);
        free(script);
        if (!connection->script) return fail(&connection->handle, "HY000", problem);
    } else {
        connection->script = empty_script();
    }
    apply_rules(connection);
    long long attempt = atomic_fetch_add(&attempts, 1) + 1;
    SQLRETURN result = perform(&connection->handle, &connection->script->block, AT_CONNECT, attempt, attempt);
    connection->connected = result == SQL_SUCCESS || result == SQL_SUCCESS_WITH_INFO;
    return result;
}

SQLRETURN SQLDriverConnect(SQLHDBC raw, SQLHWND window, SQLCHAR *input, SQLSMALLINT input_length, SQLCHAR *output,
                           SQLSMALLINT capacity, SQLSMALLINT *length, SQLUSMALLINT completion) {
    (void)window;
    Connection *connection = as_connection(raw);
    if (!connection) return SQL_INVALID_HANDLE;
    char *string = copied(input, input_length), *text = quoted(input, input_length), *arguments = NULL;
    if (asprintf(&arguments, "completion=%d string=%s", completion, text) < 0) abort();
    SQLRETURN result = connect_with(connection, string, "SQLDriverConnect", arguments);
    free(arguments);
    free(text);
    if (connection->connected) {
        SQLLEN written;
        copy_text(string, -1, output, capacity, &written);
        if (length) *length = (SQLSMALLINT)(written > 32767 ? 32767 : written);
    }
    return result;
}

SQLRETURN SQLConnect(SQLHDBC raw, SQLCHAR *source, SQLSMALLINT source_length, SQLCHAR *user, SQLSMALLINT user_length,
                     SQLCHAR *secret, SQLSMALLINT secret_length) {
    Connection *connection = as_connection(raw);
    if (!connection) return SQL_INVALID_HANDLE;
    char *name = copied(source, source_length), *string = NULL, *arguments = NULL;
    char *texts[3] = {quoted(source, source_length), quoted(user, user_length), quoted(secret, secret_length)};
    if (asprintf(&string, "DSN={%s}", name) < 0) abort();
    if (asprintf(&arguments, "source=%s user=%s secret=%s", texts[0], texts[1], texts[2]) < 0) abort();
    SQLRETURN result = connect_with(connection, string, "SQLConnect", arguments);
    free(name);
    free(arguments);
    for (int i = 0; i < 3; i++) free(texts[i]);
    return result;
}

SQLRETURN SQLDisconnect(SQLHDBC raw) {
    Connection *connection = as_connection(raw);
    if (!connection) return SQL_INVALID_HANDLE;
    clear_diagnostics(&connection->handle);
    record(&connection->handle, "SQLDisconnect");
    if (!connection->connected) return fail(&connection->handle, "08003", "not connected");
    SQLRETURN result = perform(&connection->handle, &connection->script->block, AT_DISCONNECT, 1, 1);
    if (result == SQL_SUCCESS || result == SQL_SUCCESS_WITH_INFO) connection->connected = false;
    return result;
}

SQLRETURN SQLEndTran(SQLSMALLINT type, SQLHANDLE raw, SQLSMALLINT completion) {
    if (type == SQL_HANDLE_ENV) return as_environment(raw) ? SQL_SUCCESS : SQL_INVALID_HANDLE;
    Connection *connection = as_connection(raw);
    if (type != SQL_HANDLE_DBC || !connection) return SQL_INVALID_HANDLE;
    clear_diagnostics(&connection->handle);
    record(&connection->handle, "SQLEndTran completion=%d", completion);
    if (!connection->connected) return fail(&connection->handle, "08003", "not connected");
    enum Moment moment = completion == SQL_COMMIT ? AT_COMMIT : AT_ROLLBACK;
    return perform(&connection->handle, &connection->script->block, moment, 1, 1);
}

SQLRETURN SQLNativeSql(SQLHDBC raw, SQLCHAR *sql, SQLINTEGER length, SQLCHAR *output, SQLINTEGER capacity,
                       SQLINTEGER *written) {
    Connection *connection = as_connection(raw);
    if (!connection) return SQL_INVALID_HANDLE;
    char *text = copied(sql, length), *shown = quoted(sql, length);
    clear_diagnostics(&connection->handle);
    record(&connection->handle, "SQLNativeSql sql=%s", shown);
    SQLLEN count;
    SQLRETURN result = copy_text(text, -1, output, capacity, &count);
    if (written) *written = (SQLINTEGER)count;
    free(text);
    free(shown);
    return result;
}
