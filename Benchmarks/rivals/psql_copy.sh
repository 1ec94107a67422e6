#!/bin/bash
# psql_copy.sh TABLE DESTINATION: psql's COPY … CSV piped into sqlite3's .import. Not ODBC: what the server can give.
set -euo pipefail
sqlite3 "$2" "$BENCH_DDL"
psql -XqAt -c "COPY \"public\".\"$1\" TO STDOUT (FORMAT csv)" | sqlite3 -csv "$2" ".import /dev/stdin $1"
