#!/bin/bash
# demo-postgres.sh: the extracts of config.example.json from the mock server into a throw-away PostgreSQL server, twice, and what is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build=${KLEENE_BUILD:-.build/release}
for program in kleene-ns kleene-ns-mock; do
    [ -x "$build/$program" ] || { echo "demo-postgres.sh: $build/$program is not built; run 'make release' first." >&2; exit 1; }
done
if [ -z "${KLEENE_PG_PORT:-}" ]; then exec Scripts/with-postgres.sh "${BASH_SOURCE[0]}" "$@"; fi

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
export PGHOST=$KLEENE_PG_HOST PGPORT=$KLEENE_PG_PORT PGUSER=$KLEENE_PG_USER PGPASSWORD=$KLEENE_PG_PASSWORD PGDATABASE=$KLEENE_PG_DATABASE

# Prints the command, then runs it.
show() {
    printf '\n$ %s\n' "$*"
    "$@"
}

show psql -q -c 'CREATE SCHEMA netsuite'
# The example with another destination, and nothing else.
/usr/bin/python3 - config.example.json "$directory/kleene-ns.json" <<'PYTHON'
import json, os, sys
configuration = json.load(open(sys.argv[1]))
configuration["destination"] = {
    "type": "postgresql", "host": os.environ["PGHOST"], "port": int(os.environ["PGPORT"]), "database": os.environ["PGDATABASE"],
    "user": os.environ["PGUSER"], "password": {"env": "KLEENE_PG_PASSWORD"}, "schema": "netsuite"}
json.dump(configuration, open(sys.argv[2], "w"), indent=2)
print("\n\"destination\": " + json.dumps(configuration["destination"], indent=2))
PYTHON

# Ready when it has printed its line; ends with this script, however that ends.
coproc MOCK { exec "$build/kleene-ns-mock" serve --port 0 --scale 20000; }
mock=$MOCK_PID
trap 'kill "$mock" 2>/dev/null; wait "$mock" 2>/dev/null || true; rm -rf "$directory"' EXIT
if ! read -r -t 60 ready <&"${MOCK[0]}"; then
    echo "demo-postgres.sh: the mock server did not get ready within a minute." >&2
    exit 1
fi
address=$(/usr/bin/python3 -c 'import json, sys; line = json.loads(sys.argv[1]); print(line["host"] + ":" + str(line["port"]))' "$ready")

PATH=$build:$PATH
flags=(--config "$directory/kleene-ns.json" --mock "$address" --state-dir "$directory/state")
show kleene-ns extract "${flags[@]}"
show kleene-ns extract "${flags[@]}"
show kleene-ns runs list --config "$directory/kleene-ns.json"
show psql -c '\d netsuite.netsuite_transaction' \
    -c 'SELECT type, count(*), sum(foreigntotal), max(trandate) FROM netsuite.netsuite_transaction GROUP BY type ORDER BY 2 DESC LIMIT 5'
printf '\nThe mock server and PostgreSQL are stopped and removed.\n'
