"""Compares the tables of a source with their copies in an SQLite file, value and typeof, row by row.

    compare.py SOURCE DEST.db [TABLE…]

SOURCE is postgres, mariadb or sqlite; where they are is read from KLEENE_PG_*, KLEENE_MARIADB_* and KLEENE_SQLITE_SOURCE. The
tables are those of the seed files; without names, all that DEST.db holds. Ends with 0 if all agree, else 1.
"""

import collections
import importlib
import sqlite3
import sys

from exclusions import cell_exclusions
from model import null_count, promised_distinct
from rules import expected, fault, policy

OURS = ("_kleene_run_id", "_kleene_extracted_at")
SHOWN = 5  # faults printed for a table


class Verdict:
    """What came of one table."""

    def __init__(self, table):
        self.table = table
        self.rows = 0
        self.cells = 0
        self.faults = []
        self.fault_count = 0
        self.policies = collections.Counter()
        self.excluded = collections.Counter()  # Exclusion -> cells
        self.excluded_but_right = collections.Counter()

    def blame(self, sentence):
        self.fault_count += 1
        if len(self.faults) < SHOWN:
            self.faults.append(sentence)

    @property
    def passed(self):
        return self.fault_count == 0

    def line(self):
        notes = [f"{n} {what}" for what, n in sorted(self.policies.items())]
        if self.excluded:
            notes.append(f"{sum(self.excluded.values())} cells excluded")
        head = f"{'ok  ' if self.passed else 'FAIL'} {self.table.title}: {self.rows} rows, {self.cells} cells"
        return head + (f" ({', '.join(notes)})" if notes else "") + "".join(f"\n       {f}" for f in self.faults) + (
            f"\n       … and {self.fault_count - len(self.faults)} more" if self.fault_count > len(self.faults) else "")


def quote(name):
    return '"' + name.replace('"', '""') + '"'


def short(value):
    text = repr(value)
    return text if len(text) <= 70 else f"{text[:40]}… ({len(value)} long)"


def open_destination(path):
    connection = sqlite3.connect(f"file:{path.replace('%', '%25').replace('?', '%3f').replace('#', '%23')}?mode=ro", uri=True)
    # Invalid UTF-8 must be seen as a difference, not end the comparison.
    connection.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
    return connection


def read_destination(path, table, verdict):
    """The rows in the order of the source's columns; None if the table is not as it should be."""
    connection = open_destination(path)
    try:
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({quote(table.name)})")]
        if not names:
            verdict.blame("the destination has no such table")
            return None
        theirs = [n for n in names if n not in OURS]
        wanted = [c.name for c in table.columns]
        if len(theirs) != len(wanted) or (theirs != wanted and not table.renamed):
            verdict.blame(f"the columns are {short(theirs)}, not {short(wanted)}")
            return None
        for name in names:
            if name in OURS and connection.execute(
                    f"SELECT count(*) FROM {quote(table.name)} WHERE {quote(name)} IS NULL OR {quote(name)} = ''").fetchone()[0]:
                verdict.blame(f"{name} is NULL or empty in some rows")
        return connection.execute(f"SELECT {', '.join(map(quote, theirs))} FROM {quote(table.name)}").fetchall()
    finally:
        connection.close()


def check_promises(table, raw, verdict):
    """The source must hold what the seed said it would, or equality proves nothing."""
    if len(raw) != table.rows:
        verdict.blame(f"the source has {len(raw)} rows, the seed promised {table.rows}")
        return
    if table.view_of:
        return
    for i, column in enumerate(table.columns):
        values = [row[i] for row in raw]
        nulls = values.count(None)
        promised = round((table.rows - table.duplicates) * column.nulls)
        if nulls < promised or nulls > promised + table.duplicates:
            verdict.blame(f"source column {column.name}: {nulls} NULLs, the seed promised {null_count(table, column)}")
        distinct = len(set(values)) - (nulls > 0)
        if distinct < promised_distinct(table, column):
            verdict.blame(f"source column {column.name}: {distinct} distinct values, the seed promised {promised_distinct(table, column)}")


def check_shares(table, want, got, skipped, verdict):
    """NULLs and distinct values by column, equal on both sides. `skipped` columns have excluded cells and are left out."""
    for i, column in enumerate(table.columns):
        if i in skipped:
            continue
        ours, theirs = [row[i] for row in want], [row[i] for row in got]
        if ours.count(None) != theirs.count(None):
            verdict.blame(f"column {column.name}: {theirs.count(None)} NULLs, not {ours.count(None)}")
        if len(set(ours)) != len(set(theirs)):
            verdict.blame(f"column {column.name}: {len(set(theirs))} distinct values, not {len(set(ours))}")


def sort_key(positions):
    def of(row):
        return [(type(row[i]).__name__, row[i] if row[i] is not None else 0) for i in positions]

    return of


def compare_rows(table, raw, want, got, exclusions, verdict):
    positions = [[c.name for c in table.columns].index(name) for name in table.key]
    of = sort_key(positions)
    order = sorted(range(len(want)), key=lambda i: of(want[i]))
    got = sorted(got, key=of)
    kinds = [c.kind for c in table.columns]
    here = there = 0
    while here < len(order) or there < len(got):
        ours = want[order[here]] if here < len(order) else None
        theirs = got[there] if there < len(got) else None
        if ours is not None and ours == theirs and not exclusions and list(map(type, ours)) == list(map(type, theirs)):
            verdict.cells += len(kinds)
            here, there = here + 1, there + 1
            continue
        if theirs is None or (ours is not None and of(ours) < of(theirs)):
            verdict.blame(f"row {short([ours[i] for i in positions])} is missing")
            here += 1
            continue
        if ours is None or of(theirs) < of(ours):
            verdict.blame(f"row {short([theirs[i] for i in positions])} is there once too often, or never was in the source")
            there += 1
            continue
        for i, kind in enumerate(kinds):
            wrong = fault(kind, ours[i], theirs[i])
            exclusion = exclusions.get(i)
            if exclusion and exclusion.predicate(raw[order[here]][i]):
                verdict.excluded[exclusion] += 1
                verdict.excluded_but_right[exclusion] += not wrong
                continue
            verdict.cells += 1
            if wrong:
                verdict.blame(f"row {short([ours[j] for j in positions])}, column {table.columns[i].name}: {wrong}; "
                              f"source {short(ours[i])}, destination {short(theirs[i])}")
        here, there = here + 1, there + 1


def compare_multiset(table, want, got, verdict):
    """Rows without a key. Types count: 1, 1.0 and '1' differ."""
    typed = lambda rows: collections.Counter(tuple((type(v).__name__, v) for v in row) for row in rows)
    ours, theirs = typed(want), typed(got)
    for row, count in (ours - theirs).items():
        verdict.blame(f"row {short([v for _, v in row])} is missing {count} times")
    for row, count in (theirs - ours).items():
        verdict.blame(f"row {short([v for _, v in row])} is there {count} times too often")
    verdict.cells += len(want) * len(table.columns)


def compare(source, table, path):
    """`source` is a seed module, `path` a SQLite file or a target of targets.py; returns a Verdict."""
    is_file = isinstance(path, str)
    ought = expected if is_file else path.expected
    verdict = Verdict(table)
    raw = source.read(table)
    check_promises(table, raw, verdict)
    kinds = [c.kind for c in table.columns]
    columns = [[ought(kind, row[i]) for row in raw] for i, kind in enumerate(kinds)]
    want = list(zip(*columns)) if raw else []
    for i, kind in enumerate(kinds):
        if is_file and kind in ("double", "single"):
            verdict.policies.update(p for p in (policy(kind, row[i]) for row in raw) if p)
    got = read_destination(path, table, verdict) if is_file else path.read(table, verdict, short)
    if got is None:
        return verdict
    verdict.rows = len(got)
    if len(got) != len(want):
        verdict.blame(f"the destination has {len(got)} rows, not {len(want)}")
    exclusions = cell_exclusions(source.NAME, table, "sqlite" if is_file else path.name)
    check_shares(table, want, got, exclusions, verdict)
    if table.key:
        compare_rows(table, raw, want, got, exclusions, verdict)
    else:
        compare_multiset(table, want, got, verdict)
    return verdict


def main(arguments):
    if len(arguments) < 2 or arguments[0] not in ("postgres", "mariadb", "sqlite"):
        print(__doc__, file=sys.stderr)
        return 2
    source = importlib.import_module(f"seed_{arguments[0]}")
    names = arguments[2:]
    if not names:
        with open_destination(arguments[1]) as connection:
            names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    tables = [t for t in source.tables() if t.title in names]
    verdicts = [compare(source, table, arguments[1]) for table in tables]
    for verdict in verdicts:
        print(verdict.line())
    return 0 if verdicts and all(v.passed for v in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
