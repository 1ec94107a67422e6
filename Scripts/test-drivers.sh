#!/bin/bash
# test-drivers.sh [ARGUMENT…]: the conformance suite over the three databases; arguments go to Tests/Conformance/run.py.
# The comparer proves itself first: a suite that cannot fail says nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
export KLEENE_NS=${KLEENE_NS:-$PWD/.build/release/kleene-ns}

exec Scripts/with-postgres.sh Scripts/with-mariadb.sh /bin/bash -c '
    set -euo pipefail
    file=$(mktemp /tmp/kleene-source.XXXXXX.db)
    trap "rm -f \"$file\"" EXIT
    export KLEENE_SQLITE_SOURCE=$file
    /usr/bin/python3 Tests/Conformance/selftest.py
    # The selftest has seeded the databases.
    /usr/bin/python3 Tests/Conformance/run.py --no-seed "$@"
    /usr/bin/python3 Tests/Conformance/run.py --no-seed --destination postgresql "$@"
    /usr/bin/python3 Tests/Conformance/settings.py
    /usr/bin/python3 Tests/Conformance/clocks.py
    /usr/bin/python3 Tests/Conformance/memory.py
' test-drivers "$@"
