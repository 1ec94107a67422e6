/* What the two floor programs share: options, the connection, the plan of the columns, and the batches.
 *
 * The plan is kleene-ns's own (Sources/ODBC/SlotPlan.swift, Sources/ODBC/DriverProfile.swift): the same C types, the same slot
 * widths, the same block of memory, so that both ask the same work of the driver. */
#ifndef FLOOR_H
#define FLOOR_H

#include <sql.h>
#include <sqlext.h>
#include <stddef.h>

enum storage { STORE_INTEGER, STORE_REAL, STORE_TEXT };

typedef struct {
    char name[256];
    SQLSMALLINT c_type;
    enum storage storage;
    /* Bytes from one row's value to the next. */
    size_t stride;
    /* Where the column's values and lengths begin in a batch. */
    size_t values, lengths;
} Column;

/* The rows that one fetch brings, in one block. */
typedef struct {
    char *block;
    SQLULEN rows;
} Batch;

typedef struct {
    const char *connection, *table, *destination, *method;
    /* For upserts: which rows, as SQL; the column that identifies a row; the column that must not become smaller. */
    const char *where, *unique, *newer;
    size_t batch_bytes, batch_rows, batches;
    /* Whether numbers are fetched as numbers; otherwise all is fetched as text. */
    int typed;
    /* Whether rows go straight into the destination's table and not through a staging file. */
    int direct;
    /* Whether rows go into a new file that gets the destination's name when it is whole. */
    int first;
    /* Whether each row gets the two columns that kleene-ns adds. */
    int metadata;
    int verbose;
} Options;

typedef struct {
    SQLHENV environment;
    SQLHDBC connection;
    SQLHSTMT statement;
    Column *columns;
    int column_count;
    size_t capacity, batch_size;
    SQLULEN fetched;
    SQLULEN offset;
} Source;

void parse_options(Options *options, int argc, char **argv);
/* Connects, executes the SELECT and plans the columns; binds nothing yet. */
void open_source(Source *source, const Options *options);
void make_batch(const Source *source, Batch *batch);
/* Binds the columns at `base`; a fetch adds `source->offset`. */
void bind_columns(Source *source, char *base);
/* One SQLFetch into the batch at base + offset: rows, 0 at the end. Stops the program where a value was cut. */
size_t fetch(Source *source, Batch *batch);
void close_source(Source *source);
double now(void);
void die(const char *what, const char *why);

#endif
