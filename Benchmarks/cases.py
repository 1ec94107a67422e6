"""What is measured: each case is a table, a load method, and what the destination holds beforehand.

Hooks for what kleene-ns cannot do yet are at the end: each says what it will measure, and returns None until it can.
"""

import dataclasses


@dataclasses.dataclass
class Case:
    name: str
    table: str
    method: str = "drop_create_load"
    # Whether the destination holds the table already, loaded by the contestant itself, untimed.
    is_loaded: bool = False
    # Whether contestants that only make new files take part.
    rivals: bool = True
    rounds: int | None = None

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
        *load_methods("transactionline_200000"),
        Case("start-up: 1 row", "transactionline_1"),
        *hooks(),
    ]


def quick():
    return [
        Case("20 k rows", "transactionline_20000"), *load_methods("transactionline_20000"),
        Case("start-up: 1 row", "transactionline_1"), *hooks()]


def load_methods(table):
    """Loads into a destination that holds the table already."""
    return [
        Case(f"{method} into a loaded file, {table}", table, method, is_loaded=True, rivals=False)
        for method in ("drop_create_load", "truncate_load", "append")]


def hooks():
    cases = [unchanged_incremental(), changed_incremental(), upsert_tenth(), parallel_chunks()]
    return [case for case in cases if case]


def unchanged_incremental():
    """An incremental extract whose source has not changed since the last: the destination holds transactionline_2000000 with its
    watermark, the window is empty. Measures the fixed cost: connect, clock, one query by the key, the record. Needs
    `--extract-type incremental --incremental-key linelastmodifieddate`, and an index on the key in the source."""
    return None


def changed_incremental():
    """The same after 1 % of the rows got a new linelastmodifieddate (an UPDATE before each round, untimed). Floor: fetch and insert
    of 20 k rows, then INSERT … ON CONFLICT DO UPDATE from staging."""
    return None


def upsert_tenth():
    """`--load-method upsert --unique-columns uniquekey` of transactionline_200000's rows into a destination of two million, of which
    half exist. Floor: the same INSERT … ON CONFLICT over a unique index."""
    return None


def parallel_chunks():
    """The 2 M rows by two and four connections, chunks by uniquekey. To compare with one connection; the floor gets as many fetching
    threads and one writer."""
    return None
