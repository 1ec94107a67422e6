"""What is measured: each case is a table, a load method, and what the destination holds beforehand.

What only kleene-ns does has programs of its own: incremental.py, parallel.py and verify.py.
"""

import dataclasses


@dataclasses.dataclass
class Case:
    name: str
    table: str
    method: str = "drop_create_load"
    # Whether the destination holds the table already, loaded by the contestant itself, untimed.
    is_loaded: bool = False

    @property
    def rows(self):
        return int(self.table.rsplit("_", 1)[1])


# The table on which values are compared, for each shape: small, because Python compares.
CHECKED = {
    "transactionline": "transactionline_20000", "narrow": "narrow_20000", "wide120": "wide120_2000", "wide700": "wide700_1000"}


def full():
    return [
        Case("20 k rows", "transactionline_20000"),
        Case("200 k rows", "transactionline_200000"),
        Case("2 M rows", "transactionline_2000000"),
        Case("120 columns, 50,000 rows", "wide120_50000"),
        Case("700 columns, 10,000 rows", "wide700_10000"),
        Case("5 columns, 2,000,000 rows", "narrow_2000000"),
        *load_methods("transactionline_2000000"),
        Case("start-up: 1 row", "transactionline_1"),
    ]


def quick():
    return [
        Case("20 k rows", "transactionline_20000"), *load_methods("transactionline_20000"),
        Case("start-up: 1 row", "transactionline_1")]


def load_methods(table):
    """Loads into a destination that holds the table already."""
    return [
        Case(f"{method} into a loaded file, {table}", table, method, is_loaded=True)
        for method in ("drop_create_load", "truncate_load", "append")]
