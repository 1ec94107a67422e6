"""Generated values, shared by the three databases. Deterministic: the generator of random numbers is handed in."""

import datetime
import decimal
import math
import struct
import uuid

from model import Pool

decimal.getcontext().prec = 200


def integers(bits, signed=True):
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    edges = {low, low + 1, high, high - 1, 0, 1, 2, 7, 10, 42, 99, 100}
    for power in (7, 8, 15, 16, 24, 31, 32, 53, 63):
        for edge in (1 << power, -(1 << power)):
            edges.update(v for v in (edge - 1, edge, edge + 1) if low <= v <= high)
    return Pool(sorted(edges), lambda rng: rng.randint(low, high) >> rng.choice((0, 0, bits // 2)))


def decimals(precision, scale, signed=True):
    """Text of decimals with `scale` digits after the point, as a database that pads writes them."""

    def text(digits):
        sign, digits = ("-", -digits) if digits < 0 else ("", digits)
        whole, part = divmod(digits, 10**scale)
        return f"{sign}{whole}" + (f".{part:0{scale}d}" if scale else "")

    top = 10**precision - 1
    specials = {0, 1, top, top - 1, 10 ** (precision - 1), int("1234567890" * 7) % 10**precision, 5 * 10 ** (precision - 1)}
    # Beyond what a double holds, and halves, which show a rounding.
    specials |= {9007199254740993 % (top + 1), 15 % (top + 1), 25 % (top + 1), 10**precision // 3, 2 * 10**precision // 3}
    if signed:
        specials |= {-v for v in specials}
    return Pool([text(v) for v in sorted(specials)],
                lambda rng: text(rng.randint(-top if signed else 0, top) // 10 ** rng.randint(0, precision - 1)))


def random_double(rng):
    """Sixty-four random bits that are a finite number: every magnitude equally likely, which random() never gives."""
    while True:
        value = struct.unpack("<d", struct.pack("<Q", rng.getrandbits(64)))[0]
        if math.isfinite(value) and value != 0:
            return value


def random_single(rng):
    while True:
        value = struct.unpack("<f", struct.pack("<I", rng.getrandbits(32)))[0]
        if math.isfinite(value) and value != 0:
            return value


DOUBLES = [
    0.0, 1.0, -1.0, 0.1, 0.2, 0.1 + 0.2, 1 / 3, 2 / 3, 1e15, 1e16, 1e17, 123456789012345678.0, 1e22, 1e23, 9007199254740991.0,
    9007199254740992.0, 9007199254740994.0, 1.7976931348623157e308, -1.7976931348623157e308, 2.2250738585072014e-308,
    2.225073858507201e-308, 5e-324, -5e-324, 1e-323, 4.35, 0.285, 1.005, 2.675, 5.0000000000000001e-16, 6.02214076e23, 1e100, 1e-100,
    3.141592653589793, 2.718281828459045, 8.41e21, 9.5e-7, 1e-7, 1e-5, 100000.0, 999999.5, 0.30000000000000004, 4.9406564584124654e-310,
]


def doubles(beyond=False, negative_zero=True):
    return Pool(DOUBLES + ([-0.0] if negative_zero else [])
                + ([math.inf, -math.inf, math.nan] if beyond else []), random_double)


SINGLES = [0.0, 1.0, -1.0, 0.5, 16777216.0, 3.4028234663852886e38, -3.4028234663852886e38, 1.1754943508222875e-38,
           1.401298464324817e-45, 0.10000000149011612, 0.3333333432674408, 1e10, 123456.7890625, 16777215.0]


def singles(beyond=False, denormal=True):
    tiny = 1.1754943508222875e-38
    specials = [v for v in SINGLES if denormal or v == 0 or abs(v) >= tiny]

    def make(rng):
        while True:
            value = random_single(rng)
            if denormal or abs(value) >= tiny:
                return value

    return Pool(specials + ([math.inf, -math.inf, math.nan] if beyond else []), make)


WORDS = "lorem ipsum dolor Grüße Größe naïve Ærøskøbing Київ Ελλάδα שלום مرحبا हिन्दी ไทย 日本語 中文字 한국어 😀 🇺🇦 👩‍👩‍👧‍👦 𝒳𝒴 e\u0301 A\u030a".split()

TEXTS = [
    "", " ", "  ", "a", "trailing blank ", "trailing blanks   ", " leading", "\ttab\t", "line\nfeed", "carriage\r\nreturn", "\n",
    "it's", "''", '"double"', '""', "`tick`", "back\\slash", "\\", "\\N", "\\\\", "\\n", "%s %d %", "?", ":name", "{fn now()}", "{d '2020-01-01'}",
    "--", "/* */", ";", "a;b", "NULL", "null", "T", "F", "t", "true", "0", "1", "-1", "007", "1e5", "1.50", "0x1F", "1234567890123456789012345678901234567890",
    "2020-01-01", "12:34:56", "\u00e9", "e\u0301", "\u00c5", "A\u030a", "\u212b", "\ufb01", "ß", "ẞ", "İ", "ı", "\u200b", "\u200d", "\u00a0", "\ufeffbom",
    "\ufffd", "\ufffe", "\uffff", "\ue000", "😀", "👩‍👩‍👧‍👦", "🇺🇦", "𝒳", "\U00010000", "\U0010ffff", "日本語テキスト", "中文", "한국어", "שלום", "مرحبا",
    "\u202ertl", "\x01", "\x07", "\x1b[31m", "\x7f", "\x80", "\x85", "\u2028", "\u07ff", "\u0800", "\ud7ff", "é" * 127, "é" * 128,
]


def sentence(rng, limit=60):
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 12)))[: rng.randint(0, limit)]


def texts(limit=None, strip=False):
    """Short texts. `limit` in characters; `strip` where the database drops trailing blanks itself."""
    specials = [t for t in TEXTS if limit is None or len(t) <= limit]
    if limit:
        specials += ["x" * limit, "é" * limit, "日" * limit, "😀" * limit, " " * (limit - 1) + "."]
    if strip:
        specials = sorted({t.rstrip(" ") for t in specials})
    return Pool(specials, lambda rng: sentence(rng, limit or 60).rstrip(" ") if strip else sentence(rng, limit or 60))


# Lengths around the sizes that drivers declare, buffers have and chunks end at.
EDGES = [254, 255, 256, 257, 2047, 2048, 4095, 4096, 4097, 8189, 8190, 8191, 8192, 8193, 16383, 16384, 32766, 32767, 32768, 65534, 65535, 65536, 65537, 131072]


def long_texts(limit=3 << 20, edges=EDGES):
    """Long texts among short ones: lengths in bytes at every edge, in one, two, three and four bytes a character."""
    long = [alphabet * (size // len(alphabet.encode())) + "x" * (size % len(alphabet.encode()))
            for size in [e for e in edges if e <= limit] for alphabet in ("a", "é", "日", "😀")]
    huge = [("0123456789abcdef" * 65536), "日本😀é" * 131_072, "".join(chr(0x20 + i * 7919 % 0x3000) for i in range(1 << 20))]
    if limit >= 3 << 20:
        huge.append("z" * (3 << 20))
    huge = [t for t in huge if len(t.encode("utf-8", "surrogatepass")) <= limit + (1 << 20)] if limit >= 1 << 20 else []
    return Pool(["", "short"] + long + huge, sentence)


def binaries(limit=None, huge=False):
    every = bytes(range(256))
    specials = [b"", b"\0", b"\0\0\0", b"\xff", b"\xff\xfe", b"a\0b", b"text", b"\\x41", b"\\", b"'", b"\x80", b"\xc3\xa9", b"\xc3", every, every[::-1]]
    if huge:
        specials += [every * (size // 256) + every[: size % 256] for size in EDGES] + [every * 4096, every[::-1] * 4096 + b"\0"]
    if limit:
        specials = [b for b in specials if len(b) <= limit] + [b"\xab" * limit, b"\0" * limit]
    return Pool(specials, lambda rng: rng.randbytes(rng.randint(1, limit or 300)))


def fixed_binaries(size):
    """Values that fill the type: databases pad others with zeros, and that is theirs to say."""
    return Pool([b"\0" * size, b"\xff" * size, bytes(range(size)), b"a" + b"\0" * (size - 1)], lambda rng: rng.randbytes(size))


def fractions(digits):
    return [""] if digits == 0 else ["", "." + "9" * digits, "." + "0" * (digits - 1) + "1", ".1", ".5"]


def random_date(rng, low=1, high=9999):
    first, last = datetime.date(low, 1, 1).toordinal(), datetime.date(high, 12, 31).toordinal()
    return datetime.date.fromordinal(rng.randint(first, last)).isoformat()


def dates(low=1, high=9999):
    edges = ["0001-01-01", "0001-12-31", "0099-12-31", "0999-01-01", "1000-01-01", "1582-10-04", "1582-10-10", "1752-09-10", "1899-12-31", "1900-02-28",
             "1969-12-31", "1970-01-01", "1999-12-31", "2000-02-29", "2024-02-29", "2038-01-19", "2038-01-20", "2100-02-28", "9999-12-31"]
    return Pool([e for e in edges if low <= int(e[:4]) <= high], lambda rng: random_date(rng, low, high))


def clock(rng, digits=6):
    fraction = f".{rng.randrange(10**digits):0{digits}d}" if digits else ""
    return f"{rng.randrange(24):02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}{fraction}"


def timestamps(digits=6, low=1, high=9999):
    specials = [f"{day} {time}{fraction}"
                for day in dates(low, high).specials[:: 2] + dates(low, high).specials[-1:]
                for time, fraction in [("00:00:00", "")] + [("23:59:59", f) for f in fractions(digits)]]
    return Pool(sorted(set(specials)), lambda rng: f"{random_date(rng, low, high)} {clock(rng, digits)}")


def times(digits=6):
    return Pool([t + f for t in ("00:00:00", "12:34:56", "23:59:59") for f in fractions(digits)], lambda rng: clock(rng, digits))


def uuids():
    # Well-formed ones of version 4: MariaDB refuses others.
    return Pool(["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-4fff-bfff-ffffffffffff", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
                lambda rng: str(uuid.UUID(int=rng.getrandbits(128), version=4)))


def documents():
    specials = ["{}", "[]", "null", "true", "0", '""', '{"a": 1}', '{"a":{"b":[1,2,3,null]}}', '"😀 é 日本"', '{"q": "it\'s \\"quoted\\" \\\\ "}',
                '[' + ", ".join(str(i) for i in range(60)) + "]", '{"long": "' + "é" * 300 + '"}', '{"longer": "' + "x" * 9000 + '"}',
                '{"huge": "' + "日" * 400_000 + '"}', '123456789012345678901234567890.000000001']
    return Pool(specials, lambda rng: '{"n": %d, "s": "%s"}' % (rng.randrange(10**9), rng.choice(WORDS)))


def choices(*values):
    return Pool(values)
