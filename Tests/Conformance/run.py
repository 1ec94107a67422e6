"""Seeds the three databases, extracts every table with kleene-ns through its stock driver, compares. Needs with-postgres.sh and
with-mariadb.sh around it.

    run.py [postgres|mariadb|sqlite]… [--destination sqlite|postgresql] [--table NAME]… [--no-seed]

KLEENE_NS is the program, .build/release/kleene-ns by default. The last line is `N passed, M failed`; ends with 0 if M is 0.
"""

import argparse
import collections
import importlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from compare import compare
from exclusions import EXCLUSIONS, table_exclusion
from targets import PostgresTarget, SQLiteTarget

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("KLEENE_NS", str(ROOT / ".build/release/kleene-ns"))
PATIENCE = 180  # seconds for one extract


def connection_of(source):
    """Attributes of a source's connection string, the user, and the variable with the password."""
    if source.NAME == "postgres":
        attributes = [("Server", os.environ["KLEENE_PG_HOST"]), ("Port", os.environ["KLEENE_PG_PORT"]), ("Database", os.environ["KLEENE_PG_DATABASE"])]
        return attributes, os.environ["KLEENE_PG_USER"], "KLEENE_PG_PASSWORD"
    if source.NAME == "mariadb":
        attributes = [("SERVER", os.environ["KLEENE_MARIADB_HOST"]), ("PORT", os.environ["KLEENE_MARIADB_PORT"]), ("DATABASE", os.environ["KLEENE_MARIADB_DATABASE"])]
        return attributes, os.environ["KLEENE_MARIADB_USER"], "KLEENE_MARIADB_PASSWORD"
    return [("Database", os.environ["KLEENE_SQLITE_SOURCE"])], None, None


def source_arguments(source):
    attributes, user, password = connection_of(source)
    login = ["--user", user, "--password-env", password] if user else []
    return ["--driver", source.DRIVER] + [a for name, value in attributes for a in ("--attribute", f"{name}={value}")] + login


def configured(source):
    """The same as a configuration has it."""
    attributes, user, password = connection_of(source)
    login = {"user": user, "password": {"env": password}} if user else {}
    return {"profile": "odbc", "driver": source.DRIVER, "attributes": dict(attributes), **login}


def invocation(source, table, target):
    """The command line of one extract. `--option=value` where the value may begin with a dash."""
    schema = ["--schema", table.schema or "public"] if source.NAME == "postgres" else []
    source_flags = source_arguments(source) if target.name == "sqlite" else []
    return [PROGRAM, "extract", *source_flags, *target.flags(source, table), *schema, f"--table={table.name}",
            f"--destination-table={table.name}", "--load-method", "drop_create_load"]


def extract(source, table, target, home):
    """(exit code, what it said). State and configuration of the user's own are out of reach."""
    environment = {**os.environ, "HOME": str(home), "XDG_STATE_HOME": str(home / "state")}
    try:
        done = subprocess.run(invocation(source, table, target), env=environment, cwd=home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=PATIENCE, text=True, errors="replace")
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired as late:
        return -1, f"no end after {PATIENCE} seconds: {late.stdout or ''}"


def one_table(source, table, target, directory):
    """(passed, line, Verdict or None)"""
    started = time.monotonic()
    code, said = extract(source, table, target, directory)
    took = f"{time.monotonic() - started:.1f} s"
    refusal = table_exclusion(source.NAME, table, target.name)
    if refusal:
        if code == refusal.code:
            if refusal.says and refusal.says not in said:
                return False, f"FAIL {table.title}: refused, but not with {refusal.says!r}:\n       " + "\n       ".join(said.strip().splitlines()[-6:]), None
            return True, f"ok   {table.title}: not extracted, as excluded: {refusal.reason}", None
        return False, f"FAIL {table.title}: excluded, but the extract ended with {code}; if it is right now, take the line out of exclusions.py", None
    if code != 0:
        return False, f"FAIL {table.title}: the extract ended with {code}, {took}:\n       " + "\n       ".join(said.strip().splitlines()[-6:]), None
    verdict = compare(source, table, target.compared(source, table))
    target.remove(source, table)
    return verdict.passed, f"{verdict.line()} [{took}]", verdict


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sources", nargs="*", metavar="postgres|mariadb|sqlite")
    parser.add_argument("--destination", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--table", action="append", help="only this table")
    parser.add_argument("--no-seed", action="store_true", help="the databases are seeded already")
    options = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="kleene-conformance."))
    os.environ.setdefault("KLEENE_SQLITE_SOURCE", str(directory / "source.db"))
    target = SQLiteTarget(directory) if options.destination == "sqlite" else PostgresTarget(directory)
    passed = failed = cells = 0
    excluded, right = collections.Counter(), collections.Counter()
    try:
        for name in options.sources or ["postgres", "mariadb", "sqlite"]:
            source = importlib.import_module(f"seed_{name}")
            source.configured = lambda source=source: configured(source)
            started = time.monotonic()
            if not options.no_seed:
                source.seed()
            print(f"{name} through {source.DRIVER} into {target.name}, seeded in {time.monotonic() - started:.1f} s", flush=True)
            for table in source.tables():
                if options.table and table.title not in options.table:
                    continue
                good, line, verdict = one_table(source, table, target, directory)
                print("  " + line.replace("\n", "\n  "), flush=True)
                passed, failed = passed + good, failed + (not good)
                if verdict:
                    cells += verdict.cells
                    excluded.update(verdict.excluded)
                    right.update(verdict.excluded_but_right)
        print(f"{cells} cells compared, {sum(excluded.values())} excluded:")
        for exclusion in EXCLUSIONS:
            if excluded[exclusion]:
                print(f"  {excluded[exclusion]} of {exclusion.driver} {exclusion.table}.{exclusion.column}: {exclusion.reason}")
            if right[exclusion]:
                print(f"    {right[exclusion]} of them are right all the same: is the predicate too wide, or the line out of date?")
    finally:
        target.close()
        shutil.rmtree(directory, ignore_errors=True)
    # Nothing compared is no success.
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
