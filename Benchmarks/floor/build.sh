#!/bin/bash
# build.sh DIRECTORY: builds floor-fetch and floor-load there.
set -euo pipefail
sources=$(dirname "${BASH_SOURCE[0]}")
for program in fetch load; do
    gcc -O2 -std=gnu11 -Wall -Wextra -Werror -o "$1/floor-$program" "$sources/$program.c" "$sources/source.c" -lodbc -lsqlite3 -lpthread
done
