#!/bin/bash
# prepare.sh: builds the floor programs and installs the rivals into .build/bench. What does not install is left out, with a log.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
build=../.build/bench
mkdir -p "$build"
floor/build.sh "$build"
[ -x "$build/venv/bin/python" ] || /usr/bin/python3 -m venv "$build/venv"
for package in pyodbc arrow-odbc pandas turbodbc 'psycopg[binary]' adbc-driver-postgresql dlt psycopg2-binary; do
    module=${package//-/_}
    module=${module%%[*}
    module=${module%_binary}
    "$build/venv/bin/python" -c "import $module" 2>/dev/null && continue
    # A build that failed once fails again; remove its log to try it anew.
    [ -e "$build/$module.log" ] && continue
    echo "installing $package"
    if "$build/venv/bin/pip" install --quiet --disable-pip-version-check "$package" >"$build/$module.log" 2>&1; then
        rm -f "$build/$module.log"
    else
        echo "$package does not install here; see $build/$module.log"
    fi
done
