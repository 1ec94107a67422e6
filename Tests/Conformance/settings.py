"""Tries every row of Sources/ODBC/DriverSettings.swift: an odbc.ini, or a server, that says the contrary must change no value.

    settings.py [postgres|mariadb|sqlite]…

Needs with-postgres.sh and with-mariadb.sh around it. The last line is `N passed, M failed`; ends with 0 if M is 0.
"""

import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("KLEENE_NS", str(ROOT / ".build/release/kleene-ns"))


def sql(command, text, **environment):
    done = subprocess.run(command, input=text, text=True, capture_output=True, env={**os.environ, **environment})
    if done.returncode:
        raise AssertionError(done.stderr)


class Postgres:
    ini = lambda: {"Driver": "PostgreSQL Unicode", "Servername": os.environ["KLEENE_PG_HOST"], "Port": os.environ["KLEENE_PG_PORT"], "Database": os.environ["KLEENE_PG_DATABASE"]}
    login = ["--user", os.environ.get("KLEENE_PG_USER", ""), "--password-env", "KLEENE_PG_PASSWORD"]
    settings = [
        "BoolsAsChar=1", "TrueIsMinus1=1\nBoolsAsChar=0", "LFConversion=1", "ByteaAsLongVarBinary=0", "NumericAs=8", "NumericAs=12", "BI=12", "BI=8", "MaxVarcharSize=5",
        "MaxLongVarcharSize=10", "UnknownsAsLongVarchar=0", "TextAsLongVarchar=0", "UnknownSizes=1", "UnknownSizes=2", "UseDeclareFetch=0", "Fetch=1", "RowVersioning=1", "ShowOidColumn=1",
        "FakeOidIndex=1", "ShowSystemTables=1", "Parse=1", "LowerCaseIdentifier=1", "UseServerSidePrepare=0", "UpdatableCursors=0", "DisallowPremature=1", "FetchRefcursors=1",
        "Protocol=7.4-0", "Protocol=7.4-2", "CancelAsFreeStmt=1", "ReadOnly=1", "ConnSettings=SET TIME ZONE 'Asia/Tokyo'", "ConnSettings=SET DateStyle='SQL, DMY'",
        "ConnSettings=SET extra_float_digits=-5", "ConnSettings=SET IntervalStyle=iso_8601", "ConnSettings=SET bytea_output=escape", "ConnSettings=SET standard_conforming_strings=off",
    ]

    @staticmethod
    def seed():
        sql(["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", os.environ["KLEENE_PG_HOST"], "-p", os.environ["KLEENE_PG_PORT"], "-U", os.environ["KLEENE_PG_USER"], os.environ["KLEENE_PG_DATABASE"]], r"""
            DROP TABLE IF EXISTS of_settings;
            CREATE TABLE of_settings (id int PRIMARY KEY, b bool, v text, c char(6), y bytea, n numeric(30,10), w numeric, l bigint, z timestamptz, s timestamp, d date, r real, f float8,
                i interval, j jsonb, a text[], h inet, q "char", m money, k varchar(20));
            INSERT INTO of_settings VALUES
                (1, true, E'a\nb\\c''d', 'ab', '\x00ff5c', 1234567890.0123456789, 0.00000000000000000001, 9007199254740993, '2024-06-01 12:00:00+02', '2024-06-01 12:00:00.123456', '2024-02-03', 0.1,
                 0.1::float8 + 0.2, '1 day 02:03:04', '{"k": "v"}', '{a,"b c"}', '10.0.0.1/8', 'x', 12.34, E'a\\b'),
                (2, false, '', '', '', -0.5, 'NaN', -1, 'infinity', NULL, NULL, 16777216, 1e300, '-1 mon', '[]', '{}', '::1', 'é', -1, ''),
                (3, NULL, repeat('é€', 3000), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
            """, PGPASSWORD=os.environ["KLEENE_PG_PASSWORD"], PGCLIENTENCODING="UTF8")


class MariaDB:
    ini = lambda: {"Driver": "MariaDB Unicode", "SERVER": os.environ["KLEENE_MARIADB_HOST"], "PORT": os.environ["KLEENE_MARIADB_PORT"], "DATABASE": os.environ["KLEENE_MARIADB_DATABASE"]}
    login = ["--user", os.environ.get("KLEENE_MARIADB_USER", ""), "--password-env", "KLEENE_MARIADB_PASSWORD"]
    settings = [
        "CHARSET=latin1", "CHARSET=utf8", "CHARSET=gbk", "AUTO_RECONNECT=1", "NO_CACHE=0", "FORWARDONLY=0", *(f"OPTION={1 << bit}" for bit in (0, 1, 3, 7, 8, 9, 10, 12, 14, 15, 20, 21, 22, 23, 24, 25, 26, 27)),
        "INITSTMT=SET time_zone='+09:00'", "INITSTMT=SET sql_mode='PAD_CHAR_TO_FULL_LENGTH'", "INITSTMT=SET sql_mode='NO_BACKSLASH_ESCAPES'", "INITSTMT=SET sql_mode='ANSI_QUOTES'",
        "INITSTMT=SET sql_mode='PAD_CHAR_TO_FULL_LENGTH,NO_BACKSLASH_ESCAPES,ANSI_QUOTES,PIPES_AS_CONCAT'", "INITSTMT=SET sql_mode='ORACLE'", "INITSTMT=SET sql_select_limit=1",
        "INITSTMT=SET character_set_results=latin1", "INITSTMT=SET character_set_client=latin1, character_set_connection=latin1", "INITSTMT=SET character_set_results=NULL",
    ]

    @staticmethod
    def seed():
        sql(["mariadb", "--no-defaults", "--default-character-set=utf8mb4", "-h", os.environ["KLEENE_MARIADB_HOST"], "-P", os.environ["KLEENE_MARIADB_PORT"], "-u", os.environ["KLEENE_MARIADB_USER"], os.environ["KLEENE_MARIADB_DATABASE"]], r"""
            SET sql_mode = '';
            DROP TABLE IF EXISTS of_settings;
            CREATE TABLE of_settings (id int PRIMARY KEY, b boolean, v text, c char(6), l1 varchar(20) CHARACTER SET latin1, y varbinary(20), n decimal(30,10), l bigint, u bigint unsigned, z timestamp NULL,
                d datetime(6), e date, t time(6), yr year, o bit(1), p bit(8), f double, r float, k varchar(20) COLLATE utf8mb4_bin);
            INSERT INTO of_settings VALUES
                (1, 1, 'a\nb\\c''d€𝄞', 'ab', 'é€', x'00ff5c', 1234567890.0123456789, 9007199254740993, 18446744073709551615, '2024-06-01 12:00:00', '2024-06-01 12:00:00.123456', '2024-02-03',
                 '-838:59:59.000001', 2024, 1, b'10000001', 0.1e0 + 0.2e0, 0.1, 'a\\b'),
                (2, 0, '', '', '', '', -0.5, -1, 0, NULL, '0000-00-00', '0000-00-00', '00:00:00', 0, 0, 0, 1e300, 16777216, ''),
                (3, NULL, repeat('é€', 3000), NULL, NULL, NULL, NULL, NULL, 9223372036854775808, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
            """, MYSQL_PWD=os.environ["KLEENE_MARIADB_PASSWORD"])


class SQLite:
    ini = lambda: {"Driver": "SQLite3", "Database": os.environ["KLEENE_SQLITE_SOURCE"] + ".settings"}
    login = []
    settings = ["StepAPI=0", "NoTXN=1", "ShortNames=1", "LongNames=1", "NoWCHAR=1", "JDConv=1", "BigInt=1", "OEMCP=1", "FKSupport=1", "SyncPragma=OFF", "Timeout=1"]

    @staticmethod
    def seed():
        path = os.environ["KLEENE_SQLITE_SOURCE"] + ".settings"
        pathlib.Path(path).unlink(missing_ok=True)
        with sqlite3.connect(path) as connection:
            connection.executescript(r"""
                CREATE TABLE of_settings (id INTEGER PRIMARY KEY, b BOOLEAN, v TEXT, y BLOB, n NUMERIC, f REAL, l INT, g BIGINT, d DATE, s TIMESTAMP, t TIME, x, k VARCHAR(20));
                INSERT INTO of_settings VALUES (1, 1, 'a' || char(10) || 'b\é€𝄞', x'00ff', 12.5, 0.1 + 0.2, 2147483648, 9223372036854775807, '2024-02-03', 2460000.5, '01:02:03', x'01', 'a\b'),
                    (2, 0, '', 'text', 7, 1e300, -1, -1, 2460000.5, '2024-06-01 12:00:00.123456', 0.5, 1, ''), (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'x', NULL);
                """)


SOURCES = {"postgres": Postgres, "mariadb": MariaDB, "sqlite": SQLite}


def extract(source, setting, directory):
    """The rows that came, and by which text keys are found again; or what was said."""
    home = pathlib.Path(tempfile.mkdtemp(dir=directory))
    lines = "".join(f"{key}={value}\n" for key, value in source.ini().items())
    (home / "odbc.ini").write_text(f"[web]\n{lines}{setting}\n")
    environment = {**os.environ, "HOME": str(home), "XDG_STATE_HOME": str(home / "state"), "ODBCINI": str(home / "odbc.ini")}
    found = []
    for more in [[], ["--load-method", "append", "--extract-type", "incremental", "--incremental-key", "k", "--unique-columns", "id"]]:
        name = "incremental" if more else "full"
        done = subprocess.run([PROGRAM, "extract", "--dsn", "web", *source.login, "--table", "of_settings", "--destination", str(home / "out.db"), "--destination-table", name,
                               "--no-metadata-columns", "--quiet", *more], env=environment, cwd=home, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            return f"{name}: {done.stderr.strip()}"
        with sqlite3.connect(home / "out.db") as connection:
            connection.text_factory = bytes
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
            rows = connection.execute(f"SELECT * FROM {name} ORDER BY id").fetchall()
        found.append((columns, [[(type(value).__name__, value) for value in row] for row in rows]))
    return found


def main(names):
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="kleene-settings.") as directory:
        os.environ.setdefault("KLEENE_SQLITE_SOURCE", f"{directory}/source.db")
        for name in names or SOURCES:
            source = SOURCES[name]
            source.seed()
            right = extract(source, "", directory)
            complete = isinstance(right, list) and len(right[0][1]) == len(right[1][1]) == 3
            for setting in ["", *source.settings]:
                got = extract(source, setting, directory) if setting else right
                good = complete and got == right
                passed, failed = passed + good, failed + (not good)
                if not good:
                    differing = got if isinstance(got, str) else [(a, b) for x, y in zip(right, got) for a, b in zip(sum(x[1], []), sum(y[1], [])) if a != b][:4] or "rows or columns are missing"
                    print(f"FAIL {name}, {setting or 'no setting'}: {differing}")
            print(f"{name}: {len(source.settings)} settings tried", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
