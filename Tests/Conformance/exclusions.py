"""What a driver cannot do: cells that are left out of the comparison, each with its reason.

An excluded cell is counted and printed. One that is right all the same is reported too: then the driver or the product has
learned it, and the line should go. A line without a column excludes the table: the extract must then be refused, with the exit code of the line.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Exclusion:
    driver: str
    table: str
    column: str  # None: the extract of the table must fail
    predicate: object  # of the source's raw value
    reason: str
    code: int = 1  # of a refused extract


BEYOND = lambda raw: raw is not None and ("BC" in raw or "infinity" in raw or (not raw.startswith("-") and len(raw.split("-")[0]) > 4))

EXCLUSIONS = [
    Exclusion("postgres", "instants_beyond", "day", BEYOND, "psqlodbc 13.02 drops BC, gives 0000-00-00 for infinity, and has no years past 9999, all with success."),
    Exclusion("postgres", "instants_beyond", "stamp", BEYOND, "psqlodbc 13.02 drops BC, gives 9999-12-31 23:59:59 for infinity, and has no years past 9999, all with success."),
    Exclusion("postgres", "instants_beyond", "zoned", BEYOND, "psqlodbc 13.02 treats a timestamptz beyond years 1 to 9999 as it treats a timestamp."),
    Exclusion("postgres", "case_twins", None, None, "SQLite folds the case of column names; three that differ in nothing else are refused, not renamed.", 2),
    Exclusion("sqlite", "disagreeing", None, None, "A column declared integer holds text: the run stops and names it, where the driver would convert it in silence."),
]


def table_exclusion(driver, table):
    return next((e for e in EXCLUSIONS if e.driver == driver and e.table == table.title and e.column is None), None)


def cell_exclusions(driver, table):
    """By position of the column."""
    positions = {c.name: i for i, c in enumerate(table.columns)}
    return {positions[e.column]: e for e in EXCLUSIONS if e.driver == driver and e.table == table.title and e.column is not None}
