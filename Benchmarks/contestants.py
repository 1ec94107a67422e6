"""Who takes part: how each is started, and with which settings."""

import dataclasses
import os
import pathlib
import subprocess
import sys
from collections.abc import Callable

import seed

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parent / ".build/bench"
KLEENE_NS = os.environ.get("KLEENE_NS", str(HERE.parent / ".build/release/kleene-ns"))
# An older kleene-ns that takes part beside it, so that a change is measured and not remembered.
BEFORE = os.environ.get("KLEENE_NS_BEFORE")
VENV = BUILD / "venv"
STORAGE = {"bigint": "INTEGER", "integer": "INTEGER", "double precision": "REAL"}

# kleene-ns's own presets for psqlodbc (Sources/ODBC/DriverProfile.swift), given to everyone: without UseDeclareFetch the driver
# keeps the whole result in memory, and with Debian's CommLog it writes a log.
PRESETS = {
    "UseDeclareFetch": "1", "Fetch": "2000", "MaxVarcharSize": "4000", "MaxLongVarcharSize": "8190", "BoolsAsChar": "0",
    "UnknownsAsLongVarchar": "1", "ByteaAsLongVarBinary": "1", "CommLog": "0", "Debug": "0"}

# What kleene-ns's worker starts with (Sources/KleeneNS/Worker/WorkerSession.swift), for the floors.
TUNED = ["/usr/bin/env", "GLIBC_TUNABLES=glibc.malloc.tcache_count=65535"]


@dataclasses.dataclass
class Contestant:
    name: str
    # (table, destination, load method) to a command.
    command: Callable
    settings: str
    # Whether it takes part where the destination is new, and where it holds the table already, by a load method.
    makes: bool = True
    loads: bool = False
    # Whether it makes a file whose values can be compared.
    stores: bool = True
    # Whether it does what kleene-ns does where it takes part: ratios are to it.
    is_yardstick: bool = False
    # Whether it is timed only once where rounds are dear.
    is_rival: bool = True


def connection_string():
    parts = {
        "Driver": "PostgreSQL Unicode", "Servername": os.environ["KLEENE_PG_HOST"], "Port": os.environ["KLEENE_PG_PORT"],
        "Database": os.environ["KLEENE_PG_DATABASE"], "UID": seed.USER, "PWD": seed.PASSWORD, **PRESETS}
    return ";".join(f"{key}={value}" for key, value in parts.items())


def environment(table):
    """What every contestant finds in its environment."""
    columns = ", ".join(f'"{name}" {STORAGE.get(kind, "TEXT")}' for name, kind, _ in seed.columns_of(table))
    return {
        **os.environ, "FLOOR_CONNECTION": connection_string(), "BENCH_CONNECTION": connection_string(),
        "BENCH_PASSWORD": seed.PASSWORD, "BENCH_DDL": f'CREATE TABLE "{table}" ({columns})',
        "PGHOST": os.environ["KLEENE_PG_HOST"], "PGPORT": os.environ["KLEENE_PG_PORT"], "PGUSER": seed.USER,
        "PGPASSWORD": seed.PASSWORD, "PGDATABASE": os.environ["KLEENE_PG_DATABASE"], "PYTHONDONTWRITEBYTECODE": "1"}


def kleene_ns(*extra, program=KLEENE_NS):
    def command(table, destination, method):
        return [
            program, "extract", "--driver", "PostgreSQL Unicode", "--attribute", f"Servername={os.environ['KLEENE_PG_HOST']}",
            "--attribute", f"Port={os.environ['KLEENE_PG_PORT']}", "--attribute",
            f"Database={os.environ['KLEENE_PG_DATABASE']}", "--user", seed.USER, "--password-env", "BENCH_PASSWORD", "--schema",
            "public", "--table", table, "--destination", destination, "--destination-table", table, "--load-method", method,
            "--state-dir", f"{destination}.state", "--quiet", *extra]
    return command


def floor(*extra):
    return lambda table, destination, method: [
        *TUNED, str(BUILD / "floor-load"), "--table", table, "--destination", destination, "--load-method", method, *extra]


def python(script):
    return lambda table, destination, method: [str(VENV / "bin/python"), str(HERE / "rivals" / script), table, destination]


def shell(script):
    return lambda table, destination, method: [str(HERE / "rivals" / script), table, destination]


def everyone():
    """All contestants that can run here, and sentences about those that cannot."""
    contestants = [
        Contestant("kleene-ns", kleene_ns(), "defaults: batches of 8 MiB, 2000 rows, two of them; run columns added",
                   loads=True, is_rival=False),
        Contestant("floor: fetch only", lambda table, destination, method: [*TUNED, str(BUILD / "floor-fetch"), "--table", table],
                   "C, rows thrown away; kleene-ns's C types, slots, batch", stores=False, is_rival=False),
        Contestant("floor: first load", floor("--first"),
                   "C, two threads, rows straight into a new file without journal, synced and renamed; kleene-ns's settings and columns",
                   is_rival=False, is_yardstick=True),
        Contestant("floor: fetch and load", floor(), "C, two threads, staging, then INSERT…SELECT; kleene-ns's settings and columns",
                   makes=False, loads=True, is_rival=False, is_yardstick=True),
        Contestant("floor: without staging", floor("--direct"), "the same, rows straight into the destination's table in one transaction",
                   makes=False, loads=True, is_rival=False),
        Contestant("psql COPY, sqlite3", shell("psql_copy.sh"), "no ODBC; COPY … CSV into .import"),
        Contestant("isql, sqlite3", shell("isql.sh"), "isql -b -d'|' into .import"),
    ]
    if BEFORE:
        contestants.insert(1, Contestant(
            "kleene-ns before", kleene_ns(program=BEFORE), "KLEENE_NS_BEFORE: an older one", loads=True, is_rival=False))
    notes = []
    for module, label, settings in [
        ("pyodbc", "pyodbc, sqlite3", "fetchmany(5000) into executemany, one transaction"),
        ("arrow_odbc", "arrow-odbc, sqlite3", "batches of 5000, max_text_size 4096, fetch_concurrently, float32 mapped to float64; executemany, one transaction"),
        ("pandas", "pandas", "read_sql(chunksize=5000) through pyodbc, to_sql"),
        ("turbodbc", "turbodbc, sqlite3", "Megabytes(8), use_async_io, extra capacity for Unicode; fetchmany(5000) into executemany"),
    ]:
        probe = subprocess.run(
            [str(VENV / "bin/python"), "-c", f"import importlib.metadata as m, {module}; print(m.version('{module.replace('_', '-')}'))"],
            capture_output=True, text=True)
        if probe.returncode:
            log = BUILD / f"{module}.log"
            why = next((line.strip() for line in log.read_text().splitlines() if "ERROR" in line), "") if log.exists() else ""
            notes.append(f"{label} takes no part: {module} does not install or load here. {why}".strip())
            continue
        contestants.append(Contestant(label, python(f"{module}_sqlite.py"), f"{probe.stdout.strip()}: {settings}"))
    return contestants, notes
