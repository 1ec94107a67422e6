#!/bin/bash
# demo-postgres.sh: the extracts of config.example.json from the mock server into a throw-away PostgreSQL server, twice, and what is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

. Scripts/demo-mock.sh
if [ -z "${KLEENE_PG_PORT:-}" ]; then exec Scripts/with-postgres.sh "${BASH_SOURCE[0]}" "$@"; fi

scratch=$(mktemp -d)
export PGHOST=$KLEENE_PG_HOST PGPORT=$KLEENE_PG_PORT PGUSER=$KLEENE_PG_USER PGPASSWORD=$KLEENE_PG_PASSWORD PGDATABASE=$KLEENE_PG_DATABASE

show psql -q -c 'CREATE SCHEMA netsuite'
# The example with another destination, and nothing else.
/usr/bin/python3 - config.example.json "$scratch/kleene-ns.json" <<'PYTHON'
import json, os, sys
configuration = json.load(open(sys.argv[1]))
configuration["destination"] = {
    "type": "postgresql", "host": os.environ["PGHOST"], "port": int(os.environ["PGPORT"]), "database": os.environ["PGDATABASE"],
    "user": os.environ["PGUSER"], "password": {"env": "KLEENE_PG_PASSWORD"}, "schema": "netsuite"}
json.dump(configuration, open(sys.argv[2], "w"), indent=2)
print("\n\"destination\": " + json.dumps(configuration["destination"], indent=2))
PYTHON

start_mock
flags=(--config "$scratch/kleene-ns.json" --mock "$address" --state-dir "$scratch/state")
show kleene-ns extract "${flags[@]}"
show kleene-ns extract "${flags[@]}"
show kleene-ns runs list --config "$scratch/kleene-ns.json"
show psql -c '\d netsuite.netsuite_transaction' \
    -c 'SELECT type, count(*), sum(foreigntotal), max(trandate) FROM netsuite.netsuite_transaction GROUP BY type ORDER BY 2 DESC LIMIT 5'
printf '\nThe mock server and PostgreSQL are stopped and removed.\n'
