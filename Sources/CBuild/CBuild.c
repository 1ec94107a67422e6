#include "CBuild.h"

#include <sql.h>
#include <sqlext.h>
#include <sqlite3.h>
#include <stdio.h>

#define TEXT_OF(words) #words
#define TEXT(words) TEXT_OF(words)

const char *kns_commit(void) {
#ifdef KNS_COMMIT
    return TEXT(KNS_COMMIT);
#else
    return "";
#endif
}

void kns_driver_manager_version(char *text, unsigned long size) {
    SQLHENV environment = SQL_NULL_HENV;
    SQLHDBC connection = SQL_NULL_HDBC;
    if (size > 0) *text = 0;
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment))) return;
    if (SQL_SUCCEEDED(SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0)) &&
        SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection))) {
        char all[64] = "";
        SQLSMALLINT length = 0;
        int major, minor;
        // The version of ODBC, then its own: 03.52.0002.0003.
        if (SQL_SUCCEEDED(SQLGetInfo(connection, SQL_DM_VER, all, sizeof all, &length)) &&
            sscanf(all, "%*d.%*d.%d.%d", &major, &minor) == 2)
            snprintf(text, size, "%d.%d", major, minor);
        SQLFreeHandle(SQL_HANDLE_DBC, connection);
    }
    SQLFreeHandle(SQL_HANDLE_ENV, environment);
}

const char *kns_sqlite_version(void) { return sqlite3_libversion(); }
