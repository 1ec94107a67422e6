"""Who looks at a PostgreSQL destination all the time while runs are killed: readers of two isolation levels, and pg_dump."""

import hashlib
import os
import re
import subprocess
import time

import psycopg2

from mock import COLUMNS
from reader import Watcher

NAMED = ", ".join(COLUMNS)


def connect(schema):
    """A session that finds the schema's tables by their names. Each statement is a transaction unless one is begun."""
    connection = psycopg2.connect(
        host=os.environ["KLEENE_PG_HOST"], port=os.environ["KLEENE_PG_PORT"], user=os.environ["KLEENE_PG_USER"],
        password=os.environ["KLEENE_PG_PASSWORD"], dbname=os.environ["KLEENE_PG_DATABASE"], application_name="torture")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', %s, false)", (schema,))
    return connection


# Rows, watermark and records of succeeded runs in one statement, which sees one moment: what may only change together.
ROWS = f"(SELECT count(*) || ',' || coalesce(sum(hashtextextended(row({NAMED})::text, 0)::numeric), 0) FROM d)"
BOOKS = """
  (SELECT coalesce(string_agg(watermark || ' ' || coalesce(run_id, ''), ','), '') FROM _kleene.watermarks WHERE schema = current_schema()),
  (SELECT count(*) FROM _kleene.runs WHERE schema = current_schema() AND status = 'succeeded')"""


def state(connection):
    """The state that one statement sees; parts that are not there yet are none. What is there is asked before it and behind it: a load
    may end in between, and a table that was not asked for is not one that was not there."""
    asked = None
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT to_regclass('d') IS NOT NULL, to_regclass('_kleene.edits') IS NOT NULL")
            there = cursor.fetchone()
            if there == asked:
                break
            asked = has_rows, has_books = there
            cursor.execute(f"SELECT {ROWS if has_rows else 'NULL'}, {BOOKS if has_books else chr(39) * 2 + ', 0'}")
            rows, watermark, runs = cursor.fetchone()
    if rows is not None:
        count, digest = rows.split(",")
        rows = (int(count), digest)
    return (rows, (watermark,) if watermark else (), runs)


def digest(lines):
    """Of rows as COPY writes them, whatever their order."""
    return hashlib.md5("\n".join(sorted(lines)).encode()).hexdigest()


def contents(connection):
    """What a dump would hold of the table as it is."""
    import io

    buffer = io.StringIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY (SELECT {NAMED} FROM d) TO STDOUT", buffer)
    return digest(buffer.getvalue().splitlines())


class PostgresReader(Watcher):
    """As any user's program: READ COMMITTED by single statements, REPEATABLE READ by transactions that look some time after their
    beginning."""

    def __init__(self, schema, level):
        super().__init__()
        self.schema = schema
        self.level = level

    def watch(self):
        connection = connect(self.schema)
        is_repeatable = self.level == "REPEATABLE READ"
        while True:
            is_last = self.ended.is_set()
            try:
                if is_repeatable:
                    with connection.cursor() as cursor:
                        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
                        cursor.execute("SELECT 1")
                    time.sleep(0.01)
                found = state(connection)
                if is_repeatable and found[0] is not None and found[0][0] == 0:
                    found = ("emptied", *found[1:])
                self.keep(found)
            except psycopg2.errors.UndefinedTable:
                # It was there when its name was looked for: in the first moments of a table, or of the books.
                pass
            finally:
                if is_repeatable:
                    with connection.cursor() as cursor:
                        cursor.execute("ROLLBACK")
            if is_last:
                break
            time.sleep(0.003)
        connection.close()


class Dumper(Watcher):
    """pg_dump in a loop. A dump that failed because a table was made again under it is counted, and is none."""

    counted = "dumps"
    COPY = re.compile(r"^COPY ([^ ]+) \((.*)\) FROM stdin;$")

    def __init__(self, place):
        super().__init__()
        self.place = place
        self.failures = []

    def watch(self):
        environment = {**os.environ, "PGPASSWORD": os.environ["KLEENE_PG_PASSWORD"], "PGHOST": os.environ["KLEENE_PG_HOST"],
                       "PGPORT": os.environ["KLEENE_PG_PORT"], "PGUSER": os.environ["KLEENE_PG_USER"]}
        while True:
            is_last = self.ended.is_set()
            done = subprocess.run(
                ["pg_dump", "-d", os.environ["KLEENE_PG_DATABASE"], "-n", self.place.schema, "-n", "_kleene"], env=environment,
                stdin=subprocess.DEVNULL, capture_output=True, text=True)
            if done.returncode == 0:
                self.keep(self.read(done.stdout))
            else:
                self.failures.append(done.stderr.strip()[-300:])
            if is_last:
                break

    def would_see(self, found):
        if found[0] is None:
            return found
        return (("dump", found[0][0], self.place.dumps[found]), *found[1:])

    def read(self, text):
        """The state that a dump holds: its rows as they are digested, its watermark, its records of succeeded runs."""
        rows, watermark, runs = None, "", 0
        table = names = None
        lines = []
        for line in text.splitlines():
            if table is None:
                if match := self.COPY.match(line):
                    table, names = match.group(1), [n.strip().strip('"') for n in match.group(2).split(",")]
                    lines = []
                continue
            if line != "\\.":
                lines.append(line.split("\t"))
                continue
            if table == f"{self.place.schema}.d":
                places = [names.index(c) for c in COLUMNS]
                # A table that was made again behind the beginning of the dump.
                rows = "emptied" if not lines else ("dump", len(lines), digest("\t".join(line[i] for i in places) for line in lines))
            own = [dict(zip(names, line)) for line in lines if "schema" in names and line[names.index("schema")] == self.place.schema]
            if table == "_kleene.watermarks":
                watermark = ",".join(f"{r['watermark']} {'' if r['run_id'] == chr(92) + 'N' else r['run_id']}" for r in own)
            elif table == "_kleene.runs":
                runs = sum(r["status"] == "succeeded" for r in own)
            table = None
        return (rows, (watermark,) if watermark else (), runs)


