"""What `verify` of an equal copy costs, beside the full extract that makes the copy, in one session.

    Scripts/with-postgres.sh /usr/bin/python3 Benchmarks/verify.py [ROWS] [ROUNDS] [--table transactionline|narrow|wide120] [--destination sqlite|postgresql]
                                                                                    (default: 2000000 5, transactionline into SQLite)

The source is PostgreSQL through psqlodbc on this machine; a PostgreSQL destination is a schema of the same server, so that both sides
share its processors. Each round, by turns: a full `drop_create_load` into a new file (or table), a `verify` of it, and a `verify` of an
incremental copy that was made before, untimed. Each verify must say `equal` and read no row; how many statements name the table is
counted by the server's log, untimed. Processor time is that of the program's processes, and beside it that of the server. KLEENE_NS_BEFORE
names an older program that verifies the same copies beside it.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

import contestants
import seed
import statements

WORK = contestants.BUILD / "verify"
SCHEMA = "verify_copy"


def configuration(table, destination, source=None):
    """Two extracts of one table, or of another of its shape: whole, and by its date of change where it has one.

    The destination's role is another than the source's, so that the source's statements can be counted."""
    where = {"type": "sqlite", "path": str(WORK / "copy.db")}
    if destination == "postgresql":
        where = {"type": "postgresql", "host": os.environ["KLEENE_PG_HOST"], "port": int(os.environ["KLEENE_PG_PORT"]),
                 "database": os.environ["KLEENE_PG_DATABASE"], "user": os.environ["KLEENE_PG_USER"],
                 "password": {"env": "KLEENE_PG_PASSWORD"}, "sslmode": "disable", "schema": SCHEMA}
    extract = {"schema": "public", "table": source or table, "unique_columns": ["uniquekey"]}
    extracts = [{**extract, "name": "full", "load_method": "drop_create_load", "destination_table": "f"}]
    if any(name == "linelastmodifieddate" for name, _, _ in seed.columns_of(table)):
        extracts.append({**extract, "name": "incremental", "load_method": "upsert", "extract_type": "incremental",
                         "incremental_key": "linelastmodifieddate", "destination_table": "i"})
    path = WORK / "kleene-ns.json"
    path.write_text(json.dumps({
        "source": {"profile": "odbc", "driver": "PostgreSQL Unicode", "user": seed.USER, "password": {"env": "BENCH_PASSWORD"}, "attributes": {
            "Servername": os.environ["KLEENE_PG_HOST"], "Port": int(os.environ["KLEENE_PG_PORT"]),
            "Database": os.environ["KLEENE_PG_DATABASE"]}},
        "destination": where, "extracts": extracts}))
    return [extract["name"] for extract in extracts]


def server_seconds(postmaster):
    """Processor time of the server and of all its processes that have ended."""
    fields = pathlib.Path(f"/proc/{postmaster}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def timed(table, postmaster, program, *arguments):
    os.sync()
    before = server_seconds(postmaster)
    process = subprocess.run(
        [sys.executable, str(contestants.HERE / "measure.py"), program, *arguments, "--config", str(WORK / "kleene-ns.json"),
         "--state-dir", str(WORK / "state")], env=contestants.environment(table), capture_output=True, text=True)
    result = json.loads(process.stdout)
    if result["code"]:
        raise SystemExit(f"verify.py: {' '.join(arguments)} ends with {result['code']}: {result['said']}")
    result["server"] = server_seconds(postmaster) - before
    return result


def check(table, program, names):
    """That it is a comparison which is measured: equal, by sums alone. What it found, with the number of statements."""
    found = []
    for name in names:
        with statements.counting(table) as asked:
            done = subprocess.run(
                [program, "verify", name, "--format", "json", "--config", str(WORK / "kleene-ns.json"), "--state-dir",
                 str(WORK / "state")], env=contestants.environment(table), capture_output=True, text=True)
        for one in json.loads(done.stdout or "[]"):
            if one["outcome"] != "equal" or one["rows_read"] or one["rows"] != one["source_rows"]:
                raise SystemExit(f"verify.py: {one}")
            found.append({**one, "statements": len(asked)})
        if len(found) != names.index(name) + 1:
            raise SystemExit(f"verify.py: {done.stderr}")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("rows", nargs="?", type=int, default=2_000_000)
    parser.add_argument("rounds", nargs="?", type=int, default=5)
    parser.add_argument("--table", choices=["transactionline", "narrow", "wide120"], default="transactionline")
    parser.add_argument("--destination", choices=["sqlite", "postgresql"], default="sqlite")
    options = parser.parse_args()
    table = f"{options.table}_{options.rows}"
    seed.seed([table])
    seed.psql(f"CREATE UNIQUE INDEX IF NOT EXISTS {table}_key ON {table} (uniquekey); ANALYZE {table}; CHECKPOINT")
    postmaster = seed.psql("SELECT pg_read_file('postmaster.pid')").split()[0]
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    if options.destination == "postgresql":
        seed.psql(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; DROP SCHEMA IF EXISTS _kleene CASCADE; CREATE SCHEMA {SCHEMA}")
    names = configuration(table, options.destination)
    programs = {"": contestants.KLEENE_NS}
    if contestants.BEFORE:
        programs[", before"] = contestants.BEFORE
    timed(table, postmaster, contestants.KLEENE_NS, "extract", "--quiet", *names)
    found = check(table, contestants.KLEENE_NS, names)
    runs = {}
    for turn in range(options.rounds):
        def verifies():
            turns = [(name, label) for name in names for label in programs]
            for name, label in turns[turn % len(turns):] + turns[:turn % len(turns)]:
                runs.setdefault(f"verify, {name}{label}", []).append(timed(table, postmaster, programs[label], "verify", "--quiet", name))

        verifies()
        if options.destination == "sqlite":
            # Into a new file, as the first time; and back again, so that the incremental copy is the same each round.
            os.rename(WORK / "copy.db", WORK / "kept.db")
            for suffix in ["-wal", "-shm"]:
                (WORK / f"copy.db{suffix}").unlink(missing_ok=True)
            runs.setdefault("full extract", []).append(timed(table, postmaster, contestants.KLEENE_NS, "extract", "--quiet", "full"))
            (WORK / "copy.db").unlink()
            for suffix in ["-wal", "-shm"]:
                (WORK / f"copy.db{suffix}").unlink(missing_ok=True)
            os.rename(WORK / "kept.db", WORK / "copy.db")
        else:
            seed.psql(f"DROP TABLE IF EXISTS {SCHEMA}.f; CHECKPOINT")
            runs.setdefault("full extract", []).append(timed(table, postmaster, contestants.KLEENE_NS, "extract", "--quiet", "full"))
            seed.psql(f"VACUUM ANALYZE {SCHEMA}.f; CHECKPOINT")
    full = runs["full extract"]
    print(f"| {options.rows:,} rows of {len(seed.columns_of(table))} columns into {options.destination} | wall s | spread | of full | "
          "CPU s | of full | server's CPU s | peak MiB |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for step in sorted(runs):
        walls = [run["wall"] for run in runs[step]]

        def median(value, of=runs[step]):
            return statistics.median(map(value, of))

        def processor(run):
            return run["user"] + run["system"]

        print(f"| {step} | {median(lambda r: r['wall']):.3f} | {min(walls):.3f}–{max(walls):.3f} | "
              f"{100 * statistics.median(walls) / statistics.median(run['wall'] for run in full):.1f} % | {median(processor):.2f} | "
              f"{100 * median(processor) / statistics.median(map(processor, full)):.1f} % | {median(lambda r: r['server']):.2f} | "
              f"{median(lambda r: r['peak_max']) / 2**20:.0f} |")
    equal = ", ".join(
        f"{one['extract']}, {one['rows']:,} rows in {one['buckets']} buckets by {one['statements']} statements" for one in found)
    print(f"\nEqual: {equal}.")
    shutil.rmtree(WORK, ignore_errors=True)
    if options.destination == "postgresql":
        seed.psql(f"DROP SCHEMA {SCHEMA} CASCADE; DROP SCHEMA IF EXISTS _kleene CASCADE")


if __name__ == "__main__":
    if "KLEENE_PG_HOST" not in os.environ:
        raise SystemExit("verify.py: run it as Scripts/with-postgres.sh /usr/bin/python3 Benchmarks/verify.py")
    main()
