/// The record file: one line a call, `PID FUNCTION key=value …`, written before the call is answered,
/// so that a hang or a crash still shows the call that met it.
#include "driver.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/// A copy of a caller's text, terminated; SQL_NTS or a length in bytes. NULL becomes empty.
char *copied(const void *text, SQLLEN length) {
    size_t count = !text ? 0 : length == SQL_NTS ? strlen(text) : length < 0 ? 0 : (size_t)length;
    char *copy = malloc(count + 1);
    if (!copy) abort();
    if (count) memcpy(copy, text, count);
    copy[count] = 0;
    return copy;
}

/// The text in quotes, byte for byte but for control characters, quotes and backslashes; `NULL` for a null pointer.
char *quoted(const void *text, SQLLEN length) {
    if (!text) return copied("NULL", SQL_NTS);
    const unsigned char *bytes = text;
    size_t count = length == SQL_NTS ? strlen(text) : length < 0 ? 0 : (size_t)length;
    char *line = malloc(count * 4 + 3), *out = line;
    if (!line) abort();
    *out++ = '"';
    for (size_t i = 0; i < count; i++) {
        unsigned char byte = bytes[i];
        if (byte == '\n' || byte == '\r' || byte == '\t') {
            *out++ = '\\';
            *out++ = byte == '\n' ? 'n' : byte == '\r' ? 'r' : 't';
        } else if (byte < 0x20 || byte == 0x7f) {
            out += sprintf(out, "\\x%02x", byte);
        } else {
            if (byte == '"' || byte == '\\') *out++ = '\\';
            *out++ = (char)byte;
        }
    }
    *out++ = '"';
    *out = 0;
    return line;
}

static void write_whole(int file, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t written = write(file, bytes, length);
        if (written <= 0) return;
        bytes += written;
        length -= (size_t)written;
    }
}

/// Appends one line. On a handle that has no record file yet the line waits; on a connection without one it is dropped.
void record(Handle *handle, const char *format, ...) {
    Connection *connection = connection_of(handle);
    if (connection && connection->connected && connection->record < 0) return;
    char *call = NULL, *line = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&call, format, arguments);
    va_end(arguments);
    if (length < 0) abort();
    length = asprintf(&line, "%ld %s\n", (long)getpid(), call);
    if (length < 0) abort();
    free(call);
    pthread_mutex_lock(&lock);
    if (connection && connection->record >= 0) {
        write_whole(connection->record, line, (size_t)length);
    } else {
        size_t before = handle->pending ? strlen(handle->pending) : 0;
        if (before < 65536) {
            handle->pending = realloc(handle->pending, before + (size_t)length + 1);
            if (!handle->pending) abort();
            memcpy(handle->pending + before, line, (size_t)length + 1);
        }
    }
    pthread_mutex_unlock(&lock);
    free(line);
}

static void flush_pending(Handle *handle, int file) {
    if (handle->pending && file >= 0) write_whole(file, handle->pending, strlen(handle->pending));
    free(handle->pending);
    handle->pending = NULL;
}

void open_record(Connection *connection, const char *path) {
    pthread_mutex_lock(&lock);
    connection->record = path && *path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    flush_pending(&connection->environment->handle, connection->record);
    flush_pending(&connection->handle, connection->record);
    pthread_mutex_unlock(&lock);
}

void close_record(Connection *connection) {
    pthread_mutex_lock(&lock);
    if (connection->record >= 0) close(connection->record);
    connection->record = -1;
    pthread_mutex_unlock(&lock);
}
