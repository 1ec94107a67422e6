/// Reads a script file: one directive a line.
#include "script.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct Chunk {
    struct Chunk *next;
    max_align_t bytes[];
};

void *script_memory(Script *script, size_t size) {
    struct Chunk *chunk = calloc(1, sizeof(struct Chunk) + size);
    if (!chunk) abort();
    chunk->next = script->chunks;
    script->chunks = chunk;
    return chunk->bytes;
}

/// Room for one more item behind `count` items; grows at the powers of two.
void *script_grow(Script *script, void *items, int count, size_t size) {
    if (count & (count - 1)) return items;
    void *grown = script_memory(script, size * (count ? (size_t)count * 2 : 1));
    if (count) memcpy(grown, items, (size_t)count * size);
    return grown;
}

char *script_text(Script *script, const char *bytes, size_t length) {
    char *text = script_memory(script, length + 1);
    memcpy(text, bytes, length);
    return text;
}

void free_script(Script *script) {
    if (!script) return;
    struct Chunk *chunk = script->chunks;
    while (chunk) {
        struct Chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    free(script);
}

Script *empty_script(void) {
    Script *script = calloc(1, sizeof(Script));
    if (!script) abort();
    for (int i = 0; i < CATALOG_COUNT; i++) {
        Result *result = &script->catalog_defaults[i];
        result->match = MATCH_CATALOG;
        result->catalog = (enum Catalog)i;
        result->affected = -1;
        add_catalog_columns(script, result);
    }
    return script;
}

static Result *new_result(Script *script) {
    script->results = script_grow(script, script->results, script->result_count, sizeof(Result));
    Result *result = &script->results[script->result_count++];
    memset(result, 0, sizeof *result);
    result->affected = -1;
    return result;
}

static bool parse_sql(Script *script, Word *words, int count) {
    static const char *const matches[] = {"exact", "prefix", "contains", "any"};
    int match;
    if (count < 2 || !find_name(matches, 4, &words[1], &match)) return false;
    if (count != (match == MATCH_ANY ? 2 : 3)) return false;
    Result *result = new_result(script);
    result->match = (enum Match)match;
    result->pattern = match == MATCH_ANY ? "" : words[2].bytes;
    return true;
}

static bool parse_catalog(Script *script, Word *words, int count) {
    int catalog;
    if (count != 2 || !find_name(catalog_names, CATALOG_COUNT, &words[1], &catalog)) return false;
    Result *result = new_result(script);
    result->match = MATCH_CATALOG;
    result->catalog = (enum Catalog)catalog;
    return true;
}

static bool parse_info(Script *script, Word *words, int count) {
    Info info = {0};
    if (count < 3 || !info_number(&words[1], &info.number)) return false;
    if (count == 3 && words[2].is_quoted) {
        info.kind = INFO_TEXT;
        info.text = words[2].bytes;
    } else if (count == 3 && word_is(&words[2], "fail")) {
        info.kind = INFO_FAIL;
    } else if (count == 4 && word_is(&words[2], "short") && word_number(&words[3], &info.value)) {
        info.kind = INFO_SHORT;
    } else if (count == 4 && word_is(&words[2], "long") && word_number(&words[3], &info.value)) {
        info.kind = INFO_LONG;
    } else {
        return false;
    }
    script->infos = script_grow(script, script->infos, script->info_count, sizeof(Info));
    script->infos[script->info_count++] = info;
    return true;
}

static bool parse_attribute(Script *script, Word *words, int count) {
    static const char *const answers[] = {"ignore", "refuse", "substitute", "report", "report-half"};
    AttributeRule rule = {0};
    int answer;
    if (count < 3 || !attribute_number(&words[1], &rule.attribute)) return false;
    if (!find_name(answers, 5, &words[2], &answer)) return false;
    rule.answer = (enum AttributeAnswer)answer;
    if (rule.answer == ATTRIBUTE_REFUSE) {
        if (count != 4 || words[3].length != 5) return false;
        memcpy(rule.state, words[3].bytes, 6);
    } else if (rule.answer != ATTRIBUTE_IGNORE && (count != 4 || !word_number(&words[3], &rule.value))) {
        return false;
    }
    script->rules = script_grow(script, script->rules, script->rule_count, sizeof(AttributeRule));
    script->rules[script->rule_count++] = rule;
    return true;
}

static bool parse_line(Script *script, Word *words, int count, char *problem, size_t capacity) {
    Result *result = script->result_count ? &script->results[script->result_count - 1] : NULL;
    Block *block = result ? &result->block : &script->block;
    if (word_is(&words[0], "sql")) return parse_sql(script, words, count);
    if (word_is(&words[0], "catalog")) return parse_catalog(script, words, count);
    if (word_is(&words[0], "info")) return parse_info(script, words, count);
    if (word_is(&words[0], "attribute")) return parse_attribute(script, words, count);
    if (word_is(&words[0], "at")) return parse_action(script, block, words, count, problem, capacity);
    if (word_is(&words[0], "lie")) return parse_lie(script, block, words, count, problem, capacity);
    if (!result) {
        snprintf(problem, capacity, "no such directive before the first sql or catalog line");
        return false;
    }
    if (word_is(&words[0], "column")) return parse_column(script, result, words, count, problem, capacity);
    if (word_is(&words[0], "rowcount")) return count == 2 && word_number(&words[1], &result->affected);
    if (word_is(&words[0], "row") || word_is(&words[0], "repeat")) {
        return parse_rows(script, result, words, count, problem, capacity);
    }
    snprintf(problem, capacity, "no such directive");
    return false;
}

Script *read_script(const char *path, char *problem, size_t capacity) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        snprintf(problem, capacity, "the script %s can't be read: %s", path, strerror(errno));
        return NULL;
    }
    Script *script = empty_script();
    Word *words = calloc(WORDS_MAX, sizeof(Word));
    char *line = NULL;
    size_t size = 0;
    int number = 0;
    bool good = words != NULL;
    while (good && getline(&line, &size, file) >= 0) {
        char reason[256] = "not understood";
        number++;
        int count = split_words(script, line, words, reason, sizeof reason);
        if (count == 0) continue;
        if (count < 0 || !parse_line(script, words, count, reason, sizeof reason)) {
            snprintf(problem, capacity, "script %s, line %d: %s", path, number, reason);
            good = false;
        }
    }
    for (int i = 0; good && i < script->result_count; i++) {
        Result *result = &script->results[i];
        if (result->match == MATCH_CATALOG && !result->column_count) add_catalog_columns(script, result);
    }
    free(line);
    free(words);
    fclose(file);
    if (!good) {
        free_script(script);
        return NULL;
    }
    return script;
}
