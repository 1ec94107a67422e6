#!/bin/bash
# all.sh [ROUNDS]: whole runs, incremental ones, and several connections. Run by `make bench`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
rounds=${1:-5}
/usr/bin/python3 run.py --rounds "$rounds" --rival-rounds "$(((rounds + 1) / 2))"
/usr/bin/python3 incremental.py 2000000 "$rounds" | tee ../.build/bench/incremental.md
/usr/bin/python3 parallel.py "$rounds" | tee ../.build/bench/parallel.md
