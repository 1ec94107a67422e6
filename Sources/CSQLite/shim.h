#ifndef KLEENE_CSQLITE_SHIM_H
#define KLEENE_CSQLITE_SHIM_H

#include <sqlite3.h>

// SQLITE_TRANSIENT is a cast of -1 to a function pointer, which the importer drops; SQLITE_STATIC is its twin.
static const sqlite3_destructor_type KNS_SQLITE_STATIC = SQLITE_STATIC;

static inline sqlite3_destructor_type kns_sqlite_transient(void) { return SQLITE_TRANSIENT; }

// sqlite3_db_config is variadic, which Swift cannot call.
static inline int kns_sqlite_db_config_flag(sqlite3 *db, int option, int value) {
    int now = 0;
    return sqlite3_db_config(db, option, value, &now);
}

#endif
