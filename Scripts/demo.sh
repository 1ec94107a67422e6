#!/bin/bash
# demo.sh: the mock SuiteAnalytics Connect server, and kleene-ns extracting config.example.json from it into demo/netsuite.db, then
# once more as config.oauth2.example.json has it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build=${KLEENE_BUILD:-.build/release}
for program in kleene-ns kleene-ns-mock; do
    [ -x "$build/$program" ] || { echo "demo.sh: $build/$program is not built; run 'make release' first." >&2; exit 1; }
done
rm -rf demo
mkdir demo
cp config.example.json demo/kleene-ns.json
cp config.oauth2.example.json demo/oauth2.json

# Prints the command, then runs it.
show() {
    printf '\n$ %s\n' "$*"
    "$@"
}

# Ready when it has printed its line; ends with this script, however that ends.
coproc MOCK { exec "$build/kleene-ns-mock" serve --port 0 --scale 20000; }
mock=$MOCK_PID
trap 'kill "$mock" 2>/dev/null; wait "$mock" 2>/dev/null || true' EXIT
if ! read -r -t 60 ready <&"${MOCK[0]}"; then
    echo "demo.sh: the mock server did not get ready within a minute." >&2
    exit 1
fi
address=$(/usr/bin/python3 -c 'import json, sys; line = json.loads(sys.argv[1]); print(line["host"] + ":" + str(line["port"]))' "$ready")
printf 'A mock SuiteAnalytics Connect server listens on %s.\n' "$address"

PATH=$build:$PATH
flags=(--mock "$address" --state-dir demo/state)
show kleene-ns extract --config demo/kleene-ns.json "${flags[@]}"
show kleene-ns extract --config demo/oauth2.json "${flags[@]}" customers
show kleene-ns runs list --config demo/kleene-ns.json
show sqlite3 -box demo/netsuite.db 'SELECT id, tranid, type, trandate, foreigntotal, lastmodifieddate FROM netsuite_transaction ORDER BY id LIMIT 5'
printf '\nThe rows are in %s (%s bytes). The mock server is stopped.\n' "$PWD/demo/netsuite.db" "$(stat -c %s demo/netsuite.db)"
