/* floor-copy STAGED.db TABLE: the rows of a SQLite file into a new table of a PostgreSQL server, by COPY's binary format in one
 * transaction. FLOOR_SERVER is a host, FLOOR_PORT, FLOOR_USER, FLOOR_DATABASE; the password is PGPASSWORD. FLOOR_DDL makes the table.
 *
 * Numbers are whole or doubles, moments are ISO 8601; what the table's types are is asked of the server. */
#include "kns_postgres.h"

#include <arpa/inet.h>
#include <endian.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BIGINT = 20, DOUBLE = 701, DATE = 1082, TIMESTAMP = 1114, TIMESTAMPTZ = 1184, PIECE = 1 << 16 };

static const kns_postgres *pg;
static PGconn *connection;
static char *buffer;
static size_t used, room;

static void stop(const char *what, const char *why) {
    fprintf(stderr, "floor-copy: %s: %s\n", what, why);
    exit(1);
}

static PGresult *run(const char *sql, int wanted) {
    PGresult *result = pg->exec(connection, sql);
    if (pg->result_status(result) != wanted) stop(sql, pg->error_message(connection));
    return result;
}

static void flush(void) {
    if (used && pg->put_copy_data(connection, buffer, (int)used) != 1) stop("COPY", pg->error_message(connection));
    used = 0;
}

static void reserve(size_t more) {
    if (used + more <= room) return;
    room = (used + more) * 2;
    buffer = realloc(buffer, room);
    if (!buffer) stop("memory", "there is none");
}

static void put16(int16_t value) {
    value = (int16_t)htons((uint16_t)value);
    memcpy(buffer + used, &value, 2);
    used += 2;
}

static void put32(int32_t value) {
    value = (int32_t)htonl((uint32_t)value);
    memcpy(buffer + used, &value, 4);
    used += 4;
}

static void put64(uint64_t value) {
    value = htobe64(value);
    memcpy(buffer + used, &value, 8);
    used += 8;
}

static int number(const char *text, int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) value = value * 10 + (text[i] - '0');
    return value;
}

/* Days since 2000-01-01. */
static int64_t days(const char *text) {
    int64_t year = number(text, 4), month = number(text + 5, 2), day = number(text + 8, 2);
    year -= month <= 2;
    int64_t era = year / 400, rest = year - era * 400;
    int64_t ordinal = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + rest * 365 + rest / 4 - rest / 100 + ordinal - 730425;
}

static int64_t microseconds(const char *text, int length) {
    int64_t value = days(text) * 86400000000;
    if (length < 19) return value;
    value += (number(text + 11, 2) * 3600 + number(text + 14, 2) * 60 + number(text + 17, 2)) * 1000000LL;
    int64_t unit = 100000;
    for (int i = 20; i < length && text[i] >= '0' && text[i] <= '9'; i++, unit /= 10) value += (text[i] - '0') * unit;
    return value;
}

static void put_value(sqlite3_stmt *row, int column, int type) {
    if (sqlite3_column_type(row, column) == SQLITE_NULL) {
        put32(-1);
        return;
    }
    switch (type) {
    case BIGINT:
        put32(8);
        put64((uint64_t)sqlite3_column_int64(row, column));
        return;
    case DOUBLE: {
        double value = sqlite3_column_double(row, column);
        uint64_t bits;
        memcpy(&bits, &value, 8);
        put32(8);
        put64(bits);
        return;
    }
    case DATE:
        put32(4);
        put32((int32_t)days((const char *)sqlite3_column_text(row, column)));
        return;
    case TIMESTAMP:
    case TIMESTAMPTZ: {
        const char *text = (const char *)sqlite3_column_text(row, column);
        put32(8);
        put64((uint64_t)microseconds(text, sqlite3_column_bytes(row, column)));
        return;
    }
    default: {
        const unsigned char *text = sqlite3_column_text(row, column);
        int length = sqlite3_column_bytes(row, column);
        reserve((size_t)length + 64);
        put32(length);
        memcpy(buffer + used, text, (size_t)length);
        used += (size_t)length;
    }
    }
}

int main(int argc, char **argv) {
    if (argc != 3) stop("usage", "floor-copy STAGED.db TABLE");
    const char *reason = "";
    pg = kns_postgres_open("libpq.so.5", &reason);
    if (!pg) stop("libpq", reason);
    const char *keywords[] = {"host", "port", "user", "dbname", NULL};
    const char *values[] = {getenv("FLOOR_SERVER"), getenv("FLOOR_PORT"), getenv("FLOOR_USER"), getenv("FLOOR_DATABASE"), NULL};
    connection = pg->connectdb_params(keywords, values, 0);
    if (pg->status(connection) != KNS_CONNECTION_OK) stop("connect", pg->error_message(connection));
    kns_postgres_quiet(pg, connection);

    char sql[512];
    pg->clear(run("BEGIN", KNS_PGRES_COMMAND_OK));
    snprintf(sql, sizeof sql, "DROP TABLE IF EXISTS %s", argv[2]);
    pg->clear(run(sql, KNS_PGRES_COMMAND_OK));
    pg->clear(run(getenv("FLOOR_DDL"), KNS_PGRES_COMMAND_OK));
    snprintf(sql, sizeof sql, "SELECT atttypid::int FROM pg_attribute WHERE attrelid = '%s'::regclass AND attnum > 0 ORDER BY attnum", argv[2]);
    PGresult *columns = run(sql, KNS_PGRES_TUPLES_OK);
    int count = pg->ntuples(columns);
    int *types = malloc(sizeof(int) * (size_t)count);
    for (int i = 0; i < count; i++) types[i] = atoi(pg->getvalue(columns, i, 0));
    pg->clear(columns);

    sqlite3 *database;
    sqlite3_stmt *row;
    snprintf(sql, sizeof sql, "SELECT * FROM \"%s\"", strrchr(argv[2], '.') ? strrchr(argv[2], '.') + 1 : argv[2]);
    if (sqlite3_open_v2(argv[1], &database, SQLITE_OPEN_READONLY, NULL) || sqlite3_prepare_v2(database, sql, -1, &row, NULL))
        stop("staging", sqlite3_errmsg(database));
    if (sqlite3_column_count(row) != count) stop("staging", "it has other columns than the table");

    snprintf(sql, sizeof sql, "COPY %s FROM STDIN (FORMAT binary)", argv[2]);
    pg->clear(run(sql, KNS_PGRES_COPY_IN));
    reserve(PIECE * 2);
    memcpy(buffer, "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
    used = 19;
    int code;
    while ((code = sqlite3_step(row)) == SQLITE_ROW) {
        reserve((size_t)count * 12 + 64);
        put16((int16_t)count);
        for (int i = 0; i < count; i++) put_value(row, i, types[i]), reserve((size_t)(count - i) * 12 + 64);
        if (used > PIECE) flush();
    }
    if (code != SQLITE_DONE) stop("staging", sqlite3_errmsg(database));
    put16(-1);
    flush();
    if (pg->put_copy_end(connection, NULL) != 1) stop("COPY", pg->error_message(connection));
    PGresult *result = pg->get_result(connection);
    if (pg->result_status(result) != KNS_PGRES_COMMAND_OK) stop("COPY", pg->error_message(connection));
    pg->clear(result);
    while ((result = pg->get_result(connection))) pg->clear(result);
    pg->clear(run("COMMIT", KNS_PGRES_COMMAND_OK));
    pg->finish(connection);
    return 0;
}
