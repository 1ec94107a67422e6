#!/bin/bash
# Extracts kleene-ns.json from a mock server that has the tables of catalog.json. Ends with kleene-ns's exit code.
set -euo pipefail

coproc MOCK { exec kleene-ns-mock serve --port 0 --account 7654321 --role 1042 --catalog catalog.json --scale 100; }
trap 'kill "$MOCK_PID" && wait "$MOCK_PID" || true' EXIT
read -r -t 60 ready <&"${MOCK[0]}" || { echo "The mock server did not get ready." >&2; exit 1; }
[[ $ready =~ \"port\":([0-9]+) ]]

kleene-ns extract --config kleene-ns.json --mock "127.0.0.1:${BASH_REMATCH[1]}" --destination smoke-test.db --state-dir smoke-test.state
