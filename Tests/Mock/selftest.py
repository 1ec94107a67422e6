"""Each change of a destination that compare.py is there to find, made by hand and found: a comparison that cannot fail says nothing."""

import collections
import sqlite3
import sys

import compare

COLUMNS = [{"name": "i", "type": "BIGINT"}, {"name": "r", "type": "DOUBLE"}, {"name": "s", "type": "VARCHAR2"}]
ROWS = [(1, 1.0, "a"), (2, None, "b"), (2, None, "b"), (3, -0.0, "")]
CHANGES = [
    "UPDATE t SET i = 4 WHERE i = 1", "UPDATE t SET i = '1' WHERE i = 1", "UPDATE t SET r = 1 WHERE i = 1",
    "UPDATE t SET r = 1.0000000000000002 WHERE i = 1", "UPDATE t SET r = 0.0 WHERE r IS NULL",
    "UPDATE t SET r = '1.0' WHERE i = 1", "UPDATE t SET s = NULL WHERE i = 3", "UPDATE t SET s = 'A' WHERE i = 1",
    "UPDATE t SET s = 'a ' WHERE i = 1", "DELETE FROM t WHERE rowid = 3", "DELETE FROM t", "INSERT INTO t VALUES (2, NULL, 'b')",
    "UPDATE t SET s = CAST(s AS BLOB)",
]


def database(rows):
    made = sqlite3.connect(":memory:", isolation_level=None)
    made.execute("CREATE TABLE t (i, r, s)")
    made.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
    return made


def faults(truth, got):
    return compare.compare(truth, got, "t", COLUMNS, "t", collections.Counter())[0]


def main():
    truth, missed = database(ROWS), []
    # SQLite stores -0.0 as 0.0.
    if faults(truth, database([(i, 0.0 if r == 0 else r, s) for i, r, s in ROWS])):
        missed.append("what is the same")
    for change in CHANGES:
        got = database(ROWS)
        got.execute(change)
        if not faults(truth, got):
            missed.append(change)
    print(f"{len(CHANGES) + 1 - len(missed)} of {len(CHANGES) + 1} found", *missed, sep="\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
