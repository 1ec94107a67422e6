"""A mock server in a process of its own, its control channel, and its log."""

import json
import pathlib
import sqlite3
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "Mock"))
from channel import Channel

TABLE = "transaction"
# Few columns, so that a run is short: the key, the incremental key (some of them NULL), a double, texts with NULLs.
CATALOG = {"tables": [{"table": TABLE, "columns": [
    {"name": "id", "type": "BIGINT", "key": True}, {"name": "lastmodifieddate", "type": "TIMESTAMP"},
    {"name": "amount", "type": "DOUBLE"}, {"name": "memo", "type": "VARCHAR2", "length": 60},
    {"name": "status", "type": "VARCHAR2", "length": 1}]}]}
COLUMNS = [c["name"] for c in CATALOG["tables"][0]["columns"]]
START = "2026-01-05T08:00:00"


class Mock(Channel):
    """A mock with `rows` rows whose clock only an evolution and `advance` move."""

    def __init__(self, program, directory, rows, seed):
        self.directory = pathlib.Path(directory)
        self.log_path = self.directory / "log.db"
        catalog = self.directory / "catalog.json"
        catalog.write_text(json.dumps(CATALOG))
        super().__init__(
            program, directory, "--catalog", str(catalog), "--scale", str(rows), "--seed", str(seed), "--clock", START,
            "--stop-clock", "--log", str(self.log_path), "--sessions", "500", "--evolve", f"tables={TABLE}")
        self.log = sqlite3.connect(f"file:{self.log_path}?mode=ro", uri=True, isolation_level=None)

    def snapshot(self, name):
        """All rows as they stand, as tuples in the order of COLUMNS, and the sequence they stand at."""
        path = self.directory / name
        path.unlink(missing_ok=True)
        sequence = self.control(f"snapshot {path}")
        with sqlite3.connect(path) as database:
            rows = database.execute(f'SELECT {", ".join(COLUMNS)} FROM "{TABLE}"').fetchall()
        database.close()
        path.unlink()
        return sequence, rows

    def quiet(self):
        """Waits until all sessions have ended, so that what the log holds is whole; the number of its last statement."""
        end = time.monotonic() + 20
        while self.control("counters")["sessions_open"] > 0:
            if time.monotonic() > end:
                raise RuntimeError("sessions stay open at the mock although the program has ended")
            time.sleep(0.002)
        return self.log.execute("SELECT ifnull(max(rowid), 0) FROM statements").fetchone()[0]

    def statements(self, after, to):
        return self.log.execute(
            "SELECT rowid, sequence, sql FROM statements WHERE rowid > ? AND rowid <= ? ORDER BY rowid", (after, to)).fetchall()

    def stop(self):
        self.log.close()
        super().stop()
