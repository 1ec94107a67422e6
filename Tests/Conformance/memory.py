"""Memory does not grow with the rows: 2,000,000 rows through psqlodbc take at most 64 MiB above 20,000.

Both runs are whole extracts by the product's own command line into a new file; measured is the largest resident size of any process
of the run, as the kernel counts it (wait4). Prints `N passed, M failed`.
"""

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

# The shape of a transaction line: 24 columns, a third of them NULL, texts of some length.
COLUMNS = ", ".join(
    ["i AS id", "i / 7 AS transaction", "(i * 37 % 100000) / 100.0::double precision AS amount", "'T'::varchar(1) AS posting",
     "timestamp '2020-01-01' + i * interval '1 minute' AS linelastmodifieddate", "md5(i::text)::varchar(80) AS memo"]
    + [f"(i * {k} % 1000003)::bigint AS number_{k}" for k in range(6)]
    + [f"CASE WHEN i % 3 = 0 THEN NULL ELSE 'value ' || (i % {k * 1000 + 7}) END::varchar(100) AS text_{k}" for k in range(6)]
    + [f"CASE WHEN i % 5 < 3 THEN NULL ELSE i * {k}.25 END::double precision AS real_{k}" for k in range(6)])


def measured(rows, path):
    """Exit code and largest resident bytes of one run, by a helper process whose children are the run's only."""
    program = (
        "import resource, subprocess, sys\n"
        "code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode\n"
        "print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)\n")
    command = [
        sys.executable, "-c", program, PROGRAM, "extract", "--driver", "PostgreSQL Unicode", "--attribute",
        f"Server={os.environ['KLEENE_PG_HOST']}", "--attribute", f"Port={os.environ['KLEENE_PG_PORT']}", "--attribute",
        f"Database={os.environ['KLEENE_PG_DATABASE']}", "--user", os.environ["KLEENE_PG_USER"], "--password-env",
        "KLEENE_PG_PASSWORD", "--schema", "public", "--table", f"memory_{rows}", "--destination", path,
        "--destination-table", "lines", "--quiet"]
    code, peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-2:]
    return int(code), int(peak)


def main():
    with psycopg2.connect(
        host=os.environ["KLEENE_PG_HOST"], port=os.environ["KLEENE_PG_PORT"], user=os.environ["KLEENE_PG_USER"],
        password=os.environ["KLEENE_PG_PASSWORD"], dbname=os.environ["KLEENE_PG_DATABASE"]) as connection:
        cursor = connection.cursor()
        for rows in SIZES:
            cursor.execute(f"DROP TABLE IF EXISTS memory_{rows}")
            cursor.execute(f"CREATE UNLOGGED TABLE memory_{rows} AS SELECT {COLUMNS} FROM generate_series(1, {rows}) AS i")
    peaks = []
    failures = 0
    with tempfile.TemporaryDirectory(prefix="kleene-memory.") as directory:
        for rows in SIZES:
            path = f"{directory}/{rows}.db"
            code, peak = measured(rows, path)
            arrived = sqlite3.connect(path).execute("SELECT count(*), count(DISTINCT id) FROM lines").fetchone() if code == 0 else None
            print(f"  {rows} rows: exit code {code}, arrived {arrived}, peak {peak / (1 << 20):.1f} MiB")
            failures += code != 0 or arrived != (rows, rows)
            peaks.append(peak)
    growth = peaks[1] - peaks[0]
    print(f"  {SIZES[1]} rows take {growth / (1 << 20):.1f} MiB more than {SIZES[0]}; allowed are {ALLOWED >> 20}")
    failures += growth > ALLOWED
    print(f"{3 - failures} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
