#ifndef KLEENE_CODBC_SHIM_H
#define KLEENE_CODBC_SHIM_H

#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>
#include <odbcinst.h>

// The importer cannot see this macro: it is a sum with a suffix cast ("structure not supported").
static const SQLSMALLINT KNS_SQL_C_SBIGINT = SQL_C_SBIGINT;

#endif
