"""kleene-ns into PostgreSQL against floors and rivals, source to a table of the same server. README.md tells how to read it.

    Scripts/with-postgres.sh /usr/bin/python3 Benchmarks/postgres.py [--rows N] [--rounds N] [--contestant TEXT]…    (default: 2000000 3)

First what each contestant stores is compared with the source, by md5 of `COPY … TO STDOUT`. Then whole loads into a new table, by turns,
each round beginning with another; then upserts of 1 % of the rows, one in a hundred, beside the bare `INSERT … ON CONFLICT` of the same
rows. Prints markdown, and writes it to .build/bench/postgres.md. Ends with 1 where kleene-ns or a floor failed or stored anything else.

The throw-away server writes nothing through to the disk, for nobody; so ratios say something, and seconds little of other servers.
"""

import argparse
import contextlib
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

import psycopg2

import contestants
import seed

SCHEMA = "bench"
WORK = contestants.BUILD / "postgres"
TYPES = {"bigint": "bigint", "integer": "bigint", "double precision": "double precision", "timestamp": "timestamp(6)", "date": "date"}


def connect():
    connection = psycopg2.connect(
        host=os.environ["KLEENE_PG_HOST"], port=os.environ["KLEENE_PG_PORT"], user=seed.USER, password=seed.PASSWORD,
        dbname=os.environ["KLEENE_PG_DATABASE"])
    connection.autocommit = True
    return connection


def ddl(table, *more):
    columns = [f'"{name}" {TYPES.get(kind, "text")}' for name, kind, _ in seed.columns_of(table)]
    return f'CREATE TABLE "{SCHEMA}"."{table}" ({", ".join(columns + list(more))})'


def configuration(table, connections=1, **extract):
    place = {"host": os.environ["KLEENE_PG_HOST"], "port": int(os.environ["KLEENE_PG_PORT"]), "user": seed.USER,
             "password": {"env": "BENCH_PASSWORD"}, "database": os.environ["KLEENE_PG_DATABASE"]}
    path = WORK / f"{extract['name']}.json"
    path.write_text(json.dumps({
        "source": {"profile": "odbc", "driver": "PostgreSQL Unicode", "connections": connections, "user": seed.USER, "password": place["password"],
                   "attributes": {"Servername": place["host"], "Port": place["port"], "Database": place["database"]}},
        "destination": {"type": "postgresql", "schema": SCHEMA, **place},
        "extracts": [{"schema": "public", "table": table, "destination_table": table, **extract}]}))
    return [contestants.KLEENE_NS, "extract", extract["name"], "--config", str(path), "--state-dir", str(WORK / "state"), "--quiet"]


def floor(table):
    staged = WORK / "staged.db"
    load = [*contestants.TUNED, str(contestants.BUILD / "floor-load"), "--first", "--table", table, "--destination", str(staged),
            "--load-method", "drop_create_load"]
    copy = [str(contestants.BUILD / "floor-copy"), str(staged), f"{SCHEMA}.{table}"]
    quoted = " && ".join(" ".join(f"'{part}'" for part in command) for command in (["rm", "-f", str(staged)], load, copy))
    return ["/bin/sh", "-c", quoted]


def rival(script):
    return lambda table: [str(contestants.VENV / "bin/python"), str(contestants.HERE / "rivals" / script), table, SCHEMA]


def everyone():
    """Name, command by table, and what it is; then sentences about those who take no part."""
    found = [("kleene-ns", lambda table: configuration(table, name="full"), "defaults; two processes, staging, run record, run columns"),
             ("kleene-ns, two connections", lambda table: configuration(table, connections=2, name="two", unique_columns=["uniquekey"]),
              "connections 2, and the column that identifies a row, by which chunks are cut"),
             ("floor: staged", floor, "C: fetch into a SQLite file, then COPY BINARY in one transaction; kleene-ns's settings and columns")]
    notes = []
    for label, modules, script, words in [
            ("pyodbc, psycopg COPY", ["pyodbc", "psycopg"], "pyodbc_postgres.py", "fetchmany(5000), COPY by write_row, one transaction"),
            ("arrow-odbc, ADBC", ["arrow_odbc", "adbc_driver_postgresql"], "arrow_odbc_postgres.py", "batches of 5000, fetch_concurrently; adbc_ingest"),
            ("dlt", ["dlt", "arrow_odbc", "psycopg2"], "dlt_postgres.py", "Arrow tables through arrow-odbc, replace")]:
        probe = subprocess.run([str(contestants.VENV / "bin/python"), "-c", "import " + ", ".join(modules)], capture_output=True, text=True)
        if probe.returncode:
            notes.append(f"{label} takes no part: {(probe.stderr.strip().splitlines() or ['it does not start'])[-1]}")
        else:
            found.append((label, rival(script), words))
    return found, notes


def clear(table):
    with contextlib.closing(connect()) as connection:
        cursor = connection.cursor()
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA}_staging CASCADE")
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        cursor.execute("DROP SCHEMA IF EXISTS _kleene CASCADE")
        cursor.execute("CHECKPOINT")
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)


def environment(table):
    return {
        **contestants.environment(table), "FLOOR_SERVER": os.environ["KLEENE_PG_HOST"], "FLOOR_PORT": os.environ["KLEENE_PG_PORT"],
        "FLOOR_USER": seed.USER, "FLOOR_DATABASE": os.environ["KLEENE_PG_DATABASE"], "BENCH_PG_DDL": ddl(table),
        "FLOOR_DDL": ddl(table, '"_kleene_run_id" text', '"_kleene_extracted_at" timestamptz')}


def server_seconds(connection):
    """Processor seconds of the server's processes, those that have ended with them."""
    cursor = connection.cursor()
    cursor.execute("SHOW data_directory")
    with open(cursor.fetchone()[0] + "/postmaster.pid") as file:
        pid = int(file.readline())
    ticks = 0
    tasks = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid), "-p", str(pid)], capture_output=True, text=True).stdout.split()
    for task in tasks:
        try:
            fields = open(f"/proc/{task}/stat").read().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12]) + (int(fields[13]) + int(fields[14]) if int(task) == pid else 0)
    return ticks / os.sysconf("SC_CLK_TCK")


def measured(command, table):
    os.sync()
    with contextlib.closing(connect()) as connection:
        before = server_seconds(connection)
        done = subprocess.run([sys.executable, str(contestants.HERE / "measure.py"), *command], env=environment(table),
                              capture_output=True, text=True)
        result = json.loads(done.stdout) if done.returncode == 0 else {"code": done.returncode, "said": done.stderr}
        result["server"] = server_seconds(connection) - before
    return result


def digest(place, table):
    sum = hashlib.md5()

    class Sink:
        def write(self, data):
            sum.update(data)

    names = ", ".join(f'"{name}"' for name, _, _ in seed.columns_of(table))
    with contextlib.closing(connect()) as connection:
        connection.cursor().copy_expert(f'COPY (SELECT {names} FROM "{place}"."{table}" ORDER BY uniquekey) TO STDOUT', Sink())
    return sum.hexdigest()


def upserts(table, rounds):
    """Seconds of the loads of kleene-ns that bring 1 % of the rows, and of the bare statement over the same rows: in a table as anybody
    makes it, and in one with as much room on its pages as kleene-ns leaves."""
    ours, bare, roomy = [], [], []
    clear(table)
    follow = configuration(table, name="follow", load_method="upsert", unique_columns=["uniquekey"], extract_type="incremental",
                           incremental_key="linelastmodifieddate", overlap=0, lag=0)
    first = measured(follow, table)
    if first["code"]:
        raise SystemExit(f"postgres.py: the first upsert failed: {first['said']}")
    names = [name for name, _, _ in seed.columns_of(table)]
    updates = ", ".join(f'"{n}" = excluded."{n}"' for n in names if n != "uniquekey")
    for turn in range(rounds):
        # Behind all that was there, by an earlier run of this program too, and before now, or the window would not reach them.
        seed.psql(f"UPDATE {table} SET linelastmodifieddate = (SELECT max(linelastmodifieddate) FROM {table}) + interval '1 day' "
                  f"+ uniquekey * 37 % 2000000 * interval '1 second', quantity = coalesce(quantity, 0) + 1 WHERE uniquekey % 100 = {turn * 7 + 3}; "
                  f"VACUUM ANALYZE {table}; VACUUM ANALYZE {SCHEMA}.{table}; CHECKPOINT")
        with contextlib.closing(connect()) as connection:
            cursor = connection.cursor()
            cursor.execute(f"CREATE TEMPORARY TABLE changed AS SELECT * FROM public.{table} WHERE uniquekey % 100 = {turn * 7 + 3}")
            cursor.execute("ANALYZE changed")
            # The same rows into a table that is as large, with the same index.
            for seconds, room in [(bare, 100), (roomy, 90)]:
                cursor.execute(f"CREATE TABLE {SCHEMA}.bare WITH (fillfactor = {room}) AS SELECT * FROM {SCHEMA}.{table}")
                cursor.execute(f"CREATE UNIQUE INDEX ON {SCHEMA}.bare (uniquekey)")
                cursor.execute(f"VACUUM ANALYZE {SCHEMA}.bare")
                cursor.execute("CHECKPOINT")
                began = time.monotonic()
                cursor.execute(
                    f"INSERT INTO {SCHEMA}.bare AS t ({', '.join(names)}) SELECT {', '.join(names)} FROM changed ON CONFLICT (uniquekey) "
                    f"DO UPDATE SET {updates} WHERE excluded.linelastmodifieddate >= t.linelastmodifieddate")
                seconds.append(time.monotonic() - began)
                cursor.execute(f"DROP TABLE {SCHEMA}.bare")
            cursor.execute("CHECKPOINT")
        run = measured(follow, table)
        if run["code"]:
            raise SystemExit(f"postgres.py: an upsert failed: {run['said']}")
        with contextlib.closing(connect()) as connection:
            cursor = connection.cursor()
            cursor.execute("SELECT record, rows_read FROM _kleene.runs ORDER BY id DESC LIMIT 1")
            record, rows = cursor.fetchone()
            if rows < int(table.rpartition("_")[2]) // 100:
                raise SystemExit(f"postgres.py: the upsert read {rows} rows, which is not what has changed")
            ours.append(record["steps"]["load"])
    return ours, bare, roomy, digest("public", table) == digest(SCHEMA, table)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--contestant", action="append", help="only those whose names hold it")
    options = parser.parse_args()
    table = f"transactionline_{options.rows}"
    seed.seed([table])
    seed.psql(f"CREATE INDEX IF NOT EXISTS {table}_changed ON {table} (linelastmodifieddate); "
              f"CREATE UNIQUE INDEX IF NOT EXISTS {table}_key ON {table} (uniquekey); ANALYZE {table}")
    chosen, notes = everyone()
    chosen = [c for c in chosen if not options.contestant or any(part in c[0] for part in options.contestant)]
    wanted, failed = digest("public", table), False
    runs = {name: [] for name, _, _ in chosen}
    values = {}
    for turn in range(options.rounds + 1):
        for name, command, _ in chosen[turn % len(chosen):] + chosen[:turn % len(chosen)]:
            clear(table)
            result = measured(command(table), table)
            if result["code"]:
                print(f"{name}: {result['said']}", file=sys.stderr)
                values[name] = f"failed: {(result['said'].strip().splitlines() or ['no message'])[-1][:200]}"
                continue
            # The first of each is looked at, and warms the caches; it does not count.
            if turn == 0:
                values[name] = "exact" if digest(SCHEMA, table) == wanted else "changed"
            else:
                runs[name].append(result)
            print(f"{name}: {result['wall']:.2f} s", flush=True)
    lines = [f"{options.rows:,} rows, {options.rounds} rounds, medians", "",
             "| contestant | wall s | × floor | CPU s | × floor | server CPU s | peak MiB | values | settings |", "|---|---:|---:|---:|---:|---:|---:|---|---|"]
    median = lambda name, of: statistics.median(map(of, runs[name])) if runs.get(name) else float("nan")
    wall, processor = lambda r: r["wall"], lambda r: r["user"] + r["system"]
    yardstick = (median("floor: staged", wall), median("floor: staged", processor))
    for name, _, words in chosen:
        w, c = median(name, wall), median(name, processor)
        lines.append(f"| {name} | {w:.2f} | {w / yardstick[0]:.2f} | {c:.2f} | {c / yardstick[1]:.2f} | "
                     f"{median(name, lambda r: r['server']):.2f} | {median(name, lambda r: r['peak_max']) / (1 << 20):.0f} | {values.get(name, '')} | {words} |")
        failed = failed or (name.split(":")[0].split(",")[0] in ("kleene-ns", "floor") and values.get(name) != "exact")
    ours, bare, roomy, is_same = upserts(table, options.rounds)
    lines += ["", f"1 % of the rows changed, spread: the load {statistics.median(ours):.2f} s, the bare statement {statistics.median(bare):.2f} s, "
              f"ratio {statistics.median(ours) / statistics.median(bare):.2f} ({statistics.median(roomy):.2f} s where its table has room, ratio "
              f"{statistics.median(ours) / statistics.median(roomy):.2f}); the table is afterwards {'exact' if is_same else 'CHANGED'}", *notes]
    clear(table)
    text = "\n".join(lines) + "\n"
    print("\n" + text)
    (contestants.BUILD / "postgres.md").write_text(text)
    return 1 if failed or not is_same else 0


if __name__ == "__main__":
    sys.exit(main())
