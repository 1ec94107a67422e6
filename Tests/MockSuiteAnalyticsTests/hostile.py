"""Speaks to the mock's ports as nobody should. Usage: hostile.py PORT CONTROL_PORT SCENARIO CONTROL_TOKEN

Raw sockets and no driver. After each act another client must still get in and be answered; the act that cost the mock its
life is named. One line of JSON is the answer: {"acts": N, "failed": [...]}.
"""
import base64, hashlib, hmac, json, random, socket, string, struct, sys, time

PORT, CONTROL = int(sys.argv[1]), int(sys.argv[2])
HELLO_CONTROL = f"token {sys.argv[4]}\n".encode()
KEYS = ("c0ffee00" * 8, ("5ec2e7" * 11)[:64], ("70ce9d" * 11)[:64], "ba5eba11" * 8)


def message(kind, body=b""):
    return kind + struct.pack("!i", len(body) + 4) + body


def startup(parameters):
    body = struct.pack("!i", 196608) + b"".join(k + b"\0" + v + b"\0" for k, v in parameters) + b"\0"
    return struct.pack("!i", len(body) + 4) + body


HELLO = startup([(b"user", b"TBA"), (b"database", b"NetSuite2.com"), (b"options", b"-c ns.account=1234567_SB1 -c ns.role=57")])


def token():
    nonce = "".join(random.SystemRandom().choices(string.ascii_letters + string.digits, k=20))
    base = "&".join(["1234567_SB1", KEYS[0], KEYS[2], nonce, str(int(time.time()))])
    digest = hmac.new(f"{KEYS[1]}&{KEYS[3]}".encode(), base.encode(), hashlib.sha256).digest()
    return f"{base}&{base64.b64encode(digest).decode()}&HMAC-SHA256".encode()


def query(sql):
    return message(b"Q", (sql if isinstance(sql, bytes) else sql.encode()) + b"\0")


def parse(sql, name=b""):
    return message(b"P", name + b"\0" + sql.encode() + b"\0\0\0")


class Client:
    def __init__(self, data=b"", port=PORT, patience=60):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=patience)
        self.rest = b""
        if data: self.send(data)

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            pass  # the mock may have had enough of it already
        return self

    def reply(self):
        """One message: its kind and its body; nothing when the connection has ended."""
        while len(self.rest) < 5 or len(self.rest) < 1 + struct.unpack("!i", self.rest[1:5])[0]:
            try:
                more = self.socket.recv(1 << 20)
            except ConnectionError:
                more = b""
            if not more: return b"", b""
            self.rest += more
        end = 1 + struct.unpack("!i", self.rest[1:5])[0]
        answer, self.rest = (self.rest[:1], self.rest[5:end]), self.rest[end:]
        return answer

    def until(self, kinds):
        seen = []
        while True:
            kind, body = self.reply()
            seen.append((kind, body))
            if kind in (b"", *kinds): return seen

    def log_in(self):
        self.send(HELLO).until([b"R"])
        self.send(message(b"p", token() + b"\0"))
        return self.until([b"Z", b"E"])[-1][0] == b"Z"

    def end(self):
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self.socket.close()


def still_serves():
    """Whether a decent client gets in and is answered."""
    client = Client()
    try:
        if not client.log_in(): return False
        answer = client.send(query("select count(*) from currency")).until([b"Z"])
        return any(kind == b"D" and body.endswith(b"6") for kind, body in answer)
    finally:
        client.close()


def before_login():
    """Bytes of somebody who has not logged in, each on a connection of its own."""
    yield "nothing", b""
    yield "one byte", b"\0"
    yield "a web browser", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    yield "TLS hello", bytes.fromhex("16030100c8010000c40303") + b"x" * 200
    for length in (-1, -2**31, 0, 3, 2**31 - 1, 1 << 30):
        yield f"a first message of length {length}", struct.pack("!i", length) + b"x" * 64
    yield "an unknown protocol", struct.pack("!ii", 8, 131072)
    yield "a thousand requests for TLS", struct.pack("!ii", 8, 80877103) * 1000
    yield "a cancel request that is too short", struct.pack("!ii", 8, 80877102)
    yield "a cancel request for nobody", struct.pack("!iiii", 16, 80877102, 999, 1)
    yield "a name without an end", struct.pack("!ii", 12, 196608) + b"user"
    yield "names that are not UTF-8", startup([(b"user", b"\xff\xfe"), (b"\xc3", b"x")])
    yield "a query in place of the password", HELLO + query("select 1 from dual")
    yield "a password without an end", HELLO + message(b"p", b"x" * 10000)
    yield "a password of ten megabytes", HELLO + message(b"p", b"&" * (10 << 20) + b"\0")
    yield "a bind with -1 values in place of the password", HELLO + message(b"B", b"\0\0\0\0\xff\xff")
    yield "a bind with values that are not there", HELLO + message(b"B", b"\0\0\0\0\x7f\xff" + struct.pack("!i", 2**31 - 1))
    yield "options of a megabyte", startup([(b"options", b"\\ " * (1 << 19))])


def deep(opening, middle, closing, count):
    return "select " + opening * count + middle + closing * count + " from dual"


def statements():
    """What somebody sends who has logged in."""
    for count in (100, 5_000, 200_000):
        yield f"{count} parentheses", query(deep("(", "1", ")", count))
        yield f"{count} open parentheses", query(deep("(", "1", "", count))
        yield f"{count} signs", query(deep("- ", "1", "", count))
        yield f"{count} NOT", query("select 1 from dual where " + "not " * count + "1 = 1")
        yield f"{count} sums", query("select 1" + " + 1" * count + " from dual")
        yield f"{count} OR", query("select 1 from dual where 1 = 1" + " or 1 = 1" * count)
        yield f"{count} comparisons", query("select 1 from dual where 1" + " = 1" * count)
        yield f"{count} functions", query(deep("lower(", "'x'", ")", count))
        yield f"{count} cases", query(deep("case when 1 = 1 then ", "1", " end", count))
        yield f"{count} casts", query("select 1" + "::int" * count + " from dual")
        yield f"{count} nested selects", query("select * from (" * count + "select 1 from dual" + ")" * count)
        yield f"{count} unions", query("select 1 from dual" + " union select 1 from dual" * count)
        yield f"{count} joins", query("select 1 from dual" + " cross join dual" * count)
        yield f"{count} tables", query("select 1 from dual" + ", dual" * count)
        yield f"{count} dots", query("select " + "a." * count + "b from dual")
        yield f"{count} semicolons", query(";" * count)
    yield "forty comparisons, each rendered once", query("select 1 from dual where " + "(" * 40 + "1" + " = 1)" * 40)
    yield "parameter 99999999999", parse("select $99999999999 from dual") + message(b"D", b"S\0") + message(b"S")
    yield "the last parameter and one more", parse("select $9223372036854775807, ? from dual") + message(b"S")
    yield "40000 parameters", parse("select 1 from dual where 1 in (" + ",".join("?" * 900) + ")" + " and 1 = ?" * 200) \
        + message(b"D", b"S\0") + message(b"S")
    yield "a list of 40000 parameters", parse("select coalesce(" + ",".join("?" * 40000) + ") from dual") + message(b"D", b"S\0") + message(b"S")
    for number in ("1e300", "-1e300", "99999999999999999999", "1e18", "0/0", "9999999"):
        yield f"SYSDATE plus {number}", query(f"select sysdate + {number} from dual")
        yield f"ADD_MONTHS {number}", query(f"select to_char(add_months(sysdate, {number}), 'MON') from dual")
    yield "a date format of two megabytes", query("select to_char(sysdate, '" + "-" * (2 << 20) + "') from dual")
    for timeout in ("9223372036854775807", "99999999999999999999999", "-5", "x"):
        yield f"a timeout of {timeout}", query(f"SET statement_timeout = {timeout}") + query("select 1 from dual")
    yield "a pattern of nothing but wildcards", query(
        "select relname, nspname, relkind from pg_catalog.pg_class c where relname like '" + "%a" * 40 + "%b'")
    yield "TOP of twenty-five digits", query("select top 9999999999999999999999999 id from currency")
    yield "a column of a thousand clobs a row", query(
        "select " + ", ".join(["custrecord_kns_clob"] * 1000) + " from customrecord_kns_extremes")
    grown = "'xxxxxxxxxx'"
    for _ in range(9): grown = f"replace({grown}, 'x', 'xxxxxxxxxx')"
    yield "a value of ten thousand megabytes", query(f"select {grown} from dual")
    yield "invalid UTF-8", query(b"select '\xff' from dual")
    yield "a NUL in a query", query("select 'a\0b' from dual")
    yield "an unterminated string", query("select 'x from dual")
    yield "a query of fifteen megabytes", query("select '" + "x" * (15 << 20) + "' from dual")
    yield "a message of two gigabytes", b"Q" + struct.pack("!i", 2**31 - 1) + b"select"
    yield "a message of negative length", b"Q" + struct.pack("!i", -7)
    yield "a message of an unknown kind", message(b"\x00", b"?")
    yield "startup again", HELLO
    yield "bind with -1 values", message(b"B", b"\0\0\0\0\xff\xff") + message(b"S")
    yield "bind with a length beyond its end", parse("select ? from dual") + message(b"B", b"\0\0\0\0\0\1" + struct.pack("!i", 50)) + message(b"S")
    yield "execute of nothing", message(b"E", b"none\0" + struct.pack("!i", -5)) + message(b"S")
    yield "describe of nothing", message(b"D") + message(b"S")
    yield "close of nothing", message(b"C") + message(b"S")
    yield "FETCH of nothing", query("fetch -9223372036854775808 in nothing; fetch")
    yield "FETCH ALL of a product", query('begin;declare "c" cursor for select a.memo, b.memo, c.memo from transactionline a, '
                                          'transactionline b, transactionline c;fetch all in "c"')
    yield "DECLARE of nothing", query("declare; declare x cursor for; close; deallocate; savepoint")
    yield "ten thousand queries in one go", query("select id from currency") * 10_000


def control():
    """Lines for the control port. (The mock's own words, and JSON, with values that nobody means.)"""
    yield "nothing", b"\n"
    yield "noise", bytes(range(256)) * 64 + b"\n"
    yield "a web browser", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    yield "eight megabytes without an end", b"x" * (8 << 20)
    yield "a line of half a megabyte", b"fault " + b"x" * (1 << 19) + b"\n"
    for number in ("inf", "-inf", "nan", "1e300", "-1e300", "1e18", "-99999999999", "9" * 400, "", "x", "0x10"):
        for verb in ("advance", "freeze", "age-lock"):
            yield f"{verb} {number}", f"{verb} {number}\nclock\nthaw\n".encode()
    yield "the clock as it was", b"RESET-CLOCK"
    for word in ("times=-1", "times=-9223372036854775808", "times=x", "times=99999999999999999999", "milliseconds=-1",
                 "after_rows=x", "sql_state=abc", "sql_state=", "colour=red", "=", "times"):
        yield f"a fault with {word}", f"fault statement error {word}\nclear\n".encode()
    for text in ("{", "{}", "[]", '{"point": 1}', '{"point": "fetch", "kind": "ticket", "times": -9223372036854775808}',
                 '{"point": "fetch", "kind": "ticket", "times": 1e30}', "{" * 100_000):
        yield f"a fault in JSON: {text[:60]}", f"fault {text}\nclear\n".encode()
    for words in ("99999999999", "-1", "1 advance=0..4294967295", "1 advance=5..1", "1 changes=4294967296", "1 late=nan",
                  "1 tables=nonesuch", "1 tables=", "start every=0", "start every=1e400s", "start every=nans", "1 seed=-1"):
        yield f"evolve {words}", f"evolve {words}\nevolve stop\n".encode()
    yield "a change that is no SQL", b"change nonsense; nonsense\n"
    yield "a snapshot where none can be", b"snapshot /nowhere/at/all.db\nsnapshot\n"
    yield "a log with odd words", b"log limit=-1 since=-9223372036854775808\nlog table=\nlog limit=x\nlog =\n"


def ask(line):
    client = Client(HELLO_CONTROL + line.encode() + b"\n", CONTROL)
    answer = b""
    while not answer.endswith(b"\n"):
        more = client.socket.recv(1 << 20)
        if not more: break
        answer += more
    client.close()
    return json.loads(answer)


def run(acts, perform):
    failed, count = [], 0
    for name, data in acts:
        count += 1
        try:
            said = perform(data)
            if said: failed.append(f"{name}: {said}")
            if not still_serves(): failed.append(f"{name}: afterwards nobody gets in")
        except OSError as error:
            failed.append(f"{name}: {error}")
            break
    return {"acts": count, "failed": failed}


def knock(data):
    client = Client(data)
    client.end()
    client.until([])
    client.close()


def drop(data):
    """As `knock`, but the connection is reset, as by a client that was killed."""
    client = Client(data)
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def speak(data):
    client = Client()
    if not client.log_in(): return "could not log in"
    client.send(data)
    client.send(query("select 1 from dual"))
    client.end()
    client.until([])
    client.close()


def steer(data):
    if data == b"RESET-CLOCK":
        now = ask("clock")["value"]
        ask(f"advance {time.time() - now}")
        return "" if abs(ask("clock")["value"] - time.time()) < 5 else "the clock cannot be set right"
    client = Client(HELLO_CONTROL + data, CONTROL)
    client.end()
    answer = b""
    while True:
        try:
            more = client.socket.recv(1 << 20)
        except ConnectionError:
            break
        if not more: break
        answer += more
    client.close()
    for line in answer.splitlines():
        if not isinstance(json.loads(line).get("ok"), bool): return f"answered {line[:100]!r}"


def mutated():
    """A conversation that is in order but for some bytes; the same ones every time."""
    draw = random.Random(7)
    whole = HELLO + message(b"p", token() + b"\0") + parse("select id, name from currency where id > ?", b"s") \
        + message(b"B", b"p\0s\0\0\0\0\1" + struct.pack("!i", 1) + b"2" + b"\0\0") + message(b"D", b"Pp\0") \
        + message(b"E", b"p\0" + struct.pack("!i", 3)) + message(b"S") \
        + query('begin;declare "c" cursor with hold for select * from currency;fetch 2 in "c"') + query('close "c";commit') \
        + query("select top 3 nvl(memo, 'x'), to_char(trandate, 'YYYY') from transaction where id in (1, 2) order by id")
    for number in range(400):
        data = bytearray(HELLO + message(b"p", token() + b"\0") + whole[len(HELLO) + len(message(b"p", token() + b"\0")):])
        for _ in range(draw.randint(1, 4)):
            place = draw.randrange(4 if draw.random() < 0.1 else len(HELLO) + 240, len(data))
            kind = draw.randrange(4)
            if kind == 0: data[place] = draw.randrange(256)
            elif kind == 1: del data[place:place + draw.randint(1, 9)]
            elif kind == 2: data[place:place] = bytes(draw.randrange(256) for _ in range(draw.randint(1, 9)))
            else: data[place:place + 4] = struct.pack("!i", draw.choice([-1, 0, 3, 4, 2**31 - 1, -2**31]))
        yield f"mutation {number}", bytes(data)


def everything(scenario):
    if scenario == "before_login": return run(before_login(), lambda data: knock(data) or drop(data))
    if scenario == "statements": return run(statements(), speak)
    if scenario == "control": return run(control(), steer)
    return run(mutated(), lambda data: (knock(data), ask("unlock"))[0])


print(json.dumps(everything(sys.argv[3])))
