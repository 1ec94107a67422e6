"""What a driver cannot do: cells that are left out of the comparison, each with its reason.

An excluded cell is counted and printed. One that is right all the same is reported too: then the driver or the product has
learned it, and the line should go. A line without a column excludes the table: the extract must then fail, with exit code 1.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Exclusion:
    driver: str
    table: str
    column: str  # None: the extract of the table must fail
    predicate: object  # of the source's raw value
    reason: str


BEYOND = lambda raw: raw is not None and ("BC" in raw or "infinity" in raw or len(raw.split("-")[0]) > 4)

MORE_THAN_15_DIGITS = lambda raw: raw is not None and float(f"{raw:.15g}") != raw
FIFTEEN = ("libsqliteodbc 0.9998 hands out doubles by way of text with 15 digits, as SQL_C_DOUBLE too, with and without StepAPI; "
           "what needs 16 or 17 digits comes out as a neighbour, with success.")

EXCLUSIONS = [
    *(Exclusion("sqlite", "floats", column, MORE_THAN_15_DIGITS, FIFTEEN) for column in ("double", "real", "float")),
    Exclusion("sqlite", "doubles_million", "value", MORE_THAN_15_DIGITS, FIFTEEN),
    Exclusion("postgres", "instants_beyond", "day", BEYOND, "psqlodbc 13.02 drops BC, gives 0000-00-00 for infinity, and has no years past 9999, all with success."),
    Exclusion("postgres", "instants_beyond", "stamp", BEYOND, "psqlodbc 13.02 drops BC, gives 9999-12-31 23:59:59 for infinity, and has no years past 9999, all with success."),
    Exclusion("postgres", "instants_beyond", "zoned", BEYOND, "psqlodbc 13.02 treats a timestamptz beyond years 1 to 9999 as it treats a timestamp."),
    Exclusion("sqlite", "disagreeing", "number", lambda raw: raw is not None and not isinstance(raw, int),
              "libsqliteodbc 0.9998 converts what is no integer in a column declared integer, and says nothing."),
    Exclusion("sqlite", "disagreeing", "stamp", lambda raw: raw is not None and raw != "2020-01-01 00:00:00",
              "libsqliteodbc 0.9998 gives NULL or a made-up moment for what is no timestamp in a column declared timestamp."),
    Exclusion("sqlite", "disagreeing", "untyped", lambda raw: raw is not None and not isinstance(raw, str),
              "libsqliteodbc 0.9998 calls a column without declared type VARCHAR, so its numbers and blobs arrive as text."),
]


def table_exclusion(driver, table):
    return next((e for e in EXCLUSIONS if e.driver == driver and e.table == table.title and e.column is None), None)


def cell_exclusions(driver, table):
    """By position of the column."""
    positions = {c.name: i for i, c in enumerate(table.columns)}
    return {positions[e.column]: e for e in EXCLUSIONS if e.driver == driver and e.table == table.title and e.column is not None}
