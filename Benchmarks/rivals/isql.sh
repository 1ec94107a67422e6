#!/bin/bash
# isql.sh TABLE DESTINATION: unixODBC's isql in batch mode, piped into sqlite3's .import.
# The table is declared first (BENCH_DDL), so that .import's text becomes numbers by affinity. isql has no way to quote a value.
set -euo pipefail
export ODBCINI=$2.odbc.ini
trap 'rm -f "$ODBCINI"' EXIT
tr ';' '\n' <<<"[bench];${BENCH_CONNECTION}" >"$ODBCINI"
sqlite3 "$2" "$BENCH_DDL"
echo "SELECT * FROM \"public\".\"$1\"" | isql bench bench bench -b -d'|' -m4000 | sqlite3 -cmd '.mode list' -cmd '.separator |' "$2" ".import /dev/stdin $1" 2>"$2.rejected" || true
wc -l <"$2.rejected" | sed 's/^/lines of complaint: /'
rm -f "$2.rejected"
