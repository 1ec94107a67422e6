#!/usr/bin/python3
"""Whether the kill test can fail: every promise is broken by hand, and must be reported as broken.

    selftest.py [--destination sqlite|postgresql] [--binary FILE] [--mock FILE]
"""

import argparse
import collections
import contextlib
import io
import pathlib
import shutil
import sqlite3
import sys
import tempfile
import time

from assault import Torture
from cases import METHODS, PHASES, points_of
from model import Violation, kept_reading, last_reading
from places import SQLitePlace
from reader import Reader, look
from torture import BUILD, shortcomings, torture

# What is done to a copy of the destination. An index may stand in the way of a doubled row, so that goes first.
UNINDEX = "DROP INDEX IF EXISTS kleene_unique_d; "
DAMAGES = {
    "a row is lost": "DELETE FROM d WHERE rowid = (SELECT max(rowid) FROM d)",
    "a chunk is lost": "DELETE FROM d WHERE id BETWEEN 2000 AND 3000",
    "all rows are lost": "DELETE FROM d",
    "the table is lost": "DROP TABLE d",
    "a row is doubled": UNINDEX + "INSERT INTO d SELECT * FROM d LIMIT 1",
    "all rows are doubled": UNINDEX + "INSERT INTO d SELECT * FROM d",
    "a double is off by its last bit": "UPDATE d SET amount = 0.1 + 0.2 WHERE amount = 0.3",
    "a text has lost a character": "UPDATE d SET memo = substr(memo, 2) WHERE rowid = (SELECT max(rowid) FROM d WHERE memo <> '')",
    "NULL has become empty": "UPDATE d SET status = '' WHERE rowid = (SELECT min(rowid) FROM d WHERE status IS NULL)",
    "a number has become text": "UPDATE d SET amount = 'x' || amount WHERE rowid = (SELECT min(rowid) FROM d WHERE amount IS NOT NULL)",
    "two rows have exchanged a value": "UPDATE d SET memo = CASE id WHEN 11 THEN 'x' ELSE 'y' END WHERE id IN (11, 12)",
    "a row is older than what was read": "UPDATE d SET lastmodifieddate = '2001-01-01 00:00:00' WHERE id = 17",
    "the watermark has moved": "UPDATE _kleene_watermarks SET watermark = '2031-01-01 00:00:00'",
}


# The same of a table of a server, which has no numbers of rows.
UNINDEXED = """DO $$ DECLARE i text; BEGIN FOR i IN SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'd'::regclass AND indisunique
  LOOP EXECUTE 'DROP INDEX ' || i; END LOOP; END $$; """
SERVER_DAMAGES = {
    "a row is lost": "DELETE FROM d WHERE id = (SELECT max(id) FROM d)",
    "a chunk is lost": "DELETE FROM d WHERE id BETWEEN 2000 AND 3000",
    "all rows are lost": "DELETE FROM d",
    "the table is lost": "DROP TABLE d",
    "a row is doubled": UNINDEXED + "INSERT INTO d SELECT * FROM d LIMIT 1",
    "a double is off by its last bit": "UPDATE d SET amount = amount + 1e-12 WHERE id = (SELECT min(id) FROM d WHERE abs(amount) < 1000 AND amount <> 0)",
    "a text has lost a character": "UPDATE d SET memo = substr(memo, 2) WHERE id = (SELECT max(id) FROM d WHERE memo <> '')",
    "NULL has become empty": "UPDATE d SET status = '' WHERE id = (SELECT min(id) FROM d WHERE status IS NULL)",
    "two rows have exchanged a value": "UPDATE d SET memo = CASE id WHEN 11 THEN 'x' ELSE 'y' END WHERE id IN (11, 12)",
    "a row is older than what was read": "UPDATE d SET lastmodifieddate = '2001-01-01' WHERE id = 17",
    "the watermark has moved": "UPDATE _kleene.watermarks SET watermark = '2031-01-01 00:00:00' WHERE schema = current_schema()",
}


def expect(name, body, words=""):
    """True where `body` reports a violation, in these words."""
    try:
        body()
    except Violation as violation:
        if words not in str(violation):
            print(f"FAIL {name}: {violation}")
            return False
        print(f"ok   {name}: {str(violation)[:110]}")
        return True
    print(f"FAIL {name}: nothing was reported")
    return False


def copy(path, to, damage):
    to.unlink(missing_ok=True)
    source, target = sqlite3.connect(path), sqlite3.connect(to)
    source.backup(target)
    source.close()
    target.executescript(damage)
    target.close()
    return to


@contextlib.contextmanager
def damaged(place, directory, damage):
    """The place as it is once it was damaged: a copy of a file, or what a transaction of a server sees that is taken back."""
    if place.kind == "sqlite":
        yield SQLitePlace(copy(place.path, directory / "damaged.db", damage))
        return
    place.ask("BEGIN")
    try:
        place.ask(damage)
        yield place
    finally:
        place.ask("ROLLBACK")


def promises(options):
    """Whether a promise of how often, and of what, that was not kept is told."""
    options.least, options.destination = 20, "sqlite"

    def results(point=None, phase=None, chunks=20, readers=2):
        return [{"method": method, "points": collections.Counter({p: 20 - (p == point) for p in points_of(method)}),
                 "phases": {f"{p} worker": 1 for p in PHASES if p != phase},
                 "counts": collections.Counter({"loads of ten chunks": chunks, "sessions at once": readers})} for method in METHODS]

    def told(name, found, expected):
        print(f"{'ok  ' if found == expected else 'FAIL'} {name}: {found} sentences")
        return found == expected

    load_methods = len({m["load_method"] for m in METHODS.values()})
    return [told("all is kept", len(shortcomings(results(), options)), 0),
            told("a point of each method too seldom", len(shortcomings(results(point="load.begun"), options)), len(METHODS)),
            told("a point of two methods too seldom", len(shortcomings(results(point="load.named"), options)), 2),
            told("a phase without a kill", len(shortcomings(results(phase="reading"), options)), 1),
            told("too few chunks", len(shortcomings(results(chunks=19), options)), load_methods),
            told("one reader", len(shortcomings(results(readers=1), options)), load_methods)]


def readings():
    """Whether a run that has read its rows twice is judged by its last reading, and any other by all of it."""
    plan, read = "SELECT MIN(id), MAX(id), COUNT(*) FROM transaction", "SELECT id FROM transaction WHERE id < {}"
    statements = [(1, 1, plan), (2, 1, read.format(5)), (3, 2, plan), (4, 2, read.format(7))]
    twice = {"notes": ["The rows were read 2 times, because they did not fit."]}

    def told(name, found, expected):
        print(f"{'ok  ' if found == expected else 'FAIL'} {name}")
        return found == expected

    return [told("one reading counts whole", last_reading(statements, {"notes": []}), statements),
            told("of two readings the last counts", last_reading(statements, twice), statements[2:]),
            told("a question behind the last of two readings throws nothing away",
                 last_reading([*statements, (5, 2, plan)], twice), [*statements[2:], (5, 2, plan)]),
            told("of two readings of a killed run the last counts", kept_reading(statements), statements[2:]),
            told("a plan that no reading follows throws nothing away", kept_reading(statements[:3]), statements[:3]),
            told("one reading of a killed run counts whole", kept_reading(statements[:2]), statements[:2])]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--binary", type=pathlib.Path, default=BUILD / "kleene-ns")
    parser.add_argument("--mock", type=pathlib.Path, default=BUILD / "kleene-ns-mock")
    parser.add_argument("--destination", choices=["sqlite", "postgresql"], default="sqlite")
    options = parser.parse_args()
    options.seed, options.kills, options.seconds, options.least = 1, 0, None, 0
    passed = promises(argparse.Namespace()) + readings() + [tells_its_own_faults(options)]
    for method in ("upsert-narrow", "append-wide", "drop_create_load"):
        print(method)
        with tempfile.TemporaryDirectory(prefix="kleene-selftest.") as directory:
            subject = Torture(method, options, directory)
            try:
                subject.mock.control("change UPDATE \"transaction\" SET amount = 0.3 WHERE id = 99")
                passed += breakages(subject, pathlib.Path(directory))
            finally:
                subject.mock.stop()
    print(f"{sum(passed)} passed, {len(passed) - sum(passed)} failed")
    return 0 if all(passed) else 1


def breakages(subject, directory):
    results = [reads_behind_a_breaker(subject)]
    subject.stir()
    subject.run()
    subject.model.compare(subject.place)
    damages = DAMAGES if subject.place.kind == "sqlite" else SERVER_DAMAGES
    for name, damage in damages.items():
        if "watermark" in name and not subject.is_incremental:
            continue
        with damaged(subject.place, directory, damage) as place:
            results.append(expect(name, lambda: subject.model.compare(place)))
    with damaged(subject.place, directory, damages["the table is lost"]) as place:
        results.append(expect("the table is lost in the end", lambda: subject.model.converged(place), "the table is gone"))
    if subject.place.kind == "postgresql":
        return results + server_breakages(subject)

    # Changed behind the back of the runs.
    def meddle():
        with sqlite3.connect(subject.place.path) as database:
            database.execute("UPDATE d SET memo = 'meddled' WHERE id = 5")
        database.close()
        subject.run("prepare.locked")

    results.append(expect("the destination changed without a load", meddle))
    subject.before = look(subject.place.path)

    # A reader that looks on while a table is half there.
    def halve():
        subject.before = look(subject.place.path)
        reader = Reader(subject.place.path)
        reader.start()
        database = sqlite3.connect(subject.place.path, isolation_level=None)
        database.execute("CREATE TABLE half AS SELECT * FROM d WHERE id % 2 = 0")
        database.execute("DELETE FROM d WHERE id % 2 = 0")
        end = time.monotonic() + 10
        while len(reader.seen) < 2 and time.monotonic() < end:
            time.sleep(0.001)
        database.execute("BEGIN")
        database.execute("INSERT INTO d SELECT * FROM half")
        database.execute("DROP TABLE half")
        database.execute("COMMIT")
        database.close()
        reader.stop()
        subject.check(subject.latest, None, 0, None, [reader])

    results.append(expect("a reader sees half a table", halve))

    # A change that no window holds, because its date did not change: what the queries saw is there, and yet it is stale.
    def hide():
        subject.mock.control("change UPDATE \"transaction\" SET memo = 'unseen' WHERE id = 4242")
        subject.run()
        subject.model.compare(subject.place)
        subject.model.converged(subject.place)

    if subject.method == "upsert-narrow":
        with sqlite3.connect(subject.place.path) as database:
            database.execute("UPDATE d SET memo = ? WHERE id = 5", (subject.model.rows[5][3],))
        database.close()
        subject.before = look(subject.place.path)
        subject.converge(goes_on=False)
        results.append(expect("a change is never read", hide, "1 rows are not as the source has them"))
    return results


def tells_its_own_faults(options):
    """Whether what is no fault of the program is told too, with what makes it happen again."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
        result = torture("upsert-narrow", argparse.Namespace(**{**vars(options), "binary": "/no/such/program", "keep": None}))
    told = result is None and "FAILED (upsert-narrow): " in said.getvalue() and "again: " in said.getvalue()
    print(f"{'ok  ' if told else 'FAIL'} a fault of the test itself: {said.getvalue().splitlines()[:1]}")
    for line in said.getvalue().splitlines():
        if line.startswith("  files: "):
            shutil.rmtree(line.removeprefix("  files: "))
    return told


def reads_behind_a_breaker(subject):
    """Whether the first load comes behind logins that had the breaker open: what they left is in two places."""
    opened = []
    for fault in ("refused", "refused", None):
        if fault:
            subject.mock.control(f"fault login {fault} always")
        subject.run(fault=fault and f"login {fault}")
        opened.append(subject.counts["breaker opened"])
    print(f"{'ok  ' if opened == [1, 2, 2] and subject.place.exists() else 'FAIL'} a load behind an open breaker: {opened}")
    subject.counts.clear()
    return opened == [1, 2, 2] and subject.place.exists()


class LateLoad:
    """A session between whose first question and its second a load makes the table."""

    def __init__(self, connection, load):
        self.connection = connection
        self.load = load
        self.asked = 0

    @contextlib.contextmanager
    def cursor(self):
        with self.connection.cursor() as cursor:
            self.inner = cursor
            yield self

    def execute(self, sql):
        self.asked += 1
        if self.asked == 2:
            self.load()
        self.inner.execute(sql)

    def fetchone(self):
        return self.inner.fetchone()


def sees_one_moment(subject):
    """Whether a reader that asks first what is there is not taken in by what comes then."""
    from postgres import connect, state

    place = subject.place
    now = place.look()
    place.ask("ALTER TABLE d RENAME TO late")
    connection = connect(place.schema)
    found = state(LateLoad(connection, lambda: place.ask("ALTER TABLE late RENAME TO d")))
    connection.close()
    print(f"{'ok  ' if found == now else 'FAIL'} a table that comes between two questions: {str(found)[:80]}")
    return found == now


def knows_empty_dumps(subject):
    """Whether the dump of an empty table is known as one where the table was empty, and only there."""
    from postgres import Dumper

    kept, results = (subject.before, subject.remakes), []
    subject.remakes = False
    for name, rows, is_strange in [("a dump of an empty table", (0, "0"), False), ("an empty dump of a table with rows", (5, "x"), True)]:
        dumper = Dumper(subject.place)
        dumper.seen = [("emptied", (), 4)]
        subject.before = (rows, (), 4)
        subject.place.dumps[subject.before] = ""
        results.append(bool(subject.strange(dumper, subject.before)) == is_strange)
        print(f"{'ok  ' if results[-1] else 'FAIL'} {name}")
    subject.before, subject.remakes = kept
    return results


def server_breakages(subject):
    """The same of who looks at a server: each of them, by itself."""
    from postgres import Dumper, PostgresReader

    results = [sees_one_moment(subject), *knows_empty_dumps(subject)]

    def meddle():
        subject.place.ask("UPDATE d SET memo = 'meddled' WHERE id = 5")
        subject.run("prepare.locked")

    results.append(expect("the destination changed without a load", meddle))
    schema = subject.place.schema
    for make in (lambda: PostgresReader(schema, "READ COMMITTED"), lambda: PostgresReader(schema, "REPEATABLE READ"),
                 lambda: Dumper(subject.place)):
        watcher = make()

        def halve():
            subject.before = subject.place.look()
            watcher.start()
            subject.place.ask("CREATE TABLE half AS SELECT * FROM d WHERE id % 2 = 0")
            subject.place.ask("DELETE FROM d WHERE id % 2 = 0")
            looks, end = watcher.looks, time.monotonic() + 20
            while watcher.looks < looks + 2 and time.monotonic() < end:
                time.sleep(0.001)
            subject.place.ask("INSERT INTO d SELECT * FROM half")
            subject.place.ask("DROP TABLE half")
            watcher.stop()
            subject.check(subject.latest, None, 0, None, [watcher])

        results.append(expect(f"{type(watcher).__name__} {getattr(watcher, 'level', '')} sees half a table", halve, "saw a state"))
    return results


if __name__ == "__main__":
    sys.exit(main())
