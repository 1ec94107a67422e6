"""Reaches the mock by the stock ODBC driver, sharing no code with it. Usage: driver.py PORT SCENARIO [ARGUMENT...]

The token password is made with Python's own hmac. One line of JSON is the answer.
"""
import base64, datetime, hashlib, hmac, json, random, socket, sqlite3, string, subprocess, sys, threading, time
import pyodbc

ACCOUNT, ROLE = "1234567_SB1", "57"
KEYS = ("c0ffee00" * 8, ("5ec2e7" * 11)[:64], ("70ce9d" * 11)[:64], "ba5eba11" * 8)


def token(secret=KEYS[3], account=ACCOUNT, age=0, nonce=None):
    nonce = nonce or "".join(random.choices(string.ascii_letters + string.digits, k=20))
    base = "&".join([account, KEYS[0], KEYS[2], nonce, str(int(time.time() - age))])
    digest = hmac.new(f"{KEYS[1]}&{secret}".encode(), base.encode(), hashlib.sha256).digest()
    return f"{base}&{base64.b64encode(digest).decode()}&HMAC-SHA256"


def connect(password=None, user="TBA", account=ACCOUNT, role=ROLE, fetch=1000, cursors=1, options=""):
    return pyodbc.connect(
        f"Driver=PostgreSQL Unicode;Server=127.0.0.1;Port={PORT};Database=NetSuite2.com;UID={user};"
        f"PWD={{{password or token()}}};UseDeclareFetch={cursors};Fetch={fetch};MaxVarcharSize=4000;SSLmode=disable;"
        f"pqopt={{options='-c ns.account={account} -c ns.role={role}{options}'}}", autocommit=True)


def outcome(action):
    try:
        return action()
    except pyodbc.Error as error:
        return f"{error.args[0]} {error.args[1]}"


def login():
    used = token()
    kept = connect(used)
    return {
        "replayed": outcome(lambda: connect(used).close()),
        "rows": len(kept.execute("select * from currency").fetchall()),
        "password": outcome(lambda: connect("mock-Password-1", user="mock@example.org").close()),
    }


def refused(kind):
    return outcome({
        "signature": lambda: connect(token(secret="x" * 64)), "stale": lambda: connect(token(age=400)),
        "account": lambda: connect(token(account="7654321"), account="7654321"), "role": lambda: connect(role="3"),
        "right": lambda: connect().close(),
    }[kind])


def value(cell):
    if isinstance(cell, datetime.datetime):
        text = f"{cell.year:04}-{cell.month:02}-{cell.day:02} {cell:%H:%M:%S}"
        return text + (f".{cell.microsecond:06}".rstrip("0") if cell.microsecond else "")
    if isinstance(cell, datetime.date):
        return cell.isoformat() + " 00:00:00"
    return str(cell) if hasattr(cell, "as_tuple") else cell


def compare(path, fetch):
    """Every table, as discovered, against the dump: the same rows in the same order, value by value."""
    truth, connection, rows = sqlite3.connect(path), connect(fetch=int(fetch)), 0
    tables = connection.execute("select table_name from oa_tables where table_owner <> 'SYSTEM'").fetchall()
    for (table,) in tables:
        columns = [r[0] for r in connection.execute(f"select column_name from oa_columns where table_name = '{table}'")]
        chosen = ", ".join(f'"{c}"' for c in columns)
        cursor = connection.execute(f'select {chosen} from "{table}"')
        expected = truth.execute(f'select {chosen} from "{table}"')
        for theirs in expected:
            ours = tuple(map(value, cursor.fetchone() or ()))
            if ours != theirs:
                pairs = [p for p in zip(columns, ours, theirs) if p[1] != p[2]]
                return f"{table}, row {rows}: {str(pairs)[:400]}"
            rows += 1
        if cursor.fetchone() is not None:
            return f"{table}: more rows than there should be"
    return {"tables": len(tables), "rows": rows}


def faulty(sql, cursors):
    """Rows read before the failure, the failure, and whether the session still serves."""
    connection, rows = connect(fetch=100, cursors=int(cursors)), 0
    cursor = connection.cursor()
    def read():
        nonlocal rows
        cursor.execute(sql)
        while cursor.fetchone():
            rows += 1
        return "whole"
    result = outcome(read)
    return [rows, result, outcome(lambda: connection.execute("select count(*) from currency").fetchone()[0])]


def busy():
    connection = connect(fetch=10)
    first = connection.execute("select id from transactionline")
    first.fetchone()
    second = outcome(lambda: connection.cursor().execute("select id from currency").fetchall())
    first.close()
    return [second, outcome(lambda: len(connection.execute("select id from currency").fetchall()))]


def query(sql, *parameters):
    connection = connect(cursors=0 if "SERVER" in parameters else 1)
    parameters = [int(p) if p.isdigit() else p for p in parameters if p not in ("SERVER", "CLIENT")]
    return outcome(lambda: [list(map(value, row)) for row in connection.execute(sql, *parameters).fetchall()])


def catalog():
    cursor = connect().cursor()
    return [
        sorted(row[2] for row in cursor.tables())[:2], [row[3] for row in cursor.columns("currency")][:2],
        [row[3] for row in cursor.primaryKeys("transactionLine")],
        outcome(lambda: cursor.execute("select * from pg_catalog.pg_roles").fetchall()),
    ]


def idle(control, token):
    connection = connect()
    connection.execute("select id from currency").fetchall()
    with socket.create_connection(("127.0.0.1", int(control))) as channel:
        channel.sendall(f"token {token}\nadvance 5401\n".encode())
        channel.recv(100)
    return outcome(lambda: connection.execute("select id from currency").fetchall())


def timeout():
    connection = connect()
    connection.execute("SET statement_timeout = 300")
    stalled = outcome(lambda: connection.execute("select id from currency").fetchall())
    return [stalled, outcome(lambda: len(connection.execute("select id from currency").fetchall()))]


def beside():
    """A scan that would take for ever, another session beside it, and the scan's cancellation."""
    slow, result = connect(), []
    endless = slow.cursor()
    sql = "select count(*) from transactionline a, transactionline b, transactionline c where a.memo < b.memo || c.memo"
    thread = threading.Thread(target=lambda: result.append(outcome(lambda: endless.execute(sql).fetchall())[:5]))
    thread.start()
    rows = len(connect().execute("select id from currency").fetchall())
    while not result:
        endless.cancel()
        thread.join(0.05)
    return [rows, result[0]]


def isql(kind="right"):
    """What isql prints, its complaints included; a replayed password was used by pyodbc before."""
    account, role, password = ACCOUNT, ROLE, token()
    if kind == "replayed": connect(password).close()
    if kind == "signature": password = token(secret="x" * 64)
    if kind == "stale": password = token(age=400)
    if kind == "account": account = "7654321"; password = token(account=account)
    if kind == "role": role = "3"
    text = (f"Driver=PostgreSQL Unicode;Server=127.0.0.1;Port={PORT};Database=NetSuite2.com;UID=TBA;PWD={{{password}}};"
            f"SSLmode=disable;pqopt={{options='-c ns.account={account} -c ns.role={role}'}}")
    return subprocess.run(["/usr/bin/isql", "-b", "-v", "-k", text], input="select name from currency\n", text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout


def evolving(before, log, readers):
    """Several sessions read a table that changes under them; each answer must be one state that the log knows."""
    tables = {"transactionLine": ("transaction", "id"), "Customer": ("id",)}
    start = sqlite3.connect(before)
    answers, failures = {}, []

    def read(number):
        connection = connect(fetch=50)
        for turn in range(3):
            for table, keys in tables.items():
                chosen = ", ".join(f'"{c}"' for c in (*keys, STAMPS[table], "memo" if len(keys) > 1 else "companyname"))
                sql = f'select {chosen} from "{table}" where {number} = {number} and {turn} = {turn}'
                answers[sql] = (table, sorted(tuple(map(value, row)) for row in connection.execute(sql).fetchall()))

    threads = [threading.Thread(target=read, args=(number,)) for number in range(int(readers))]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    logged = sqlite3.connect(log)
    statements = logged.execute("select sequence, sql from statements").fetchall()
    sequences = {sql: sequence for sequence, sql in statements}
    for sql, (table, rows) in answers.items():
        keys = tables[table]
        columns = (*keys, STAMPS[table], "memo" if len(keys) > 1 else "companyname")
        chosen = ", ".join(f'"{c}"' for c in columns)
        state = {json.dumps(list(row[:len(keys)]), separators=(",", ":")): row
                 for row in start.execute(f'select {chosen} from "{table}"')}
        for id, text in logged.execute("select id, row_json from versions where table_name = ? and sequence between 1 "
                                       "and ? order by sequence", (table, sequences[sql])):
            if text is None:
                del state[id]
            else:
                row = json.loads(text)
                state[id] = tuple(row[c] for c in columns)
        if sorted(state.values(), key=str) != sorted(rows, key=str):
            failures.append(sql)
    changed = logged.execute("select count(*) from versions where sequence > 0").fetchone()[0]
    return {"answers": len(answers), "failures": failures, "states": len(set(sequences.values())) > 3,
            "changed": changed > 20, "statements": len(statements)}


STAMPS = {"transactionLine": "linelastmodifieddate", "Customer": "lastmodifieddate"}
PORT = sys.argv[1]
print(json.dumps(globals()[sys.argv[2]](*sys.argv[3:]), default=str))
