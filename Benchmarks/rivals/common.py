"""What the Python rivals share: their arguments, and a SQLite file set as its documentation advises.

The file is new, all rows go in by one transaction, and the columns are declared as kleene-ns declares them. Journal and sync are
SQLite's own defaults: in a new file one transaction costs a journal of one page.
"""

import argparse
import os
import sqlite3


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("table")
    parser.add_argument("destination")
    parser.add_argument("--rows", type=int, default=5000, help="rows of a batch")
    given = parser.parse_args()
    given.connection = os.environ["BENCH_CONNECTION"]
    return given


def create(destination, table, columns):
    """A connection to a new file with the table, and the INSERT; `columns` are pairs of name and SQLite's type."""
    database = sqlite3.connect(destination, isolation_level=None)
    database.execute("BEGIN")
    names = ", ".join(f'"{name}" {kind}' for name, kind in columns)
    database.execute(f'CREATE TABLE "{table}" ({names})')
    return database, f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(columns))})'
