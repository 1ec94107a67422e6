"""Fills the benchmark's tables in PostgreSQL: the same rows on every machine, by arithmetic alone.

    seed.py TABLE…      such as transactionline_20000, narrow_2000000, wide120_100000, wide700_20000

`transactionline_N` has the 24 columns that matter of NetSuite's table: identifiers, small integers, amounts as doubles, 'T' and 'F',
short texts, a memo now and then, timestamps, dates; about a third of all values are NULL. Traps are among them, so that a check can
find who changes values: empty strings beside NULLs, microseconds, doubles of 17 digits, text beyond ASCII, line breaks, delimiters.

The server is found by KLEENE_PG_*, as Scripts/with-postgres.sh sets them. Every table is made once. A role without special
characters in its password is made too, for rivals whose connection strings cannot carry them.
"""

import os
import re
import subprocess
import sys

USER = PASSWORD = "bench"


def mixed(k):
    """A number below 2^31 that looks random, for column k of row i."""
    # Knuth's multiplier times an odd number: each column gets a walk of its own.
    return f"(((i * {2654435761 * (2 * k + 1) % 2**32} + {k * 40503}) % 4294967296) / 2)"


def sometimes(k, percent, value, otherwise="NULL"):
    return f"CASE WHEN {mixed(k)} / 1000 % 100 < {percent} THEN {value} ELSE {otherwise} END"


def amount(k):
    return f"(({mixed(k)} % 20000000) - 5000000) / 100.0::double precision"


MEMO = (
    "CASE i % 5 WHEN 0 THEN 'Invoice ' || i || ', ' || repeat('net thirty days; ', (i % 14)::int) "
    "WHEN 1 THEN 'Größe ' || (i % 50) || ' – façade, 数量 ' || (i % 9) "
    "WHEN 2 THEN 'Line one' || chr(10) || 'line \"two\", | and' || chr(9) || 'tab ' || i "
    "WHEN 3 THEN md5(i::text) || md5((i + 1)::text) ELSE 'Freight' END")

TRANSACTIONLINE = [
    ("uniquekey", "bigint", "i"),
    ("transaction", "bigint", "100000 + i / 7"),
    ("id", "integer", "i % 7"),
    ("linesequencenumber", "integer", "i % 7 + 1"),
    ("item", "bigint", sometimes(1, 60, f"{mixed(2)} % 40000")),
    ("expenseaccount", "bigint", sometimes(30, 60, f"{mixed(3)} % 900")),
    ("entity", "bigint", sometimes(4, 40, f"5000000000 + {mixed(5)} % 90000")),
    ("department", "integer", sometimes(6, 40, f"{mixed(7)} % 60")),
    ("class", "integer", sometimes(8, 30, f"{mixed(9)} % 200")),
    ("location", "integer", sometimes(10, 30, f"{mixed(11)} % 25")),
    ("subsidiary", "integer", f"{mixed(12)} % 12 + 1"),
    ("quantity", "double precision", sometimes(13, 50, f"-({mixed(14)} % 500)")),
    ("rate", "double precision", sometimes(15, 50, f"({mixed(16)} % 9999991) / 7.0::double precision")),
    ("foreignamount", "double precision", amount(17)),
    ("netamount", "double precision", amount(18)),
    ("debitforeignamount", "double precision", sometimes(19, 50, f"abs({amount(20)})")),
    ("mainline", "varchar(1)", "CASE WHEN i % 7 = 0 THEN 'T' ELSE 'F' END"),
    ("taxline", "varchar(1)", "CASE WHEN i % 7 = 6 THEN 'T' ELSE 'F' END"),
    ("isclosed", "varchar(1)", sometimes(21, 50, "'T'", "'F'")),
    ("itemtype", "varchar(32)", sometimes(22, 70, f"(ARRAY['InvtPart','Service','NonInvtPart','TaxItem'])[{mixed(23)} % 4 + 1]")),
    ("units", "varchar(40)", sometimes(24, 25, f"(ARRAY['Each','','Case of 12','Kilogram'])[{mixed(25)} % 4 + 1]")),
    ("memo", "varchar(4000)", sometimes(26, 20, MEMO)),
    ("linelastmodifieddate", "timestamp", f"timestamp '2019-01-01' + i * interval '61 seconds' "
        f"+ CASE WHEN i % 10 = 0 THEN {mixed(27)} % 1000000 ELSE 0 END * interval '1 microsecond'"),
    ("expectedshipdate", "date", sometimes(28, 30, f"date '2019-01-01' + ({mixed(29)} % 2500)::int")),
]

NARROW = [TRANSACTIONLINE[k] for k in (0, 1, 13, 16, 22)]


def wide(columns):
    """A table as NetSuite's `transaction` is with many custom fields: most values NULL."""
    made = [("uniquekey", "bigint", "i")]
    for k in range(1, columns):
        kind, value = [
            ("bigint", f"{mixed(k)} % 1000000"), ("double precision", amount(k)), ("varchar(1)", "'T'"),
            ("varchar(100)", f"'value ' || {mixed(k)} % 500"),
            ("timestamp", f"timestamp '2020-01-01' + {mixed(k)} % 2000000 * interval '1 minute'")][k % 5]
        made.append((f"custbody_{k}", kind, sometimes(k + columns, 40, value)))
    return made


def columns_of(table):
    """Name, type and SQL of each column of a table of ours."""
    shape = re.fullmatch(r"(transactionline|narrow|wide)(\d*)_(\d+)", table)
    if not shape:
        raise SystemExit(f"seed.py: {table} is no table of the benchmark")
    return {"transactionline": TRANSACTIONLINE, "narrow": NARROW}.get(shape[1]) or wide(int(shape[2]))


def psql(sql):
    """Runs SQL as the server's owner; stops at the first error. Returns what it prints, unaligned."""
    environment = {
        **os.environ, "PGHOST": os.environ["KLEENE_PG_HOST"], "PGPORT": os.environ["KLEENE_PG_PORT"],
        "PGUSER": os.environ["KLEENE_PG_USER"], "PGPASSWORD": os.environ["KLEENE_PG_PASSWORD"],
        "PGDATABASE": os.environ["KLEENE_PG_DATABASE"]}
    return subprocess.run(
        ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1"], input=sql, env=environment, check=True, capture_output=True, text=True).stdout


def seed(tables):
    psql(f"""DO $$ BEGIN CREATE ROLE {USER} SUPERUSER LOGIN PASSWORD '{PASSWORD}';
        EXCEPTION WHEN duplicate_object THEN NULL; END $$""")
    for table in tables:
        if psql(f"SELECT to_regclass('public.{table}')").strip():
            continue
        rows = int(table.rsplit("_", 1)[1])
        values = ", ".join(f"({value})::{kind} AS {name}" for name, kind, value in columns_of(table))
        # A primary key would do nothing for a whole read; statistics keep the server's plan the same each time.
        psql(f"""CREATE UNLOGGED TABLE {table} AS SELECT {values} FROM generate_series(1, {rows}::bigint) AS i;
            VACUUM (FREEZE, ANALYZE) {table}""")


if __name__ == "__main__":
    seed(sys.argv[1:])
