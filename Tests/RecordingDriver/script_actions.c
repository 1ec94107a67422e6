/// The lines that make the driver misbehave: `at MOMENT VERB …` and `lie NAME …`.
#include "script.h"

#include <stdio.h>
#include <string.h>

/// Takes `once PATH`, `bytes N`, `claims N`, `cancellable` from the end of an action.
static bool parse_options(Script *script, Action *action, Word *words, int count, int next) {
    for (; next < count; next++) {
        long long number;
        if (word_is(&words[next], "cancellable")) {
            action->cancellable = true;
            continue;
        }
        if (next + 1 >= count) return false;
        Word *value = &words[next + 1];
        if (word_is(&words[next], "once")) {
            action->once = value->bytes;
        } else if (!word_number(value, &number)) {
            return false;
        } else if (word_is(&words[next], "claims")) {
            action->claims = (long)number;
            action->lies_about_length = true;
        } else if (word_is(&words[next], "bytes") && action->text && number >= 0 && number < (1 << 24)) {
            size_t length = strlen(action->text);
            if ((size_t)number > length) {
                char *padded = script_memory(script, (size_t)number + 1);
                memset(padded, '.', (size_t)number);
                memcpy(padded, action->text, length);
                action->text = padded;
            }
        } else {
            return false;
        }
        next++;
    }
    return true;
}

/// at MOMENT [N|*] VERB …
bool parse_action(Script *script, Block *block, Word *words, int count, char *problem, size_t capacity) {
    Action action = {0};
    int moment, verb, next = 2;
    if (count < 3 || !find_name(moment_names, AT_CLOSE + 1, &words[1], &moment)) {
        snprintf(problem, capacity, "at wants a moment and a verb");
        return false;
    }
    action.moment = (enum Moment)moment;
    if (word_is(&words[2], "*")) {
        next++;
    } else if (word_number(&words[2], &action.which)) {
        next++;
    }
    if (next >= count || !find_name(verb_names, DO_LEAK + 1, &words[next], &verb)) {
        snprintf(problem, capacity, "no such verb");
        return false;
    }
    action.verb = (enum Verb)verb;
    next++;
    switch (action.verb) {
    case DO_FAIL: case DO_WARN:
        if (next + 3 > count || words[next].length > 5 || !word_number(&words[next + 1], &action.number)) {
            snprintf(problem, capacity, "%s wants SQLSTATE, native code and text", verb_names[verb]);
            return false;
        }
        memcpy(action.state, words[next].bytes, words[next].length);
        action.text = words[next + 2].bytes;
        next += 3;
        break;
    case DO_RETURN: case DO_EXIT: case DO_DELAY: case DO_LEAK:
        if (next >= count || !word_number(&words[next++], &action.number)) {
            snprintf(problem, capacity, "%s wants a number", verb_names[verb]);
            return false;
        }
        break;
    case DO_SAY:
        if (next + 2 > count) return false;
        action.to_stdout = word_is(&words[next], "stdout");
        if (!action.to_stdout && !word_is(&words[next], "stderr")) return false;
        action.text = words[next + 1].bytes;
        next += 2;
        break;
    default: break;
    }
    if (!parse_options(script, &action, words, count, next)) {
        snprintf(problem, capacity, "the end of the line is not understood");
        return false;
    }
    block->actions = script_grow(script, block->actions, block->action_count, sizeof(Action));
    block->actions[block->action_count++] = action;
    return true;
}

/// lie NAME [VALUE] [column C] [row N]
bool parse_lie(Script *script, Block *block, Word *words, int count, char *problem, size_t capacity) {
    Lie lie = {0};
    int name, next = 2;
    if (count < 2 || !find_name(lie_names, LIE_COUNT, &words[1], &name)) {
        snprintf(problem, capacity, "no such lie");
        return false;
    }
    lie.name = (enum LieName)name;
    bool wants_type = lie.name == LIE_TYPE_REFUSED || lie.name == LIE_BIND_REFUSED;
    bool wants_number = lie.name == LIE_STATUS_VALUE || lie.name == LIE_FETCHED_EXCESS || lie.name == LIE_NAME_LENGTH
                        || lie.name == LIE_INDICATOR_VALUE || lie.name == LIE_SHORT_BLOCKS || lie.name == LIE_VALUE_BYTES;
    if (wants_type || wants_number) {
        if (count < 3 || !(wants_type ? c_type_number(&words[2], &lie.value) : word_number(&words[2], &lie.value))) {
            snprintf(problem, capacity, "%s wants a %s", lie_names[name], wants_type ? "C type" : "number");
            return false;
        }
        next = 3;
    }
    for (; next + 1 < count; next += 2) {
        long long number;
        if (!word_number(&words[next + 1], &number)) return false;
        if (word_is(&words[next], "column")) {
            lie.column = (int)number;
        } else if (word_is(&words[next], "row")) {
            lie.row = number;
        } else {
            return false;
        }
    }
    if (next != count) return false;
    block->lies = script_grow(script, block->lies, block->lie_count, sizeof(Lie));
    block->lies[block->lie_count++] = lie;
    block->lie_mask |= (uint64_t)1 << lie.name;
    return true;
}
