"""What lines that follow their header cost when one header in a hundred has changed.

    Scripts/with-postgres.sh /usr/bin/python3 Benchmarks/follows.py [LINES] [ROUNDS]       (default: 1000000 5)

The source is PostgreSQL through psqlodbc: a header for each seven lines, with an index on each key and date. By turns, each into a copy
of the same file: the headers alone; headers and lines, asked for as kleene-ns chooses by the number of headers, by lists of keys, and
by a query. A run that asks as kleene-ns chooses may take three times as long as that of the headers alone and, beside that, the lines'
share: as long as the full read takes for so many lines as were read again.
Ends with 1 where it takes longer, or where a copy is not the source.
"""

import json
import os
import shutil
import sqlite3
import statistics
import sys

import contestants
import seed
from incremental import duplicate, processor, timed

WORK = contestants.BUILD / "follows"
HEADERS, LINES = "follows_headers", "follows_lines"
LIMIT = 3
CHOSEN = "as chosen"


def configure(asking):
    follows = {"extract": "headers", "parent_key": "id", "child_key": "header", "own_key": "changed_at"}
    if asking:
        follows["asking"] = asking
    path = WORK / f"{asking}.json"
    common = {"schema": "public", "load_method": "upsert"}
    path.write_text(json.dumps({
        "source": {"profile": "odbc", "driver": "PostgreSQL Unicode", "user": seed.USER, "password": {"env": "BENCH_PASSWORD"}, "attributes": {
            "Servername": os.environ["KLEENE_PG_HOST"], "Port": int(os.environ["KLEENE_PG_PORT"]),
            "Database": os.environ["KLEENE_PG_DATABASE"]}},
        "destination": {"type": "sqlite", "path": str(WORK / "d.db")}, "defaults": {"lag": 0}, "extracts": [
            {**common, "name": "headers", "table": HEADERS, "unique_columns": ["id"], "extract_type": "incremental", "incremental_key": "changed_at"},
            {**common, "name": "lines", "table": LINES, "unique_columns": ["header", "id"], "follows": follows}]}))
    return str(path)


def run(configuration, *names):
    return timed([contestants.KLEENE_NS, "extract", "--quiet", *names, "--config", configuration, "--state-dir", str(WORK / "state")],
                 "transactionline_1")


def sums():
    query = f"SELECT count(*), sum(header), sum(quantity), (SELECT sum(amount) FROM {HEADERS}) FROM {LINES}"
    database = sqlite3.connect(WORK / "d.db")
    here = database.execute(query).fetchone()
    database.close()
    return [int(float(value)) for value in seed.psql(query).strip().split("|")], [int(value) for value in here]


def main():
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    seed.seed([])
    seed.psql(f"""DROP TABLE IF EXISTS {HEADERS}; DROP TABLE IF EXISTS {LINES};
        CREATE TABLE {LINES} AS SELECT i / 7 AS header, i % 7 AS id, i % 500 AS quantity, 'Line ' || i AS memo,
            timestamp '2024-01-01' + i / 7 * interval '1 second' AS changed_at FROM generate_series(7, {lines} + 6) AS i;
        CREATE TABLE {HEADERS} AS SELECT header AS id, 'INV' || header AS tranid, sum(quantity)::bigint AS amount,
            min(changed_at) AS changed_at FROM {LINES} GROUP BY header;
        ALTER TABLE {HEADERS} ADD PRIMARY KEY (id); CREATE INDEX ON {HEADERS} (changed_at);
        ALTER TABLE {LINES} ADD PRIMARY KEY (header, id); CREATE INDEX ON {LINES} (changed_at);
        VACUUM ANALYZE {HEADERS}; VACUUM ANALYZE {LINES}; CHECKPOINT""")
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    ways = {asking or CHOSEN: configure(asking) for asking in [None, "list", "query"]}
    kept, before = WORK / "d.db", WORK / "before.db"
    full = run(ways["list"])
    # So that all that was there is below the watermark.
    moment = "2025-06-01"
    seed.psql(f"UPDATE {HEADERS} SET amount = amount + 1, changed_at = timestamp '{moment}' + id * interval '1 millisecond' WHERE id % 100 = 7; "
              f"UPDATE {LINES} SET quantity = quantity + 1 WHERE header % 100 = 7; VACUUM ANALYZE {HEADERS}; VACUUM ANALYZE {LINES}; CHECKPOINT")
    duplicate(kept, before)
    found = {"headers alone": [], **{asking: [] for asking in ways}}
    for turn in range(rounds):
        steps = [("headers alone", ways["list"], ["headers"])] + [(asking, path, []) for asking, path in ways.items()]
        for step, path, names in steps[turn % len(steps):] + steps[:turn % len(steps)]:
            duplicate(before, kept)
            found[step].append(run(path, *names))
            if not names and sums()[0] != sums()[1]:
                raise SystemExit(f"follows.py: {step}: the source has {sums()[0]}, the copy {sums()[1]}")
    alone = statistics.median(r["wall"] for r in found["headers alone"])
    changed = int(seed.psql(f"SELECT count(*) FROM {LINES} WHERE header % 100 = 7"))
    share = full["wall"] * changed / lines
    print(f"{lines:,} lines; {changed:,} of changed headers; all read in {full['wall']:.2f} s, the lines' share {share:.3f} s\n")
    print("| run | wall s | CPU s | of the headers' own, without the share |")
    print("|---|---:|---:|---:|")
    chosen = 0
    for step, runs in found.items():
        wall = statistics.median(r["wall"] for r in runs)
        ratio = (wall - (0 if step == "headers alone" else share)) / alone
        if step == CHOSEN:
            chosen = ratio
        print(f"| {step} | {wall:.3f} | {statistics.median(map(processor, runs)):.2f} | {ratio:.2f}× |")
    shutil.rmtree(WORK, ignore_errors=True)
    return 1 if chosen > LIMIT else 0


if __name__ == "__main__":
    if "KLEENE_PG_HOST" not in os.environ:
        raise SystemExit("follows.py: run it as Scripts/with-postgres.sh /usr/bin/python3 Benchmarks/follows.py")
    sys.exit(main())
