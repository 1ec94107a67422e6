"""Every table of the mock, discovered and extracted by kleene-ns, against what the mock holds.

Shares no code with the product or the mock: it runs both as programs, reads the mock's own dump and the product's destination with
Python's sqlite3, and compares each row, value and type, as multisets and by key. It asserts the shares of NULLs and of distinct values, so
that an empty comparison cannot pass. Last line: `N passed, M failed`.

    compare.py [--lines N] [--seed K]
"""

import argparse
import collections
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("KLEENE_BUILD", ROOT / ".build/release"))
EXTRA = ("_kleene_run_id", "_kleene_extracted_at")


def canonical(value):
    """A value with its type, so that 1, 1.0 and '1' differ; -0.0 is stored as 0.0, as the product says."""
    if isinstance(value, float):
        return ("real", value + 0.0 if value != 0 else 0.0)
    return (type(value).__name__, value)


def quote(name):
    return '"' + name.replace('"', '""') + '"'


def expected_type(type_name):
    return {"BIGINT": "integer", "INTEGER": "integer", "SMALLINT": "integer", "DOUBLE": "real"}.get(type_name.upper(), "text")


def compare(truth, got, table, columns, destination):
    """Faults of one table, and how many cells were compared."""
    names = ", ".join(quote(c["name"]) for c in columns)
    wanted = truth.execute(f"SELECT {names} FROM {quote(table)}").fetchall()
    arrived = got.execute(f"SELECT {names} FROM {quote(destination)}").fetchall()
    faults = []
    if len(wanted) != len(arrived):
        faults.append(f"{len(arrived)} rows, not {len(wanted)}")
    left = collections.Counter(tuple(canonical(v) for v in row) for row in wanted)
    right = collections.Counter(tuple(canonical(v) for v in row) for row in arrived)
    for row, count in list((left - right).items())[:3]:
        faults.append(f"missing {count} times: {str(row)[:300]}")
    for row, count in list((right - left).items())[:3]:
        faults.append(f"too many, {count} times: {str(row)[:300]}")
    for index, column in enumerate(columns):
        values = [row[index] for row in arrived]
        # typeof by the declared type, for every value that is there
        found = {type(v).__name__ for v in values if v is not None}
        allowed = {"integer": {"int"}, "real": {"float"}, "text": {"str"}}[expected_type(column["type"])]
        if found - allowed:
            faults.append(f"{column['name']} ({column['type']}) holds {found}")
        nulls, other = sum(v is None for v in values), sum(row[index] is None for row in wanted)
        if nulls != other:
            faults.append(f"{column['name']}: {nulls} NULLs, not {other}")
        if len(set(values)) != len({row[index] for row in wanted}):
            faults.append(f"{column['name']}: other distinct values")
    return faults, len(arrived) * len(columns), wanted


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--lines", type=int, default=50_000)
    arguments.add_argument("--seed", type=int, default=7)
    options = arguments.parse_args()
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="kleene-mock.") as directory:
        data = ["--scale", str(options.lines), "--seed", str(options.seed)]
        began = time.monotonic()
        subprocess.run([BUILD / "kleene-ns-mock", "dump", *data, "--output", f"{directory}/truth.db"], check=True)
        print(f"the mock's own data: {time.monotonic() - began:.1f} s")
        mock = subprocess.Popen([BUILD / "kleene-ns-mock", "serve", *data], stdout=subprocess.PIPE, text=True)
        try:
            address = json.loads(mock.stdout.readline())
            program = [str(BUILD / "kleene-ns")]
            flags = ["--mock", f"{address['host']}:{address['port']}", "--state-dir", f"{directory}/state", "--format", "json"]

            def ask(*words):
                answer = subprocess.run([*program, *words, *flags], check=True, capture_output=True, text=True, cwd=directory)
                return json.loads(answer.stdout)

            tables = [t["table"] for t in ask("tables")]
            configuration = {
                "source": {
                    "account_id": address["account"], "role_id": address["role"],
                    "auth": {"method": "tba", **{k: {"env": "NONE"} for k in ("consumer_key", "consumer_secret", "token_id", "token_secret")}}},
                "destination": {"type": "sqlite", "path": "netsuite.db"},
                "extracts": [{"name": t, "table": t, "destination_table": "d_" + t} for t in tables]}
            pathlib.Path(directory, "kleene-ns.json").write_text(json.dumps(configuration))
            began = time.monotonic()
            run = subprocess.run([*program, "extract", *flags, "--quiet"], cwd=directory, capture_output=True, text=True)
            took = time.monotonic() - began
            if run.returncode != 0:
                print(run.stderr[-3000:])
            results = {r["extract"]: r for r in json.loads(run.stdout)}
            print(f"{len(tables)} tables extracted in {took:.1f} s, exit code {run.returncode}")
            truth, got = sqlite3.connect(f"{directory}/truth.db"), sqlite3.connect(f"{directory}/netsuite.db")
            cells = 0
            everything = collections.Counter()
            for table in tables:
                columns = ask("columns", table)
                chosen = [c for c in columns if not c["calculated"]]
                faults = [] if results[table]["status"] == "succeeded" else [str(results[table]["failure"])]
                if not faults:
                    faults, count, rows = compare(truth, got, table, chosen, "d_" + table)
                    cells += count
                    everything["rows"] += len(rows)
                    everything["nulls"] += sum(v is None for row in rows for v in row)
                    everything["values"] += sum(v is not None for row in rows for v in row)
                    everything["non-ASCII"] += sum(isinstance(v, str) and not v.isascii() for row in rows for v in row)
                    everything["negative ids"] += sum(isinstance(row[0], int) and row[0] < 0 for row in rows)
                    here = [c[1] for c in got.execute(f"PRAGMA table_info({quote('d_' + table)})")]
                    if here != [c["name"] for c in chosen] + list(EXTRA):
                        faults.append("other columns, or in another order, than the catalog's")
                print(f"{'FAIL' if faults else 'ok  '} {table}: {len(rows) if not faults else 'see below'} rows")
                for fault in faults:
                    print("      ", fault)
                passed, failed = passed + (not faults), failed + bool(faults)
            hidden = set(r[0] for r in truth.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")) - set(tables)
            print(f"{cells} cells; {dict(everything)}; not listed for this role: {sorted(hidden)}")
            # What makes the comparison worth something.
            for name, least in (("rows", options.lines), ("nulls", options.lines), ("values", options.lines * 10), ("non-ASCII", 100), ("negative ids", 3)):
                if everything[name] < least:
                    print(f"FAIL only {everything[name]} {name}, at least {least} were promised")
                    failed += 1
        finally:
            mock.terminate()
            mock.wait()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
