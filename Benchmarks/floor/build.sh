#!/bin/bash
# build.sh DIRECTORY: builds floor-fetch, floor-load and floor-copy there.
set -euo pipefail
sources=$(dirname "${BASH_SOURCE[0]}")
for program in fetch load; do
    gcc -O2 -std=gnu11 -Wall -Wextra -Werror -o "$1/floor-$program" "$sources/$program.c" "$sources/source.c" -lodbc -lsqlite3 -lpthread
done
postgres=$sources/../../Sources/CPostgres
gcc -O2 -std=gnu11 -Wall -Wextra -Werror -o "$1/floor-copy" "$sources/copy.c" "$postgres/postgres.c" -I"$postgres/include" -lsqlite3 -lpthread -ldl
