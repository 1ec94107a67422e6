#!/bin/bash
# with-mariadb.sh COMMAND…: runs COMMAND while a throw-away MariaDB serves on loopback, then stops and removes it.
#
# COMMAND finds KLEENE_MARIADB_HOST, KLEENE_MARIADB_PORT, KLEENE_MARIADB_USER, KLEENE_MARIADB_PASSWORD and
# KLEENE_MARIADB_DATABASE in its environment, and its exit code is ours. Nothing outside a temporary directory is touched.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/throwaway.sh"

[ $# -gt 0 ] || { complain "give the command to run, as in: with-mariadb.sh mariadb -e 'select 1'"; exit 2; }

PATH=$PATH:/usr/sbin
for program in mariadbd mariadb-install-db; do
    command -v "$program" >/dev/null || { complain "$program is not installed; run 'make test-deps' first."; exit 1; }
done

make_directory my mysql TERM

export KLEENE_MARIADB_HOST=127.0.0.1 KLEENE_MARIADB_USER=kleene KLEENE_MARIADB_PASSWORD=$THROWAWAY_PASSWORD
export KLEENE_MARIADB_DATABASE=kleene
log=$THROWAWAY_DIR/log

# --no-defaults everywhere: the machine's own configuration must not reach this server.
if ! unprivileged mariadb-install-db --no-defaults --datadir="$THROWAWAY_DIR/data" --skip-test-db --force \
    --auth-root-authentication-method=normal >"$log" 2>&1; then
    complain "mariadb-install-db failed:"
    cat "$log" >&2
    exit 1
fi

# The password goes in as its hash, so that no character set stands between it and the server.
hash=$(printf '%s' "$KLEENE_MARIADB_PASSWORD" | /usr/bin/python3 -c '
import hashlib, sys
print("*" + hashlib.sha1(hashlib.sha1(sys.stdin.buffer.read()).digest()).hexdigest().upper())')
unprivileged /bin/sh -c 'umask 077; cat >init.sql' <<SQL
CREATE DATABASE IF NOT EXISTS kleene CHARACTER SET utf8mb4;
CREATE USER IF NOT EXISTS kleene@'127.0.0.1' IDENTIFIED BY PASSWORD '$hash';
GRANT ALL ON *.* TO kleene@'127.0.0.1' WITH GRANT OPTION;
DELETE FROM mysql.global_priv WHERE User NOT IN ('kleene', 'mariadb.sys');
FLUSH PRIVILEGES;
SQL

# Only TCP shows that we are in: root is gone, and the Unix socket has no user.
answers() {
    MYSQL_PWD=$KLEENE_MARIADB_PASSWORD mariadb --no-defaults --protocol=tcp -h "$KLEENE_MARIADB_HOST" \
        -P "$KLEENE_MARIADB_PORT" -u "$KLEENE_MARIADB_USER" -N -e 'select @@pid_file' "$KLEENE_MARIADB_DATABASE" 2>&1 9>&-
}

start() {
    KLEENE_MARIADB_PORT=$(free_port)
    rm -f "$THROWAWAY_PIDFILE"
    (unprivileged setsid mariadbd --no-defaults --datadir="$THROWAWAY_DIR/data" --socket="$THROWAWAY_DIR/socket" \
        --pid-file="$THROWAWAY_PIDFILE" --bind-address=127.0.0.1 --port="$KLEENE_MARIADB_PORT" --skip-networking=0 \
        --skip-name-resolve --character-set-server=utf8mb4 --collation-server=utf8mb4_bin --init-file="$THROWAWAY_DIR/init.sql" \
        --innodb-flush-log-at-trx-commit=0 --skip-innodb-doublewrite --innodb-buffer-pool-size=256M --innodb-log-file-size=256M \
        --max-allowed-packet=64M --local-infile=1 --default-time-zone=+00:00 --tmpdir="$THROWAWAY_DIR" \
        >>"$log" 2>&1 </dev/null) 9>&- &
    local server=$!
    for _ in $(seq 300); do
        # Its own pid file, so that a stranger who took the port cannot answer for it.
        [ "$(answers)" = "$THROWAWAY_PIDFILE" ] && return 0
        kill -0 "$server" 2>/dev/null || return 1
        sleep 0.1
    done
    return 1
}

for attempt in 1 2 3 4 5; do
    start && break
    [ "$attempt" -lt 5 ] || { complain "MariaDB did not start:"; tail -n 20 "$log" >&2; exit 1; }
done
export KLEENE_MARIADB_PORT

run_command "$@"
