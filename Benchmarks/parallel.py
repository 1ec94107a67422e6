"""Several connections at once: against a source that is slow for each connection, as NetSuite is, and against a fast one.

    Scripts/with-postgres.sh /usr/bin/python3 Benchmarks/parallel.py [ROUNDS]       (default: 3)

Slow: the mock server, which takes its time for each row. Fast: PostgreSQL on this machine. Rows are counted.
"""

import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys

import contestants
import seed
from incremental import timed

WORK = contestants.BUILD / "parallel"
MOCK = contestants.KLEENE_NS + "-mock"
SLOW_ROWS = 40_000
ROW_MICROSECONDS = 200
FAST = "transactionline_1000000"


def configuration(source, extract):
    path = WORK / "kleene-ns.json"
    path.write_text(json.dumps({
        "source": source, "destination": {"type": "sqlite", "path": str(WORK / "out.db")}, "extracts": [extract]}))
    return str(path)


def run(source, extract, flags, rows):
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    result = timed(
        [contestants.KLEENE_NS, "extract", "--quiet", "--config", configuration(source, extract), "--state-dir", str(WORK / "state"), *flags],
        FAST)
    there = sqlite3.connect(WORK / "out.db").execute("SELECT count(*) FROM t").fetchone()[0]
    if there != rows:
        raise SystemExit(f"parallel.py: {there} rows where {rows} were expected")
    return result


def slow(rounds):
    mock = subprocess.Popen([MOCK, "serve", "--port", "0", "--scale", str(SLOW_ROWS)], stdout=subprocess.PIPE, text=True)
    try:
        ready = json.loads(mock.stdout.readline())
        subprocess.run(
            [MOCK, "control", str(ready["control_port"]), f"fault fetch slow always row_microseconds={ROW_MICROSECONDS} matching=memo"], check=True, stdout=subprocess.DEVNULL)
        secret = {"env": "BENCH_PASSWORD"}
        source = {
            "account_id": ready["account"], "role_id": ready["role"], "auth": {
                "method": "tba", "consumer_key": secret, "consumer_secret": secret, "token_id": secret, "token_secret": secret}}
        extract = {
            "name": "t", "table": "transactionLine", "columns": ["uniquekey", "transaction", "memo", "netamount"],
            "unique_columns": ["uniquekey"], "chunk_rows": 2500, "destination_table": "t"}
        flags = ["--mock", f"127.0.0.1:{ready['port']}"]
        return {
            n: [run({**source, "connections": n}, extract, flags, SLOW_ROWS) for _ in range(rounds)] for n in (1, 2, 4, 8)}
    finally:
        mock.terminate()
        mock.wait()


def fast(rounds):
    seed.seed([FAST])
    seed.psql(f"CREATE UNIQUE INDEX IF NOT EXISTS {FAST}_key ON {FAST} (uniquekey); ANALYZE {FAST}")
    rows = int(FAST.rsplit("_", 1)[1])
    source = {
        "profile": "odbc", "driver": "PostgreSQL Unicode", "attributes": {
            "Servername": os.environ["KLEENE_PG_HOST"], "Port": int(os.environ["KLEENE_PG_PORT"]),
            "Database": os.environ["KLEENE_PG_DATABASE"]}, "user": seed.USER, "password": {"env": "BENCH_PASSWORD"}}
    extract = {
        "name": "t", "schema": "public", "table": FAST, "unique_columns": ["uniquekey"], "destination_table": "t"}
    order = [1, 2, 4]
    found = {n: [] for n in order}
    for turn in range(rounds):
        for n in order[turn % 3:] + order[:turn % 3]:
            found[n].append(run({**source, "connections": n}, extract, [], rows))
    return found


def show(title, found):
    print(f"\n| {title} | wall s | spread | times as fast | CPU s | peak MiB |\n|---|---:|---:|---:|---:|---:|")
    one = statistics.median(each["wall"] for each in found[1])
    for n, runs in found.items():
        walls = [each["wall"] for each in runs]
        wall = statistics.median(walls)
        used = statistics.median(each["user"] + each["system"] for each in runs)
        peak = statistics.median(each["peak_max"] for each in runs) / 2**20
        print(f"| {n} connections | {wall:.2f} | {min(walls):.2f}–{max(walls):.2f} | {one / wall:.2f} | {used:.2f} | {peak:.0f} |")


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    show(f"the mock, {ROW_MICROSECONDS} µs a row, {SLOW_ROWS:,} rows", slow(rounds))
    show(f"PostgreSQL, {FAST}", fast(rounds))
    shutil.rmtree(WORK, ignore_errors=True)


if __name__ == "__main__":
    if "KLEENE_PG_HOST" not in os.environ:
        raise SystemExit("parallel.py: run it as Scripts/with-postgres.sh /usr/bin/python3 Benchmarks/parallel.py")
    main()
