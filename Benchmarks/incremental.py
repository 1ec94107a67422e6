"""Incremental extracts of kleene-ns against its own full one, on one table in one session.

    Scripts/with-postgres.sh /usr/bin/python3 Benchmarks/incremental.py [ROWS] [ROUNDS]       (default: 2000000 3)

Beside each load a floor loads the same rows the same way: the C program of the other benchmarks. Each round, untimed parts in
brackets: a full `drop_create_load` into a new file, and a first incremental `upsert` into another, each beside its floor; a run
without changes; [the newest 1 % of the source's rows change] both upsert them into copies of the same file, by turns; [1 % change,
one in a hundred all over the table, which touches nearly every other page of it] both; [10 % change, one in ten] both. After each
change count and sums of the whole tables are compared; ends with 1 if a run failed or they differ. KLEENE_NS_BEFORE names an older
program that does the same beside it, into files of its own.
"""

import datetime
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
# Runs of kleene-ns and of the floor for each change, by turns.
PAIRS = 4
STEPS = ["full", "first upsert", "no change", "newest 1 % changed", "1 % changed, spread", "10 % changed, spread"]


def timed(command, table):
    os.sync()
    process = subprocess.run(
        [sys.executable, str(contestants.HERE / "measure.py"), *command], env=contestants.environment(table), capture_output=True, text=True)
    result = json.loads(process.stdout)
    if result["code"]:
        raise SystemExit(f"incremental.py: {' '.join(command[:2])} failed: {result['said']}")
    return result


def processor(run):
    return run["user"] + run["system"]


def touch(table, which, moment):
    """Changes some rows, and gives them new dates of change: all over three weeks, so that the overlap of the next window has few."""
    seed.psql(
        f"UPDATE {table} SET linelastmodifieddate = timestamp '{moment}' + uniquekey * 37 % 2000000 * interval '1 second', "
        f"quantity = coalesce(quantity, 0) + 1 WHERE {which}; VACUUM ANALYZE {table}; CHECKPOINT")


def duplicate(original, twin):
    """Makes `twin` a fresh copy of a database whose log is empty; the two may be one."""
    shutil.copyfile(original, f"{twin}.new")
    for suffix in ["-wal", "-shm"]:
        pathlib.Path(f"{twin}{suffix}").unlink(missing_ok=True)
    os.replace(f"{twin}.new", twin)


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
    follow_before = contestants.kleene_ns(
        "--extract-type", "incremental", "--incremental-key", "linelastmodifieddate", "--unique-columns", "uniquekey",
        program=contestants.BEFORE)
    found = {step: [] for step in STEPS}
    floors = {step: [] for step in STEPS}
    befores = {step: [] for step in STEPS}
    for turn in range(rounds):
        shutil.rmtree(WORK, ignore_errors=True)
        WORK.mkdir(parents=True)
        # As it was seeded: the changes of a round leave rows all over the table, and the newest would no longer lie together.
        seed.psql(f"CLUSTER {table} USING {table}_key; VACUUM ANALYZE {table}; CHECKPOINT")
        whole, kept = str(WORK / "full.db"), str(WORK / "kept.db")
        # Into new files: each with the floor that does the same.
        firsts = [
            (found["full"], contestants.kleene_ns()(table, whole, "drop_create_load")),
            (floors["full"], contestants.floor("--first")(table, str(WORK / "floor-full.db"), "drop_create_load")),
            (found["first upsert"], follow(table, kept, "upsert")),
            (floors["first upsert"], contestants.floor("--first", "--unique", "uniquekey")(table, str(WORK / "floor-first.db"), "upsert")),
        ]
        older = str(WORK / "older.db")
        if contestants.BEFORE:
            firsts += [
                (befores["full"],
                 contestants.kleene_ns(program=contestants.BEFORE)(table, str(WORK / "older-full.db"), "drop_create_load")),
                (befores["first upsert"], follow_before(table, older, "upsert")),
            ]
        start = turn % len(firsts)
        for runs, command in firsts[start:] + firsts[:start]:
            runs.append(timed(command, table))
        found["no change"].append(timed(follow(table, kept, "upsert"), table))
        if contestants.BEFORE:
            befores["no change"].append(timed(follow_before(table, older, "upsert"), table))
        changes = [f"uniquekey > {rows - rows // 100}", "uniquekey % 100 = 7", "uniquekey % 10 = 3"]
        for day, (step, which) in enumerate(zip(STEPS[3:], changes), 1):
            # Before now, so that the window reaches them, and after all that was there: the next month.
            moment = str(datetime.date(2024, 1, 1) + datetime.timedelta(days=30 * (len(changes) * turn + day)))
            copy, before = str(WORK / "floor.db"), str(WORK / "before.db")
            older_before = str(WORK / "older-before.db")
            duplicate(kept, before)
            if contestants.BEFORE:
                duplicate(older, older_before)
            touch(table, which, moment)
            window = f"linelastmodifieddate >= timestamp '{moment}'"
            floor = contestants.floor(
                "--where", window, "--unique", "uniquekey", "--newer", "linelastmodifieddate")(table, copy, "upsert")
            turns = [(found[step], follow(table, kept, "upsert"), kept, before), (floors[step], floor, copy, before)]
            if contestants.BEFORE:
                turns.append((befores[step], follow_before(table, older, "upsert"), older, older_before))
            # Once for nothing: what comes first behind the change pays half a second for memory that the machine has not had yet.
            duplicate(before, copy)
            timed(floor, table)
            for pair in range(PAIRS):
                start = pair % len(turns)
                for runs, command, destination, original in turns[start:] + turns[:start]:
                    # Into a copy just made, both of them: a file that has been written in place for a while lies otherwise on
                    # the disk and in the page cache, and the same upsert into it takes up to a third longer, or less long.
                    duplicate(original, destination)
                    runs.append(timed(command, table))
            for name, (source, here) in [("kleene-ns", sums(table, kept)), ("the floor", sums(table, copy))]:
                if source[:2] != here[:2] or abs(source[2] - here[2]) > 1e-6 or source[3] != here[3]:
                    raise SystemExit(f"incremental.py: the source has {source}, the destination of {name} {here}")
    full = statistics.median(run["wall"] for run in found["full"])
    print(f"| run, {rows:,} rows | wall s | spread | of full | floor s | of floor | CPU s | floor's | of floor | peak MiB |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    older = []
    for step, runs in found.items():
        walls = [run["wall"] for run in runs]
        wall, used = statistics.median(walls), statistics.median(map(processor, runs))
        peak = statistics.median(run["peak_max"] for run in runs) / 2**20
        ratios = ["", "", "", ""]
        if floors[step]:
            least, least_used = statistics.median(run["wall"] for run in floors[step]), statistics.median(map(processor, floors[step]))
            ratios = [f"{least:.3f}", f"{wall / least:.2f}×", f"{least_used:.2f}", f"{used / least_used:.2f}×"]
        if befores[step]:
            then, then_used = statistics.median(run["wall"] for run in befores[step]), statistics.median(map(processor, befores[step]))
            older.append(f"{step}: {wall:.3f} s, before {then:.3f} s, {wall / then:.3f}×; of processor {used / then_used:.3f}×")
        print(f"| {step} | {wall:.3f} | {min(walls):.3f}–{max(walls):.3f} | {100 * wall / full:.1f} % | {ratios[0]} | {ratios[1]} | "
              f"{used:.2f} | {ratios[2]} | {ratios[3]} | {peak:.0f} |")
    print("\n".join(["", "Beside the program before:", *(f"- {line}" for line in older)] if older else []))
    shutil.rmtree(WORK, ignore_errors=True)


if __name__ == "__main__":
    if "KLEENE_PG_HOST" not in os.environ:
        raise SystemExit("incremental.py: run it as Scripts/with-postgres.sh /usr/bin/python3 Benchmarks/incremental.py")
    main()
