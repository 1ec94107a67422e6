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
    destination: str = None  # None: whatever the destination is
    says: str = None  # what the refusal has to say


EXCLUSIONS = [
    Exclusion("postgres", "case_twins", None, None, "SQLite folds the case of column names; three that differ in nothing else are refused, not renamed.", 2, "sqlite"),
    Exclusion("sqlite", "disagreeing", None, None, "A column declared integer holds text: the run stops and names it, where the driver would convert it in silence."),
    Exclusion("postgres", "case_twins", None, None, "Rows wait in a SQLite file, which cannot tell columns apart by their case: refused.", 2, "postgresql", 'upper and lower case, "Order", "order" and "ORDER"'),
    Exclusion("mariadb", "times_beyond", None, None, "Times below zero or beyond a day are no `time` of PostgreSQL: the run stops and names the first.", 1, "postgresql", '"span" in row'),
    Exclusion("mariadb", "dates_zero", None, None, "0000-00-00 is no date of PostgreSQL: the run stops and names it.", 1, "postgresql", "is no timestamp"),
    Exclusion("mariadb", "names", None, None, "A column's name that PostgreSQL would cut is refused.", 2, "postgresql", "names that PostgreSQL would cut"),
    Exclusion("sqlite", "names", None, None, "A column's name that PostgreSQL would cut is refused.", 2, "postgresql", "names that PostgreSQL would cut"),
    Exclusion("sqlite", "anything", None, None, "A column declared as bytes holds a number: no bytea of PostgreSQL, so the run stops and names it.", 1, "postgresql", '"bytes" in row 1'),
    Exclusion("sqlite", "computed", None, None, "A column of values of any kind is text in PostgreSQL: the run stops at bytes.", 1, "postgresql", '"mixed" in row 2'),
]


def of(driver, table, destination):
    return [e for e in EXCLUSIONS if e.driver == driver and e.table == table.title and e.destination in (None, destination)]


def table_exclusion(driver, table, destination="sqlite"):
    return next((e for e in of(driver, table, destination) if e.column is None), None)


def cell_exclusions(driver, table, destination="sqlite"):
    """By position of the column."""
    positions = {c.name: i for i, c in enumerate(table.columns)}
    return {positions[e.column]: e for e in of(driver, table, destination) if e.column is not None}
