/// Lines into words: bare words, and quoted ones with escapes for arbitrary bytes.
#include "script.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Reads one escape after its backslash; advances `cursor` past it. Returns the byte, or -1.
static int escaped_byte(const char **cursor) {
    char c = *(*cursor)++;
    switch (c) {
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case '0': return 0;
    case '\\': case '"': return (unsigned char)c;
    case 'x': {
        int high = hex_digit((*cursor)[0]);
        int low = high < 0 ? -1 : hex_digit((*cursor)[1]);
        if (low < 0) return -1;
        *cursor += 2;
        return high * 16 + low;
    }
    default: return -1;
    }
}

/// Splits one line. Returns the number of words, or -1 with a sentence in `problem`.
int split_words(Script *script, const char *line, Word *words, char *problem, size_t capacity) {
    int count = 0;
    const char *cursor = line;
    for (;;) {
        while (*cursor && isspace((unsigned char)*cursor)) cursor++;
        if (!*cursor || *cursor == '#') return count;
        if (count == WORDS_MAX) {
            snprintf(problem, capacity, "more than %d words", WORDS_MAX);
            return -1;
        }
        Word *word = &words[count++];
        const char *start = cursor;
        while (*cursor && !isspace((unsigned char)*cursor) && *cursor != '"') cursor++;
        word->prefix = script_text(script, start, (size_t)(cursor - start));
        word->bytes = word->prefix;
        word->length = strlen(word->prefix);
        word->is_quoted = *cursor == '"';
        if (!word->is_quoted) continue;
        cursor++;
        word->bytes = script_memory(script, strlen(cursor) + 1);
        word->length = 0;
        while (*cursor && *cursor != '"') {
            int byte = (unsigned char)*cursor++;
            if (byte == '\\' && (byte = escaped_byte(&cursor)) < 0) {
                snprintf(problem, capacity, "an escape that is none of \\n \\r \\t \\0 \\\\ \\\" \\xHH");
                return -1;
            }
            word->bytes[word->length++] = (char)byte;
        }
        if (*cursor++ != '"') {
            snprintf(problem, capacity, "a quote that is not closed");
            return -1;
        }
        word->bytes[word->length] = 0;
    }
}

bool word_is(const Word *word, const char *text) {
    return !word->is_quoted && strcmp(word->bytes, text) == 0;
}

bool word_number(const Word *word, long long *number) {
    if (word->is_quoted || !*word->bytes) return false;
    char *end;
    errno = 0;
    long long value = strtoll(word->bytes, &end, 0);
    if (errno == ERANGE && word->bytes[0] != '-') {
        errno = 0;
        value = (long long)strtoull(word->bytes, &end, 0);
    }
    if (errno || *end) return false;
    *number = value;
    return true;
}
