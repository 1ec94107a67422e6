"""The real driver manager (libodbc.so.2) through ctypes, as far as the self-test needs it."""
import ctypes
from ctypes import byref, c_char_p, c_double, c_int, c_int16, c_int64, c_size_t, c_uint16, c_uint64, c_void_p

odbc = ctypes.CDLL("libodbc.so.2")
SUCCESS, INFO, NO_DATA, ERROR = 0, 1, 100, -1
CHAR, WCHAR, BINARY, SBIGINT, DOUBLE, TYPE_TIMESTAMP = 1, -8, -2, -25, 8, 93
NULL, NO_TOTAL = -1, -4
ROW_SUCCESS, ROW_NOROW, ROW_ERROR, ROW_INFO = 0, 3, 5, 6
POISON, STATUS_POISON = -0x5EADBEEF5EADBEEF, 0xBEEF
ARRAY_SIZE, STATUS_PTR, FETCHED_PTR, OFFSET_PTR = 27, 25, 26, 23

H, S, U, I, L = c_void_p, c_int16, c_uint16, c_int, c_int64
SIGNATURES = {
    "SQLAllocHandle": [S, H, H], "SQLFreeHandle": [S, H], "SQLSetEnvAttr": [H, I, H, I],
    "SQLDriverConnect": [H, H, c_char_p, S, H, S, H, U], "SQLDisconnect": [H], "SQLConnect": [H, H, S, H, S, H, S],
    "SQLSetConnectAttr": [H, I, H, I], "SQLGetConnectAttr": [H, I, H, I, H], "SQLGetInfo": [H, U, H, S, H],
    "SQLExecDirect": [H, c_char_p, I], "SQLPrepare": [H, c_char_p, I], "SQLExecute": [H], "SQLNumResultCols": [H, H],
    "SQLDescribeCol": [H, U, H, S, H, H, H, H, H], "SQLColAttribute": [H, U, U, H, S, H, H],
    "SQLBindCol": [H, U, S, H, L, H], "SQLFetch": [H], "SQLGetData": [H, U, S, H, L, H],
    "SQLSetStmtAttr": [H, I, H, I], "SQLGetStmtAttr": [H, I, H, I, H], "SQLFreeStmt": [H, U], "SQLCancel": [H],
    "SQLTables": [H, c_char_p, S, c_char_p, S, c_char_p, S, c_char_p, S],
    "SQLColumns": [H, c_char_p, S, c_char_p, S, c_char_p, S, c_char_p, S],
    "SQLPrimaryKeys": [H, c_char_p, S, c_char_p, S, c_char_p, S],
    "SQLStatistics": [H, c_char_p, S, c_char_p, S, c_char_p, S, U, U],
    "SQLEndTran": [S, H, S], "SQLGetDiagRec": [S, H, S, H, H, H, S, H], "SQLRowCount": [H, H], "SQLMoreResults": [H],
}
for _name, _types in SIGNATURES.items():
    getattr(odbc, _name).argtypes = _types
    getattr(odbc, _name).restype = c_int16


class Failed(Exception):
    """A call that returned SQL_ERROR; `records` are its diagnostics as (state, native, text)."""

    def __init__(self, code, records):
        super().__init__(f"{code} {records}")
        self.code, self.records = code, records


def diagnostics(kind, handle):
    records = []
    while len(records) < 40:
        state, text = ctypes.create_string_buffer(6), ctypes.create_string_buffer(70000)
        native, length = c_int(), c_int16()
        code = odbc.SQLGetDiagRec(kind, handle, len(records) + 1, state, byref(native), text, 32767, byref(length))
        if code not in (SUCCESS, INFO):
            break
        records.append((state.value.decode(), native.value, text.value))
    return records


class Connection:
    def __init__(self, driver="", extra="", script=None, record=None, before=(), text=None):
        self.environment, self.handle = c_void_p(), c_void_p()
        odbc.SQLAllocHandle(1, None, byref(self.environment))
        odbc.SQLSetEnvAttr(self.environment, 200, c_void_p(3), 0)
        odbc.SQLAllocHandle(2, self.environment, byref(self.handle))
        for attribute, value in before:
            odbc.SQLSetConnectAttr(self.handle, attribute, c_void_p(value), 0)
        built = f"Driver={driver};" + (f"Script={script};" if script else "") + (f"Record={record};" if record else "")
        self.text = built + extra if text is None else text
        raw = self.text.encode()
        self.code = odbc.SQLDriverConnect(self.handle, None, raw, len(raw), None, 0, None, 0)
        self.records = diagnostics(2, self.handle)
        if self.code not in (SUCCESS, INFO):
            odbc.SQLFreeHandle(2, self.handle)
            odbc.SQLFreeHandle(1, self.environment)
            raise Failed(self.code, self.records)

    def statement(self):
        return Statement(self)

    def info(self, number):
        value = ctypes.create_string_buffer(256)
        return odbc.SQLGetInfo(self.handle, number, value, 256, None), value

    def attribute(self, number):
        value = ctypes.c_uint32(0xABCD)
        odbc.SQLGetConnectAttr(self.handle, number, byref(value), 0, None)
        return value.value

    def close(self):
        code = odbc.SQLDisconnect(self.handle)
        records = diagnostics(2, self.handle)
        odbc.SQLFreeHandle(2, self.handle)
        odbc.SQLFreeHandle(1, self.environment)
        return code, records


class Block:
    """One bound column: poisoned values and indicators for `rows` rows."""

    def __init__(self, c_type, width, rows):
        self.c_type, self.width, self.rows = c_type, width, rows
        self.values = ctypes.create_string_buffer(width * rows)
        self.indicators = (c_int64 * rows)()
        self.poison()

    def poison(self):
        ctypes.memset(self.values, 0xCD, self.width * self.rows)
        for i in range(self.rows):
            self.indicators[i] = POISON

    def raw(self, row):
        return self.values.raw[row * self.width:(row + 1) * self.width]

    def value(self, row):
        length = self.indicators[row]
        if length == NULL:
            return None
        raw = self.raw(row)
        if self.c_type == SBIGINT:
            return int.from_bytes(raw, "little", signed=True)
        if self.c_type == DOUBLE:
            return c_double.from_buffer_copy(raw).value
        data = raw[:length]
        return data.decode("utf-16-le") if self.c_type == WCHAR else data


class Statement:
    def __init__(self, connection):
        self.handle = c_void_p()
        code = odbc.SQLAllocHandle(3, connection.handle, byref(self.handle))
        if code != SUCCESS:
            raise Failed(code, diagnostics(2, connection.handle))
        self.fetched, self.rows, self.offset = c_uint64(), 1, c_uint64()
        self.statuses = (c_uint16 * 1)()
        # The driver keeps addresses: what is bound must outlive the binding.
        self.bound = {}

    def checked(self, code):
        self.records = diagnostics(3, self.handle) if code not in (SUCCESS, NO_DATA) else []
        if code not in (SUCCESS, INFO, NO_DATA):
            raise Failed(code, self.records)
        return code

    def execute(self, sql):
        return self.checked(odbc.SQLExecDirect(self.handle, sql.encode(), -3))

    def block(self, rows):
        """Sets the array size and binds rows-fetched and statuses; returns the code of the array size."""
        self.rows, self.statuses = rows, (c_uint16 * rows)()
        odbc.SQLSetStmtAttr(self.handle, FETCHED_PTR, byref(self.fetched), 0)
        odbc.SQLSetStmtAttr(self.handle, STATUS_PTR, self.statuses, 0)
        return self.checked(odbc.SQLSetStmtAttr(self.handle, ARRAY_SIZE, c_void_p(rows), 0))

    def attribute(self, number):
        value = c_uint64(0x1111222233334444)
        odbc.SQLGetStmtAttr(self.handle, number, byref(value), 0, None)
        return value.value

    def bind(self, column, c_type, width):
        block = Block(c_type, width, self.rows)
        self.checked(odbc.SQLBindCol(self.handle, column, c_type, block.values, width, block.indicators))
        self.bound[column] = block
        return block

    def fetch(self):
        self.fetched.value = 0xFEED
        for i in range(self.rows):
            self.statuses[i] = STATUS_POISON
        return self.checked(odbc.SQLFetch(self.handle))

    def describe(self, column):
        name, length, kind = ctypes.create_string_buffer(200), c_int16(), c_int16()
        size, digits, nullable = c_size_t(), c_int16(), c_int16()
        self.checked(odbc.SQLDescribeCol(self.handle, column, name, 200, byref(length), byref(kind), byref(size),
                                         byref(digits), byref(nullable)))
        return name.value.decode(), length.value, kind.value, size.value, digits.value, nullable.value

    def get(self, column, c_type, width):
        """One SQLGetData: return code, bytes of the buffer, indicator."""
        buffer, indicator = ctypes.create_string_buffer(width), c_int64(POISON)
        code = self.checked(odbc.SQLGetData(self.handle, column, c_type, buffer, width, byref(indicator)))
        return code, buffer.raw, indicator.value

    def rows_of_text(self, columns):
        """All remaining rows, each cell by one SQLGetData of 200 bytes."""
        found = []
        while self.fetch() != NO_DATA:
            row = []
            for column in range(1, columns + 1):
                _, data, length = self.get(column, CHAR, 200)
                row.append(None if length == NULL else data[:length].decode())
            found.append(row)
        return found

    def free(self):
        odbc.SQLFreeHandle(3, self.handle)
