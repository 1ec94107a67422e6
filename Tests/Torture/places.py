"""Where rows go: a SQLite file, or a schema of a PostgreSQL server. What is there, and who looks on meanwhile."""

import json
import os
import pathlib
import shutil
import sqlite3
import time

from mock import COLUMNS
from reader import Reader, look

# What there is before anything was loaded.
NOTHING = (None, (), 0)


class SQLitePlace:
    """A database file."""

    kind = "sqlite"
    environment = {}

    def __init__(self, path):
        self.path = pathlib.Path(path)

    @property
    def configuration(self):
        return {"type": "sqlite", "path": str(self.path)}

    def side(self, _):
        """The directories in which locks and staging lie."""
        return [pathlib.Path(str(self.path) + ".kleene")]

    def exists(self):
        return self.path.exists()

    def settle(self):
        """Nothing of a run outlives its processes."""

    def look(self):
        """The state as it is now, by a connection of its own."""
        return look(self.path)

    def watchers(self, draws):
        """Who looks on while a run is under way."""
        return [Reader(self.path)] if draws.random() < 0.6 else []

    def tolerates(self, seen, before, remakes):
        """Whether a state that is neither that of before nor that of afterwards may be seen all the same."""
        return seen == NOTHING and before[2] == 0

    def records(self):
        """Succeeded runs, by their ids."""
        if not self.path.exists():
            return {}
        with sqlite3.connect(self.path, timeout=30) as database:
            try:
                rows = database.execute("SELECT run_id, record FROM _kleene_runs WHERE status = 'succeeded'").fetchall()
            except sqlite3.OperationalError:
                rows = []
        database.close()
        return {run: json.loads(record) for run, record in rows}

    def rows(self):
        """All rows; None where there is no table."""
        with sqlite3.connect(self.path) as database:
            # The table is absent until the first load.
            if database.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'd'").fetchone()[0] == 0:
                return None
            rows = database.execute(f"SELECT {', '.join(COLUMNS)} FROM d").fetchall()
        database.close()
        return rows

    def watermarks(self):
        with sqlite3.connect(self.path) as database:
            rows = database.execute("SELECT watermark FROM _kleene_watermarks").fetchall()
        database.close()
        return rows

    def damage(self):
        with sqlite3.connect(self.path) as database:
            found = database.execute("PRAGMA integrity_check").fetchall()
        database.close()
        return [] if found == [("ok",)] else found

    def empty(self):
        with sqlite3.connect(self.path, timeout=30) as database:
            database.execute("DELETE FROM d")
        database.close()

    def remove(self, draws):
        """Takes the destination away, as a person might."""
        # Some people do not know of the log, which then lies there without its file.
        for suffix in ("", "-wal", "-shm") if draws.random() < 0.5 else ("",):
            pathlib.Path(str(self.path) + suffix).unlink(missing_ok=True)

    def close(self):
        """Nothing is left open."""


class PostgresPlace:
    """A schema of the server of with-postgres.sh. The books of all schemas of a database lie together."""

    kind = "postgresql"

    def __init__(self, schema, extract="t"):
        # Who tortures a file needs no such module.
        from postgres import connect

        self.schema = schema
        # By which the server's list of sessions tells the methods apart.
        self.extract = extract
        self.environment = {"TORTURE_PASSWORD": os.environ["KLEENE_PG_PASSWORD"]}
        self.connection = connect(schema)
        self.ask(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        self.ask(f"CREATE SCHEMA {schema}")
        self.forget()
        # Of each state, what a dump of it holds.
        self.dumps = {}

    @property
    def configuration(self):
        return {"type": "postgresql", "host": os.environ["KLEENE_PG_HOST"], "port": int(os.environ["KLEENE_PG_PORT"]),
                "database": os.environ["KLEENE_PG_DATABASE"], "user": os.environ["KLEENE_PG_USER"],
                "password": {"env": "TORTURE_PASSWORD"}, "schema": self.schema}

    def side(self, state_directory):
        return list(pathlib.Path(state_directory).glob("destinations/postgresql-*.kleene"))

    def ask(self, sql, parameters=None):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []

    def has(self, table):
        return self.ask("SELECT pg_catalog.to_regclass(%s) IS NOT NULL", (table,))[0][0]

    def exists(self):
        return self.has("d")

    def settle(self):
        """Waits until the server has noticed that the program is gone: a COMMIT that was sent is carried out."""
        end = time.monotonic() + 30
        while self.ask("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", (f"kleene-ns {self.extract}",))[0][0]:
            if time.monotonic() > end:
                raise RuntimeError("sessions stay open at the server although the program has ended")
            time.sleep(0.002)

    def look(self):
        from postgres import contents, state

        self.ask("BEGIN ISOLATION LEVEL REPEATABLE READ")
        try:
            found = state(self.connection)
            if found[0] is not None:
                self.dumps[found] = contents(self.connection)
            return found
        finally:
            self.ask("COMMIT")

    def watchers(self, draws):
        from postgres import Dumper, PostgresReader

        found = []
        if draws.random() < 0.6:
            found += [PostgresReader(self.schema, "READ COMMITTED"), PostgresReader(self.schema, "REPEATABLE READ")]
        if draws.random() < 0.25:
            found.append(Dumper(self))
        return found

    def tolerates(self, seen, before, remakes):
        """A transaction that began before a table was made, or made again, sees it empty, as PostgreSQL's manual has it of TRUNCATE."""
        if seen == NOTHING:
            return before[2] == 0
        return seen[0] == "emptied" and seen[1:] == before[1:] and (remakes or before[0] is None or before[0][0] == 0)

    def records(self):
        if not self.has("_kleene.runs"):
            return {}
        return dict(self.ask("SELECT run_id, record FROM _kleene.runs WHERE status = 'succeeded' AND schema = %s", (self.schema,)))

    def rows(self):
        if not self.exists():
            return None
        named = ", ".join(f"{c}::text" if c == "lastmodifieddate" else c for c in COLUMNS)
        return self.ask(f"SELECT {named} FROM d")

    def watermarks(self):
        return self.ask("SELECT watermark FROM _kleene.watermarks WHERE schema = %s", (self.schema,))

    def damage(self):
        """Tables under other names, which a load makes and does not leave."""
        return self.ask("SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r' AND relname <> 'd'",
                        (self.schema,))

    def empty(self):
        self.ask("DELETE FROM d")

    def forget(self):
        if self.has("_kleene.edits"):
            for table in ("tables", "runs", "watermarks", "edits"):
                self.ask(f"DELETE FROM _kleene.{table} WHERE schema = %s", (self.schema,))

    def remove(self, draws):
        self.ask("DROP TABLE IF EXISTS d")
        self.forget()

    def close(self):
        self.ask(f"DROP SCHEMA {self.schema} CASCADE")
        self.forget()
        self.connection.close()


def place(kind, method, directory):
    if kind == "sqlite":
        return SQLitePlace(pathlib.Path(directory) / "d.db")
    schema = "torture_" + method.replace("-", "_")
    return PostgresPlace(schema, extract=schema)
