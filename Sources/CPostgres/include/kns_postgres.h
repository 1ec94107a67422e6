#ifndef KNS_POSTGRES_H
#define KNS_POSTGRES_H

// The part of libpq that kleene-ns uses, opened at run time: who loads into no PostgreSQL needs none.
//
// Declared here and not taken from libpq-fe.h, so that building needs no libpq either. All of it has been in libpq since 9.3
// (PostgreSQL's manual, chapter "libpq - C Library").

typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;

enum { KNS_CONNECTION_OK = 0 };

typedef enum {
    KNS_PGRES_COMMAND_OK = 1,
    KNS_PGRES_TUPLES_OK = 2,
    KNS_PGRES_COPY_IN = 4,
} kns_status;

// Fields of an error: 'C' SQLSTATE, 'M' primary message, 'D' detail, 'H' hint, 'W' context.
typedef struct {
    PGconn *(*connectdb_params)(const char *const *keywords, const char *const *values, int expand_dbname);
    int (*status)(const PGconn *);
    char *(*error_message)(const PGconn *);
    void (*finish)(PGconn *);
    int (*server_version)(const PGconn *);
    const char *(*parameter_status)(const PGconn *, const char *name);
    int (*backend_pid)(const PGconn *);
    void *(*set_notice_processor)(PGconn *, void (*)(void *, const char *), void *);
    PGresult *(*exec_params)(PGconn *, const char *command, int count, const unsigned *types, const char *const *values,
                             const int *lengths, const int *formats, int result_format);
    PGresult *(*exec)(PGconn *, const char *commands);
    int (*result_status)(const PGresult *);
    char *(*result_error_field)(const PGresult *, int field);
    char *(*result_error_message)(const PGresult *);
    int (*ntuples)(const PGresult *);
    int (*nfields)(const PGresult *);
    char *(*getvalue)(const PGresult *, int row, int column);
    int (*getisnull)(const PGresult *, int row, int column);
    int (*getlength)(const PGresult *, int row, int column);
    char *(*cmd_tuples)(PGresult *);
    void (*clear)(PGresult *);
    int (*put_copy_data)(PGconn *, const char *data, int count);
    int (*put_copy_end)(PGconn *, const char *failure);
    PGresult *(*get_result)(PGconn *);
    int (*lib_version)(void);
} kns_postgres;

// The functions, opened once; NULL where there is no such library, or one lacks a function. `reason` then points to a text that
// stays.
const kns_postgres *kns_postgres_open(const char *library, const char **reason);

// Throws away what libpq would print to stderr: notices of the server.
void kns_postgres_quiet(const kns_postgres *api, PGconn *connection);

#endif
