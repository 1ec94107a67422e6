"""A company's NetSuite in a mock, what happens in it, and the runs of the product by which it is copied."""

import json
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "Mock"))
from channel import Channel

START = "2026-01-05T08:00:00"
# What changes by day: everything, in bursts of minutes and hours.
DAY = ("tables=transaction,transactionLine,customer,item insert=3 update=6 delete=1.5 void=0.3 touch=0.5 spread=0.3 untraced=0.3 "
       "late=0.1 delay=600 bulk=0.02 bulk_rows=30 columns=0.1 changes=2..10 advance=600..5400")
# And while a run of the night goes on: seconds apart.
NIGHT = "changes=1..4 advance=1..20 columns=0"

COLUMNS = {
    "transaction": ["id", "tranid", "memo", "foreigntotal", "voided", "lastmodifieddate"],
    "transactionLine": ["transaction", "id", "memo", "netamount", "quantity", "linelastmodifieddate"],
    "TransactionAccountingLine": ["transaction", "transactionline", "accountingbook", "amount", "debit"],
    "Customer": ["id", "entityid", "companyname", "email", "lastmodifieddate"],
    "item": ["id", "itemid", "displayname", "cost", "lastmodifieddate"],
}
KEYS = {"transaction": ["id"], "transactionLine": ["transaction", "id"],
        "TransactionAccountingLine": ["transaction", "transactionline", "accountingbook"], "Customer": ["id"], "item": ["id"]}
EXTRACTS = {"transaction": "transactions", "transactionLine": "lines", "TransactionAccountingLine": "accounting",
            "Customer": "customers", "item": "items"}
# The server of Scripts/with-postgres.sh, as psql finds it.
SERVER = {f"PG{name}": os.environ.get(f"KLEENE_PG_{name}", "") for name in ["HOST", "PORT", "USER", "PASSWORD", "DATABASE"]}


class Company(Channel):
    def __init__(self, options, directory):
        self.options = options
        self.directory = directory
        # Of each year its own: several may share a server.
        self.schema = f"year_{os.getpid()}"
        self.runs = self.kills = 0
        self.said = []
        self.log_path = directory / "log.db"
        super().__init__(
            options.mock, directory, "--port", "0", "--control-port", "0", "--scale", str(options.scale), "--seed",
            str(options.seed), "--clock", START, "--stop-clock", "--log", str(self.log_path), "--sessions", "500")
        self.control(f"evolve {DAY} seed={options.seed}")
        if options.destination == "postgresql":
            self.psql(f"CREATE SCHEMA {self.schema}")
        self.configure()

    # What the product is told.

    def configure(self):
        without = self.options.without

        def extract(table, more):
            return {"name": EXTRACTS[table], "table": table, "columns": COLUMNS[table], "destination_table": EXTRACTS[table],
                    "unique_columns": KEYS[table], "load_method": "upsert", **more}

        headers = {"extract_type": "incremental", "incremental_key": "lastmodifieddate"}
        if "deletedrecord" not in without:
            headers["deletes"] = {"by": "deletedrecord", "mode": "hard"}
        lines = {"follows": "transactions"}
        books = {"follows": {"extract": "transactions", "own_key": None}}
        if "follows" in without:
            lines = {"extract_type": "incremental", "incremental_key": "linelastmodifieddate"}
            books = {"extract_type": "full", "load_method": "truncate_load"}
        people = {"extract_type": "incremental", "incremental_key": "lastmodifieddate"}
        if "sweep" not in without:
            people["deletes"] = {"by": "sweep", "mode": "hard", "every": "7d", "most": "50%"}
        destination = {"type": "sqlite", "path": "year.db"}
        if self.options.destination == "postgresql":
            destination = {"type": "postgresql", "host": SERVER["PGHOST"], "port": int(SERVER["PGPORT"]),
                           "database": SERVER["PGDATABASE"], "user": SERVER["PGUSER"], "password": {"env": "KLEENE_PG_PASSWORD"},
                           "sslmode": "disable", "schema": self.schema}
        (self.directory / "kleene-ns.json").write_text(json.dumps({
            "source": {"account_id": "1234567_SB1", "role_id": 57, "auth": {
                "method": "tba", "consumer_key": {"env": "CK"}, "consumer_secret": {"env": "CS"},
                "token_id": {"env": "TI"}, "token_secret": {"env": "TS"}},
                "retry": {"first_delay": 0, "longest_delay": 0}},
            "destination": destination,
            "extracts": [extract("transaction", headers), extract("transactionLine", lines),
                         extract("TransactionAccountingLine", books), extract("Customer", people),
                         {"name": "items", "table": "item", "load_method": "drop_create_load", "destination_table": "items"}],
        }, indent=1))

    def program(self, *arguments, login=True):
        flags = ["--mock", self.address, "--state-dir", str(self.directory / "state")] if login else []
        return [str(self.options.binary), *arguments, *flags]

    def ask(self, *arguments, login=True):
        """A command to its end: its code, its output, and what it said beside."""
        self.runs += 1
        done = subprocess.run(self.program(*arguments, login=login), cwd=self.directory, capture_output=True, text=True, timeout=120)
        self.said += (f"$ {' '.join(arguments)}: {done.returncode}\n" + done.stderr + done.stdout).splitlines()
        del self.said[:-200]
        return done.returncode, done.stdout, done.stderr

    # What happens.

    def live(self):
        """A day at the company, without a run."""
        self.control(f"evolve {random.randint(4, 10)} {DAY}")

    def work(self, kills):
        """The run of the night, while the company goes on; it is killed, and made again, where that is asked for."""
        self.control(f"evolve start every=400 {NIGHT}")
        if kills:
            self.kill()
        for _ in range(4):
            code, _, errors = self.ask("extract", "--quiet")
            if code == 0:
                break
        else:
            raise RuntimeError(f"the run of the night ends with {code}: {errors[-500:]}")
        self.control("evolve stop")

    def kill(self):
        run = subprocess.Popen(self.program("extract", "--quiet"), cwd=self.directory, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
        try:
            run.wait(random.uniform(0.01, 0.14))
            return
        except subprocess.TimeoutExpired:
            pass
        self.kills += 1
        victim = run.pid
        if random.random() < 0.4:
            with open(f"/proc/{run.pid}/task/{run.pid}/children") as children:
                victim = int((children.read().split() or [run.pid])[0])
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            pass
        run.wait(60)
        # A worker ends when its coordinator is gone; until then it holds the extract.
        end = time.monotonic() + 20
        while self.control("counters")["sessions_open"] > 0 and time.monotonic() < end:
            time.sleep(0.01)

    def quiet(self):
        """All that was late has become visible, and a last run has read it."""
        self.control("advance 1000")
        code, _, errors = self.ask("extract", "--quiet")
        if code:
            raise RuntimeError(f"the run over a quiet source ends with {code}: {errors[-500:]}")

    def sweep(self):
        code, _, errors = self.ask("extract", "--quiet", "--sweep", "customers")
        if code:
            raise RuntimeError(f"the sweep ends with {code}: {errors[-500:]}")

    # What is there.

    def source(self):
        """The tables of the source, by key."""
        path = self.directory / "snapshot.db"
        path.unlink(missing_ok=True)
        self.control(f"snapshot {path}")
        with sqlite3.connect(path) as database:
            tables = {table: self.rows(database, table, table) for table in COLUMNS}
        database.close()
        path.unlink()
        return tables

    def copy(self):
        if self.options.destination == "postgresql":
            return self.copy_of_the_server()
        with sqlite3.connect(f"file:{self.directory / 'year.db'}?mode=ro", uri=True) as database:
            tables = {table: self.rows(database, EXTRACTS[table], table) for table in COLUMNS}
        database.close()
        return tables

    def rows(self, database, name, table):
        columns = ", ".join(f'"{c}"' for c in COLUMNS[table])
        width = len(KEYS[table])
        return {row[:width]: tuple(plain(v) for v in row) for row in database.execute(f'SELECT {columns} FROM "{name}"')}

    def copy_of_the_server(self):
        tables = {}
        for table in COLUMNS:
            columns = ", ".join(f'"{c}"' for c in COLUMNS[table])
            text = self.psql("SELECT to_json(array(SELECT value FROM json_each(row_to_json(q)))) FROM "
                             f'(SELECT {columns} FROM {self.schema}."{EXTRACTS[table]}") AS q')
            width = len(KEYS[table])
            rows = [json.loads(line) for line in text.splitlines()]
            tables[table] = {tuple(r[:width]): tuple(plain(v) for v in r) for r in rows}
        return tables

    def psql(self, query):
        done = subprocess.run(
            ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", query], env={**os.environ, **SERVER}, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"psql ends with {done.returncode}: {done.stderr[-500:]}")
        return done.stdout

    def damage(self):
        """A row of the copy goes by hand: what must be found, by whoever looks."""
        name, key = EXTRACTS["item"], KEYS["item"][0]
        if self.options.destination == "postgresql":
            self.psql(f'DELETE FROM {self.schema}."{name}" WHERE "{key}" = (SELECT min("{key}") FROM {self.schema}."{name}")')
            return
        with sqlite3.connect(self.directory / "year.db") as database:
            database.execute(f'DELETE FROM "{name}" WHERE "{key}" = (SELECT min("{key}") FROM "{name}")')
        database.close()

    def changes(self):
        """All versions of all rows, from the mock's log."""
        with sqlite3.connect(f"file:{self.log_path}?mode=ro", uri=True) as database:
            found = database.execute("SELECT sequence, table_name, operation, id, key, row_json FROM versions ORDER BY sequence").fetchall()
        database.close()
        return found


def plain(value):
    """A value as both sides have it: numbers by value, moments without the letter between date and time."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        if len(value) >= 19 and value[4] == "-" and value[10] in "T ":
            return value.replace("T", " ").split(".")[0]
        try:
            number = float(value)
            return int(number) if number.is_integer() and abs(number) < 2 ** 53 else number
        except ValueError:
            return value
    return value
