/// The handles of the recording driver, and what its files ask of each other.
///
/// A handle begins with its kind, so a wrong or freed handle is answered with SQL_INVALID_HANDLE.
/// One thread uses a statement at a time; only SQLCancel may come from a second one, and touches `cancelled` alone.
#ifndef RECORDING_DRIVER_H
#define RECORDING_DRIVER_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <sql.h>
#include <sqlext.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "script.h"

#define DIAGNOSTICS_MAX 32
#define ATTRIBUTES_MAX 64

typedef struct {
    char state[6];
    SQLINTEGER native;
    char *text;
    /// The length that SQLGetDiagRec claims; negative for the true one.
    long claims;
    bool lies_about_length;
} Diagnostic;

enum HandleKind { KIND_ENVIRONMENT = 0x454e56, KIND_CONNECTION = 0x444243, KIND_STATEMENT = 0x53544d };

typedef struct {
    enum HandleKind kind;
    int diagnostic_count;
    Diagnostic diagnostics[DIAGNOSTICS_MAX];
    /// Lines recorded before the record file is known; written to it as soon as it is.
    char *pending;
} Handle;

typedef struct {
    Handle handle;
    SQLINTEGER version;
} Environment;

typedef struct {
    SQLINTEGER name;
    SQLULEN value;
} Attribute;

typedef struct {
    Handle handle;
    Environment *environment;
    Script *script;
    char *connection_string;
    /// Descriptor of the record file; -1 while there is none.
    int record;
    bool connected;
    bool dead;
    Attribute attributes[ATTRIBUTES_MAX];
    int attribute_count;
} Connection;

typedef struct {
    SQLSMALLINT c_type;
    SQLPOINTER target;
    SQLLEN buffer_length;
    SQLLEN *indicator;
} Binding;

typedef struct {
    Handle handle;
    Connection *connection;
    char *sql;
    const Result *result;
    /// Catalog rows that pass the call's arguments, by index of the scripted row; NULL when every row counts.
    long long *chosen_rows;
    long long row_count;
    bool executed;
    /// Zero-based index of the row that the next fetch begins with, and of the current rowset.
    long long next_row, rowset_start;
    long long rowset_rows, fetch_calls;
    Binding *bindings;
    int binding_count;
    SQLULEN array_size, bind_type;
    SQLULEN *rows_fetched;
    SQLULEN *bind_offset;
    SQLUSMALLINT *row_status;
    Attribute attributes[ATTRIBUTES_MAX];
    int attribute_count;
    /// Column and position of a SQLGetData that is read in parts.
    int part_column;
    size_t part_offset;
    bool part_done;
    int part_calls;
    char *scratch;
    size_t scratch_size;
    char *converted;
    size_t converted_size;
    /// Stand-ins for the four automatic descriptors that the driver manager asks for.
    char descriptors[4];
    atomic_bool cancelled;
} Statement;

/// Bytes of one cell.
typedef struct {
    const unsigned char *bytes;
    size_t length;
} Payload;

/// What became of one cell: its state is NULL when all went well.
typedef struct {
    bool truncated;
    const char *state;
} CellOutcome;

Environment *as_environment(SQLHANDLE handle);
Connection *as_connection(SQLHANDLE handle);
Statement *as_statement(SQLHANDLE handle);
Connection *connection_of(Handle *handle);

// diagnostics.c
void clear_diagnostics(Handle *handle);
void add_diagnostic(Handle *handle, const char *state, SQLINTEGER native, const char *text);
SQLRETURN fail(Handle *handle, const char *state, const char *text);
SQLRETURN copy_text(const char *text, SQLLEN length, SQLPOINTER target, SQLLEN capacity, SQLLEN *written);

// recording.c
void record(Handle *handle, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *quoted(const void *text, SQLLEN length);
char *copied(const void *text, SQLLEN length);
void open_record(Connection *connection, const char *path);
void close_record(Connection *connection);

// actions.c
SQLRETURN perform(Handle *handle, const Block *block, enum Moment moment, long long from, long long to);
SQLRETURN perform_statement(Statement *statement, enum Moment moment, long long from, long long to);
const Lie *find_lie(const Statement *statement, enum LieName name, int column, long long row);
const AttributeRule *attribute_rule(const Connection *connection, SQLINTEGER attribute);

// attributes.c
SQLRETURN store_attribute(Handle *handle, Attribute *attributes, int *count, SQLINTEGER name, SQLULEN value,
                          SQLULEN *kept);
SQLULEN load_attribute(const Attribute *attributes, int count, SQLINTEGER name, SQLULEN otherwise);

// convert.c
bool cell_value(Statement *statement, int column, long long row, Payload *value);
CellOutcome write_cell(Statement *statement, int column, long long row, const Binding *place, size_t *offset);

// statement.c
SQLRETURN open_result(Statement *statement, const Result *result);
void close_cursor(Statement *statement);
void free_statement(Statement *statement);

#endif
