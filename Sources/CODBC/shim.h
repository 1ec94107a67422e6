#ifndef KLEENE_CODBC_SHIM_H
#define KLEENE_CODBC_SHIM_H

#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>
#include <odbcinst.h>

// The importer cannot see these macros: they are sums with a suffix cast ("structure not supported").
static const SQLSMALLINT KNS_SQL_C_SLONG = SQL_C_SLONG;
static const SQLSMALLINT KNS_SQL_C_ULONG = SQL_C_ULONG;
static const SQLSMALLINT KNS_SQL_C_SBIGINT = SQL_C_SBIGINT;

#endif
