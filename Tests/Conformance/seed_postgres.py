"""The PostgreSQL tables of the conformance suite, and how they get into a database."""

import math
import os
import sys

import psycopg2
import psycopg2.extensions

from generators import (Pool, binaries, choices, clock, dates, decimals, documents, doubles, fixed_binaries, integers, long_texts,
                        random_date, random_double, sentence, singles, texts, times, timestamps, uuids)
from model import Column, Table, key, rows_of

NAME = "postgres"
DRIVER = "PostgreSQL Unicode"
COLOURS = ["red", "green", "dark blue", "жовтий", "it's", "with,comma", "😀"]

BEFORE = """
CREATE TYPE public.colour AS ENUM ('red', 'green', 'dark blue', 'жовтий', 'it''s', 'with,comma', '😀');
CREATE TYPE public.pair AS (number int, "Text" text);
CREATE DOMAIN public.short_text AS varchar(12);
CREATE DOMAIN public.positive AS bigint CHECK (VALUE > 0);
CREATE DOMAIN public.amount AS numeric(12,2);
CREATE SCHEMA "Other Schema";
"""

# Names that break careless quoting and careless patterns.
NAMES = ["transaction", "order", "select", "Mixed Case", "UPPER", "quote\"d", "apo'strophe", "semi;colon", "percent%", "under_score", "dot.ted",
         "back\\slash", "brack[et]", "brace{d}", "question?", "colon:name", "dollar$1", "ümlaut", "日本語", "😀", " leading", "trailing ", "tab\there",
         "line\nfeed", "1digit", "--", "/*x*/", "n" * 63, "rowid", "oid_", "_kleene", "a,b", "(x)", "=", "@at", "#hash", "&", "`tick`"]


def bits(length, varying=False):
    def make(rng):
        size = rng.randint(1, length) if varying else length
        return "".join(rng.choice("01") for _ in range(size))

    return Pool((["", "1", "0"] if varying else []) + ["0" * length, "1" * length], make)


def arrays(element):
    def make(rng):
        return "{" + ",".join("NULL" if rng.random() < 0.1 else element(rng) for _ in range(rng.randint(0, 12))) + "}"

    return make


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def wide_columns():
    cycle = [("integer", "int", integers(32)), ("double precision", "double", doubles()), ("text", "text", texts()), ("date", "date", dates()),
             ("numeric(20,4)", "decimal", decimals(20, 4)), ("timestamp", "timestamp", timestamps()), ("boolean", "bool", choices("t", "f")),
             ("varchar(40)", "text", texts(40))]
    return [Column(f"column_{i:03d}", *cycle[i % len(cycle)], distinct=2 if i % len(cycle) == 6 else 20) for i in range(399)]


def plain(*values):
    return Pool(values)


def tables():
    text_of = lambda name, sql_type, values, **more: Column(name, sql_type, "text", values, **more)
    return [
        Table("integers", [key(), Column("small", "smallint", "int", integers(16)), Column("four", "integer", "int", integers(32)),
                           Column("eight", "bigint", "int", integers(64)), Column("object", "oid", "int", integers(32, signed=False)),
                           Column("domain", "public.positive", "int", choices(1, 2, 2**31, 2**53 + 1, 2**63 - 1))], 300),
        Table("decimals", [key(), Column("whole", "numeric(38,0)", "decimal", decimals(38, 0)), Column("ten", "numeric(38,10)", "decimal", decimals(38, 10)),
                           Column("all", "numeric(38,38)", "decimal", decimals(38, 38)), Column("cents", "numeric(5,2)", "decimal", decimals(5, 2)),
                           Column("money18", "numeric(18,4)", "decimal", decimals(18, 4)), Column("domain", "public.amount", "decimal", decimals(12, 2))], 400),
        # Without a declared size: any number of digits, each value with its own scale.
        Table("decimals_free", [key(), Column("free", "numeric", "decimal", Pool(
            ["0", "0.0", "0.00", "1", "1.0", "1.10", "-0.000000000000000000000000000000000001", "9" * 100, "-" + "9" * 60 + "." + "9" * 60, "0." + "0" * 99 + "1",
             "123456789012345678901234567890", "28", "30.123456789", "9007199254740993", "18446744073709551616", "1e20"],
            lambda rng: f"{rng.randint(-10**30, 10**30)}.{rng.randrange(10**9)}")),
            Column("long", "numeric(1000,500)", "decimal", decimals(1000, 500))], 200),
        Table("decimals_beyond", [key(), Column("beyond", "numeric", "decimal", choices("NaN", "Infinity", "-Infinity", "1.5", "0"))], 40),
        Table("money", [key(), text_of("price", "money", choices("12.34", "-12.34", "0", "92233720368547758.07", "-92233720368547758.08", "0.01", "1234567.89"))], 60),
        Table("floats", [key(), Column("single", "real", "single", singles()), Column("double", "double precision", "double", doubles(), distinct=41)], 400),
        Table("floats_beyond", [key(), Column("single", "real", "single", singles(beyond=True)),
                                Column("double", "double precision", "double", doubles(beyond=True), distinct=43)], 300),
        Table("doubles_million", [key(), Column("value", "double precision", "double",
                                               lambda rng, count: [random_double(rng) for _ in range(count)], nulls=0.1, distinct=890_000)], 1_000_000),
        Table("texts", [key(), text_of("free", "text", texts()), text_of("twenty", "varchar(20)", texts(20)), text_of("any", "varchar", texts()),
                        text_of("many", "varchar(5000)", texts(5000)), text_of("fixed", "char(10)", texts(10, strip=True)), text_of("letter", '"char"', choices("a", "Z", "0", " ", "~")),
                        text_of("name", "name", texts(15)), text_of("domain", "public.short_text", texts(12))], 400),
        Table("texts_long", [key(), text_of("short", "text", texts(20)), text_of("long", "text", long_texts()),
                             text_of("bounded", "varchar(100000)", long_texts(65536))], 300),
        Table("binaries", [key(), Column("data", "bytea", "blob", binaries(huge=True)), Column("short", "bytea", "blob", binaries(40))], 200),
        Table("instants", [key(), Column("day", "date", "date", dates()), Column("stamp", "timestamp", "timestamp", timestamps()), Column("stamp0", "timestamp(0)", "timestamp", timestamps(0)),
                           Column("stamp3", "timestamp(3)", "timestamp", timestamps(3)), Column("zoned", "timestamptz", "timestamptz", timestamps()),
                           Column("clock", "time", "time", times()), Column("clock0", "time(0)", "time", times(0)), Column("clock3", "time(3)", "time", times(3)),
                           text_of("clockzone", "timetz", choices("00:00:00+00", "12:34:56.789012-05", "23:59:59.999999+05:30", "01:02:03+14"))], 400),
        Table("instants_beyond", [key(), Column("day", "date", "date", Pool(["0044-03-15 BC", "4713-01-01 BC", "infinity", "-infinity", "10000-01-01", "5874897-12-31"], random_date)),
                                  Column("stamp", "timestamp", "timestamp", Pool(["0044-03-15 12:00:00 BC", "infinity", "-infinity", "10000-01-01 00:00:00", "294276-12-31 23:59:59.999999"],
                                                                                 lambda rng: f"{random_date(rng)} {clock(rng)}")),
                                  Column("zoned", "timestamptz", "timestamptz", Pool(["0044-03-15 12:00:00 BC", "infinity", "-infinity", "10000-01-01 00:00:00"],
                                                                                     lambda rng: f"{random_date(rng)} {clock(rng)}")),
                                  Column("midnight", "time", "time", choices("24:00:00", "00:00:00", "23:59:59.999999"))], 60),
        Table("booleans_bits", [key(), Column("flag", "boolean", "bool", choices("t", "f"), distinct=2), text_of("bit1", "bit(1)", choices("1", "0")), text_of("bit8", "bit(8)", bits(8)),
                                text_of("bits", "bit varying(64)", bits(64, True)), text_of("bit200", "bit(200)", bits(200))], 100),
        Table("documents", [key(), text_of("plain", "json", documents()), text_of("binary", "jsonb", documents()), Column("uuid", "uuid", "uuid", uuids()),
                            text_of("markup", "xml", choices("<a/>", "<a b='c'>é &amp; 😀</a>", "<long>" + "x" * 9000 + "</long>")), text_of("path", "jsonpath", choices("$", "$.\"a\"[*]"))], 100),
        Table("intervals", [key(), text_of("free", "interval", choices("1 year 2 mons 3 days 04:05:06.789", "-1 year -2 mons +3 days -04:05:06.789", "00:00:00", "178000000 years", "-00:00:00.000001", "1 day", "100:00:00")),
                            text_of("months", "interval year to month", choices("1 year", "-5 mons", "0", "3 years 11 mons")),
                            text_of("seconds", "interval day to second(3)", choices("1 day 02:03:04.5", "-1 day", "99 days 23:59:59.999", "00:00:00"))], 60),
        Table("network_geometry_search", [key(), text_of("inet", "inet", choices("192.168.0.1", "10.0.0.0/8", "::1", "2001:db8::/32", "255.255.255.255")), text_of("cidr", "cidr", choices("10.0.0.0/8", "2001:db8::/32")),
                                          text_of("mac", "macaddr", choices("08:00:2b:01:02:03", "ff:ff:ff:ff:ff:ff")), text_of("mac8", "macaddr8", choices("08:00:2b:01:02:03:04:05", "00:00:00:00:00:00:00:00")),
                                          text_of("point", "point", choices("(1,2)", "(-0.1,1e+300)")), text_of("line", "line", choices("{1,-1,0}", "{0,1,2.5}")), text_of("lseg", "lseg", choices("[(0,0),(1,1)]", "[(1,2),(3,4.5)]")),
                                          text_of("box", "box", choices("(1,1),(0,0)", "(3,4.5),(1,2)")), text_of("path", "path", choices("((0,0),(1,1),(2,0))", "[(0,0),(1,1)]")),
                                          text_of("polygon", "polygon", choices("((0,0),(1,1),(2,0))", "((1,1),(2,2),(3,3))")), text_of("circle", "circle", choices("<(0,0),1>", "<(1.5,2),0.25>")),
                                          text_of("vector", "tsvector", choices("'a':1 'fat':2,4 'кіт':3", "'x'", "")), text_of("query", "tsquery", choices("'a' & 'b'", "!'x' | 'y':*")),
                                          text_of("position", "pg_lsn", choices("0/0", "16/B374D848")), text_of("class", "regclass", choices("pg_class", "pg_type"))], 80),
        Table("ranges", [key(), text_of("ints", "int4range", choices("[1,10)", "empty", "(,5)", "[0,)")), text_of("longs", "int8range", choices("[1,9223372036854775807)", "empty")), text_of("nums", "numrange", choices("[1.5,2.50]", "(,)")),
                         text_of("days", "daterange", choices("[2020-01-01,2020-02-01)", "[2020-01-01,infinity)")), text_of("stamps", "tstzrange", choices('["2020-01-01 00:00:00+00","2020-01-01 00:00:01.5+00")', "empty")),
                         text_of("many", "int4multirange", choices("{[1,3),[5,9)}", "{}"))], 60),
        Table("arrays", [key(), text_of("ints", "integer[]", Pool(["{}", "{1,2,3}", "{{1,2},{3,4}}", "{NULL}", "[0:1]={5,6}"], arrays(lambda rng: str(rng.randint(-10**9, 10**9))))),
                         text_of("texts", "text[]", Pool(["{}", '{""}', '{"a b","c\\"d","e\\\\f",NULL,"NULL"}', '{😀,日本,"{}"}', "{" + "x" * 9000 + "}"], arrays(lambda rng: quoted(sentence(rng))))),
                         text_of("nums", "numeric(38,10)[]", Pool(["{}", "{1.0000000000,-2.5000000000}"], arrays(lambda rng: f"{rng.randint(-10**9, 10**9)}.5"))),
                         text_of("flags", "boolean[]", choices("{t,f,NULL}", "{}")), text_of("stamps", "timestamptz[]", choices('{"2020-01-01 00:00:00+00"}', "{infinity,-infinity}")),
                         text_of("bytes", "bytea[]", choices('{"\\\\x00ff"}', "{}"))], 120),
        Table("enums_and_composites", [key(), text_of("colour", "public.colour", choices(*COLOURS)), text_of("colours", "public.colour[]", choices('{red,"it\'s"}', "{}")),
                                       text_of("pair", "public.pair", choices('(1,a)', '(,)', '(2,"b c")', '(3,"")'))], 80),
        Table("names", [key("ID of it")] + [Column(name, "text", "text", texts(), distinct=20) for name in NAMES], 80, key=("ID of it",)),
        Table("transaction", [key(), text_of("order", "text", texts(), distinct=20)], 60),
        Table("order", [key(), text_of("group", "text", texts(), distinct=20)], 60),
        Table("Mixed Case; \"quoted\" 'name' 日本 😀", [key(), text_of("value", "text", texts(), distinct=20)], 60),
        # Underscore and percent are patterns in catalog functions: the neighbours have other columns.
        Table("pattern_x", [key(), text_of("mine", "text", texts(), distinct=20)], 60),
        Table("patternyx", [key(), Column("not_mine", "integer", "int", integers(32), distinct=20), text_of("nor_this", "text", texts(), distinct=20)], 60),
        Table("%", [key(), text_of("percent", "text", texts(), distinct=20)], 60),
        Table("back\\slash", [key(), text_of("value", "text", texts(), distinct=20)], 60),
        Table("integers", [key(), text_of("same_name_elsewhere", "text", texts(), distinct=20)], 60, schema="Other Schema"),
        # SQLite's column names do not tell case: the destination must rename.
        Table("case_twins", [key(), text_of("Order", "text", texts(), distinct=20), text_of("order", "text", texts(20), distinct=15), Column("ORDER", "integer", "int", integers(32), distinct=20)], 80, renamed=True),
        Table("composite_key", [Column("region", "varchar(20)", "text", lambda rng, count: ["eé日😀"[i % 4] + str(i // 4 % 5) for i in range(count)], 0.0, 20),
                                Column("number", "integer", "int", lambda rng, count: [i // 20 - 50 for i in range(count)], 0.0, 100),
                                text_of("value", "text", texts(), distinct=20)], 2000, key=("region", "number")),
        Table("text_key", [Column("code", "uuid", "uuid", lambda rng, count: uuids()(rng, count), 0.0, 500), text_of("value", "text", texts(), distinct=20)], 500, key=("code",)),
        Table("keyless", [Column("number", "integer", "int", choices(*range(10)), distinct=10), text_of("word", "text", choices("a", "b", "", "ß")), Column("double", "double precision", "double", choices(0.5, 1.5, 1 / 3))],
              900, key=(), duplicates=100),
        Table("empty", [key(), text_of("nothing", "text", texts())], 0),
        Table("one_row", [key(), text_of("something", "text", choices("one"), nulls=0.0)], 1),
        Table("all_null", [key(), text_of("nothing", "text", choices("x"), nulls=1.0, distinct=0), Column("number", "numeric(10,2)", "decimal", choices("1"), nulls=1.0, distinct=0), Column("stamp", "timestamp", "timestamp", choices("x"), nulls=1.0, distinct=0)], 30),
        Table("wide", [key()] + wide_columns(), 60),
        Table("a_view", [key(), Column("eight", "bigint", "int", integers(64)), text_of("label", "text", choices("even", "odd"), nulls=0.0)], 300,
              view_of="SELECT id, eight, CASE WHEN id % 2 = 0 THEN 'even' ELSE 'odd' END AS label FROM public.integers"),
    ]


def connect():
    connection = psycopg2.connect(host=os.environ["KLEENE_PG_HOST"], port=os.environ["KLEENE_PG_PORT"], user=os.environ["KLEENE_PG_USER"],
                                  password=os.environ["KLEENE_PG_PASSWORD"], dbname=os.environ["KLEENE_PG_DATABASE"])
    connection.set_client_encoding("UTF8")
    return connection


def quote(name):
    return '"' + name.replace('"', '""') + '"'


def full_name(table):
    return f"{quote(table.schema or 'public')}.{quote(table.name)}"


def literal(value):
    """A value as COPY's text format wants it."""
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else repr(value).replace("inf", "Infinity")
    return str(value).replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


class Lines:
    """The rows as a file for COPY, a few at a time."""

    def __init__(self, rows):
        self.rows = iter(rows)

    def read(self, size=-1):
        lines, length = [], 0
        for row in self.rows:
            lines.append("\t".join(map(literal, row)) + "\n")
            length += len(lines[-1])
            if length >= max(size, 65536):
                break
        return "".join(lines).encode()


def seed():
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS \"Other Schema\" CASCADE;" + BEFORE)
        for table in tables():
            if table.view_of:
                cursor.execute(f"CREATE VIEW {full_name(table)} AS {table.view_of}")
                continue
            columns = [f"{quote(c.name)} {c.sql_type}" for c in table.columns]
            if table.key:
                columns.append(f"PRIMARY KEY ({', '.join(map(quote, table.key))})")
            cursor.execute(f"CREATE TABLE {full_name(table)} ({', '.join(columns)})")
            cursor.copy_expert(f"COPY {full_name(table)} FROM STDIN", Lines(rows_of(table)), size=1 << 20)
    connection.close()


def read(table):
    """The rows in the database's own text form, bytea as bytes: no typecaster of psycopg2 has touched them."""
    connection = connect()
    cursor = connection.cursor()
    columns = ", ".join(quote(c.name) for c in table.columns)
    cursor.execute(f"SELECT {columns} FROM {full_name(table)} LIMIT 0")
    types = tuple(sorted({d.type_code for d in cursor.description}))
    psycopg2.extensions.register_type(psycopg2.extensions.new_type(types, "AS_IT_IS", lambda value, _: value), cursor)
    cursor.execute(f"SELECT {columns} FROM {full_name(table)}")
    rows = cursor.fetchall()
    connection.close()
    blobs = [i for i, c in enumerate(table.columns) if c.kind == "blob"]
    if blobs:
        rows = [tuple(bytes.fromhex(v[2:]) if i in blobs and v is not None else v for i, v in enumerate(row)) for row in rows]
    return rows


if __name__ == "__main__":
    seed()
    print(f"{len(tables())} tables", file=sys.stderr)
