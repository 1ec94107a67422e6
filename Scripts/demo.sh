#!/bin/bash
# demo.sh: a throw-away PostgreSQL, tables that pgbench makes, and kleene-ns extracting them into demo.db through psqlodbc.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ "${1:-}" != inside ]; then
    Scripts/with-postgres.sh Scripts/demo.sh inside
    printf '\nThe rows are in %s (%s bytes). PostgreSQL is stopped and removed.\n' "$PWD/demo.db" "$(stat -c %s demo.db)"
    exit
fi

program=${KLEENE_NS:-.build/release/kleene-ns}
destination=$PWD/demo.db
[ -x "$program" ] || { echo "demo.sh: $program is not built; run 'make release' first." >&2; exit 1; }
directory=$(mktemp -d /tmp/kleene-demo.XXXXXX)
trap 'rm -rf "$directory"' EXIT

# Prints the command, then runs it.
show() {
    printf '\n$' >&2
    printf ' %q' "$@" >&2
    printf '\n' >&2
    "$@"
}

pgbench=$(command -v pgbench || ls /usr/lib/postgresql/*/bin/pgbench | sort -V | tail -n 1)
export PGHOST=$KLEENE_PG_HOST PGPORT=$KLEENE_PG_PORT PGUSER=$KLEENE_PG_USER PGPASSWORD=$KLEENE_PG_PASSWORD PGDATABASE=$KLEENE_PG_DATABASE
show "$pgbench" -i -s 1 -q

# The password is named, not written: kleene-ns reads it from the environment.
cat >"$directory/kleene-ns.json" <<JSON
{
  "source": {
    "profile": "odbc",
    "driver": "PostgreSQL Unicode",
    "attributes": {"Server": "$KLEENE_PG_HOST", "Port": "$KLEENE_PG_PORT", "Database": "$KLEENE_PG_DATABASE"},
    "user": "$KLEENE_PG_USER",
    "password": {"env": "KLEENE_PG_PASSWORD"}
  },
  "destination": {"type": "sqlite", "path": "$destination"},
  "extracts": [
    {"name": "accounts", "schema": "public", "table": "pgbench_accounts", "destination_table": "pgbench_accounts"},
    {"name": "branches", "schema": "public", "table": "pgbench_branches", "destination_table": "pgbench_branches"},
    {"name": "tellers", "schema": "public", "table": "pgbench_tellers", "destination_table": "pgbench_tellers"}
  ]
}
JSON

rm -rf "$destination" "$destination-wal" "$destination-shm" "$destination.kleene"
show cat "$directory/kleene-ns.json"
show "$program" extract --config "$directory/kleene-ns.json"
show "$program" runs list --config "$directory/kleene-ns.json"
show sqlite3 -box "$destination" \
    "SELECT 'pgbench_accounts' AS arrived, count(*) AS rows FROM pgbench_accounts
     UNION ALL SELECT 'pgbench_branches', count(*) FROM pgbench_branches
     UNION ALL SELECT 'pgbench_tellers', count(*) FROM pgbench_tellers" \
    "SELECT * FROM pgbench_tellers ORDER BY tid LIMIT 5"
