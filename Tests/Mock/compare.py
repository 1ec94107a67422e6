"""Every table of the mock, discovered and extracted by kleene-ns, against what the mock holds.

Shares no code with the product or the mock: it runs both as programs, reads the mock's own dump and the product's destination with
Python's sqlite3, and compares each row, value and type, as multisets and by key. It asserts the shares of NULLs and of distinct values, so
that an empty comparison cannot pass. Last line: `N passed, M failed`.

    compare.py [--lines N] [--seed K]
"""

import argparse
import collections
import hashlib
import itertools
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


def digest(row):
    """Stands for a row, types included, so that 1, 1.0 and '1' differ: a million rows are more than memory holds.

    -0.0 is stored as 0.0, as the product says.
    """
    text = repr(row)
    if "-0.0" in text:
        text = repr(tuple(v + 0.0 if isinstance(v, float) else v for v in row))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def quote(name):
    return '"' + name.replace('"', '""') + '"'


def expected_type(type_name):
    return {"BIGINT": "integer", "INTEGER": "integer", "SMALLINT": "integer", "DOUBLE": "real"}.get(type_name.upper(), "text")


def examples(database, statement, wanted):
    """The first rows that have one of these digests."""
    return [str(row)[:300] for row in itertools.islice((r for r in database.execute(statement) if digest(r) in wanted), 3)]


def compare(truth, got, table, columns, destination, totals):
    """Faults of one table; counts what was compared in `totals`."""
    names = ", ".join(quote(c["name"]) for c in columns)
    wanted, arrived = f"SELECT {names} FROM {quote(table)}", f"SELECT {names} FROM {quote(destination)}"
    faults, counts, left = [], collections.Counter(), collections.Counter()
    for row in truth.execute(wanted):
        left[digest(row)] += 1
        nulls = row.count(None)
        counts["rows"] += 1
        counts["nulls"] += nulls
        counts["values"] += len(row) - nulls
        counts["non-ASCII"] += sum(isinstance(v, str) and not v.isascii() for v in row)
        counts["negative ids"] += isinstance(row[0], int) and row[0] < 0
    right = collections.Counter(map(digest, got.execute(arrived)))
    if right.total() != left.total():
        faults.append(f"{right.total()} rows, not {left.total()}")
    if left != right:
        faults += ["missing: " + row for row in examples(truth, wanted, left - right)]
        faults += ["too many: " + row for row in examples(got, arrived, right - left)]
    # By SQL, as whoever reads the destination would: types by the declared type for every value that is there, NULLs, and
    # how many values there are.
    for start in range(0, len(columns), 50):
        some = columns[start:start + 50]
        def ask(database, source, form):
            return database.execute(f"SELECT {', '.join(form.format(quote(c['name'])) for c in some)} FROM {quote(source)}").fetchone()
        for column, found in zip(some, ask(got, destination, "group_concat(DISTINCT typeof({}))")):
            if set((found or "").split(",")) - {"", "null", expected_type(column["type"])}:
                faults.append(f"{column['name']} ({column['type']}) holds {found}")
        form = "count(*) - count({0})"
        for column, ours, theirs in zip(some, ask(got, destination, form), ask(truth, table, form)):
            if ours != theirs:
                faults.append(f"{column['name']}: {ours} NULLs, not {theirs}")
        counts["distinct values"] += sum(ask(got, destination, "count(DISTINCT {})"))
    totals.update(counts)
    totals["cells"] += right.total() * len(columns)
    return faults, counts["rows"]


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
            catalog = {t: ask("columns", t) for t in tables}
            configuration = {
                "source": {
                    "account_id": address["account"], "role_id": address["role"],
                    "auth": {"method": "tba", **{k: {"env": "NONE"} for k in ("consumer_key", "consumer_secret", "token_id", "token_secret")}}},
                "destination": {"type": "sqlite", "path": "netsuite.db"},
                "extracts": [{"name": t, "table": t, "destination_table": "d_" + t} for t in tables] + [
                    # Calculated columns come only when they are named.
                    {"name": t + " whole", "table": t, "destination_table": "w_" + t, "columns": [c["name"] for c in columns]}
                    for t, columns in catalog.items() if any(c["calculated"] for c in columns)]}
            pathlib.Path(directory, "kleene-ns.json").write_text(json.dumps(configuration))
            began = time.monotonic()
            run = subprocess.run([*program, "extract", *flags, "--quiet"], cwd=directory, capture_output=True, text=True)
            took = time.monotonic() - began
            if run.returncode != 0:
                print(run.stderr[-3000:])
            results = {r["extract"]: r for r in json.loads(run.stdout)}
            print(f"{len(tables)} tables extracted in {took:.1f} s, exit code {run.returncode}")
            truth, got = sqlite3.connect(f"{directory}/truth.db"), sqlite3.connect(f"{directory}/netsuite.db")
            everything = collections.Counter()
            began = time.monotonic()
            for table in tables:
                columns = catalog[table]
                chosen = [c for c in columns if not c["calculated"]]
                faults = [] if results[table]["status"] == "succeeded" else [str(results[table]["failure"])]
                rows = None
                if not faults:
                    faults, rows = compare(truth, got, table, chosen, "d_" + table, everything)
                    here = [c[1] for c in got.execute(f"PRAGMA table_info({quote('d_' + table)})")]
                    if here != [c["name"] for c in chosen] + list(EXTRA):
                        faults.append("other columns, or in another order, than the catalog's")
                if len(chosen) < len(columns) and not faults:
                    named = results[table + " whole"]
                    faults = [str(named["failure"])] if named["status"] != "succeeded" else \
                        compare(truth, got, table, columns, "w_" + table, collections.Counter())[0]
                    everything["tables with calculated columns"] += 1
                print(f"{'FAIL' if faults else 'ok  '} {table}: {'see below' if faults else f'{rows} rows'}")
                for fault in faults:
                    print("      ", fault)
                passed, failed = passed + (not faults), failed + bool(faults)
            hidden = set(r[0] for r in truth.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")) - set(tables)
            print(f"compared in {time.monotonic() - began:.1f} s: {dict(everything)}; not listed for this role: {sorted(hidden)}")
            # What makes the comparison worth something.
            for name, least in (("rows", options.lines), ("nulls", options.lines), ("values", options.lines * 10),
                                ("distinct values", options.lines), ("non-ASCII", 100), ("negative ids", 3),
                                ("tables with calculated columns", 4)):
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
