"""Memory does not grow with the rows: 2,000,000 rows through psqlodbc take at most 64 MiB above 20,000.

All runs are whole extracts by the product's own command line into a new file, and into a new table of a PostgreSQL server; measured is
the largest resident size of any process of the run, as the kernel counts it (wait4). What has arrived on the server is, as `COPY … TO
STDOUT` writes it, to the byte what the source holds. Prints `N passed, M failed`.
"""

import hashlib
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

import psycopg2

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("KLEENE_NS", str(ROOT / ".build/release/kleene-ns"))
ALLOWED = 64 << 20
SIZES = (20_000, 2_000_000)
SCHEMA = "kleene_memory"

# The shape of a transaction line: 24 columns, a third of them NULL, texts of some length.
COLUMNS = ", ".join(
    ["i AS id", "i / 7 AS transaction", "(i * 37 % 100000) / 100.0::double precision AS amount", "'T'::varchar(1) AS posting",
     "timestamp '2020-01-01' + i * interval '1 minute' AS linelastmodifieddate", "md5(i::text)::varchar(80) AS memo"]
    + [f"(i * {k} % 1000003)::bigint AS number_{k}" for k in range(6)]
    + [f"CASE WHEN i % 3 = 0 THEN NULL ELSE 'value ' || (i % {k * 1000 + 7}) END::varchar(100) AS text_{k}" for k in range(6)]
    + [f"CASE WHEN i % 5 < 3 THEN NULL ELSE i * {k}.25 END::double precision AS real_{k}" for k in range(6)])


def measured(rows, flags):
    """Exit code and largest resident bytes of one run, by a helper process whose children are the run's only."""
    program = (
        "import resource, subprocess, sys\n"
        "code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode\n"
        "print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)\n")
    command = [
        sys.executable, "-c", program, PROGRAM, "extract", *flags, "--schema", "public", "--table", f"memory_{rows}",
        "--destination-table", "lines", "--quiet"]
    code, peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-2:]
    return int(code), int(peak)


def connect():
    return psycopg2.connect(
        host=os.environ["KLEENE_PG_HOST"], port=os.environ["KLEENE_PG_PORT"], user=os.environ["KLEENE_PG_USER"],
        password=os.environ["KLEENE_PG_PASSWORD"], dbname=os.environ["KLEENE_PG_DATABASE"])


class File:
    """A new SQLite file."""

    name = "SQLite"

    def __init__(self, directory, rows):
        self.path = f"{directory}/{rows}.db"
        self.flags = [
            "--driver", "PostgreSQL Unicode", "--attribute", f"Server={os.environ['KLEENE_PG_HOST']}", "--attribute",
            f"Port={os.environ['KLEENE_PG_PORT']}", "--attribute", f"Database={os.environ['KLEENE_PG_DATABASE']}", "--user",
            os.environ["KLEENE_PG_USER"], "--password-env", "KLEENE_PG_PASSWORD", "--destination", self.path]

    def arrived(self, rows):
        found = sqlite3.connect(self.path).execute("SELECT count(*), count(DISTINCT id) FROM lines").fetchone()
        return found, found == (rows, rows)


class Server:
    """A new table of a server."""

    name = "PostgreSQL"

    def __init__(self, directory, rows):
        with connect() as connection:
            connection.cursor().execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")
        place = {"host": os.environ["KLEENE_PG_HOST"], "port": int(os.environ["KLEENE_PG_PORT"]),
                 "database": os.environ["KLEENE_PG_DATABASE"], "user": os.environ["KLEENE_PG_USER"],
                 "password": {"env": "KLEENE_PG_PASSWORD"}}
        configuration = pathlib.Path(directory) / f"{rows}.json"
        configuration.write_text(json.dumps({
            "source": {"profile": "odbc", "driver": "PostgreSQL Unicode", "user": place["user"], "password": place["password"],
                       "attributes": {"Server": place["host"], "Port": place["port"], "Database": place["database"]}},
            "destination": {"type": "postgresql", **place, "schema": SCHEMA}}))
        self.flags = ["--config", str(configuration), "--state-dir", f"{directory}/state-{rows}", "--no-metadata-columns"]

    def arrived(self, rows):
        digests = [self.digest(f"public.memory_{rows}"), self.digest(f"{SCHEMA}.lines")]
        return f"md5 {digests[1]}, source {digests[0]}", digests[0] == digests[1]

    @staticmethod
    def digest(table):
        class Digest:
            def __init__(self):
                self.sum = hashlib.md5()

            def write(self, data):
                self.sum.update(data)

        digest = Digest()
        with connect() as connection:
            connection.cursor().copy_expert(f"COPY (SELECT * FROM {table} ORDER BY id) TO STDOUT", digest)
        return digest.sum.hexdigest()


def main():
    with connect() as connection:
        cursor = connection.cursor()
        for rows in SIZES:
            cursor.execute(f"DROP TABLE IF EXISTS memory_{rows}")
            cursor.execute(f"CREATE UNLOGGED TABLE memory_{rows} AS SELECT {COLUMNS} FROM generate_series(1, {rows}) AS i")
    failures = 0
    for place in (File, Server):
        peaks = []
        with tempfile.TemporaryDirectory(prefix="kleene-memory.") as directory:
            for rows in SIZES:
                target = place(directory, rows)
                code, peak = measured(rows, target.flags)
                arrived, is_right = target.arrived(rows) if code == 0 else (None, False)
                print(f"  {rows} rows into {place.name}: exit code {code}, arrived {arrived}, peak {peak / (1 << 20):.1f} MiB")
                failures += not is_right
                peaks.append(peak)
        growth = peaks[1] - peaks[0]
        print(f"  {SIZES[1]} rows take {growth / (1 << 20):.1f} MiB more than {SIZES[0]}; allowed are {ALLOWED >> 20}")
        failures += growth > ALLOWED
    print(f"{6 - failures} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
