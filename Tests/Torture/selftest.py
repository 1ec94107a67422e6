#!/usr/bin/python3
"""Whether the kill test can fail: every promise is broken by hand, and must be reported as broken.

    selftest.py [--binary FILE] [--mock FILE]
"""

import argparse
import collections
import pathlib
import sqlite3
import sys
import tempfile
import time

from assault import Torture
from cases import METHODS, PHASES, points_of
from model import Violation, last_reading
from reader import Reader, look
from torture import BUILD, shortcomings

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


def promises(options):
    """Whether a promise of how often, and of what, that was not kept is told."""
    options.least = 20

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
            told("of two readings the last counts", last_reading(statements, twice), statements[2:])]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--binary", type=pathlib.Path, default=BUILD / "kleene-ns")
    parser.add_argument("--mock", type=pathlib.Path, default=BUILD / "kleene-ns-mock")
    options = parser.parse_args()
    options.seed, options.kills, options.seconds, options.least = 1, 0, None, 0
    passed = promises(argparse.Namespace()) + readings()
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
    results = []
    subject.run()
    subject.stir()
    subject.run()
    subject.model.compare(subject.destination)
    for name, damage in DAMAGES.items():
        if "watermark" in name and not subject.is_incremental:
            continue
        damaged = copy(subject.destination, directory / "damaged.db", damage)
        results.append(expect(name, lambda: subject.model.compare(damaged)))

    # Changed behind the back of the runs.
    def meddle():
        with sqlite3.connect(subject.destination) as database:
            database.execute("UPDATE d SET memo = 'meddled' WHERE id = 5")
        database.close()
        subject.run("prepare.locked")

    results.append(expect("the destination changed without a load", meddle))
    subject.before = look(subject.destination)

    # A reader that looks on while a table is half there.
    def halve():
        subject.before = look(subject.destination)
        reader = Reader(subject.destination)
        reader.start()
        database = sqlite3.connect(subject.destination, isolation_level=None)
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
        subject.check(subject.latest, None, 0, None, reader.stop(), reader)

    results.append(expect("a reader sees half a table", halve))

    # A change that no window holds, because its date did not change: what the queries saw is there, and yet it is stale.
    def hide():
        subject.mock.control("change UPDATE \"transaction\" SET memo = 'unseen' WHERE id = 4242")
        subject.run()
        subject.model.compare(subject.destination)
        subject.model.converged(subject.destination)

    if subject.method == "upsert-narrow":
        with sqlite3.connect(subject.destination) as database:
            database.execute("UPDATE d SET memo = ? WHERE id = 5", (subject.model.rows[5][3],))
        database.close()
        subject.before = look(subject.destination)
        subject.converge(goes_on=False)
        results.append(expect("a change is never read", hide, "1 rows are not as the source has them"))
    return results


if __name__ == "__main__":
    sys.exit(main())
