/// A parsed script: what the driver answers, when it misbehaves and how it lies. The language is in README.md.
#ifndef RECORDING_DRIVER_SCRIPT_H
#define RECORDING_DRIVER_SCRIPT_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <sql.h>
#include <sqlext.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum CellKind { CELL_NULL, CELL_TEXT, CELL_TEMPLATE, CELL_LITERAL };

typedef struct {
    enum CellKind kind;
    char *bytes;
    size_t length;
    /// For CELL_LITERAL: which quoted literal of the executed SQL, from 1.
    int literal;
} Cell;

/// `count` rows made from one line of the script, the first of which is row `first` (from zero) of the result.
typedef struct {
    long long first, count;
    int cell_count;
    Cell *cells;
} RowSpan;

typedef struct {
    char *name, *type_name;
    SQLSMALLINT type, digits, nullable;
    SQLULEN size;
    SQLLEN octet_length, display_size;
    bool is_unsigned;
} Column;

enum Moment {
    AT_CONNECT, AT_DISCONNECT, AT_COMMIT, AT_ROLLBACK, AT_PREPARE, AT_EXECUTE, AT_DESCRIBE, AT_FETCH, AT_ROW, AT_END,
    AT_GETDATA, AT_CLOSE
};

enum Verb {
    DO_FAIL, DO_WARN, DO_FAIL_SILENTLY, DO_RETURN, DO_HANG, DO_CRASH, DO_ABORT, DO_KILL, DO_EXIT, DO_DELAY, DO_SAY,
    DO_DIE, DO_LEAK
};

typedef struct {
    enum Moment moment;
    /// Which fetch, row, column or connection attempt, from 1; 0 for every one.
    long long which;
    enum Verb verb;
    char state[6];
    long long number;
    char *text;
    long claims;
    bool lies_about_length, cancellable, to_stdout;
    /// A file that is created when the action is done; an action whose file exists is skipped. NULL: no limit.
    char *once;
} Action;

enum LieName {
    LIE_TRUNCATION_RETURNS_SUCCESS, LIE_TRUNCATION_STATUS_SUCCESS, LIE_TRUNCATION_UNTERMINATED, LIE_TRUNCATION_NO_TOTAL,
    LIE_TRUNCATION_CAPACITY, LIE_STATUS_UNWRITTEN, LIE_STATUS_VALUE, LIE_ROW_ERROR, LIE_ERROR_RETURNS_SUCCESS,
    LIE_FETCHED_UNWRITTEN, LIE_FETCHED_UNWRITTEN_AT_END, LIE_FETCHED_EXCESS, LIE_FETCHED_ZERO, LIE_SHORT_BLOCKS,
    LIE_VALUE_UNWRITTEN, LIE_VALUE_BYTES, LIE_INDICATOR_UNWRITTEN, LIE_INDICATOR_32_BIT, LIE_INDICATOR_VALUE, LIE_TYPE_REFUSED,
    LIE_BIND_REFUSED, LIE_GETDATA_STUCK, LIE_GETDATA_SECOND_WRONG, LIE_GETDATA_NO_TOTAL, LIE_GETDATA_OVERLONG,
    LIE_GETDATA_ODD, LIE_OVERFLOW_WRAPS, LIE_CONVERSION_NULL, LIE_NARROW_LATIN1, LIE_NARROW_SUBSTITUTE,
    LIE_NARROW_MOJIBAKE, LIE_WIDE_SUBSTITUTE, LIE_WIDE_MOJIBAKE, LIE_NO_DIAGNOSTICS, LIE_CANCEL_IGNORED,
    LIE_CANCEL_FAILS, LIE_DEAD_UNREPORTED, LIE_NAME_EMPTY, LIE_NAME_LENGTH, LIE_FILTER_IGNORED,
    LIE_ERROR_KEEPS_ROWS, LIE_TIMESTAMP_TODAY, LIE_COUNT
};

typedef struct {
    enum LieName name;
    long long value;
    /// Zero: any.
    int column;
    long long row;
} Lie;

/// Actions and lies, either of the whole script or of one result.
typedef struct {
    Action *actions;
    int action_count;
    Lie *lies;
    int lie_count;
    /// One bit per lie that occurs, so that honest cells cost nothing.
    uint64_t lie_mask;
} Block;

enum Match { MATCH_EXACT, MATCH_PREFIX, MATCH_CONTAINS, MATCH_ANY, MATCH_CATALOG };

enum Catalog {
    CATALOG_TABLES, CATALOG_CATALOGS, CATALOG_SCHEMAS, CATALOG_TABLE_TYPES, CATALOG_COLUMNS, CATALOG_PRIMARY_KEYS,
    CATALOG_STATISTICS, CATALOG_SPECIAL_COLUMNS, CATALOG_TYPE_INFO, CATALOG_COUNT
};

typedef struct {
    enum Match match;
    char *pattern;
    enum Catalog catalog;
    Column *columns;
    int column_count;
    RowSpan *spans;
    int span_count;
    long long row_count;
    /// What SQLRowCount says.
    long long affected;
    Block block;
} Result;

enum InfoKind { INFO_TEXT, INFO_SHORT, INFO_LONG, INFO_FAIL };

typedef struct {
    int number;
    enum InfoKind kind;
    char *text;
    long long value;
} Info;

enum AttributeAnswer {
    ATTRIBUTE_IGNORE, ATTRIBUTE_REFUSE, ATTRIBUTE_SUBSTITUTE, ATTRIBUTE_REPORT, ATTRIBUTE_REPORT_HALF
};

typedef struct {
    SQLINTEGER attribute;
    enum AttributeAnswer answer;
    long long value;
    char state[6];
} AttributeRule;

typedef struct Script {
    Block block;
    Result *results;
    int result_count;
    /// What each catalog function answers when the script says nothing: its columns, no rows.
    Result catalog_defaults[CATALOG_COUNT];
    Info *infos;
    int info_count;
    AttributeRule *rules;
    int rule_count;
    /// Everything the script owns, freed as one.
    struct Chunk *chunks;
} Script;

/// One word of a line: what stands before the quotes, and what stands in them.
typedef struct {
    char *prefix;
    char *bytes;
    size_t length;
    bool is_quoted;
} Word;

#define WORDS_MAX 2048

/// Reads the script at `path`. Returns NULL with a sentence in `problem` (of `capacity` bytes) when it can't be read.
Script *read_script(const char *path, char *problem, size_t capacity);
Script *empty_script(void);
void free_script(Script *script);
void *script_memory(Script *script, size_t size);
void *script_grow(Script *script, void *items, int count, size_t size);
char *script_text(Script *script, const char *bytes, size_t length);

// words.c
int split_words(Script *script, const char *line, Word *words, char *problem, size_t capacity);
bool word_is(const Word *word, const char *text);
bool word_number(const Word *word, long long *number);

// names.c
bool find_name(const char *const *names, int count, const Word *word, int *index);
bool sql_type_number(const Word *word, SQLSMALLINT *type);
bool c_type_number(const Word *word, long long *type);
bool info_number(const Word *word, int *number);
bool attribute_number(const Word *word, SQLINTEGER *number);
const char *type_name_of(SQLSMALLINT type);
extern const char *const lie_names[LIE_COUNT];
extern const char *const moment_names[AT_CLOSE + 1];
extern const char *const verb_names[DO_LEAK + 1];
extern const char *const catalog_names[CATALOG_COUNT];

// script_rows.c, script_actions.c
bool parse_column(Script *script, Result *result, Word *words, int count, char *problem, size_t capacity);
bool parse_rows(Script *script, Result *result, Word *words, int count, char *problem, size_t capacity);
bool parse_action(Script *script, Block *block, Word *words, int count, char *problem, size_t capacity);
bool parse_lie(Script *script, Block *block, Word *words, int count, char *problem, size_t capacity);
void add_catalog_columns(Script *script, Result *result);

#endif
