"""A reader that looks at the destination all the time while runs are killed, and the state that it looks for."""

import hashlib
import sqlite3
import threading
import time

from mock import COLUMNS


def has(database, table):
    return database.execute("SELECT count(*) FROM sqlite_schema WHERE name = ?", (table,)).fetchone()[0] == 1


def state(database):
    """Rows, watermark and records of succeeded runs in one: what may only change together."""
    database.execute("BEGIN")
    try:
        rows, watermark, runs = None, (), 0
        if has(database, "d"):
            row = " || ',' || ".join(f"quote({c})" for c in COLUMNS)
            count, text = database.execute(f"SELECT count(*), group_concat({row}, ';') FROM d").fetchone()
            rows = (count, hashlib.md5((text or "").encode()).hexdigest())
        if has(database, "_kleene_watermarks"):
            watermark = tuple(database.execute("SELECT watermark, run_id FROM _kleene_watermarks").fetchall())
        if has(database, "_kleene_runs"):
            runs = database.execute("SELECT count(*) FROM _kleene_runs WHERE status = 'succeeded'").fetchone()[0]
        return (rows, watermark, runs)
    finally:
        database.execute("COMMIT")


def look(path):
    """The state as it is now, by a connection of its own."""
    if not path.exists():
        return (None, (), 0)
    database = sqlite3.connect(path, isolation_level=None, timeout=30)
    try:
        return state(database)
    finally:
        database.close()


class Watcher(threading.Thread):
    """Looks again and again, and keeps each state that it has seen."""

    counted = "states polled"
    failures = ()

    def __init__(self):
        super().__init__(daemon=True)
        self.seen = []
        self.looks = 0
        self.error = None
        self.ended = threading.Event()

    def run(self):
        try:
            self.watch()
        except Exception as error:  # noqa: BLE001: told to whoever joins
            self.error = error

    def would_see(self, found):
        """A state as this one sees it."""
        return found

    def keep(self, found):
        self.looks += 1
        if found not in self.seen:
            self.seen.append(found)

    def stop(self):
        self.ended.set()
        self.join()
        if self.error:
            raise RuntimeError(f"{type(self).__name__} could not read: {self.error!r}")
        return self.seen


class Reader(Watcher):
    """Reads whenever the file has changed."""

    def __init__(self, path):
        super().__init__()
        self.path = path

    def watch(self):
        while not self.path.exists() or self.path.stat().st_size == 0:
            if self.ended.wait(0.001):
                return
        # As any user's program: a connection that may write, and does not.
        database = sqlite3.connect(self.path, isolation_level=None, timeout=30)
        version = None
        while True:
            is_last = self.ended.is_set()
            now = database.execute("PRAGMA data_version").fetchone()[0]
            if now == version:
                self.looks += 1
            else:
                version = now
                self.keep(state(database))
            if is_last:
                break
            time.sleep(0.0005)
        database.close()
