/* The reading half of the floor programs: plain ODBC with block fetch, one call a batch. */
#include "floor.h"

#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void die(const char *what, const char *why) {
    fprintf(stderr, "floor: %s: %s\n", what, why);
    exit(1);
}

double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void check(SQLRETURN code, SQLSMALLINT type, SQLHANDLE handle, const char *what) {
    if (SQL_SUCCEEDED(code)) return;
    SQLCHAR state[6] = "", message[1024] = "no diagnostics";
    SQLINTEGER native = 0;
    SQLSMALLINT length = 0;
    SQLGetDiagRec(type, handle, 1, state, &native, message, sizeof message, &length);
    die(what, (const char *)message);
}

void parse_options(Options *options, int argc, char **argv) {
    static const struct option known[] = {
        {"table", required_argument, 0, 't'},       {"destination", required_argument, 0, 'd'},
        {"load-method", required_argument, 0, 'm'}, {"batch-bytes", required_argument, 0, 'b'},
        {"batch-rows", required_argument, 0, 'r'},  {"batches", required_argument, 0, 'n'},
        {"text", no_argument, 0, 'x'},              {"direct", no_argument, 0, 'i'},
        {"no-metadata", no_argument, 0, 'k'},       {"verbose", no_argument, 0, 'v'},
        {"first", no_argument, 0, 'f'},             {"where", required_argument, 0, 'w'},
        {"unique", required_argument, 0, 'u'},      {"newer", required_argument, 0, 'g'},
        {0, 0, 0, 0}};
    /* kleene-ns's defaults: ReadSettings (8 MiB, 2000 rows) and ExtractRun.batchCount (2). */
    *options = (Options){.connection = getenv("FLOOR_CONNECTION"), .method = "drop_create_load", .batch_bytes = 8 << 20,
                         .batch_rows = 2000, .batches = 2, .typed = 1, .metadata = 1};
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        switch (option) {
        case 't': options->table = optarg; break;
        case 'd': options->destination = optarg; break;
        case 'm': options->method = optarg; break;
        case 'b': options->batch_bytes = strtoul(optarg, NULL, 10); break;
        case 'r': options->batch_rows = strtoul(optarg, NULL, 10); break;
        case 'n': options->batches = strtoul(optarg, NULL, 10); break;
        case 'x': options->typed = 0; break;
        case 'i': options->direct = 1; break;
        case 'k': options->metadata = 0; break;
        case 'v': options->verbose = 1; break;
        case 'f': options->first = 1; break;
        case 'w': options->where = optarg; break;
        case 'u': options->unique = optarg; break;
        case 'g': options->newer = optarg; break;
        default: exit(2);
        }
    }
    if (!options->connection) die("options", "the connection string is expected in FLOOR_CONNECTION");
    if (!options->table) die("options", "--table is needed");
    if (options->batch_rows < 1 || options->batch_rows > 65535 || options->batches < 1) die("options", "bad batch");
}

/* As kleene-ns fetches timestamps: the struct, which the driver makes without printing, then its text in the same place. */
static SQLLEN spell(const SQL_TIMESTAMP_STRUCT *fields, char *text) {
    SQL_TIMESTAMP_STRUCT t = *fields;
    unsigned parts[] = {(unsigned)t.year / 100, (unsigned)t.year % 100, t.month, t.day, t.hour, t.minute, t.second,
                        t.fraction / 10000000, t.fraction / 100000 % 100, t.fraction / 1000 % 100};
    static const char places[] = {0, 2, 5, 8, 11, 14, 17, 20, 22, 24};
    int count = t.fraction ? 10 : 7;
    for (int i = 0; i < count; i++) {
        text[(int)places[i]] = (char)('0' + parts[i] / 10);
        text[places[i] + 1] = (char)('0' + parts[i] % 10);
    }
    text[4] = text[7] = '-';
    text[10] = ' ';
    text[13] = text[16] = ':';
    if (!t.fraction) return 19;
    text[19] = '.';
    SQLLEN length = 26;
    while (text[length - 1] == '0') length--;
    return length;
}

/* Dates likewise. */
static SQLLEN spell_date(const SQL_DATE_STRUCT *fields, char *text) {
    SQL_DATE_STRUCT d = *fields;
    unsigned parts[] = {(unsigned)d.year / 100, (unsigned)d.year % 100, d.month, d.day};
    static const char places[] = {0, 2, 5, 8};
    for (int i = 0; i < 4; i++) {
        text[(int)places[i]] = (char)('0' + parts[i] / 10);
        text[places[i] + 1] = (char)('0' + parts[i] % 10);
    }
    text[4] = text[7] = '-';
    return 10;
}

/* Text slots have a terminator and a byte to spare, rounded to 8: a full slot means a value that may have been cut. */
static size_t text_stride(size_t bytes) { return (bytes + 2 + 7) / 8 * 8; }

static void plan(Source *source, const Options *options) {
    SQLHSTMT statement = source->statement;
    SQLSMALLINT count = 0;
    check(SQLNumResultCols(statement, &count), SQL_HANDLE_STMT, statement, "SQLNumResultCols");
    source->column_count = count;
    source->columns = calloc((size_t)count, sizeof(Column));
    SQLULEN *sizes = calloc((size_t)count, sizeof(SQLULEN));
    SQLSMALLINT *types = calloc((size_t)count, sizeof(SQLSMALLINT));
    size_t variable = 0;
    for (int i = 0; i < count; i++) {
        SQLSMALLINT length, digits, nullable;
        check(SQLDescribeCol(statement, (SQLUSMALLINT)(i + 1), (SQLCHAR *)source->columns[i].name, 255, &length, &types[i],
                             &sizes[i], &digits, &nullable),
              SQL_HANDLE_STMT, statement, "SQLDescribeCol");
        variable += types[i] == SQL_VARCHAR || types[i] == SQL_LONGVARCHAR || types[i] == SQL_CHAR;
    }
    size_t start = options->batch_bytes / 64 / (variable ? variable : 1);
    start = start > 4096 ? 4096 : start < 256 ? 256 : start;
    size_t row = 0;
    for (int i = 0; i < count; i++) {
        Column *column = &source->columns[i];
        column->storage = STORE_TEXT;
        column->c_type = SQL_C_CHAR;
        size_t bytes = 63;
        switch (types[i]) {
        case SQL_BIT: case SQL_TINYINT: case SQL_SMALLINT: case SQL_INTEGER: case SQL_BIGINT:
            column->storage = STORE_INTEGER;
            column->c_type = SQL_C_SBIGINT;
            bytes = 30;
            break;
        case SQL_REAL: case SQL_FLOAT: case SQL_DOUBLE:
            column->storage = STORE_REAL;
            column->c_type = SQL_C_DOUBLE;
            bytes = 38;
            break;
        case SQL_NUMERIC: case SQL_DECIMAL: bytes = sizes[i] + 8; break;
        case SQL_TYPE_TIMESTAMP: column->c_type = SQL_C_TYPE_TIMESTAMP; bytes = 38; break;
        case SQL_TYPE_DATE: column->c_type = SQL_C_TYPE_DATE; bytes = 14; break;
        case SQL_TYPE_TIME: break;
        case SQL_CHAR: case SQL_VARCHAR:
            bytes = sizes[i] > 0 && sizes[i] * 4 <= start ? sizes[i] * 4 : start;
            break;
        case SQL_LONGVARCHAR: bytes = start; break;
        default: die(column->name, "its type is not one that the floor stores");
        }
        if (!options->typed) column->c_type = SQL_C_CHAR;
        column->stride = column->storage == STORE_TEXT || !options->typed ? text_stride(bytes) : 8;
        row += column->stride + sizeof(SQLLEN);
    }
    size_t capacity = options->batch_bytes / row;
    source->capacity = capacity < 1 ? 1 : capacity > options->batch_rows ? options->batch_rows : capacity;
    size_t end = 0;
    for (int i = 0; i < count; i++) {
        source->columns[i].values = end;
        end += (source->columns[i].stride * source->capacity + 15) / 16 * 16;
    }
    for (int i = 0; i < count; i++) {
        source->columns[i].lengths = end;
        end += (sizeof(SQLLEN) * source->capacity + 15) / 16 * 16;
    }
    source->batch_size = end;
    free(sizes);
    free(types);
}

void open_source(Source *source, const Options *options) {
    setlocale(LC_CTYPE, "C.UTF-8");
    SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &source->environment);
    SQLSetEnvAttr(source->environment, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0);
    SQLAllocHandle(SQL_HANDLE_DBC, source->environment, &source->connection);
    check(SQLDriverConnect(source->connection, NULL, (SQLCHAR *)options->connection, SQL_NTS, NULL, 0, NULL,
                           SQL_DRIVER_NOPROMPT),
          SQL_HANDLE_DBC, source->connection, "SQLDriverConnect");
    SQLAllocHandle(SQL_HANDLE_STMT, source->connection, &source->statement);
    SQLHSTMT statement = source->statement;
    SQLSetStmtAttr(statement, SQL_ATTR_CURSOR_TYPE, (SQLPOINTER)SQL_CURSOR_FORWARD_ONLY, 0);
    SQLSetStmtAttr(statement, SQL_ATTR_NOSCAN, (SQLPOINTER)SQL_NOSCAN_ON, 0);
    char sql[1024];
    snprintf(sql, sizeof sql, "SELECT * FROM \"public\".\"%s\" WHERE %s", options->table,
             options->where ? options->where : "true");
    check(SQLExecDirect(statement, (SQLCHAR *)sql, SQL_NTS), SQL_HANDLE_STMT, statement, "SQLExecDirect");
    plan(source, options);
    SQLSetStmtAttr(statement, SQL_ATTR_ROW_BIND_TYPE, (SQLPOINTER)SQL_BIND_BY_COLUMN, 0);
    check(SQLSetStmtAttr(statement, SQL_ATTR_ROW_ARRAY_SIZE, (SQLPOINTER)source->capacity, 0), SQL_HANDLE_STMT, statement,
          "SQL_ATTR_ROW_ARRAY_SIZE");
    SQLSetStmtAttr(statement, SQL_ATTR_ROWS_FETCHED_PTR, &source->fetched, 0);
    SQLSetStmtAttr(statement, SQL_ATTR_ROW_BIND_OFFSET_PTR, &source->offset, 0);
}

void make_batch(const Source *source, Batch *batch) {
    /* Not zeroed: the memory becomes resident only where values are written. */
    batch->block = aligned_alloc(4096, (source->batch_size + 4095) / 4096 * 4096);
    if (!batch->block) die("memory", "a batch could not be had");
    batch->rows = 0;
}

void bind_columns(Source *source, char *base) {
    for (int i = 0; i < source->column_count; i++) {
        Column *column = &source->columns[i];
        check(SQLBindCol(source->statement, (SQLUSMALLINT)(i + 1), column->c_type, base + column->values,
                         (SQLLEN)column->stride, (SQLLEN *)(base + column->lengths)),
              SQL_HANDLE_STMT, source->statement, "SQLBindCol");
    }
}

size_t fetch(Source *source, Batch *batch) {
    source->fetched = 0;
    SQLRETURN code = SQLFetch(source->statement);
    batch->rows = 0;
    if (code == SQL_NO_DATA) return 0;
    check(code, SQL_HANDLE_STMT, source->statement, "SQLFetch");
    for (int i = 0; i < source->column_count; i++) {
        const Column *column = &source->columns[i];
        SQLLEN *lengths = (SQLLEN *)(batch->block + column->lengths);
        if (column->c_type == SQL_C_TYPE_TIMESTAMP) {
            /* Structs lie side by side: from the last to the first, none is written over before it was read. */
            char *values = batch->block + column->values;
            for (SQLULEN row = source->fetched; row-- > 0;)
                if (lengths[row] != SQL_NULL_DATA)
                    lengths[row] = spell((const SQL_TIMESTAMP_STRUCT *)values + row, values + row * column->stride);
            continue;
        }
        if (column->c_type == SQL_C_TYPE_DATE) {
            char *values = batch->block + column->values;
            for (SQLULEN row = source->fetched; row-- > 0;)
                if (lengths[row] != SQL_NULL_DATA)
                    lengths[row] = spell_date((const SQL_DATE_STRUCT *)values + row, values + row * column->stride);
            continue;
        }
        if (column->c_type != SQL_C_CHAR) continue;
        SQLLEN longest = 0;
        for (SQLULEN row = 0; row < source->fetched; row++)
            if (lengths[row] > longest) longest = lengths[row];
        if (longest >= (SQLLEN)column->stride - 1) die(column->name, "a value does not fit its slot");
    }
    return batch->rows = source->fetched;
}

void close_source(Source *source) {
    SQLFreeHandle(SQL_HANDLE_STMT, source->statement);
    SQLDisconnect(source->connection);
    SQLFreeHandle(SQL_HANDLE_DBC, source->connection);
    SQLFreeHandle(SQL_HANDLE_ENV, source->environment);
}
