"""What `verify --repair` reads of a source to make right a copy in which a thousand scattered rows differ.

    Scripts/with-postgres.sh /usr/bin/python3 Benchmarks/repair.py [ROWS] [ROUNDS] [--destination sqlite|postgresql]
                                                                                    (default: 2000000 3, into SQLite)

The source is `transactionline` of the other benchmarks, less the rows that the copy has beyond it. Each round plants 250 differences of
each kind, spread evenly over the table: rows that are missing, rows that are extra, older versions, and other values. Then
`verify --repair` has to find exactly these and repair them, and a `verify` behind it has to find none. Rows are what kleene-ns says that it
read; statements are those that the server logged of the source's role. A full extract is what the same copy would cost without it.
"""

import argparse
import json
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import time

import contestants
import seed
import statements
import verify

EACH = 250
SOURCE = "repair_source"


def run(table, *arguments, code=0):
    """One command; what it says as JSON, seconds of wall and of processor time."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [contestants.KLEENE_NS, *arguments, "--format", "json", "--config", str(verify.WORK / "kleene-ns.json"), "--state-dir",
         str(verify.WORK / "state")], env=contestants.environment(table), capture_output=True, text=True)
    wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != code:
        raise SystemExit(f"repair.py: {' '.join(arguments)} ends with {done.returncode}: {done.stdout}{done.stderr}")
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    said = json.loads(done.stdout or "null")
    return said[0] if isinstance(said, list) else said, wall, processor


def plant(table, rows, destination):
    step = rows // EACH
    copy = f"{verify.SCHEMA}.i" if destination == "postgresql" else "i"
    key = "linelastmodifieddate"
    older = f"{key} - interval '40 days'" if destination == "postgresql" else f"datetime({key}, '-40 days')"
    names = [name for name, _, _ in seed.columns_of(table)]
    others = ", ".join(f'"{name}"' for name in names[1:])
    # Each kind a quarter of a step from the next.
    sql = f"""INSERT INTO {copy} (uniquekey, {others}) SELECT uniquekey + 1, {others} FROM {copy} WHERE uniquekey % {step} = 6;
        DELETE FROM {copy} WHERE uniquekey % {step} = {step // 4};
        UPDATE {copy} SET {key} = {older}, subsidiary = subsidiary + 1 WHERE uniquekey % {step} = {step // 2};
        UPDATE {copy} SET subsidiary = subsidiary + 1 WHERE uniquekey % {step} = {3 * step // 4};"""
    if destination == "postgresql":
        seed.psql(f"{sql} VACUUM ANALYZE {copy}; CHECKPOINT")
    else:
        with sqlite3.connect(verify.WORK / "copy.db") as database:
            database.executescript(sql)
        database.close()
    os.sync()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("rows", nargs="?", type=int, default=2_000_000)
    parser.add_argument("rounds", nargs="?", type=int, default=3)
    parser.add_argument("--destination", choices=["sqlite", "postgresql"], default="sqlite")
    options = parser.parse_args()
    table = f"transactionline_{options.rows}"
    seed.seed([table])
    seed.psql(f"""DROP TABLE IF EXISTS {SOURCE};
        CREATE UNLOGGED TABLE {SOURCE} AS SELECT * FROM {table} WHERE uniquekey % {options.rows // EACH} <> 7;
        CREATE UNIQUE INDEX ON {SOURCE} (uniquekey); VACUUM (FREEZE, ANALYZE) {SOURCE}; CHECKPOINT""")
    shutil.rmtree(verify.WORK, ignore_errors=True)
    verify.WORK.mkdir(parents=True)
    if options.destination == "postgresql":
        seed.psql(f"DROP SCHEMA IF EXISTS {verify.SCHEMA} CASCADE; DROP SCHEMA IF EXISTS _kleene CASCADE; CREATE SCHEMA {verify.SCHEMA}")
    verify.configuration(table, options.destination, source=SOURCE)
    _, full, full_processor = run(table, "extract", "full", "--quiet")
    run(table, "extract", "incremental", "--quiet")
    runs = []
    for _ in range(options.rounds):
        plant(table, options.rows, options.destination)
        with statements.counting(SOURCE) as asked:
            found, wall, processor = run(table, "verify", "incremental", "--repair")
        kinds = {kind: found[kind] for kind in ["missing", "extra", "stale", "different"]}
        if found["outcome"] != "repaired" or set(kinds.values()) != {EACH}:
            raise SystemExit(f"repair.py: {kinds}, {found['outcome']}, {found.get('limits')}")
        behind, _, _ = run(table, "verify", "incremental", "--full")
        if behind["outcome"] != "equal":
            raise SystemExit(f"repair.py: behind the repair, {behind['outcome']}")
        runs.append((found["rows_read"], found["rows_reread"], len(asked), wall, processor))
    read, again, asked, wall, processor = (statistics.median(values) for values in zip(*runs))
    print(f"| {options.rows:,} rows into {options.destination}, {4 * EACH:,} differ | rows read | of all | read again | statements | wall s | "
          "of a full extract | CPU s | of a full extract |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    print(f"| verify --repair | {read:,.0f} | {100 * read / options.rows:.2f} % | {again:,.0f} | {asked:.0f} | {wall:.2f} | "
          f"{100 * wall / full:.1f} % | {processor:.2f} | {100 * processor / full_processor:.1f} % |")
    shutil.rmtree(verify.WORK, ignore_errors=True)
    seed.psql(f"DROP TABLE {SOURCE}")
    if options.destination == "postgresql":
        seed.psql(f"DROP SCHEMA {verify.SCHEMA} CASCADE; DROP SCHEMA IF EXISTS _kleene CASCADE")


if __name__ == "__main__":
    if "KLEENE_PG_HOST" not in os.environ:
        raise SystemExit("repair.py: run it as Scripts/with-postgres.sh /usr/bin/python3 Benchmarks/repair.py")
    main()
