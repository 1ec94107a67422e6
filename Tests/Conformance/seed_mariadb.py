"""The MariaDB tables of the conformance suite, and how they get into a database."""

import os
import sys
import tempfile

import pymysql

from generators import (Pool, binaries, choices, clock, dates, decimals, documents, doubles, fixed_binaries, integers, long_texts,
                        random_date, random_double, sentence, singles, texts, times, timestamps, uuids)
from model import Column, Table, key, rows_of

NAME = "mariadb"
DRIVER = "MariaDB Unicode"

NAMES = ["transaction", "order", "select", "Mixed Case", "UPPER", "quote\"d", "apo'strophe", "back`tick", "semi;colon", "percent%", "under_score", "dot.ted",
         "back\\slash", "brack[et]", "brace{d}", "question?", "colon:name", "dollar$1", "ümlaut", "日本語", " leading", "tab\there", "line\nfeed",
         "1digit", "--", "/*x*/", "n" * 64, "rowid", "_kleene", "a,b", "(x)", "=", "@at", "#hash", "&"]


def signed_times():
    return Pool(times().specials + ["-00:00:01", "-838:59:59.999999", "838:59:59.999999", "100:00:00", "-12:34:56.789012"],
                lambda rng: f"{rng.choice(('', '-'))}{rng.randrange(839):02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}.{rng.randrange(10**6):06d}")


def bits(length):
    size = (length + 7) // 8
    mask = (1 << length) - 1
    return Pool([v.to_bytes(size, "big") for v in sorted({0, 1, mask, mask >> 1, 0xA5 & mask})], lambda rng: (rng.getrandbits(64) & mask).to_bytes(size, "big"))


def wide_columns():
    cycle = [("int", "int", integers(32)), ("double", "double", doubles()), ("varchar(10)", "text", texts(10, strip=True)), ("date", "date", dates()),
             ("decimal(20,4)", "decimal", decimals(20, 4)), ("datetime(6)", "timestamp", timestamps()), ("bigint unsigned", "ubigint", integers(64, signed=False)),
             ("tinyint", "int", integers(8))]
    return [Column(f"column_{i:03d}", *cycle[i % len(cycle)], distinct=15) for i in range(399)]


def tables():
    text_of = lambda name, sql_type, values, **more: Column(name, sql_type, "text", values, **more)
    number = lambda name, sql_type, bits_, signed=True: Column(name, sql_type, "int", integers(bits_, signed))
    return [
        Table("integers", [key(), number("tiny", "tinyint", 8), number("small", "smallint", 16), number("medium", "mediumint", 24), number("four", "int", 32), number("eight", "bigint", 64),
                           number("utiny", "tinyint unsigned", 8, False), number("usmall", "smallint unsigned", 16, False), number("umedium", "mediumint unsigned", 24, False),
                           number("ufour", "int unsigned", 32, False), Column("ueight", "bigint unsigned", "ubigint", integers(64, signed=False)),
                           Column("flag", "boolean", "int", choices(0, 1)), Column("padded", "int(8) zerofill", "int", integers(16, False)), Column("year", "year", "int", choices(0, 1901, 2155, 1970, 2024))], 300),
        Table("decimals", [key(), Column("whole", "decimal(38,0)", "decimal", decimals(38, 0)), Column("ten", "decimal(38,10)", "decimal", decimals(38, 10)), Column("all", "decimal(38,38)", "decimal", decimals(38, 38)),
                           Column("most", "decimal(65,30)", "decimal", decimals(65, 30)), Column("cents", "decimal(5,2)", "decimal", decimals(5, 2)), Column("money18", "decimal(18,4)", "decimal", decimals(18, 4)),
                           Column("unsigned", "decimal(12,2) unsigned", "decimal", decimals(12, 2, signed=False))], 400),
        Table("floats", [key(), Column("single", "float", "single", singles(denormal=False)), Column("double", "double", "double", doubles(), distinct=41)], 400),
        Table("doubles_million", [key(), Column("value", "double", "double", lambda rng, count: [random_double(rng) for _ in range(count)], nulls=0.1, distinct=890_000)], 1_000_000),
        Table("texts", [key(), text_of("tiny", "tinytext", texts(60)), text_of("free", "text", texts()), text_of("twenty", "varchar(20)", texts(20)), text_of("many", "varchar(5000)", texts(5000)),
                        text_of("fixed", "char(10)", texts(10, strip=True)), text_of("latin", "varchar(40) character set latin1", choices("", "abc", "é", "Größe", "ÿ", "it's")),
                        text_of("three", "varchar(40) character set utf8mb3", choices("", "é", "日本語", "e\u0301", "\uffff")), text_of("wide", "varchar(40) character set utf16", choices("", "é", "日本😀", "𝒳"))], 400),
        Table("texts_long", [key(), text_of("short", "varchar(20)", texts(20)), text_of("long", "longtext", long_texts()), text_of("medium", "mediumtext", long_texts(65536))], 300),
        Table("binaries", [key(), Column("fixed", "binary(16)", "blob", fixed_binaries(16)), Column("varying", "varbinary(300)", "blob", binaries(300)), Column("tiny", "tinyblob", "blob", binaries(255)),
                           Column("plain", "blob", "blob", binaries()), Column("long", "longblob", "blob", binaries(huge=True))], 200),
        Table("instants", [key(), Column("day", "date", "date", dates()), Column("stamp", "datetime(6)", "timestamp", timestamps()), Column("stamp0", "datetime", "timestamp", timestamps(0)), Column("stamp3", "datetime(3)", "timestamp", timestamps(3)),
                           Column("epoch", "timestamp(6) null", "timestamp", timestamps(6, 1971, 2037)), Column("clock", "time(6)", "time", times()), Column("clock0", "time", "time", times(0))], 400),
        # A time of MariaDB is a span: signed, up to 838 hours.
        Table("times_beyond", [key(), Column("span", "time(6)", "time", signed_times())], 100),
        Table("dates_zero", [key(), Column("day", "date", "date", Pool(["0000-00-00", "2020-00-00", "2020-01-00"], random_date)),
                             Column("stamp", "datetime(6)", "timestamp", Pool(["0000-00-00 00:00:00"], lambda rng: f"{random_date(rng)} {clock(rng)}"))], 60),
        Table("bits", [key(), Column("one", "bit(1)", "bit1", bits(1), distinct=2), Column("eight", "bit(8)", "blob", bits(8)), Column("all", "bit(64)", "blob", bits(64))], 100),
        Table("documents", [key(), text_of("json", "json", Pool(documents().specials[:-2] + ['{"huge": "' + "日" * 400_000 + '"}'], documents().make)), Column("uuid", "uuid", "uuid", uuids()),
                            text_of("six", "inet6", choices("::1", "2001:db8::ff00:42:8329", "::ffff:1.2.3.4")), text_of("four", "inet4", choices("0.0.0.0", "255.255.255.255", "10.0.0.1"))], 100),
        Table("enums_and_sets", [key(), text_of("colour", "enum('red','green','dark blue','жовтий','it''s','with,comma','')", choices("red", "green", "dark blue", "жовтий", "it's", "with,comma", "")),
                                 text_of("colours", "set('a','b','c','ü','x y')", choices("", "a", "a,b", "a,b,c,ü,x y", "ü"))], 80),
        Table("shapes", [key(), Column("place", "point", "blob", choices(*[b"\0\0\0\0\1\1\0\0\0" + bytes(8) + bytes([0, 0, 0, 0, 0, 0, n, 64]) for n in (0, 20, 240)])),
                         ], 40),
        Table("names", [key("ID of it")] + [Column(name, "varchar(100)" if i % 2 else "text", "text", texts(60), distinct=20) for i, name in enumerate(NAMES)], 80, key=("ID of it",)),
        Table("transaction", [key(), text_of("order", "text", texts(), distinct=20)], 60),
        Table("order", [key(), text_of("group", "text", texts(), distinct=20)], 60),
        Table("Mixed Case; \"quoted\" 'name' 日本", [key(), text_of("value", "text", texts(), distinct=20)], 60),
        Table("back`tick", [key(), text_of("value", "text", texts(), distinct=20)], 60),
        # Names of tables tell case here, and in SQLite they do not.
        Table("Twin", [key(), text_of("upper", "text", texts(), distinct=20)], 60),
        Table("twin", [key(), text_of("lower", "text", texts(), distinct=20)], 60),
        Table("pattern_x", [key(), text_of("mine", "text", texts(), distinct=20)], 60),
        Table("patternyx", [key(), Column("not_mine", "int", "int", integers(32), distinct=20), text_of("nor_this", "text", texts(), distinct=20)], 60),
        Table("%", [key(), text_of("percent", "text", texts(), distinct=20)], 60),
        Table("composite_key", [Column("region", "varchar(20)", "text", lambda rng, count: ["eé日😀"[i % 4] + str(i // 4 % 5) for i in range(count)], 0.0, 20),
                                Column("number", "int", "int", lambda rng, count: [i // 20 - 50 for i in range(count)], 0.0, 100), text_of("value", "text", texts(), distinct=20)], 2000, key=("region", "number")),
        Table("text_key", [Column("code", "uuid", "uuid", lambda rng, count: uuids()(rng, count), 0.0, 500), text_of("value", "text", texts(), distinct=20)], 500, key=("code",)),
        Table("keyless", [Column("number", "int", "int", choices(*range(10)), distinct=10), text_of("word", "text", choices("a", "b", "", "ß")), Column("double", "double", "double", choices(0.5, 1.5, 1 / 3))], 900, key=(), duplicates=100),
        Table("empty", [key(), text_of("nothing", "text", texts())], 0),
        Table("one_row", [key(), text_of("something", "text", choices("one"), nulls=0.0)], 1),
        Table("all_null", [key(), text_of("nothing", "text", choices("x"), nulls=1.0, distinct=0), Column("number", "decimal(10,2)", "decimal", choices("1"), nulls=1.0, distinct=0), Column("stamp", "datetime(6)", "timestamp", choices("x"), nulls=1.0, distinct=0)], 30),
        Table("wide", [key()] + wide_columns(), 60),
        Table("a_view", [key(), Column("eight", "bigint", "int", integers(64)), text_of("label", "text", choices("even", "odd"), nulls=0.0)], 300,
              view_of="SELECT id, eight, CASE WHEN id % 2 = 0 THEN 'even' ELSE 'odd' END AS label FROM integers"),
    ]


def connect(**options):
    return pymysql.connect(host=os.environ["KLEENE_MARIADB_HOST"], port=int(os.environ["KLEENE_MARIADB_PORT"]), user=os.environ["KLEENE_MARIADB_USER"],
                           password=os.environ["KLEENE_MARIADB_PASSWORD"].encode(), database=os.environ["KLEENE_MARIADB_DATABASE"], charset="utf8mb4",
                           local_infile=True, max_allowed_packet=64 << 20, **options)


def quote(name):
    return "`" + name.replace("`", "``") + "`"


def full_name(table):
    return quote(table.name)


def seed():
    connection = connect(autocommit=False)
    cursor = connection.cursor()
    # Zero dates and year 0 are allowed by this: other databases' data has been loaded into MariaDB that way for decades.
    cursor.execute("SET SESSION sql_mode = 'STRICT_ALL_TABLES', time_zone = '+00:00'")
    for table in tables():
        for what in ("VIEW", "TABLE"):
            if bool(table.view_of) == (what == "VIEW"):
                cursor.execute(f"DROP {what} IF EXISTS {full_name(table)}")
        if table.view_of:
            cursor.execute(f"CREATE VIEW {full_name(table)} AS {table.view_of}")
            continue
        columns = [f"{quote(c.name)} {c.sql_type}" for c in table.columns]
        if table.key:
            columns.append(f"PRIMARY KEY ({', '.join(map(quote, table.key))})")
        cursor.execute(f"CREATE TABLE {full_name(table)} ({', '.join(columns)}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
        rows = rows_of(table)
        if len(rows) >= 100_000:
            with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
                file.writelines("\t".join("\\N" if v is None else repr(v) for v in row) + "\n" for row in rows)
                file.flush()
                cursor.execute(f"LOAD DATA LOCAL INFILE '{file.name}' INTO TABLE {full_name(table)}")
        else:
            # Numbers as text: pymysql writes a float with %.15g.
            rows = [tuple(repr(v) if isinstance(v, float) else v for v in row) for row in rows]
            marks = ", ".join("%s" for _ in table.columns)
            for start in range(0, len(rows), 50):
                cursor.executemany(f"INSERT INTO {full_name(table).replace('%', '%%')} VALUES ({marks})", rows[start : start + 50])
    connection.commit()
    connection.close()


def read(table):
    """The rows in the database's own text form, binary types as bytes: pymysql's converters are off."""
    connection = connect(conv={})
    cursor = connection.cursor()
    cursor.execute("SET NAMES utf8mb4 COLLATE utf8mb4_bin")
    cursor.execute("SET time_zone = '+00:00'")
    # A FLOAT prints six digits, which is not its value.
    columns = ", ".join(f"CAST({quote(c.name)} AS DOUBLE)" if c.kind == "single" else quote(c.name) for c in table.columns)
    cursor.execute(f"SELECT {columns} FROM {full_name(table)}")
    rows = list(cursor.fetchall())
    connection.close()
    return rows


if __name__ == "__main__":
    seed()
    print(f"{len(tables())} tables", file=sys.stderr)
