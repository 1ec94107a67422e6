/// One cell from the script into a caller's buffer: the conversion, the length indicator, and the lies about both.
#include "driver.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void reserve(char **buffer, size_t *size, size_t wanted) {
    if (*size >= wanted) return;
    *size = wanted + wanted / 2 + 64;
    *buffer = realloc(*buffer, *size);
    if (!*buffer) abort();
}

static const RowSpan *find_span(const Result *result, long long row) {
    int low = 0, high = result->span_count;
    while (low < high) {
        int middle = (low + high) / 2;
        const RowSpan *span = &result->spans[middle];
        if (row < span->first) high = middle;
        else if (row >= span->first + span->count) low = middle + 1;
        else return span;
    }
    return NULL;
}

/// Fills {row}, {row+K}, {row*K}, {row%K} in.
static void expand_template(Statement *statement, const Cell *cell, long long number, Payload *value) {
    // The longest number has twenty digits; a placeholder has at least five bytes.
    reserve(&statement->scratch, &statement->scratch_size, cell->length * 5 + 32);
    char *out = statement->scratch;
    const char *cursor = cell->bytes, *end = cell->bytes + cell->length;
    while (cursor < end) {
        if (end - cursor >= 5 && memcmp(cursor, "{row", 4) == 0) {
            char operation = cursor[4], *after = (char *)cursor + 4;
            long long operand = operation == '}' ? 0 : strtoll(cursor + 5, &after, 10), filled = number;
            if (operation == '+') filled = number + operand;
            if (operation == '*') filled = number * operand;
            if (operation == '%' && operand > 0) filled = number % operand;
            if (after < end && *after == '}') {
                out += sprintf(out, "%lld", filled);
                cursor = after + 1;
                continue;
            }
        }
        *out++ = *cursor++;
    }
    value->bytes = (const unsigned char *)statement->scratch;
    value->length = (size_t)(out - statement->scratch);
}

/// The n-th quoted literal of the executed SQL, doubled quotes made single.
static void find_literal(Statement *statement, int number, Payload *value) {
    const char *sql = statement->sql ? statement->sql : "";
    reserve(&statement->scratch, &statement->scratch_size, strlen(sql) + 1);
    char *out = statement->scratch;
    for (const char *cursor = strchr(sql, '\''); cursor; cursor = strchr(cursor, '\'')) {
        out = statement->scratch;
        for (cursor++; *cursor && !(*cursor == '\'' && cursor[1] != '\''); cursor++) {
            if (*cursor == '\'') cursor++;
            *out++ = *cursor;
        }
        if (--number == 0) break;
        out = statement->scratch;
        if (*cursor) cursor++;
    }
    value->bytes = (const unsigned char *)statement->scratch;
    value->length = (size_t)(out - statement->scratch);
}

/// The bytes of a cell; false for NULL. `column` counts from 1, `row` from 0 among the rows of the cursor.
bool cell_value(Statement *statement, int column, long long row, Payload *value) {
    if (statement->chosen_rows) row = statement->chosen_rows[row];
    const RowSpan *span = find_span(statement->result, row);
    if (!span || column > span->cell_count) return false;
    const Cell *cell = &span->cells[column - 1];
    switch (cell->kind) {
    case CELL_NULL: return false;
    case CELL_TEMPLATE: expand_template(statement, cell, row - span->first + 1, value); return true;
    case CELL_LITERAL: find_literal(statement, cell->literal, value); return true;
    case CELL_TEXT: break;
    }
    value->bytes = (const unsigned char *)cell->bytes;
    value->length = cell->length;
    return true;
}

/// Decodes one UTF-8 character; an invalid byte becomes U+FFFD.
static uint32_t decode(const Payload *value, size_t *position) {
    const unsigned char *bytes = value->bytes + *position;
    size_t left = value->length - *position;
    int length = bytes[0] < 0x80 ? 1 : bytes[0] >= 0xf0 ? 4 : bytes[0] >= 0xe0 ? 3 : bytes[0] >= 0xc2 ? 2 : 0;
    uint32_t point = length == 1 ? bytes[0] : length ? bytes[0] & (0x7fu >> length) : 0;
    bool good = length > 0 && (size_t)length <= left && bytes[0] <= 0xf4;
    for (int i = 1; good && i < length; i++) {
        good = (bytes[i] & 0xc0) == 0x80;
        point = point << 6 | (bytes[i] & 0x3f);
    }
    *position += good ? (size_t)length : 1;
    return good ? point : 0xfffd;
}

static void to_narrow(Statement *statement, int column, long long row, Payload *value) {
    bool latin1 = find_lie(statement, LIE_NARROW_LATIN1, column, row);
    bool substitute = find_lie(statement, LIE_NARROW_SUBSTITUTE, column, row);
    bool mojibake = find_lie(statement, LIE_NARROW_MOJIBAKE, column, row);
    if (!latin1 && !substitute && !mojibake) return;
    reserve(&statement->converted, &statement->converted_size, value->length * 2 + 1);
    char *out = statement->converted;
    for (size_t i = 0; i < value->length;) {
        if (mojibake) {
            unsigned char byte = value->bytes[i++];
            if (byte >= 0x80) *out++ = (char)(0xc0 | byte >> 6);
            *out++ = (char)(byte >= 0x80 ? 0x80 | (byte & 0x3f) : byte);
        } else {
            uint32_t point = decode(value, &i);
            *out++ = (char)(point < 0x80 ? point : substitute ? 0x1a : point <= 0xff ? point : '?');
        }
    }
    value->bytes = (const unsigned char *)statement->converted;
    value->length = (size_t)(out - statement->converted);
}

static void to_wide(Statement *statement, int column, long long row, Payload *value) {
    bool substitute = find_lie(statement, LIE_WIDE_SUBSTITUTE, column, row);
    bool mojibake = find_lie(statement, LIE_WIDE_MOJIBAKE, column, row);
    reserve(&statement->converted, &statement->converted_size, value->length * 2 + 4);
    unsigned char *out = (unsigned char *)statement->converted;
    for (size_t i = 0; i < value->length;) {
        uint32_t point = mojibake ? value->bytes[i++] : decode(value, &i), second = 0;
        if (substitute && point >= 0x80) point = 0x1a;
        if (point > 0xffff) {
            second = 0xdc00 | ((point - 0x10000) & 0x3ff);
            point = 0xd800 | (point - 0x10000) >> 10;
        }
        *out++ = (unsigned char)point;
        *out++ = (unsigned char)(point >> 8);
        if (!second) continue;
        *out++ = (unsigned char)second;
        *out++ = (unsigned char)(second >> 8);
    }
    value->bytes = (const unsigned char *)statement->converted;
    value->length = (size_t)(out - (unsigned char *)statement->converted);
}

static void to_hexadecimal(Statement *statement, Payload *value) {
    reserve(&statement->converted, &statement->converted_size, value->length * 2 + 1);
    for (size_t i = 0; i < value->length; i++) sprintf(statement->converted + 2 * i, "%02X", value->bytes[i]);
    value->bytes = (const unsigned char *)statement->converted;
    value->length *= 2;
}

/// A number of a fixed C type from text. The state is NULL, 22018 (no number) or 22003 (out of range, wrapped).
static const char *to_number(SQLSMALLINT c_type, const Payload *value, unsigned char *out, size_t *size) {
    char text[128], *end = text;
    if (value->length == 0 || value->length >= sizeof text) return "22018";
    memcpy(text, value->bytes, value->length);
    text[value->length] = 0;
    errno = 0;
    if (c_type == SQL_C_DOUBLE || c_type == SQL_C_FLOAT) {
        double number = strtod(text, &end);
        float single = (float)number;
        *size = c_type == SQL_C_DOUBLE ? sizeof number : sizeof single;
        memcpy(out, c_type == SQL_C_DOUBLE ? (void *)&number : (void *)&single, *size);
        return end == text || *end ? "22018" : errno == ERANGE && isinf(number) ? "22003" : NULL;
    }
    bool is_unsigned = c_type == SQL_C_UBIGINT;
    long long number = is_unsigned ? (long long)strtoull(text, &end, 10) : strtoll(text, &end, 10);
    bool beyond = errno == ERANGE || (is_unsigned && text[0] == '-');
    // A driver that wraps keeps the low 64 bits: ask for them again, unsigned.
    if (beyond && !is_unsigned && text[0] != '-') number = (long long)strtoull(text, NULL, 10);
    switch (c_type) {
    case SQL_C_SBIGINT: case SQL_C_UBIGINT: *size = 8; break;
    case SQL_C_SLONG: case SQL_C_LONG: *size = 4; beyond |= number != (int32_t)number; break;
    case SQL_C_SSHORT: case SQL_C_SHORT: *size = 2; beyond |= number != (int16_t)number; break;
    default: *size = 1; beyond |= number < 0 || number > 1; break;
    }
    memcpy(out, &number, *size);
    if (end == text || (*end && *end != '.')) return "22018";
    return beyond ? "22003" : NULL;
}

/// A timestamp from text; 22018 where it is none, unless the lie puts today's midnight in its place.
static const char *to_timestamp(const Payload *value, bool lies, unsigned char out[16], size_t *size) {
    char text[64];
    int year, month, day, hour, minute, second, end = 0;
    snprintf(text, sizeof text, "%.*s", (int)value->length, (const char *)value->bytes);
    int found = sscanf(text, "%4d-%2d-%2d %2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second, &end);
    bool good = found == 6 && text[end] == 0;
    if (!good && !lies) return "22018";
    SQL_TIMESTAMP_STRUCT made = {0};
    if (good) {
        made = (SQL_TIMESTAMP_STRUCT){(SQLSMALLINT)year, (SQLUSMALLINT)month, (SQLUSMALLINT)day, (SQLUSMALLINT)hour,
                                      (SQLUSMALLINT)minute, (SQLUSMALLINT)second, 0};
    } else {
        time_t moment = time(NULL);
        struct tm today;
        localtime_r(&moment, &today);
        made.year = (SQLSMALLINT)(today.tm_year + 1900);
        made.month = (SQLUSMALLINT)(today.tm_mon + 1);
        made.day = (SQLUSMALLINT)today.tm_mday;
    }
    *size = sizeof made;
    memcpy(out, &made, *size);
    return NULL;
}

/// A date from text; 22018 where it is none.
static const char *to_date(const Payload *value, unsigned char out[16], size_t *size) {
    char text[64];
    int year, month, day, end = 0;
    snprintf(text, sizeof text, "%.*s", (int)value->length, (const char *)value->bytes);
    if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 || text[end]) return "22018";
    SQL_DATE_STRUCT made = {(SQLSMALLINT)year, (SQLUSMALLINT)month, (SQLUSMALLINT)day};
    *size = sizeof made;
    memcpy(out, &made, *size);
    return NULL;
}

static SQLSMALLINT default_c_type(SQLSMALLINT type) {
    switch (type) {
    case SQL_BINARY: case SQL_VARBINARY: case SQL_LONGVARBINARY: return SQL_C_BINARY;
    case SQL_BIGINT: return SQL_C_SBIGINT;
    case SQL_INTEGER: return SQL_C_SLONG;
    case SQL_SMALLINT: return SQL_C_SSHORT;
    case SQL_DOUBLE: case SQL_FLOAT: return SQL_C_DOUBLE;
    case SQL_REAL: return SQL_C_FLOAT;
    default: return SQL_C_CHAR;
    }
}

static void write_indicator(Statement *statement, int column, long long row, SQLLEN *target, SQLLEN value) {
    if (!target || find_lie(statement, LIE_INDICATOR_UNWRITTEN, column, row)) return;
    const Lie *lie = find_lie(statement, LIE_INDICATOR_VALUE, column, row);
    if (lie) value = (SQLLEN)lie->value;
    size_t width = find_lie(statement, LIE_INDICATOR_32_BIT, column, row) ? 4 : sizeof *target;
    memcpy(target, &value, width);
}

static CellOutcome write_fixed(Statement *statement, int column, long long row, SQLSMALLINT c_type,
                               const Binding *place, const Payload *value) {
    unsigned char number[16];
    size_t size = 0;
    const char *state = c_type == SQL_C_TYPE_DATE ? to_date(value, number, &size)
        : c_type == SQL_C_TYPE_TIMESTAMP
        ? to_timestamp(value, find_lie(statement, LIE_TIMESTAMP_TODAY, column, row + 1) != NULL, number, &size)
        : to_number(c_type, value, number, &size);
    if (state && find_lie(statement, LIE_CONVERSION_NULL, column, row + 1)) {
        write_indicator(statement, column, row + 1, place->indicator, SQL_NULL_DATA);
        return (CellOutcome){false, NULL};
    }
    if (state && !(strcmp(state, "22003") == 0 && find_lie(statement, LIE_OVERFLOW_WRAPS, column, row + 1))) {
        return (CellOutcome){false, state};
    }
    if (place->target && !find_lie(statement, LIE_VALUE_UNWRITTEN, column, row + 1)) {
        const Lie *cut = find_lie(statement, LIE_VALUE_BYTES, column, row + 1);
        size_t written = cut && (size_t)cut->value < size ? (size_t)cut->value : size;
        memcpy(place->target, number, written);
    }
    write_indicator(statement, column, row + 1, place->indicator, (SQLLEN)size);
    return (CellOutcome){false, NULL};
}

/// Writes one cell. With `offset` it is a part of a SQLGetData, begins there, and moves it by what was delivered.
CellOutcome write_cell(Statement *statement, int column, long long row, const Binding *place, size_t *offset) {
    Payload value;
    if (!cell_value(statement, column, row, &value)) {
        if (!place->indicator) return (CellOutcome){false, "22002"};
        write_indicator(statement, column, row + 1, place->indicator, SQL_NULL_DATA);
        return (CellOutcome){false, NULL};
    }
    SQLSMALLINT type = statement->result->columns[column - 1].type;
    SQLSMALLINT c_type = place->c_type == SQL_C_DEFAULT ? default_c_type(type) : place->c_type;
    bool is_binary = type == SQL_BINARY || type == SQL_VARBINARY || type == SQL_LONGVARBINARY;
    switch (c_type) {
    case SQL_C_CHAR:
        if (is_binary) to_hexadecimal(statement, &value);
        else to_narrow(statement, column, row + 1, &value);
        break;
    case SQL_C_WCHAR: to_wide(statement, column, row + 1, &value); break;
    case SQL_C_BINARY: break;
    case SQL_C_SBIGINT: case SQL_C_UBIGINT: case SQL_C_SLONG: case SQL_C_LONG: case SQL_C_SSHORT: case SQL_C_SHORT:
    case SQL_C_BIT: case SQL_C_DOUBLE: case SQL_C_FLOAT: case SQL_C_TYPE_DATE: case SQL_C_TYPE_TIMESTAMP:
        return write_fixed(statement, column, row, c_type, place, &value);
    default: return (CellOutcome){false, "HY003"};
    }
    size_t unit = c_type == SQL_C_BINARY ? 0 : c_type == SQL_C_WCHAR ? 2 : 1;
    size_t capacity = place->target && place->buffer_length > 0 ? (size_t)place->buffer_length : 0;
    size_t usable = capacity > unit ? capacity - unit : 0;
    if (c_type == SQL_C_WCHAR && !find_lie(statement, LIE_GETDATA_ODD, column, row + 1)) usable &= ~(size_t)1;
    size_t start = offset ? *offset : 0;
    if (start > value.length) start = value.length;
    size_t left = value.length - start, count = left < usable ? left : usable;
    bool truncated = left > usable;
    bool unterminated = truncated && find_lie(statement, LIE_TRUNCATION_UNTERMINATED, column, row + 1);
    if (place->target && !find_lie(statement, LIE_VALUE_UNWRITTEN, column, row + 1)) {
        if (count) memcpy(place->target, value.bytes + start, count);
        if (unterminated) {
            size_t more = left - count < capacity - count ? left - count : capacity - count;
            memcpy((char *)place->target + count, value.bytes + start + count, more);
        } else if (capacity >= count + unit) {
            memset((char *)place->target + count, 0, unit);
        }
    }
    SQLLEN indicator = (SQLLEN)left;
    if (truncated && find_lie(statement, LIE_TRUNCATION_NO_TOTAL, column, row + 1)) indicator = SQL_NO_TOTAL;
    if (truncated && find_lie(statement, LIE_TRUNCATION_CAPACITY, column, row + 1)) indicator = (SQLLEN)usable;
    if (offset && truncated && find_lie(statement, LIE_GETDATA_NO_TOTAL, column, row + 1)) indicator = SQL_NO_TOTAL;
    write_indicator(statement, column, row + 1, place->indicator, indicator);
    if (offset) *offset = start + count;
    return (CellOutcome){truncated, NULL};
}
