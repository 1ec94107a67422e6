#!/bin/bash
# with-postgres.sh COMMAND…: runs COMMAND while a throw-away PostgreSQL serves on loopback, then stops and removes it.
#
# COMMAND finds KLEENE_PG_HOST, KLEENE_PG_PORT, KLEENE_PG_USER, KLEENE_PG_PASSWORD and KLEENE_PG_DATABASE in its environment,
# and its exit code is ours. Nothing outside a temporary directory is touched, no existing cluster is used. ODBCSYSINI is the
# machine's odbcinst.ini without psqlodbc's log, of which every process would leave one in /tmp.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/throwaway.sh"

[ $# -gt 0 ] || { complain "give the command to run, as in: with-postgres.sh psql -l"; exit 2; }

# Debian keeps the server's programs out of PATH, one directory a version; the newest serves.
binaries=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -x "$binaries/initdb" ] || binaries=$(dirname "$(command -v initdb || echo /nowhere/initdb)")
[ -x "$binaries/initdb" ] || { complain "no PostgreSQL server is installed; run 'make test-deps' first."; exit 1; }

# SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
make_directory pg postgres INT

export KLEENE_PG_HOST=127.0.0.1 KLEENE_PG_USER=kleene KLEENE_PG_PASSWORD=$THROWAWAY_PASSWORD KLEENE_PG_DATABASE=kleene
log=$THROWAWAY_DIR/log

unprivileged /bin/sh -c 'umask 077; cat >password' <<<"$KLEENE_PG_PASSWORD"
if ! unprivileged "$binaries/initdb" -D "$THROWAWAY_DIR/data" -U "$KLEENE_PG_USER" --pwfile="$THROWAWAY_DIR/password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$log" 2>&1; then
    complain "initdb failed:"
    cat "$log" >&2
    exit 1
fi
rm -f "$THROWAWAY_DIR/password"

# No durability: the cluster does not outlive this script. UTC, so that a timestamptz reads the same everywhere.
cat >>"$THROWAWAY_DIR/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$THROWAWAY_DIR'
external_pid_file = '$THROWAWAY_PIDFILE'
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = 2GB
timezone = 'UTC'
log_min_messages = fatal
CONF

for attempt in 1 2 3 4 5; do
    KLEENE_PG_PORT=$(free_port)
    if unprivileged "$binaries/pg_ctl" -D "$THROWAWAY_DIR/data" -l "$THROWAWAY_DIR/server.log" -w -s -o "-p $KLEENE_PG_PORT" start \
        >/dev/null 2>&1; then
        break
    fi
    [ "$attempt" -lt 5 ] || { complain "PostgreSQL did not start:"; tail -n 20 "$THROWAWAY_DIR/server.log" >&2; exit 1; }
done
export KLEENE_PG_PORT

drivers=$(odbcinst -j 2>/dev/null | sed -n 's/^DRIVERS\.*: //p')
if [ -f "$drivers" ]; then
    mkdir "$THROWAWAY_DIR/odbc"
    sed 's/^CommLog *=.*/CommLog=0/' "$drivers" >"$THROWAWAY_DIR/odbc/odbcinst.ini"
    export ODBCSYSINI=$THROWAWAY_DIR/odbc
fi

PGPASSWORD=$KLEENE_PG_PASSWORD "$binaries/createdb" -h "$KLEENE_PG_HOST" -p "$KLEENE_PG_PORT" -U "$KLEENE_PG_USER" \
    "$KLEENE_PG_DATABASE" 9>&-

run_command "$@"
