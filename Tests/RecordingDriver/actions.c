/// What the script orders at a moment: failures, warnings, hangs, crashes, delays; and the look-up of lies.
#include "driver.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/// An action with `once PATH` happens only if its file can be created: once for all processes that share the path.
static bool is_spent(const Action *action) {
    if (!action->once) return false;
    int file = open(action->once, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return true;
    close(file);
    return false;
}

static void sleep_milliseconds(long long milliseconds) {
    struct timespec pause = {milliseconds / 1000, (milliseconds % 1000) * 1000000};
    while (nanosleep(&pause, &pause) != 0) {
    }
}

/// Never returns, unless the hang may be cancelled and is.
static SQLRETURN hang(Handle *handle, const Action *action) {
    for (;;) {
        sleep_milliseconds(10);
        if (!action->cancellable || handle->kind != KIND_STATEMENT) continue;
        Statement *statement = (Statement *)handle;
        if (atomic_exchange(&statement->cancelled, false)) return fail(handle, "HY008", "operation canceled");
    }
}

static void crash(void) {
    // A handler of the host (a sanitizer's, a runtime's backtrace) must not turn the crash into something softer.
    signal(SIGSEGV, SIG_DFL);
    volatile int *volatile nowhere = NULL;
    *nowhere = 1;
    abort();
}

static void say_text(int file, const char *text) {
    if (text && write(file, text, strlen(text)) < 0) return;
}

/// Prints the text, with {connection} and {sql} filled in, as a careless driver would.
static void say(Handle *handle, const Action *action) {
    Connection *connection = connection_of(handle);
    int file = action->to_stdout ? 1 : 2;
    const char *cursor = action->text;
    while (*cursor) {
        if (strncmp(cursor, "{connection}", 12) == 0) {
            say_text(file, connection ? connection->connection_string : NULL);
            cursor += 12;
        } else if (strncmp(cursor, "{sql}", 5) == 0) {
            say_text(file, handle->kind == KIND_STATEMENT ? ((Statement *)handle)->sql : NULL);
            cursor += 5;
        } else {
            if (write(file, cursor++, 1) < 0) return;
        }
    }
}

static SQLRETURN perform_one(Handle *handle, const Action *action) {
    Connection *connection = connection_of(handle);
    switch (action->verb) {
    case DO_FAIL: case DO_WARN: {
        int index = handle->diagnostic_count;
        add_diagnostic(handle, action->state, (SQLINTEGER)action->number, action->text);
        if (handle->diagnostic_count > index) {
            handle->diagnostics[index].claims = action->claims;
            handle->diagnostics[index].lies_about_length = action->lies_about_length;
        }
        return action->verb == DO_FAIL ? SQL_ERROR : SQL_SUCCESS_WITH_INFO;
    }
    case DO_FAIL_SILENTLY: return SQL_ERROR;
    case DO_RETURN: return (SQLRETURN)action->number;
    case DO_HANG: return hang(handle, action);
    case DO_CRASH: crash(); break;
    case DO_ABORT: abort();
    case DO_KILL: raise(SIGKILL); break;
    case DO_EXIT: _exit((int)action->number);
    case DO_DELAY: sleep_milliseconds(action->number); break;
    case DO_SAY: say(handle, action); break;
    case DO_DIE:
        if (connection) connection->dead = true;
        return fail(handle, "08S01", "communication link failure");
    case DO_LEAK: {
        // Touched, so that it counts as resident; kept, because a leak is the point.
        static void *volatile leaked;
        leaked = malloc((size_t)action->number);
        if (leaked) memset(leaked, 0x5a, (size_t)action->number);
        break;
    }
    }
    return SQL_SUCCESS;
}

/// Does the block's actions of a moment whose number lies in `from...to`. The gravest return code wins.
SQLRETURN perform(Handle *handle, const Block *block, enum Moment moment, long long from, long long to) {
    SQLRETURN worst = SQL_SUCCESS;
    for (int i = 0; i < block->action_count; i++) {
        const Action *action = &block->actions[i];
        if (action->moment != moment) continue;
        if (action->which != 0 && (action->which < from || action->which > to)) continue;
        if (is_spent(action)) continue;
        SQLRETURN result = perform_one(handle, action);
        if (result == SQL_SUCCESS || worst == SQL_ERROR) continue;
        if (worst == SQL_SUCCESS || worst == SQL_SUCCESS_WITH_INFO) worst = result;
    }
    return worst;
}

/// The actions of the statement's result first, then those of the whole script.
SQLRETURN perform_statement(Statement *statement, enum Moment moment, long long from, long long to) {
    SQLRETURN own = SQL_SUCCESS;
    if (statement->result) own = perform(&statement->handle, &statement->result->block, moment, from, to);
    if (own != SQL_SUCCESS && own != SQL_SUCCESS_WITH_INFO) return own;
    SQLRETURN shared = perform(&statement->handle, &statement->connection->script->block, moment, from, to);
    return shared == SQL_SUCCESS ? own : shared;
}

static const Lie *find_in(const Block *block, enum LieName name, int column, long long row) {
    if (!(block->lie_mask >> name & 1)) return NULL;
    for (int i = 0; i < block->lie_count; i++) {
        const Lie *lie = &block->lies[i];
        if (lie->name != name) continue;
        if ((!lie->column || !column || lie->column == column) && (!lie->row || !row || lie->row == row)) return lie;
    }
    return NULL;
}

/// The lie of that name that holds for a column and row (both from 1; zero when the question has none), or NULL.
const Lie *find_lie(const Statement *statement, enum LieName name, int column, long long row) {
    const Lie *lie = statement->result ? find_in(&statement->result->block, name, column, row) : NULL;
    if (lie || !statement->connection->script) return lie;
    return find_in(&statement->connection->script->block, name, column, row);
}

const AttributeRule *attribute_rule(const Connection *connection, SQLINTEGER attribute) {
    if (!connection->script) return NULL;
    for (int i = 0; i < connection->script->rule_count; i++) {
        if (connection->script->rules[i].attribute == attribute) return &connection->script->rules[i];
    }
    return NULL;
}
