#!/bin/sh
# Builds the recording, lying ODBC driver.   usage: build.sh OUTPUT_SO [extra compiler flags]
# -Bsymbolic: the driver's own SQL* calls must not bind to the driver manager's functions of the same names.
set -eu
[ $# -ge 1 ] || { echo "usage: build.sh OUTPUT_SO [extra compiler flags]" >&2; exit 2; }
output=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
exec "${CC:-cc}" -shared -fPIC -O1 -g -std=gnu11 -Wall -Wextra -Werror "$@" \
    -o "$output" "$here"/*.c -Wl,-Bsymbolic -lpthread -ldl
