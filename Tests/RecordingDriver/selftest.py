#!/usr/bin/env python3
"""Proves the recording driver through the real driver manager.   usage: selftest.py [DRIVER_SO]

Without an argument the driver is built into a temporary directory. Exits with 1 when a claim fails.
Each test is a function whose name is a claim; `case(script)` connects with that script.
"""
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback

sys.dont_write_bytecode = True
from manager import *

here = os.path.dirname(os.path.abspath(__file__))
directory = tempfile.mkdtemp(prefix="recording-driver-")
driver = os.path.join(directory, "librecordingdriver.so")
counter = 0


def write_script(text):
    global counter
    counter += 1
    path = os.path.join(directory, f"script-{counter}")
    with open(path, "w") as file:
        file.write(text)
    return path


def case(text="", **options):
    return Connection(driver, script=write_script(text), **options)


def opened(text, rows=1, sql="q", **options):
    connection = case(text, **options)
    statement = connection.statement()
    statement.connection = connection
    statement.block(rows)
    statement.execute(sql)
    return statement


def equal(found, expected):
    assert found == expected, f"{found!r} is not {expected!r}"


def fails(action, state=None, code=ERROR):
    try:
        action()
    except Failed as failure:
        equal(failure.code, code)
        if state is not None:
            equal(failure.records[0][0], state)
        return failure.records
    raise AssertionError("it succeeded")


TEXT = 'sql any\ncolumn "a" VARCHAR size 10\n'
LONG = TEXT + 'row "short"\nrow "abcdefghijklmnop"\nrow "last"\n'


def test_connects_without_a_warning():
    connection = case()
    equal((connection.code, connection.records), (SUCCESS, []))
    equal(connection.info(6)[1].value, b"librecordingdriver.so")
    equal(connection.close()[0], SUCCESS)


def test_infos_are_scripted():
    connection = case('info DRIVER_NAME "psqlodbcw.so"\ninfo GETDATA_EXTENSIONS long 15\ninfo 29 fail\n')
    equal(connection.info(6)[1].value, b"psqlodbcw.so")
    equal(connection.info(81)[1].raw[:4], b"\x0f\0\0\0")
    equal(connection.info(29)[0], ERROR)


def test_broken_scripts_name_their_line():
    records = fails(lambda: case("sql any\nlie no-such-lie\n"), "HY000")
    assert b"line 2: no such lie" in records[0][2], records


def test_record_holds_calls_and_the_verbatim_string():
    record = os.path.join(directory, "record")
    secret = "PWD={p;w}}=+a%41{b}\"\n\u00e9};UID=x"
    connection = Connection(driver, script=write_script(TEXT + 'row "x"\n'), record=record, extra=secret)
    statement = connection.statement()
    statement.block(3)
    statement.execute("select 'it''s \u00e9'\nfrom t")
    statement.bind(1, CHAR, 33)
    statement.fetch()
    connection.close()
    lines = open(record, encoding="utf-8").read().splitlines()
    assert all(line.startswith(f"{os.getpid()} SQL") for line in lines)
    calls = [line.split(" ", 1)[1] for line in lines]
    equal(calls[0], "SQLAllocHandle type=1")
    assert "SQLSetEnvAttr attribute=200 value=3" in calls
    expected = connection.text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    assert f'SQLDriverConnect completion=0 string="{expected}"' in calls, calls
    assert "SQLExecDirect sql=\"select 'it''s \u00e9'\\nfrom t\"" in calls
    assert "SQLBindCol column=1 ctype=1 buffer=33 target=pointer indicator=pointer" in calls
    assert "SQLSetStmtAttr attribute=27 value=3" in calls and "SQLFetch array=3" in calls


def test_statements_are_chosen_by_text():
    connection = case('sql exact "one"\ncolumn "a" INTEGER\nrow "1"\nsql prefix "pre"\ncolumn "a" INTEGER\nrow "2"\n'
                      'sql contains "mid"\ncolumn "a" INTEGER\nrow "3"\n')
    for sql, value in (("one", "1"), ("prefixed", "2"), ("a mid b", "3")):
        statement = connection.statement()
        statement.execute(sql)
        equal(statement.rows_of_text(1), [[value]])
    fails(lambda: connection.statement().execute("other"), "42S02")


def test_blocks_of_every_type_arrive():
    statement = opened('sql any\ncolumn "t" VARCHAR\ncolumn "w" WVARCHAR\ncolumn "i" BIGINT\ncolumn "d" DOUBLE\n'
                       'column "b" VARBINARY\nrow "\u00e9\\n" "\U0001f600x" "-9223372036854775808" "1.5e300" x"00ff"\n'
                       'row NULL "" NULL NULL NULL\nrow "a\\0b" "z" "7" "-0.0" x""\n', rows=2)
    blocks = [statement.bind(1, CHAR, 20), statement.bind(2, WCHAR, 40), statement.bind(3, SBIGINT, 8),
              statement.bind(4, DOUBLE, 8), statement.bind(5, BINARY, 20)]
    equal(statement.fetch(), SUCCESS)
    equal(statement.fetched.value, 2)
    equal([b.value(0) for b in blocks], ["\u00e9\n".encode(), "\U0001f600x", -2**63, 1.5e300, b"\0\xff"])
    equal([b.value(1) for b in blocks], [None, "", None, None, None])
    equal(list(statement.statuses), [ROW_SUCCESS, ROW_SUCCESS])
    equal(statement.fetch(), SUCCESS)
    equal((statement.fetched.value, list(statement.statuses)), (1, [ROW_SUCCESS, ROW_NOROW]))
    equal([b.value(0) for b in blocks], [b"a\0b", "z", 7, 0.0, b""])
    equal((statement.fetch(), statement.fetched.value), (NO_DATA, 0))


def test_bulk_rows_rebinding_and_offset():
    statement = opened('sql any\ncolumn "i" BIGINT\ncolumn "t" VARCHAR\n'
                       'repeat 100000 "{row}" "r{row%7}-{row+1}-{row*2}"\n',
                       rows=1000)
    total, blocks = 0, None
    while True:
        blocks = [statement.bind(1, SBIGINT, 8), statement.bind(2, CHAR, 30)]
        if statement.fetch() == NO_DATA:
            break
        total += sum(blocks[0].value(i) for i in range(statement.fetched.value))
        last = blocks[1].value(999)
    equal((total, last), (100000 * 100001 // 2, b"r5-100001-200000"))
    statement = opened('sql any\ncolumn "i" BIGINT\nrepeat 4 "{row}"\n', rows=2)
    values, indicators = (c_int64 * 4)(), (c_int64 * 4)()
    statement.offset.value = 16
    odbc.SQLSetStmtAttr(statement.handle, OFFSET_PTR, byref(statement.offset), 0)
    odbc.SQLBindCol(statement.handle, 1, SBIGINT, values, 8, indicators)
    statement.fetch()
    equal((list(values), list(indicators)), ([0, 0, 1, 2], [0, 0, 8, 8]))


def test_honest_truncation():
    statement = opened(LONG, rows=3)
    block = statement.bind(1, CHAR, 11)
    equal(statement.fetch(), INFO)
    equal(statement.records[0][0], "01004")
    equal(list(statement.statuses), [ROW_SUCCESS, ROW_INFO, ROW_SUCCESS])
    equal((block.indicators[1], block.raw(1)), (16, b"abcdefghij\0"))


def test_truncation_lies():
    statement = opened(LONG + "lie truncation-returns-success\nlie truncation-status-success\n", rows=3)
    block = statement.bind(1, CHAR, 11)
    equal((statement.fetch(), list(statement.statuses), block.indicators[1]), (SUCCESS, [0, 0, 0], 16))
    statement = opened(LONG + "lie truncation-unterminated\nlie truncation-no-total\n", rows=3)
    block = statement.bind(1, CHAR, 11)
    statement.fetch()
    equal((block.raw(1), block.indicators[1]), (b"abcdefghijk", NO_TOTAL))
    statement = opened(LONG + "lie truncation-capacity\n", rows=3)
    block = statement.bind(1, CHAR, 11)
    statement.fetch()
    equal(block.indicators[1], 10)


def test_status_and_count_lies():
    statement = opened(LONG + "lie status-unwritten\nlie fetched-unwritten-at-end\n", rows=3)
    equal((statement.fetch(), list(statement.statuses)), (SUCCESS, [STATUS_POISON] * 3))
    equal((statement.fetch(), statement.fetched.value), (NO_DATA, 0xFEED))
    statement = opened(LONG + "lie row-error row 2\nlie fetched-excess 7\n", rows=3)
    equal((statement.fetch(), list(statement.statuses), statement.fetched.value), (SUCCESS, [0, ROW_ERROR, 0], 10))
    statement = opened(LONG + "lie fetched-zero\n", rows=3)
    equal([(statement.fetch(), statement.fetched.value) for _ in range(4)], [(SUCCESS, 0)] * 4)
    statement = opened(LONG + "lie short-blocks 2\n", rows=3)
    equal([(statement.fetch(), statement.fetched.value) for _ in range(3)], [(0, 2), (0, 1), (NO_DATA, 0)])


def test_indicator_lies():
    statement = opened(LONG + "lie indicator-unwritten row 1\nlie indicator-value -77 row 2\n"
                       "lie indicator-32-bit row 3\n", rows=3)
    block = statement.bind(1, CHAR, 40)
    statement.fetch()
    equal(list(block.indicators), [POISON, -77, (POISON & ~0xFFFFFFFF) | 4])
    statement = opened(LONG + "lie value-unwritten\n", rows=3)
    block = statement.bind(1, CHAR, 40)
    statement.fetch()
    equal((block.raw(0), block.indicators[0]), (b"\xcd" * 40, 5))


def test_array_size_lies():
    statement = case(LONG + "attribute ROW_ARRAY_SIZE substitute 2\n").statement()
    equal((statement.block(3), statement.attribute(ARRAY_SIZE)), (INFO, 2))
    equal(statement.records[0][0], "01S02")
    statement.execute("q")
    statement.fetch()
    equal(statement.fetched.value, 2)
    statement = case(LONG + "attribute ROW_ARRAY_SIZE refuse HY024\n").statement()
    fails(lambda: statement.block(3), "HY024")
    statement = case(LONG + "attribute ROW_ARRAY_SIZE report 723477590136\n").statement()
    equal((statement.block(3), statement.attribute(ARRAY_SIZE)), (SUCCESS, 723477590136))
    statement = case(LONG + "attribute ROW_ARRAY_SIZE report-half 3\n").statement()
    equal(statement.attribute(ARRAY_SIZE), 0x1111222200000003)
    connection = case("attribute CONNECTION_TIMEOUT ignore\n", before=[(113, 30)])
    equal(connection.attribute(113), 0)
    equal(case("attribute LOGIN_TIMEOUT substitute 7\n", before=[(103, 30)]).attribute(103), 7)


def test_type_lies_and_conversions():
    number = 'sql any\ncolumn "i" BIGINT\nrow "99999999999999999999"\nrow "abc"\nrow "5"\n'
    statement = opened(number, rows=3)
    block = statement.bind(1, SBIGINT, 8)
    equal((statement.fetch(), list(statement.statuses), block.value(2)), (INFO, [ROW_ERROR, ROW_ERROR, 0], 5))
    equal([r[0] for r in statement.records], ["22003", "22018"])
    statement = opened(number + "lie error-returns-success\n", rows=3)
    statement.bind(1, SBIGINT, 8)
    equal((statement.fetch(), list(statement.statuses)), (SUCCESS, [ROW_ERROR, ROW_ERROR, 0]))
    statement = opened(number + "lie conversion-null\n", rows=3)
    block = statement.bind(1, SBIGINT, 8)
    equal((statement.fetch(), block.value(0), block.value(1), list(statement.statuses)), (SUCCESS, None, None, [0] * 3))
    statement = opened(number + "lie type-refused SBIGINT\n", rows=3)
    statement.bind(1, SBIGINT, 8)
    fails(statement.fetch, "HY004")
    statement = opened(number + "lie bind-refused SBIGINT\n", rows=3)
    fails(lambda: statement.bind(1, SBIGINT, 8), "HY003")


def test_timestamps_as_structs():
    text = 'sql any\ncolumn "t" TIMESTAMP size 26\nrow "2020-01-02 03:04:05"\nrow NULL\nrow "12345-01-01 00:00:00"\n'
    statement = opened(text, rows=3)
    block = statement.bind(1, TYPE_TIMESTAMP, 16)
    equal((statement.fetch(), list(statement.statuses)), (INFO, [0, 0, ROW_ERROR]))
    equal(struct.unpack("<h5HI", block.raw(0)), (2020, 1, 2, 3, 4, 5, 0))
    equal((block.indicators[0], block.indicators[1]), (16, NULL))
    statement = opened(text + "lie timestamp-today\n", rows=3)
    block = statement.bind(1, TYPE_TIMESTAMP, 16)
    days = [time.localtime()[:3]]
    equal((statement.fetch(), list(statement.statuses)), (SUCCESS, [0, 0, 0]))
    days.append(time.localtime()[:3])
    year, month, day, *rest = struct.unpack("<h5HI", block.raw(2))
    assert (year, month, day) in days and rest == [0, 0, 0, 0], (year, month, day, rest)


def test_metadata_is_what_the_script_says():
    statement = opened('sql any\ncolumn "" LONGVARCHAR size 0\ncolumn "a" VARCHAR size 2147483647\n'
                       'column "a" VARCHAR size -4\n'
                       'column "n" DECIMAL size 38 digits 9 nullable no unsigned type-name "money"\n'
                       'lie name-length 90 column 2\n')
    equal(statement.describe(1), ("", 0, -1, 0, 0, 1))
    equal(statement.describe(2), ("a", 90, 12, 2147483647, 0, 1))
    equal(statement.describe(3)[3], 2**64 - 4)
    equal(statement.describe(4), ("n", 1, 3, 38, 9, 0))
    value = c_int64()
    odbc.SQLColAttribute(statement.handle, 4, 8, None, 0, None, byref(value))
    equal(value.value, 1)


def test_a_select_may_have_no_columns():
    statement = opened("sql any\nrowcount 3\n")
    count, affected = c_int16(99), c_int64()
    odbc.SQLNumResultCols(statement.handle, byref(count))
    odbc.SQLRowCount(statement.handle, byref(affected))
    equal((count.value, affected.value), (0, 3))


def parts(statement, c_type, width, limit=100):
    found = []
    while len(found) < limit:
        code, data, indicator = statement.get(1, c_type, width)
        if code == NO_DATA:
            break
        found.append((code, data, indicator))
    return found


def test_getdata_in_parts():
    text = TEXT + 'row copies:1000000:"x"\n'
    statement = opened(text)
    statement.fetch()
    pieces = parts(statement, CHAR, 100001)
    equal([p[2] for p in pieces], [1000000 - 100000 * i for i in range(10)])
    equal(b"".join(p[1][:100000] for p in pieces), b"x" * 1000000)
    statement = opened(LONG)
    statement.fetch()
    equal(statement.get(1, WCHAR, 100)[1:], ("short".encode("utf-16-le").ljust(100, b"\0"), 10))
    equal(statement.get(1, WCHAR, 100)[0], NO_DATA)


def test_getdata_lies():
    text = TEXT + 'row "abcdefghijklmnop"\n'
    statement = opened(text + "lie getdata-stuck\n")
    statement.fetch()
    equal(parts(statement, CHAR, 6), [(INFO, b"\0bcde\0", 16)] * 100)
    statement = opened(text + "lie getdata-second-wrong\n")
    statement.fetch()
    equal([p[1] for p in parts(statement, CHAR, 9)], [b"abcdefgh\0", b"XXXXXXXX\0"])
    statement = opened(text + "lie getdata-no-total\n")
    statement.fetch()
    equal([p[2] for p in parts(statement, CHAR, 9)], [NO_TOTAL, 8])
    statement = opened(text + "lie getdata-overlong\n")
    statement.fetch()
    equal([(p[0], p[2]) for p in parts(statement, CHAR, 9)], [(SUCCESS, 16)])


def test_encoding_lies():
    probe = 'sql any\ncolumn "a" VARCHAR\ncolumn "b" VARCHAR\nrow literal:1 literal:1\n'
    sql = "select '\u00e9it''s\U0001f600', 'other'"

    def seen(lies):
        statement = opened(probe + lies, sql=sql)
        narrow, wide = statement.bind(1, CHAR, 60), statement.bind(2, WCHAR, 60)
        statement.fetch()
        return narrow.value(0), wide.value(0)

    good = "\u00e9it's\U0001f600"
    equal(seen(""), (good.encode(), good))
    equal(seen("lie narrow-latin1\n"), (b"\xe9it's?", good))
    equal(seen("lie narrow-substitute\nlie wide-substitute\n"), (b"\x1ait's\x1a", "\x1ait's\x1a"))
    equal(seen("lie narrow-mojibake\nlie wide-mojibake\n"),
          (good.encode().decode("latin1").encode(), good.encode().decode("latin1")))
    statement = opened(TEXT + 'row "ok\\xff\\xc3("\nrow "nul\\0nul"\n')
    block = statement.bind(1, CHAR, 60)
    statement.fetch()
    equal(block.value(0), b"ok\xff\xc3(")
    statement.fetch()
    equal(block.value(0), b"nul\0nul")


def test_the_rest_of_the_lies():
    statement = opened('sql any\ncolumn "i" BIGINT\nrow "18446744073709551615"\nlie overflow-wraps\n')
    block = statement.bind(1, SBIGINT, 8)
    equal((statement.fetch(), block.value(0)), (SUCCESS, -1))
    statement = opened(TEXT + 'row "abcdef"\nlie getdata-odd\nlie fetched-unwritten\n'
                       'lie status-value 4\nlie name-empty\n')
    equal((statement.fetch(), statement.fetched.value, statement.statuses[0]), (SUCCESS, 0xFEED, 4))
    equal(statement.get(1, WCHAR, 7), (INFO, b"a\0b\0c\0\0", 12))
    equal(statement.describe(1)[:2], ("", 0))
    statement = opened(LONG + "lie cancel-ignored\n")
    equal((odbc.SQLCancel(statement.handle)), SUCCESS)
    statement = opened(LONG + "lie cancel-fails\n")
    equal((odbc.SQLCancel(statement.handle), statement.fetch()), (ERROR, SUCCESS))


def test_every_lie_and_verb_is_in_the_readme():
    names = open(os.path.join(here, "names.c")).read()
    readme = open(os.path.join(here, "README.md")).read()
    for table in ("lie_names", "verb_names", "moment_names", "catalog_names"):
        words = re.findall(r'"([a-z0-9-]+)"', names.split(table)[1].split("};")[0])
        assert len(words) > 8
        equal([word for word in words if not re.search(rf"(?<![a-z-]){word}(?![a-z-])", readme)], [])


def test_scripted_failures():
    refused = 'at connect fail 28000 -5 "Login refused"\nat connect fail 01000 7 "second"\n'
    records = fails(lambda: case(refused), "28000")
    equal([(r[0], r[1]) for r in records], [("28000", -5), ("01000", 7)])
    assert records[0][2].endswith(b"Login refused")
    fails(lambda: case('at connect fail 01000 0 "class of a warning"\n'), "01000")
    equal(fails(lambda: case("at connect fail-silently\n")), [])
    connection = case('at connect warn 01000 0 "OEM licence"\n')
    equal((connection.code, connection.records[0][0]), (INFO, "01000"))
    fails(lambda: opened(TEXT + 'at execute fail 42000 3 "syntax"\n'), "42000")
    equal(fails(lambda: opened(TEXT + "at execute fail 42000 3 \"syntax\"\nlie no-diagnostics\n")), [])
    text = TEXT + 'repeat 10 "{row}"\n'
    statement = opened(text + 'at fetch 3 fail 08S01 104 "reset"\n', rows=2)
    equal([statement.fetch(), statement.fetch()], [0, 0])
    fails(statement.fetch, "08S01")
    statement = opened(text + 'at row 5 fail HY000 1 "boom"\nat fetch 1 warn 01000 2 "note"\n', rows=4)
    equal((statement.fetch(), statement.fetched.value, statement.records[0][0]), (INFO, 4, "01000"))
    fails(statement.fetch, "HY000")
    statement = opened(text + 'at row 3 fail HY000 1 "boom"\nlie error-keeps-rows\n', rows=4)
    block = statement.bind(1, CHAR, 9)
    fails(statement.fetch, "HY000")
    equal((statement.fetched.value, block.value(1), list(statement.statuses)), (2, b"2", [0, 0, 3, 3]))
    statement = opened(text + 'at end fail HYT00 0 "at the end"\n', rows=10)
    equal((statement.fetch(), statement.fetched.value), (SUCCESS, 10))
    fails(statement.fetch, "HYT00")
    records = fails(lambda: opened(TEXT + 'at execute fail HY000 0 "long" bytes 30000\n'), "HY000")
    assert len(records[0][2]) > 29000, len(records[0][2])
    records = fails(lambda: opened(TEXT + 'at execute fail HY000 0 "claimed" claims 20000\n'), "HY000")
    assert records[0][2].endswith(b"claimed")
    fails(lambda: opened(TEXT + "at execute return -2\n"), code=-2)


def test_once_is_once_for_all_connections():
    text = TEXT + f'at execute fail 08S01 0 "reset" once "{directory}/spent"\nrow "x"\n'
    fails(lambda: opened(text), "08S01")
    equal(opened(text).rows_of_text(1), [["x"]])


def test_a_dead_connection_says_so_unless_it_lies():
    for lie, dead in (("", 1), ("lie dead-unreported\n", 0)):
        statement = opened(lie + TEXT + 'repeat 9 "{row}"\nat fetch 2 die\n')
        statement.fetch()
        fails(statement.fetch, "08S01")
        equal(statement.connection.attribute(1209), dead)
        fails(statement.connection.statement, "08003")


def test_transactions_can_refuse():
    connection = case(f'at disconnect fail 25000 0 "transaction open" once "{directory}/gone"\n'
                      'at commit fail 25S01 0 "no"\n')
    equal(odbc.SQLEndTran(2, connection.handle, 0), ERROR)
    equal(odbc.SQLEndTran(2, connection.handle, 1), SUCCESS)
    equal((odbc.SQLDisconnect(connection.handle), diagnostics(2, connection.handle)[0][0]), (ERROR, "25000"))
    equal(connection.close()[0], SUCCESS)


CATALOG = '''catalog tables
row NULL "s" "my_tab" "TABLE" NULL
row NULL "s" "myxtab" "VIEW" NULL
catalog schemas
row NULL "s" NULL NULL NULL
catalog columns
row NULL "s" "my_tab" "id" "-5" "BIGINT" "19" "8" "0" "10" "0"
row NULL "s" "myxtab" "id" "4" "INTEGER" "10" "4" "0" "10" "1"
catalog primary-keys
row NULL "s" "my_tab" "id" "1" "pk"
catalog statistics
row NULL "s" "my_tab" "0" NULL "u" "3" "1" "id" "A"
'''


def test_catalog_functions_filter():
    def ask(function, *arguments, text=CATALOG):
        statement = case(text).statement()
        values = []
        for argument in arguments:
            values += [argument, -3] if argument is None or isinstance(argument, bytes) else [argument]
        statement.checked(getattr(odbc, function)(statement.handle, *values))
        return [row[2] if row[2] else row[1] for row in statement.rows_of_text(4)]

    equal(ask("SQLTables", None, None, None, None), ["my_tab", "myxtab"])
    equal(ask("SQLTables", None, b"s", b"my_tab", None), ["my_tab", "myxtab"])
    equal(ask("SQLTables", None, b"s", b"my\\_tab", None), ["my_tab"])
    equal(ask("SQLTables", None, None, None, b"'VIEW'"), ["myxtab"])
    equal(ask("SQLTables", b"", b"%", b"", None), ["s"])
    equal(ask("SQLColumns", None, b"s", b"my\\_tab", None), ["my_tab"])
    equal(ask("SQLColumns", None, b"s", b"none", None), [])
    equal(ask("SQLColumns", None, b"s", b"none", None, text="lie filter-ignored\n" + CATALOG), ["my_tab", "myxtab"])
    equal(ask("SQLPrimaryKeys", None, b"s", b"my_tab"), ["my_tab"])
    equal(ask("SQLPrimaryKeys", None, b"s", b"my\\_tab"), [])
    equal(ask("SQLStatistics", None, b"s", b"my_tab", 0, 0), ["my_tab"])
    equal(ask("SQLTables", None, None, None, None, text=""), [])


def test_cancel_ends_a_hang():
    connection = case(TEXT + "at execute hang cancellable\n")
    statement = connection.statement()
    finished = threading.Event()

    def cancel_until_done():
        while not finished.wait(0.02):
            odbc.SQLCancel(statement.handle)

    canceller = threading.Thread(target=cancel_until_done)
    canceller.start()
    try:
        fails(lambda: statement.execute("q"), "HY008")
    finally:
        finished.set()
        canceller.join()


def child(text, connection=None, environment=None):
    """Runs `child` mode in a process of its own: connects, executes, fetches to the end, prints `done`."""
    connection = connection or f"Driver={driver};Script={write_script(text)};PWD=hush"
    command = [sys.executable, os.path.abspath(__file__), "--child", connection]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env={**os.environ, **(environment or {})})


def test_a_data_source_names_script_and_record():
    record, ini = os.path.join(directory, "dsn-record"), os.path.join(directory, "odbc.ini")
    with open(ini, "w") as file:
        script = write_script(TEXT + 'row "x"\n')
        file.write(f"[recorder]\nDriver={driver}\nScript={script}\nRecord={record}\n")
    process = child("", connection="DSN=recorder;UID=u", environment={"ODBCINI": ini, "ODBCSYSINI": directory})
    out, error = process.communicate(timeout=20)
    equal((process.returncode, out, error), (0, b"done\n", b""))
    assert 'string="DSN=recorder;UID=u"' in open(record).read()


def test_crashes_end_the_process():
    for place in ("connect", "execute", "fetch 2", "row 3", "disconnect"):
        process = child(f"at {place} crash\n" + TEXT + 'repeat 5 "{row}"\n')
        process.communicate(timeout=20)
        equal((place, process.returncode), (place, -signal.SIGSEGV))
    for verb, code in (("abort", -signal.SIGABRT), ("kill", -signal.SIGKILL), ("exit 3", 3)):
        process = child(f"at execute {verb}\n" + TEXT)
        process.communicate(timeout=20)
        equal((verb, process.returncode), (verb, code))


def test_hangs_last_until_killed():
    for place in ("connect", "execute", "fetch 2"):
        process = child(f'at {place} say stderr "stuck"\nat {place} hang\n' + TEXT + 'repeat 5 "{row}"\n')
        equal(process.stderr.read(5), b"stuck")
        try:
            process.wait(timeout=0.3)
            raise AssertionError(f"{place} did not hang")
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def test_secrets_are_blurted_and_delays_delay():
    process = child('at connect say stdout "connecting {connection}\\n"\nat execute say stderr "ran {sql}"\n' + TEXT)
    out, error = process.communicate(timeout=20)
    assert b"connecting Driver=" in out and b"PWD=hush" in out and out.endswith(b"done\n"), out
    equal((error, process.returncode), (b"ran q", 0))
    statement = opened(TEXT + 'repeat 3 "x"\nat fetch * delay 40\n')
    start = time.monotonic()
    equal(len(statement.rows_of_text(1)), 3)
    assert time.monotonic() - start >= 0.16


def run_child(text):
    connection = Connection(text=text)
    statement = connection.statement()
    statement.execute("q")
    while statement.fetch() != NO_DATA:
        pass
    statement.free()
    connection.close()
    print("done", flush=True)


def main():
    global driver
    if len(sys.argv) > 1 and sys.argv[1] == "--child":
        return run_child(sys.argv[2])
    if len(sys.argv) > 1:
        driver = os.path.abspath(sys.argv[1])
    else:
        subprocess.run([os.path.join(here, "build.sh"), driver], check=True)
    failures = 0
    tests = [(name, value) for name, value in globals().items() if name.startswith("test_")]
    for name, test in tests:
        try:
            test()
            print(f"ok    {name[5:]}")
        except Exception:
            failures += 1
            print(f"FAIL  {name[5:]}\n{traceback.format_exc()}")
    shutil.rmtree(directory, ignore_errors=True)
    print(f"{len(tests) - failures} of {len(tests)} claims hold")
    sys.exit(1 if failures else 0)


main()
