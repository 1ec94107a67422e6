"""What the destination must hold, computed from the mock's log alone: the versions of each row and the queries that were made.

The rows of a committed run are those that its queries could see: of each chunk the last query, because a chunk that was read
again replaces what was read of it before. SQLite evaluates each query's own WHERE over the versions that were current when it
was executed. Shares no code with the product.
"""

import collections
import json
import re
import sqlite3

from mock import COLUMNS, TABLE

MOMENT = re.compile(r"TO_TIMESTAMP\('([^']*?)(?:\.0)?', 'YYYY-MM-DD HH24:MI:SS\.FF'\)")
READ = re.compile(rf'^SELECT (?!MIN\(|MAX\(|COUNT\()(.*?) FROM "?{TABLE}"?(?: WHERE (.*))?$', re.S | re.I)
PLAN = re.compile(r"^SELECT MIN\(.*COUNT\(\*\)", re.S | re.I)


class Violation(Exception):
    """A promise that was broken."""


def is_read(sql):
    """Whether a query reads rows; the planner's small questions do not."""
    return READ.match(sql) is not None


def last_reading(statements, record):
    """The statements of a run behind its last plan.

    Rows that do not fit what the source says of them are thrown away and read again, in chunks that are cut anew: the record
    says so. Each reading begins with the question where the key begins and ends.
    """
    if not any(note.startswith("The rows were read ") for note in record.get("notes", [])):
        return statements
    if not any(PLAN.match(sql) for _, _, sql in statements):
        raise Violation("a run says that it has read its rows again, and asked only once what there is")
    # Behind its reads a run asks in the same words for keys of the future.
    return kept_reading(statements)


def kept_reading(statements):
    """The statements of a run that ended before its load, behind the plan of the rows that it left: it may have read them again, and has
    no record that says so."""
    plan = kept = 0
    for place, (_, _, sql) in enumerate(statements):
        if PLAN.match(sql):
            plan = place
        elif is_read(sql):
            kept = plan
    return statements[kept:]


def short(rows):
    return ", ".join(str(row)[:150] for row in list(rows)[:3])


class Model:
    def __init__(self, mock, method, is_incremental):
        self.mock = mock
        self.method = method
        self.is_incremental = is_incremental
        self.database = sqlite3.connect(":memory:", isolation_level=None)
        self.database.execute(f"CREATE TABLE versions ({', '.join(COLUMNS)}, born INTEGER, died INTEGER)")
        self.database.execute("CREATE INDEX by_id ON versions (id, died)")
        self.sequence, rows = mock.snapshot("initial.db")
        self.insert([(*row, 0, None) for row in rows])
        # The destination: by id; for append by id and key, or by load and id.
        self.rows = {}
        self.loads = 0
        self.watermark = None
        self.compared = 0

    def insert(self, rows):
        self.database.executemany(f"INSERT INTO versions VALUES ({', '.join('?' * (len(COLUMNS) + 2))})", rows)

    def learn(self):
        """Takes over what has changed at the source."""
        self.database.execute("BEGIN")
        for sequence, operation, identity, row in self.mock.log.execute(
                "SELECT sequence, operation, id, row_json FROM versions WHERE table_name = ? AND sequence > ? ORDER BY sequence",
                (TABLE, self.sequence)):
            if operation != "insert":
                self.database.execute(
                    "UPDATE versions SET died = ? WHERE id = ? AND died IS NULL", (sequence, json.loads(identity)[0]))
            if operation != "delete":
                values = json.loads(row)
                self.insert([(*(values[c] for c in COLUMNS), sequence, None)])
            self.sequence = sequence
        self.database.execute("COMMIT")

    def seen(self, sql, sequence):
        """The rows that a query saw, as tuples."""
        match = READ.match(sql)
        named = [name.strip().strip('"') for name in match.group(1).split(",")]
        if [n.lower() for n in named] != COLUMNS:
            raise Violation(f"a query reads other columns than those configured: {sql}")
        where = MOMENT.sub(r"'\1'", match.group(2) or "1 = 1")
        if "TO_" in where:
            raise RuntimeError(f"a condition that the model does not know: {where}")
        return self.database.execute(
            f"SELECT {', '.join(COLUMNS)} FROM versions WHERE born <= ?1 AND (died IS NULL OR died > ?1) AND ({where})",
            (sequence,)).fetchall()

    def commit(self, statements):
        """Loads what the queries of a committed run, and of those that it went on with, have seen."""
        self.learn()
        last = {}
        for rowid, sequence, sql in statements:
            if is_read(sql):
                last[sql] = (rowid, sequence)
        reads = sorted((place, sql) for sql, place in last.items())
        self.loads += 1
        if not self.is_incremental and self.method != "append":
            self.rows = {}
        for (_, sequence), sql in reads:
            for row in self.seen(sql, sequence):
                self.load(row)

    def load(self, row):
        identity, key = row[0], row[1]
        if self.is_incremental and key is not None and (self.watermark is None or key > self.watermark):
            self.watermark = key
        if self.method == "append" and self.is_incremental:
            self.rows.setdefault((identity, key), row)
            return
        if self.method == "append":
            if self.rows.setdefault((self.loads, identity), row) is not row:
                raise Violation(f"two queries of one full run saw the row {identity}")
            return
        old = self.rows.get(identity)
        if not self.is_incremental and old is not None:
            raise Violation(f"two queries of one full run saw the row {identity}")
        if old is None or old[1] is None or key is None or key >= old[1]:
            self.rows[identity] = row

    def forget(self):
        """The destination is not there any more."""
        self.rows = {}
        self.watermark = None

    # MARK: Checks

    def compare(self, place):
        """The destination row by row against what it must be."""
        arrived = place.rows()
        if arrived is None:
            if self.rows:
                raise Violation("the destination table is gone")
            return
        self.compared += len(arrived)
        expected, found = collections.Counter(self.rows.values()), collections.Counter(arrived)
        faults = []
        if len(arrived) != len(self.rows):
            faults.append(f"{len(arrived)} rows, not {len(self.rows)}")
        if expected - found:
            faults.append(f"{(expected - found).total()} rows are lost or changed: {short(expected - found)}")
        if found - expected:
            faults.append(f"{(found - expected).total()} rows should not be there so: {short(found - expected)}")
        wrong = {type(v).__name__ for row in arrived for v in (row[0],)} - {"int"}
        if wrong:
            faults.append(f"ids are stored as {wrong}")
        if self.is_incremental:
            watermark = place.watermarks()
            if watermark != ([(self.watermark,)] if self.watermark else []):
                faults.append(f"the watermark is {watermark}, not {self.watermark}")
        if faults:
            raise Violation("the destination is not what the queries saw: " + "; ".join(faults))

    def converged(self, place):
        """After all changes have been read: the destination against the source as it stands."""
        _, rows = self.mock.snapshot("now.db")
        self.learn()
        now = {row[0]: row for row in rows}
        arrived, damage = place.rows(), place.damage()
        if arrived is None:
            raise Violation("after all was read, the table is gone")
        if damage:
            raise Violation(f"the destination is damaged: {damage[:3]}")
        if self.method == "append" and not self.is_incremental:
            last = [row for (load, _), row in self.rows.items() if load == self.loads]
            if collections.Counter(last) != collections.Counter(rows):
                raise Violation(f"the last run has not read what the source holds, but {short(set(rows) ^ set(last))} differ")
            return
        if self.method == "append":
            keys = [row[:2] for row in arrived]
            if len(set(keys)) != len(keys):
                raise Violation("append has added a version twice")
            # Two changes within one second have one key, and the first of them may have been read.
            lost = {row[:2] for row in rows} - set(keys)
            if lost:
                raise Violation(f"{len(lost)} current versions were never read: {short(sorted(lost, key=str))}")
            known = set(self.database.execute(f"SELECT {', '.join(COLUMNS)} FROM versions"))
            if set(arrived) - known:
                raise Violation(f"rows that the source never had: {short(set(arrived) - known)}")
            return
        there = {row[0]: row for row in arrived}
        if len(there) != len(arrived):
            raise Violation("an id is in the destination twice")
        wrong = [row for identity, row in now.items() if there.get(identity) != row]
        if wrong:
            raise Violation(f"{len(wrong)} rows are not as the source has them, lost or stale: {short(wrong)}")
        deleted = [row for identity, row in there.items() if identity not in now]
        if deleted and not self.is_incremental:
            raise Violation(f"rows that the source no longer has: {short(deleted)}")
        for row in deleted:
            if not self.database.execute("SELECT 1 FROM versions WHERE id = ? AND died IS NOT NULL", row[:1]).fetchone():
                raise Violation(f"a row that the source never had: {row}")
