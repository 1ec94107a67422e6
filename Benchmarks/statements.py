"""Counts what a source is asked: the statements of one role that name one table, by the server's own log.

What psqlodbc sends besides (BEGIN, FETCH, CLOSE, COMMIT) names no table. While nobody counts, nothing is written.
"""

import contextlib
import pathlib
import re

import seed


def log():
    return str(pathlib.Path(seed.psql("SHOW data_directory").strip()).parent / "server.log")


@contextlib.contextmanager
def counting(table):
    """Yields a list, which has the statements in it once the block is left."""
    found = []
    path = log()
    seed.psql(f"ALTER ROLE {seed.USER} SET log_statement = 'all'; ALTER ROLE {seed.USER} SET log_min_messages = 'log'")
    begin = int(seed.psql(f"SELECT size FROM pg_stat_file('{path}')"))
    try:
        yield found
    finally:
        seed.psql(f"ALTER ROLE {seed.USER} RESET ALL")
    text = seed.psql(f"SELECT pg_read_file('{path}', {begin}, 1000000000)")
    entries = re.findall(r"LOG:  (?:statement|execute [^:]*): (.*?)(?=\n\d{4}-\d\d-\d\d \d\d:|\Z)", text, re.DOTALL)
    found += [entry for entry in entries if re.search(rf"\b{table}\b", entry) and "pg_catalog" not in entry]
