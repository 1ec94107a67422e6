"""Where the conformance suite extracts to: a SQLite file for each table, or a schema of the throw-away PostgreSQL.

A target says what of its own a cell is expected to be (rules.py says it for SQLite), and reads the rows back in that form.
"""

import json
import math
import os
import pathlib
import shutil

import psycopg2

from rules import expected

OURS = ("_kleene_run_id", "_kleene_extracted_at")
SCHEMA = "kleene_conformance"


class SQLiteTarget:
    """A file of its own for each table."""

    name = "sqlite"

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)

    def path(self, source, table):
        return self.directory / f"{source.NAME}.{abs(hash(table.title))}.db"

    def flags(self, source, table):
        return ["--destination", str(self.path(source, table))]

    def compared(self, source, table):
        """What compare.py reads."""
        return str(self.path(source, table))

    def remove(self, source, table):
        path = self.path(source, table)
        for file in self.directory.glob(path.name + "*"):
            shutil.rmtree(file) if file.is_dir() else file.unlink()

    def close(self):
        """Nothing is left open."""


class PostgresTarget:
    """A schema; the numbers, dates and identifiers of its tables are read as the server writes them."""

    name = "postgresql"
    # Read as text: psycopg2 would make objects of them that hold less.
    AS_TEXT = ("numeric", "date", "timestamp without time zone", "time without time zone", "uuid", "timestamp with time zone")

    def __init__(self, directory):
        self.configuration = pathlib.Path(directory) / "destination.json"
        self.connection = psycopg2.connect(
            host=os.environ["KLEENE_PG_HOST"], port=os.environ["KLEENE_PG_PORT"], user=os.environ["KLEENE_PG_USER"],
            password=os.environ["KLEENE_PG_PASSWORD"], dbname=os.environ["KLEENE_PG_DATABASE"])
        self.connection.autocommit = True
        self.ask(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        self.ask(f"CREATE SCHEMA {SCHEMA}")

    def ask(self, sql, parameters=None):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []

    def flags(self, source, table):
        self.configuration.write_text(json.dumps({
            "source": source.configured(), "destination": {
                "type": "postgresql", "host": os.environ["KLEENE_PG_HOST"], "port": int(os.environ["KLEENE_PG_PORT"]),
                "database": os.environ["KLEENE_PG_DATABASE"], "user": os.environ["KLEENE_PG_USER"],
                "password": {"env": "KLEENE_PG_PASSWORD"}, "schema": SCHEMA}}))
        return ["--config", str(self.configuration)]

    def compared(self, source, table):
        return self

    def expected(self, kind, raw):
        """rules.py's value; but values of any kind are text, and a double is every double."""
        if raw is None:
            return None
        if kind == "any":
            return raw if isinstance(raw, str) else repr(raw) if isinstance(raw, (int, float)) else raw
        if kind in ("double", "single"):
            return plain(float(raw))
        return expected(kind, raw)

    def read(self, table, verdict, short):
        """The rows in the order of the source's columns; None if the table is not as it should be."""
        columns = self.ask(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = %s AND table_name = %s "
            "ORDER BY ordinal_position", (SCHEMA, table.name))
        if not columns:
            verdict.blame("the destination has no such table")
            return None
        theirs = [name for name, _ in columns if name not in OURS]
        if theirs != [c.name for c in table.columns]:
            verdict.blame(f"the columns are {short(theirs)}, not {short([c.name for c in table.columns])}")
            return None
        quoted = {name: '"' + name.replace('"', '""') + '"' for name, _ in columns}
        place = f'{SCHEMA}."' + table.name.replace('"', '""') + '"'
        for name in OURS:
            if name in quoted and self.ask(f"SELECT count(*) FROM {place} WHERE {name} IS NULL")[0][0]:
                verdict.blame(f"{name} is NULL in some rows")
        cast = ", ".join(quoted[n] + ("::text" if t in self.AS_TEXT else "") for n, t in columns if n not in OURS)
        return [tuple(map(plain, row)) for row in self.ask(f"SELECT {cast} FROM {place}")]

    def remove(self, source, table):
        self.ask(f'DROP TABLE IF EXISTS {SCHEMA}."' + table.name.replace('"', '""') + '"')

    def close(self):
        self.ask(f"DROP SCHEMA {SCHEMA} CASCADE")
        self.connection.close()


def plain(value):
    """A value as Python's DB-API gives it for SQLite."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float) and (value != value or (value == 0 and math.copysign(1, value) < 0)):
        # Neither is told apart from others by comparing.
        return repr(value)
    return bytes(value) if isinstance(value, memoryview) else value
