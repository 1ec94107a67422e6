"""Compares a table that a contestant made with the source, value by value and type by type."""

import collections
import datetime
import re
import sqlite3

import seed

UNESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}


def expected(table):
    """The source's rows by key, as SQLite should hold them: COPY's text format, which spells every value exactly."""
    columns = seed.columns_of(table)
    kinds = [int if kind in ("bigint", "integer") else float if kind == "double precision" else str for _, kind, _ in columns]
    rows = {}
    for line in seed.psql(f"COPY {table} TO STDOUT").split("\n")[:-1]:
        row = []
        for kind, text in zip(kinds, line.split("\t")):
            if text == "\\N":
                row.append(None)
            else:
                row.append(kind(re.sub(r"\\(.)", lambda match: UNESCAPED[match[1]], text)))
        rows[row[0]] = row
    return columns, rows


def verdict(kind, wanted, got):
    """What became of one value; "same" where nothing did."""
    if wanted is None:
        return "same" if got is None else "NULL became ''" if got == "" else f"NULL became another value"
    if got is None:
        return "'' became NULL" if wanted == "" else "lost: became NULL"
    if type(wanted) is type(got) and wanted == got:
        return "same"
    try:
        if isinstance(wanted, (int, float)):
            if type(wanted)(got) == wanted and (not isinstance(got, float) or got == wanted):
                return f"stored as {'text' if isinstance(got, str) else type(got).__name__}"
        elif kind in ("timestamp", "date"):
            if datetime.datetime.fromisoformat(str(got)) == datetime.datetime.fromisoformat(wanted):
                # A fraction's trailing zeros are no change.
                plain = "." in str(got) and str(got).rstrip("0").rstrip(".") == wanted
                return "same" if plain else "spelt differently"
        elif str(got) == wanted:
            return f"stored as {type(got).__name__}"
    except ValueError:
        pass
    return "changed"


def compare(table, path):
    """Findings: a list of sentences, empty where the result is exact. Columns that the contestant adds are ignored."""
    columns, rows = expected(table)
    database = sqlite3.connect(path)
    database.text_factory = lambda raw: raw.decode(errors="replace")
    try:
        stored = database.execute(f'SELECT {", ".join(chr(34) + name + chr(34) for name, _, _ in columns)} FROM "{table}"').fetchall()
    except sqlite3.Error as error:
        return [f"unreadable: {error}"]
    finally:
        database.close()
    findings, seen = collections.Counter(), set()
    examples = collections.defaultdict(set)
    for row in stored:
        try:
            key = int(row[0])
            wanted = rows[key]
        except (TypeError, ValueError, KeyError):
            findings["rows that the source does not have"] += 1
            continue
        seen.add(key)
        for (name, kind, _), one, other in zip(columns, wanted, row):
            result = verdict(kind, one, other)
            if result != "same":
                findings[result] += 1
                examples[result].add(name)
    if len(seen) < len(rows):
        findings["rows missing"] = len(rows) - len(seen)
    if len(stored) - findings["rows that the source does not have"] > len(seen):
        findings["rows doubled"] = len(stored) - findings["rows that the source does not have"] - len(seen)

    def sentence(result):
        names = sorted(examples[result])
        of = f" in {', '.join(names[:3])}{f' and {len(names) - 3} more' if len(names) > 3 else ''}" if names else ""
        return f"{findings[result]} {result}{of}"

    return [sentence(result) for result in findings if findings[result]]
