"""Incremental extracts of kleene-ns against its own full one, on one table in one session.

    Scripts/with-postgres.sh /usr/bin/python3 Benchmarks/incremental.py [ROWS] [ROUNDS]       (default: 2000000 3)

Each round, untimed parts in brackets: a full `drop_create_load` into a new file; a first incremental `upsert` into another; a run
without changes; [the newest 1 % of the source's rows change] a run that upserts them; [1 % change, one in a hundred all over the
table, which touches every other page of it] a run; [10 % change, one in ten] a run. Ends with the whole table compared, count and sums, and with 1 if a run failed or the sums differ.
"""

import json
import os
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import sys

import contestants
import seed

WORK = contestants.BUILD / "incremental"
STEPS = ["full", "first upsert", "no change", "newest 1 % changed", "1 % changed, spread", "10 % changed, spread"]


def timed(command, table):
    os.sync()
    process = subprocess.run(
        [sys.executable, str(contestants.HERE / "measure.py"), *command], env=contestants.environment(table), capture_output=True, text=True)
    result = json.loads(process.stdout)
    if result["code"]:
        raise SystemExit(f"incremental.py: {' '.join(command[:2])} failed: {result['said']}")
    return result


def touch(table, which, moment):
    """Changes some rows, and gives them a new date of change."""
    seed.psql(
        f"UPDATE {table} SET linelastmodifieddate = timestamp '{moment}' + uniquekey * interval '1 microsecond', "
        f"quantity = coalesce(quantity, 0) + 1 WHERE {which}; VACUUM ANALYZE {table}")


def sums(table, destination):
    there = seed.psql(
        f"SELECT count(*), sum(transaction), sum(quantity), max(linelastmodifieddate) FROM {table}").strip().split("|")
    here = sqlite3.connect(destination).execute(
        f"SELECT count(*), sum(\"transaction\"), sum(quantity), max(linelastmodifieddate) FROM \"{table}\"").fetchone()
    return [int(there[0]), int(there[1]), float(there[2]), there[3]], list(here)


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    table = f"transactionline_{rows}"
    seed.seed([table])
    seed.psql(
        f"CREATE UNIQUE INDEX IF NOT EXISTS {table}_key ON {table} (uniquekey); "
        f"CREATE INDEX IF NOT EXISTS {table}_changed ON {table} (linelastmodifieddate); ANALYZE {table}")
    follow = contestants.kleene_ns(
        "--extract-type", "incremental", "--incremental-key", "linelastmodifieddate", "--unique-columns", "uniquekey")
    found = {step: [] for step in STEPS}
    for turn in range(rounds):
        shutil.rmtree(WORK, ignore_errors=True)
        WORK.mkdir(parents=True)
        whole, kept = str(WORK / "full.db"), str(WORK / "kept.db")
        found["full"].append(timed(contestants.kleene_ns()(table, whole, "drop_create_load"), table))
        found["first upsert"].append(timed(follow(table, kept, "upsert"), table))
        found["no change"].append(timed(follow(table, kept, "upsert"), table))
        changes = [f"uniquekey > {rows - rows // 100}", "uniquekey % 100 = 7", "uniquekey % 10 = 3"]
        for day, (step, which) in enumerate(zip(STEPS[3:], changes), 1):
            # Before now, so that the window reaches them, and after all that was there.
            touch(table, which, f"2024-{1 + turn:02}-{day:02}")
            found[step].append(timed(follow(table, kept, "upsert"), table))
        there, here = sums(table, kept)
        if there[:2] != here[:2] or abs(there[2] - here[2]) > 1e-6 or there[3] != here[3]:
            raise SystemExit(f"incremental.py: the source has {there}, the destination {here}")
    full = statistics.median(run["wall"] for run in found["full"])
    print(f"| run, {rows:,} rows | wall s | spread | of full | CPU s | peak MiB |\n|---|---:|---:|---:|---:|---:|")
    for step, runs in found.items():
        walls = [run["wall"] for run in runs]
        used = statistics.median(run["user"] + run["system"] for run in runs)
        peak = statistics.median(run["peak_max"] for run in runs) / 2**20
        wall = statistics.median(walls)
        print(f"| {step} | {wall:.3f} | {min(walls):.3f}–{max(walls):.3f} | {100 * wall / full:.1f} % | {used:.2f} | {peak:.0f} |")
    shutil.rmtree(WORK, ignore_errors=True)


if __name__ == "__main__":
    if "KLEENE_PG_HOST" not in os.environ:
        raise SystemExit("incremental.py: run it as Scripts/with-postgres.sh /usr/bin/python3 Benchmarks/incremental.py")
    main()
