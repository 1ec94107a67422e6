#!/bin/bash
# demo.sh: the mock SuiteAnalytics Connect server, and kleene-ns extracting config.example.json from it into demo/netsuite.db, then
# once more as config.oauth2.example.json has it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

. Scripts/demo-mock.sh
rm -rf demo
mkdir demo
cp config.example.json demo/kleene-ns.json
cp config.oauth2.example.json demo/oauth2.json

start_mock
printf 'A mock SuiteAnalytics Connect server listens on %s.\n' "$address"

flags=(--mock "$address" --state-dir demo/state)
show kleene-ns extract --config demo/kleene-ns.json "${flags[@]}"
show kleene-ns extract --config demo/oauth2.json "${flags[@]}" customers
show kleene-ns runs list --config demo/kleene-ns.json
show sqlite3 -box demo/netsuite.db 'SELECT id, tranid, type, trandate, foreigntotal, lastmodifieddate FROM netsuite_transaction ORDER BY id LIMIT 5'
printf '\nThe rows are in %s (%s bytes). The mock server is stopped.\n' "$PWD/demo/netsuite.db" "$(stat -c %s demo/netsuite.db)"
