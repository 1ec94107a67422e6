"""What a conformance table is: columns with an SQL type, a kind, and generated values.

A *kind* says which rule of rules.py a cell is compared by. A *promise* is what the seed says of a column before anybody has read
it: how many NULLs, how many distinct values. compare.py holds source and destination to it, so that an empty or constant table
cannot pass by being equal to another empty or constant table.
"""

import random
from dataclasses import dataclass, field


@dataclass
class Column:
    name: str
    sql_type: str
    kind: str
    values: object = None  # (rng, count) -> list of values, or None for a key that counts from 1
    nulls: float = 0.15  # share of rows that are NULL, exactly, rounded
    distinct: int = None  # least number of distinct values; the number of special values by default


@dataclass
class Table:
    name: str
    columns: list
    rows: int
    key: tuple = ("id",)  # names of columns; () compares as a multiset
    schema: str = None  # None: the database's default
    key_clause: str = None  # SQL after the columns; a primary key over `key` by default
    view_of: str = None  # SQL of a view; the table's rows come from elsewhere
    renamed: bool = False  # the destination cannot hold the source's names: columns are paired by position
    suffix: str = ""  # SQL after the closing parenthesis
    duplicates: int = 0  # so many of the rows are copies of others, for a table without key

    @property
    def title(self):
        return f"{self.schema}.{self.name}" if self.schema else self.name


def key(name="id", sql_type="bigint"):
    return Column(name, sql_type, "int", None, 0.0)


class Pool:
    """Values of a column: every special value at least once, then made ones."""

    def __init__(self, specials, make=None):
        self.specials = list(specials)
        self.make = make

    def __call__(self, rng, count):
        chosen = self.specials[:count]
        while len(chosen) < count:
            chosen.append(self.make(rng) if self.make else rng.choice(self.specials))
        return chosen


def null_count(table, column):
    return round(table.rows * column.nulls)


def promised_distinct(table, column):
    if column.distinct is not None:
        return column.distinct
    if column.values is None:
        return table.rows
    specials = len({repr(v) for v in getattr(column.values, "specials", [])})
    return min(specials, table.rows - null_count(table, column))


def rows_of(table):
    """The rows of a table as tuples: always the same for the same table."""
    columns = []
    own = table.rows - table.duplicates
    for column in table.columns:
        if column.values is None:
            columns.append(range(1, own + 1))
            continue
        rng = random.Random(f"{table.title}.{column.name}")
        nulls = round(own * column.nulls)
        values = column.values(rng, own - nulls)
        if len(values) != own - nulls:
            raise AssertionError(f"{table.title}.{column.name}: generator gave {len(values)} values")
        if column.name not in table.key:
            values = values + [None] * nulls
            rng.shuffle(values)
        columns.append(values)
    rows = list(zip(*columns))
    return rows + rows[: table.duplicates]
