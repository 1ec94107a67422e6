#include "kns_postgres.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static kns_postgres functions;
static int is_open;

static const struct {
    const char *name;
    size_t place;
} names[] = {
#define FUNCTION(field, name) {name, offsetof(kns_postgres, field)}
    FUNCTION(connectdb_params, "PQconnectdbParams"),
    FUNCTION(status, "PQstatus"),
    FUNCTION(error_message, "PQerrorMessage"),
    FUNCTION(finish, "PQfinish"),
    FUNCTION(server_version, "PQserverVersion"),
    FUNCTION(parameter_status, "PQparameterStatus"),
    FUNCTION(backend_pid, "PQbackendPID"),
    FUNCTION(set_notice_processor, "PQsetNoticeProcessor"),
    FUNCTION(exec_params, "PQexecParams"),
    FUNCTION(exec, "PQexec"),
    FUNCTION(result_status, "PQresultStatus"),
    FUNCTION(result_error_field, "PQresultErrorField"),
    FUNCTION(result_error_message, "PQresultErrorMessage"),
    FUNCTION(ntuples, "PQntuples"),
    FUNCTION(nfields, "PQnfields"),
    FUNCTION(getvalue, "PQgetvalue"),
    FUNCTION(getisnull, "PQgetisnull"),
    FUNCTION(getlength, "PQgetlength"),
    FUNCTION(cmd_tuples, "PQcmdTuples"),
    FUNCTION(clear, "PQclear"),
    FUNCTION(put_copy_data, "PQputCopyData"),
    FUNCTION(put_copy_end, "PQputCopyEnd"),
    FUNCTION(get_result, "PQgetResult"),
    FUNCTION(lib_version, "PQlibVersion"),
#undef FUNCTION
};

static const char *keep(const char *text) {
    const char *kept = strdup(text ? text : "the system gives no reason");
    return kept ? kept : "no memory";
}

const kns_postgres *kns_postgres_open(const char *library, const char **reason) {
    const kns_postgres *result = NULL;
    pthread_mutex_lock(&lock);
    if (!is_open) {
        void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
        if (!handle) {
            *reason = keep(dlerror());
        } else {
            kns_postgres found;
            size_t index = 0, count = sizeof names / sizeof *names;
            for (; index < count; index++) {
                void *function = dlsym(handle, names[index].name);
                if (!function) break;
                memcpy((char *)&found + names[index].place, &function, sizeof function);
            }
            if (index < count) {
                char text[128];
                snprintf(text, sizeof text, "it has no function %s", names[index].name);
                *reason = keep(text);
                dlclose(handle);
            } else {
                functions = found;
                is_open = 1;
            }
        }
    }
    if (is_open) result = &functions;
    pthread_mutex_unlock(&lock);
    return result;
}

static void ignore(void *context, const char *message) {
    (void)context;
    (void)message;
}

void kns_postgres_quiet(const kns_postgres *api, PGconn *connection) {
    api->set_notice_processor(connection, ignore, NULL);
}
