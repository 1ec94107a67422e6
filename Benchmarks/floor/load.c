/* floor-load: the least that a program must do to bring a table from ODBC into a SQLite file the way kleene-ns does.
 *
 * One thread fetches into one of N batches while another binds another batch's values in place and steps an INSERT. Rows go to a
 * staging file and then, by INSERT … SELECT in one transaction, into a destination in WAL mode, which is checkpointed. With --first
 * the destination is not there yet: rows go straight into a file without journal, which gets its name when it is on the disk; with
 * --unique it gets the index of upserts to come.
 * Journal, sync, page sizes and caches are those of Sources/SQLiteDestination (StagingFile, SQLiteFile, FirstLoad).
 *
 * It leaves out what costs kleene-ns time and is no part of moving rows: a second process, UTF-8 checks, poisoned indicators, run
 * records, progress, counting the rows again. It stops where a value does not fit its slot. */
#include "floor.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_BATCHES 64

/* The bounded way from the fetching thread to the inserting one: batches go round in order. */
static struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    /* Batches that were ever filled, and written. */
    size_t filled, written;
    int finished;
} ring = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, 0};

static Options options;
static Source source;
static Batch batches[MOST_BATCHES];
static double inserting, fetching;

static void run(sqlite3 *database, const char *sql) {
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK) die(sql, sqlite3_errmsg(database));
}

static sqlite3 *open_file(const char *path) {
    sqlite3 *database;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path, &database, flags, NULL) != SQLITE_OK) die(path, sqlite3_errmsg(database));
    sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    return database;
}

static sqlite3 *open_destination(void) {
    sqlite3 *database = open_file(options.destination);
    run(database, "PRAGMA main.page_size = 8192");
    run(database, "PRAGMA main.journal_mode = WAL");
    run(database, "PRAGMA main.synchronous = FULL");
    run(database, "PRAGMA secure_delete = OFF");
    run(database, "PRAGMA foreign_keys = OFF");
    run(database, "PRAGMA main.cache_size = -8192");
    run(database, "PRAGMA wal_autocheckpoint = 0");
    return database;
}

static sqlite3 *open_staging(const char *path) {
    sqlite3 *database = open_file(path);
    run(database, "PRAGMA page_size = 16384");
    run(database, "PRAGMA journal_mode = OFF");
    run(database, "PRAGMA synchronous = OFF");
    run(database, "PRAGMA locking_mode = EXCLUSIVE");
    run(database, "PRAGMA cache_size = -4096");
    return database;
}

/* A file without journal, which nobody reads before it has the destination's name. */
static sqlite3 *open_new(const char *path) {
    sqlite3 *database = open_file(path);
    run(database, "PRAGMA page_size = 8192");
    run(database, "PRAGMA journal_mode = OFF");
    run(database, "PRAGMA synchronous = OFF");
    run(database, "PRAGMA locking_mode = EXCLUSIVE");
    run(database, "PRAGMA cache_size = -4096");
    return database;
}

static void synchronize(const char *path) {
    int file = open(path, O_RDONLY);
    if (file < 0 || fsync(file)) die(path, "it could not be synchronized");
    close(file);
}

/* Gives a whole file the destination's name, in WAL mode and on the disk. */
static void give_name(sqlite3 *database, const char *path) {
    char directory[4200], *end;
    run(database, "PRAGMA main.journal_mode = WAL");
    sqlite3_close(database);
    snprintf(directory, sizeof directory, "%s-wal", path);
    unlink(directory);
    synchronize(path);
    if (rename(path, options.destination)) die(options.destination, "it could not get its name");
    snprintf(directory, sizeof directory, "%s", options.destination);
    if ((end = strrchr(directory, '/'))) *end = 0;
    synchronize(end ? directory : ".");
}

static void create_table(sqlite3 *database, const char *table, const char *condition) {
    static const char *const names[] = {"INTEGER", "REAL", "TEXT"};
    size_t size = (size_t)(source.column_count + 4) * 300, used = 0;
    char *sql = malloc(size);
    used += (size_t)snprintf(sql + used, size - used, "CREATE TABLE %s %s (", condition, table);
    for (int i = 0; i < source.column_count; i++)
        used += (size_t)snprintf(sql + used, size - used, "%s\"%s\" %s", i ? ", " : "", source.columns[i].name,
                                 names[source.columns[i].storage]);
    if (options.metadata)
        used += (size_t)snprintf(sql + used, size - used, ", \"_kleene_run_id\" TEXT, \"_kleene_extracted_at\" TEXT");
    snprintf(sql + used, size - used, ")");
    run(database, sql);
    free(sql);
}

static sqlite3_stmt *prepare_insert(sqlite3 *database, const char *table) {
    int count = source.column_count + (options.metadata ? 2 : 0);
    char *sql = malloc((size_t)count * 2 + 300);
    int used = sprintf(sql, "INSERT INTO %s VALUES (?", table);
    for (int i = 1; i < count; i++) used += sprintf(sql + used, ",?");
    strcpy(sql + used, ")");
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK) die(sql, sqlite3_errmsg(database));
    free(sql);
    if (options.metadata) {
        sqlite3_bind_text(statement, count - 1, "20261123T112609Z-b1a0bb93", -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, count, "2026-11-23T11:26:09.647Z", -1, SQLITE_STATIC);
    }
    return statement;
}

static void insert(sqlite3_stmt *statement, const Batch *batch) {
    const Column *columns = source.columns;
    int count = source.column_count;
    for (SQLULEN row = 0; row < batch->rows; row++) {
        for (int i = 0; i < count; i++) {
            const Column *column = &columns[i];
            SQLLEN length = ((const SQLLEN *)(batch->block + column->lengths))[row];
            const char *value = batch->block + column->values + row * column->stride;
            if (length == SQL_NULL_DATA) sqlite3_bind_null(statement, i + 1);
            else if (column->c_type == SQL_C_SBIGINT) sqlite3_bind_int64(statement, i + 1, *(const sqlite3_int64 *)value);
            else if (column->c_type == SQL_C_DOUBLE) sqlite3_bind_double(statement, i + 1, *(const double *)value);
            else sqlite3_bind_text(statement, i + 1, value, (int)length, SQLITE_STATIC);
        }
        if (sqlite3_step(statement) != SQLITE_DONE)
            die("INSERT", sqlite3_errmsg(sqlite3_db_handle(statement)));
        sqlite3_reset(statement);
    }
}

static void *write_batches(void *argument) {
    sqlite3_stmt *statement = argument;
    for (;;) {
        pthread_mutex_lock(&ring.mutex);
        while (ring.filled == ring.written && !ring.finished) pthread_cond_wait(&ring.changed, &ring.mutex);
        int is_over = ring.filled == ring.written;
        pthread_mutex_unlock(&ring.mutex);
        if (is_over) return NULL;
        double begin = now();
        insert(statement, &batches[ring.written % options.batches]);
        inserting += now() - begin;
        pthread_mutex_lock(&ring.mutex);
        ring.written++;
        pthread_cond_signal(&ring.changed);
        pthread_mutex_unlock(&ring.mutex);
    }
}

/* Reads all rows on this thread while another inserts them. */
static size_t transfer(sqlite3_stmt *statement) {
    pthread_t writer;
    size_t rows = 0, turn = 0;
    for (size_t i = 0; i < options.batches; i++) make_batch(&source, &batches[i]);
    bind_columns(&source, batches[0].block);
    pthread_create(&writer, NULL, write_batches, statement);
    for (;; turn++) {
        pthread_mutex_lock(&ring.mutex);
        while (ring.filled - ring.written == options.batches) pthread_cond_wait(&ring.changed, &ring.mutex);
        pthread_mutex_unlock(&ring.mutex);
        Batch *batch = &batches[turn % options.batches];
        source.offset = (SQLULEN)batch->block - (SQLULEN)batches[0].block;
        double begin = now();
        size_t count = fetch(&source, batch);
        fetching += now() - begin;
        rows += count;
        pthread_mutex_lock(&ring.mutex);
        if (count) ring.filled++;
        else ring.finished = 1;
        pthread_cond_signal(&ring.changed);
        pthread_mutex_unlock(&ring.mutex);
        if (!count) break;
    }
    pthread_join(writer, NULL);
    return rows;
}

/* What becomes of the rows that are there; the table exists afterwards. */
static void make_room(sqlite3 *database, const char *table) {
    char sql[600];
    if (!strcmp(options.method, "drop_create_load")) {
        snprintf(sql, sizeof sql, "DROP TABLE IF EXISTS %s", table);
        run(database, sql);
    }
    create_table(database, table, "IF NOT EXISTS");
    if (!strcmp(options.method, "truncate_load")) {
        snprintf(sql, sizeof sql, "DELETE FROM %s", table);
        run(database, sql);
    }
}

/* Adds the staged rows, and replaces those that are there and not newer. */
static void upsert(sqlite3 *database, const char *table) {
    sqlite3_str *sql = sqlite3_str_new(database);
    sqlite3_str_appendf(sql, "INSERT INTO %s SELECT * FROM staging.staged_rows WHERE true ON CONFLICT (\"%w\") DO UPDATE SET ",
                        table, options.unique);
    for (int i = 0; i < source.column_count; i++)
        if (strcmp(source.columns[i].name, options.unique))
            sqlite3_str_appendf(sql, "\"%w\" = excluded.\"%w\", ", source.columns[i].name, source.columns[i].name);
    sqlite3_str_appendall(sql, "_kleene_run_id = excluded._kleene_run_id, _kleene_extracted_at = excluded._kleene_extracted_at");
    if (options.newer)
        sqlite3_str_appendf(sql, " WHERE excluded.\"%w\" >= \"%w\".\"%w\"", options.newer, options.table, options.newer);
    char *text = sqlite3_str_finish(sql);
    run(database, text);
    sqlite3_free(text);
}

int main(int argc, char **argv) {
    parse_options(&options, argc, argv);
    if (!options.destination) die("options", "--destination is needed");
    if (options.batches > MOST_BATCHES) die("options", "too many batches");
    if (!options.first && !strcmp(options.method, "upsert") && (!options.unique || !options.metadata)) die("options", "an upsert needs --unique");
    double begin = now();
    open_source(&source, &options);
    double opened = now(), transferred, loaded;
    char table[300], staging[4096], sql[8192];
    snprintf(table, sizeof table, "main.\"%s\"", options.table);
    snprintf(staging, sizeof staging, "%s.staging", options.destination);
    size_t rows;
    sqlite3 *database;
    if (options.first) {
        unlink(staging);
        database = open_new(staging);
        run(database, "BEGIN");
        create_table(database, table, "");
        sqlite3_stmt *statement = prepare_insert(database, table);
        rows = transfer(statement);
        sqlite3_finalize(statement);
        transferred = now();
        if (options.unique) {
            run(database, "PRAGMA cache_size = -8192");
            snprintf(sql, sizeof sql, "CREATE UNIQUE INDEX unique_key ON \"%s\" (\"%s\")", options.table, options.unique);
            run(database, sql);
        }
    } else if (options.direct) {
        database = open_destination();
        run(database, "BEGIN IMMEDIATE");
        make_room(database, table);
        sqlite3_stmt *statement = prepare_insert(database, table);
        rows = transfer(statement);
        sqlite3_finalize(statement);
        transferred = now();
    } else {
        unlink(staging);
        sqlite3 *side = open_staging(staging);
        run(side, "BEGIN");
        create_table(side, "staged_rows", "");
        sqlite3_stmt *statement = prepare_insert(side, "staged_rows");
        rows = transfer(statement);
        sqlite3_finalize(statement);
        run(side, "COMMIT");
        sqlite3_close(side);
        transferred = now();
        database = open_destination();
        snprintf(sql, sizeof sql, "ATTACH 'file:%s?mode=ro&immutable=1' AS staging", staging);
        run(database, sql);
        run(database, "BEGIN IMMEDIATE");
        make_room(database, table);
        snprintf(sql, sizeof sql, "INSERT INTO %s SELECT * FROM staging.staged_rows", table);
        if (!strcmp(options.method, "upsert")) upsert(database, table);
        else run(database, sql);
    }
    run(database, "COMMIT");
    loaded = now();
    if (options.first) {
        give_name(database, staging);
    } else {
        run(database, "PRAGMA main.wal_checkpoint(TRUNCATE)");
        sqlite3_close(database);
    }
    double checkpointed = now();
    if (!options.direct && !options.first) unlink(staging);
    close_source(&source);
    if (options.verbose)
        fprintf(stderr,
                "rows %zu, %zu batches of %zu rows, %zu bytes; opening %.3f s, transfer %.3f s (fetching %.3f s, inserting %.3f s), "
                "load %.3f s, checkpoint %.3f s, closing %.3f s\n",
                rows, options.batches, source.capacity, source.batch_size, opened - begin, transferred - opened, fetching,
                inserting, loaded - transferred, checkpointed - loaded, now() - checkpointed);
    printf("%zu\n", rows);
    return 0;
}
