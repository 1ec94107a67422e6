"""What a cell of the destination must be, given the source's own form of the value. One rule a kind; no code of the product.

    int        integer of the same value
    ubigint    text, whatever the value: a column that can pass 2^63 is text in every row
    decimal    text, digit for digit the database's own text form
    double     real, the same 64 bits. NaN becomes NULL and -0.0 becomes 0.0, because SQLite stores them so; both are counted
    single     real: the float widened to a double, or the double nearest to the database's shortest text of it
    text       text, byte for byte; also json, enum, arrays, intervals, addresses, ranges: the database's own text form
    date       text 'YYYY-MM-DD'
    timestamp  text 'YYYY-MM-DD HH:MM:SS[.f]' with all digits of the fraction but trailing zeros, which psqlodbc cuts
    timestamptz  the same, in the session's zone: psqlodbc drops the offset (the suite's databases run in UTC)
    time       text '[-]HH:MM:SS[.f]', trailing zeros as above
    uuid       text, lower case
    bool, bit1 integer 0 or 1
    blob       blob, byte for byte
    any        what SQLite holds, class and all
"""

import decimal
import math
import re

TYPEOF = {int: "integer", float: "real", str: "text", bytes: "blob", type(None): "null"}

DATE = re.compile(r"\d{4}-\d\d-\d\d\Z")
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,9})?\Z")
TIME = re.compile(r"-?\d{2,3}:\d\d:\d\d(\.\d{1,9})?\Z")


def without_trailing_zeros(text):
    return text.rstrip("0").rstrip(".") if "." in text else text


def expected(kind, raw):
    """The value that the destination must hold."""
    if raw is None:
        return None
    if kind == "int":
        return int(raw)
    if kind in ("double", "single"):
        value = float(raw)
        return None if math.isnan(value) else (0.0 if value == 0 else value)
    if kind == "bool":
        return {"t": 1, "f": 0}[raw]
    if kind == "bit1":
        return raw[0]
    if kind == "timestamptz":
        return without_trailing_zeros(re.sub(r"(\d\d:\d\d:\d\d(?:\.\d+)?)[+-]\d\d(?::?\d\d)*", r"\1", raw))
    if kind in ("timestamp", "time"):
        return without_trailing_zeros(raw)
    if kind == "uuid":
        return raw.lower()
    if kind in ("blob", "any"):
        return raw
    if kind in ("decimal", "text", "date", "ubigint"):
        return raw if isinstance(raw, str) else raw.decode()
    raise AssertionError(f"no rule for kind {kind}")


def policy(kind, raw):
    """The stated policy that changes this value on its way, or None."""
    if kind in ("double", "single") and raw is not None:
        value = float(raw)
        if math.isnan(value):
            return "NaN stored as NULL"
        if value == 0 and math.copysign(1, value) < 0:
            return "-0.0 stored as 0.0"
    return None


def fault(kind, want, got):
    """None if `got`, a cell of the destination, is what `want` asks for; else what is wrong with it, in a few words."""
    if type(want) is not type(got):
        if want == "" and got is None:
            return "an empty string became NULL"
        return f"typeof is {TYPEOF[type(got)]}, not {TYPEOF[type(want)]}"
    if want == got:
        return None
    if kind == "single" and got == single_as_text(want):
        return None
    if kind in ("timestamp", "timestamptz", "time"):
        form = TIME if kind == "time" else TIMESTAMP
        if form.match(got) and without_trailing_zeros(got) == want:
            return None
    if kind == "decimal":
        try:
            if decimal.Decimal(want) == decimal.Decimal(got):
                return "the same number in other digits"
        except decimal.InvalidOperation:
            pass
    if isinstance(want, str) and want.startswith(got):
        return f"cut from {len(want)} to {len(got)} characters"
    return "another value"


def single_as_text(value):
    """The double nearest to the shortest text that names the float `value`."""
    import struct

    bits = struct.pack("<f", value)
    for digits in range(1, 10):
        text = f"{value:.{digits}g}"
        try:
            if struct.pack("<f", float(text)) == bits:
                return float(text)
        except OverflowError:
            continue
    return value
