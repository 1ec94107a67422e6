"""The SQLite tables of the conformance suite, and how they get into a file.

SQLite has no column types, only habits: a declared type says what libsqliteodbc will claim, the value says what is there. The
tables keep the two in agreement, but for `disagreeing`, which is there to show what the driver makes of the rest.
"""

import os
import sqlite3
import sys

from generators import binaries, choices, dates, decimals, documents, doubles, integers, long_texts, random_double, texts, times, timestamps
from model import Column, Table, key, rows_of

NAME = "sqlite"
DRIVER = "SQLite3"

NAMES = ["transaction", "order", "select", "Mixed Case", "UPPER", "quote\"d", "apo'strophe", "back`tick", "semi;colon", "percent%", "under_score", "dot.ted",
         "back\\slash", "brace{d}", "question?", "colon:name", "dollar$1", "ümlaut", "日本語", "😀", " leading", "trailing ", "1digit", "--", "/*x*/",
         "n" * 100, "_kleene", "a,b", "(x)", "=", "@at", "#hash", "&"]


def wide_columns():
    cycle = [("integer", "int", integers(32)), ("double", "double", doubles(negative_zero=False)), ("text", "text", texts()), ("date", "date", dates()),
             ("bigint", "int", integers(64)), ("varchar(40)", "text", texts(40))]
    return [Column(f"column_{i:03d}", *cycle[i % len(cycle)], distinct=15) for i in range(399)]


def tables():
    text_of = lambda name, sql_type, values, **more: Column(name, sql_type, "text", values, **more)
    return [
        Table("integers", [key(), Column("plain", "integer", "int", integers(64)), Column("four", "int", "int", integers(32)), Column("eight", "bigint", "int", integers(64)),
                           Column("small", "smallint", "int", integers(16)), Column("tiny", "tinyint", "int", integers(8))], 300),
        Table("floats", [key(), Column("double", "double", "double", doubles(negative_zero=False), distinct=41), Column("real", "real", "double", doubles(negative_zero=False), distinct=41),
                         Column("float", "float", "double", doubles(negative_zero=False), distinct=41)], 400),
        Table("doubles_million", [key(), Column("value", "double", "double", lambda rng, count: [random_double(rng) for _ in range(count)], nulls=0.1, distinct=890_000)], 1_000_000),
        # Decimals survive in SQLite only as text; a column declared so keeps them.
        Table("decimals_as_text", [key(), text_of("whole", "text", decimals(38, 0)), text_of("ten", "varchar(50)", decimals(38, 10)), text_of("all", "text", decimals(38, 38))], 300),
        Table("texts", [key(), text_of("free", "text", texts()), text_of("twenty", "varchar(20)", texts(20)), text_of("five_holds_more", "varchar(5)", texts()), text_of("fixed", "char(10)", texts(10)),
                        text_of("clob", "clob", texts()), text_of("json", "text", documents())], 400),
        Table("texts_long", [key(), text_of("short", "text", texts(20)), text_of("long", "text", long_texts()), text_of("bounded", "varchar(255)", long_texts(65536))], 300),
        Table("binaries", [key(), Column("data", "blob", "blob", binaries(huge=True)), Column("short", "varbinary(40)", "blob", binaries(40))], 200),
        Table("instants", [key(), Column("day", "date", "date", dates()), Column("stamp", "timestamp", "timestamp", timestamps(3)), Column("moment", "datetime", "timestamp", timestamps(0)),
                           Column("clock", "time", "time", times(0))], 400),
        Table("disagreeing", [key(), Column("number", "integer", "any", choices(1, 2, "abc", "12x", 1.5, b"\x01\x02")), Column("stamp", "timestamp", "any", choices("2020-01-01 00:00:00", "notadate", 12345)),
                              Column("untyped", "", "any", choices(1, "one", 1.5, b"\x01"))], 60),
        Table("anything", [key(), Column("untyped", "", "any", choices(1, "one", 1.5, b"\x01", "", b"", "a\0b", 0.1 + 0.2, -(1 << 63), "1", "X'00'")),
                           Column("bytes", "blob", "any", choices(b"\x00", "text", 7, 2.5, "a\0b")), text_of("with_nul", "text", choices("a\0b", "\0", "", "é\0" + "x" * 9000)),
                           Column("flag", "boolean", "int", choices(0, 1)), Column("number", "numeric", "double", choices(0.5, 7, 0.1 + 0.2, 1e300))], 120),
        Table("names", [key("ID of it")] + [Column(name, "text", "text", texts(), distinct=20) for name in NAMES], 80, key=("ID of it",)),
        Table("transaction", [key(), text_of("order", "text", texts(), distinct=20)], 60),
        Table("order", [key(), text_of("group", "text", texts(), distinct=20)], 60),
        Table("Mixed Case; \"quoted\" 'name' 日本 😀", [key(), text_of("value", "text", texts(), distinct=20)], 60),
        Table("pattern_x", [key(), text_of("mine", "text", texts(), distinct=20)], 60),
        Table("patternyx", [key(), Column("not_mine", "integer", "int", integers(32), distinct=20), text_of("nor_this", "text", texts(), distinct=20)], 60),
        Table("%", [key(), text_of("percent", "text", texts(), distinct=20)], 60),
        Table("composite_key", [Column("region", "varchar(20)", "text", lambda rng, count: ["eé日😀"[i % 4] + str(i // 4 % 5) for i in range(count)], 0.0, 20),
                                Column("number", "integer", "int", lambda rng, count: [i // 20 - 50 for i in range(count)], 0.0, 100), text_of("value", "text", texts(), distinct=20)], 2000, key=("region", "number")),
        Table("keyless", [Column("number", "integer", "int", choices(*range(10)), distinct=10), text_of("word", "text", choices("a", "b", "", "ß")), Column("double", "double", "double", choices(0.5, 1.5, 0.1))], 900, key=(), duplicates=100),
        Table("without_rowid", [key(), text_of("value", "text", texts(), distinct=20)], 60, suffix=" WITHOUT ROWID"),
        Table("empty", [key(), text_of("nothing", "text", texts())], 0),
        Table("one_row", [key(), text_of("something", "text", choices("one"), nulls=0.0)], 1),
        Table("all_null", [key(), text_of("nothing", "text", choices("x"), nulls=1.0, distinct=0), Column("number", "integer", "int", choices(1), nulls=1.0, distinct=0), Column("stamp", "timestamp", "timestamp", choices("x"), nulls=1.0, distinct=0)], 30),
        Table("wide", [key()] + wide_columns(), 60),
        Table("a_view", [key(), Column("eight", "bigint", "int", integers(64)), text_of("label", "text", choices("even", "odd"), nulls=0.0)], 300,
              view_of="SELECT id, eight, CASE WHEN id % 2 = 0 THEN 'even' ELSE 'odd' END AS label FROM integers"),
        Table("computed", [key(), Column("third", "", "any", doubles(), nulls=0.0, distinct=100), Column("mixed", "", "any", choices(1, "two", b"\x03"), nulls=0.0, distinct=3)], 300,
              view_of="SELECT id, id / 3.0 AS third, CASE id % 3 WHEN 0 THEN id WHEN 1 THEN 'two' ELSE x'03' END AS mixed FROM integers"),
    ]


def connect():
    connection = sqlite3.connect(os.environ["KLEENE_SQLITE_SOURCE"])
    connection.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
    return connection


def quote(name):
    return '"' + name.replace('"', '""') + '"'


def full_name(table):
    return quote(table.name)


def seed():
    path = os.environ["KLEENE_SQLITE_SOURCE"]
    if os.path.exists(path):
        os.remove(path)
    connection = connect()
    connection.execute("PRAGMA synchronous = OFF")
    for table in tables():
        if table.view_of:
            connection.execute(f"CREATE VIEW {full_name(table)} AS {table.view_of}")
            continue
        columns = [f"{quote(c.name)} {c.sql_type}" for c in table.columns]
        if table.key:
            columns.append(f"PRIMARY KEY ({', '.join(map(quote, table.key))})")
        connection.execute(f"CREATE TABLE {full_name(table)} ({', '.join(columns)}){table.suffix}")
        connection.executemany(f"INSERT INTO {full_name(table)} VALUES ({', '.join('?' for _ in table.columns)})", rows_of(table))
    connection.commit()
    connection.close()


def read(table):
    """The rows as SQLite holds them: int, float, str, bytes or None."""
    connection = connect()
    rows = connection.execute(f"SELECT {', '.join(quote(c.name) for c in table.columns)} FROM {full_name(table)}").fetchall()
    connection.close()
    return rows


if __name__ == "__main__":
    seed()
    print(f"{len(tables())} tables", file=sys.stderr)
