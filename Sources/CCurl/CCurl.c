#include "CCurl.h"

#include <ctype.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// What curl.h says, which need not be installed; these numbers are the library's binary interface and do not change.
enum {
    ERRORBUFFER = 10010, URL = 10002, POSTFIELDS = 10015, USERAGENT = 10018, HTTPHEADER = 10023, WRITEDATA = 10001,
    WRITEFUNCTION = 20011, HEADERDATA = 10029, HEADERFUNCTION = 20079, NOPROGRESS = 43, POST = 47, FOLLOWLOCATION = 52,
    POSTFIELDSIZE = 60, SSL_VERIFYPEER = 64, SSL_VERIFYHOST = 81, CAINFO = 10065, HTTP_VERSION = 84, NOSIGNAL = 99,
    SSLVERSION = 32, TIMEOUT_MS = 155, CONNECTTIMEOUT_MS = 156, NOPROXY = 10177, PROTOCOLS = 181, CONNECT_TO = 10243,
    XFERINFOFUNCTION = 20219, XFERINFODATA = 10057, CAINFO_BLOB = 40309, PROXYAUTH = 111,
    RESPONSE_CODE = 0x200000 + 2, HTTP_CONNECTCODE = 0x200000 + 22, OS_ERRNO = 0x200000 + 25,
    CONTENT_TYPE = 0x100000 + 18,
};
static const long https_only = 1 << 1, http_1_1 = 2, tls_1_2_at_least = 6, global_all = 3,
    basic_digest_or_ntlm = 1 << 0 | 1 << 1 | 1 << 3;

struct blob {
    void *data;
    size_t length;
    unsigned int flags;
};

struct library {
    int (*global_init)(long);
    void *(*easy_init)(void);
    int (*setopt)(void *, int, ...);
    int (*perform)(void *);
    int (*getinfo)(void *, int, ...);
    void (*cleanup)(void *);
    void *(*append)(void *, const char *);
    void (*free_list)(void *);
    const char *(*words)(int);
};

// The variant for GnuTLS has the same interface.
static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4", NULL};

static struct library library;
static int is_open;

static int open_library(char *error, size_t size) {
    if (is_open) return 0;
    void *handle = NULL;
    for (int i = 0; names[i] && !handle; i++) {
        handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
        // What is said of the first is what a person can do something about.
        const char *text = handle ? NULL : dlerror();
        if (i == 0 && text) snprintf(error, size, "%s", text);
    }
    if (!handle) return kns_no_library;
    struct {
        const char *name;
        void **function;
    } functions[] = {
        {"curl_global_init", (void **)&library.global_init}, {"curl_easy_init", (void **)&library.easy_init},
        {"curl_easy_setopt", (void **)&library.setopt}, {"curl_easy_perform", (void **)&library.perform},
        {"curl_easy_getinfo", (void **)&library.getinfo}, {"curl_easy_cleanup", (void **)&library.cleanup},
        {"curl_slist_append", (void **)&library.append}, {"curl_slist_free_all", (void **)&library.free_list},
        {"curl_easy_strerror", (void **)&library.words},
    };
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        *functions[i].function = dlsym(handle, functions[i].name);
        if (!*functions[i].function) {
            snprintf(error, size, "%s is not in it", functions[i].name);
            return kns_old_library;
        }
    }
    // It would have the keys of each connection written to a file, and whoever has those reads the token.
    unsetenv("SSLKEYLOGFILE");
    int code = library.global_init(global_all);
    is_open = code == 0;
    return code;
}

struct state {
    const struct kns_post *post;
    struct kns_answer *answer;
};

static size_t take_body(char *bytes, size_t size, size_t count, void *context) {
    struct state *state = context;
    struct kns_answer *answer = state->answer;
    size_t length = size * count;
    if (length > state->post->limit - answer->body_length) return 0;
    char *grown = realloc(answer->body, answer->body_length + length + 1);
    if (!grown) return 0;
    memcpy(grown + answer->body_length, bytes, length);
    answer->body = grown;
    answer->body_length += length;
    return length;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *context) {
    struct state *state = context;
    size_t length = size * count;
    // Each answer of a chain, such as a proxy's, begins with its status: the last one counts.
    if (length > 5 && memcmp(bytes, "HTTP/", 5) == 0) state->answer->date[0] = 0;
    if (length > 5 && strncasecmp(bytes, "Date:", 5) == 0) {
        size_t from = 5, to = length;
        while (from < to && isspace((unsigned char)bytes[from])) from++;
        while (to > from && isspace((unsigned char)bytes[to - 1])) to--;
        if (to - from < sizeof state->answer->date) {
            memcpy(state->answer->date, bytes + from, to - from);
            state->answer->date[to - from] = 0;
        }
    }
    return length;
}

static int look_up(void *context, long long a, long long b, long long c, long long d) {
    (void)a, (void)b, (void)c, (void)d;
    struct state *state = context;
    return state->post->is_called_off ? state->post->is_called_off(state->post->context) : 0;
}

int kns_post(const struct kns_post *post, struct kns_answer *answer) {
    memset(answer, 0, sizeof *answer);
    int code = open_library(answer->error, sizeof answer->error);
    if (code != 0) return code;
    void *handle = library.easy_init();
    if (!handle) return 27;
    struct state state = {post, answer};
    void *headers = library.append(NULL, "Accept: application/json");
    // Else some versions ask first whether a body of more than a kilobyte is welcome, which few servers answer.
    headers = library.append(headers, "Expect:");
    void *connect_to = post->connect_to ? library.append(NULL, post->connect_to) : NULL;
    library.setopt(handle, ERRORBUFFER, answer->error);
    library.setopt(handle, PROTOCOLS, https_only);
    library.setopt(handle, URL, post->url);
    library.setopt(handle, HTTP_VERSION, http_1_1);
    library.setopt(handle, SSLVERSION, tls_1_2_at_least);
    library.setopt(handle, SSL_VERIFYPEER, 1L);
    library.setopt(handle, SSL_VERIFYHOST, 2L);
    library.setopt(handle, FOLLOWLOCATION, 0L);
    library.setopt(handle, NOSIGNAL, 1L);
    library.setopt(handle, PROXYAUTH, basic_digest_or_ntlm);
    library.setopt(handle, TIMEOUT_MS, post->milliseconds);
    library.setopt(handle, CONNECTTIMEOUT_MS, post->milliseconds);
    library.setopt(handle, USERAGENT, post->user_agent);
    library.setopt(handle, HTTPHEADER, headers);
    library.setopt(handle, POST, 1L);
    library.setopt(handle, POSTFIELDSIZE, (long)post->body_length);
    library.setopt(handle, POSTFIELDS, post->body);
    library.setopt(handle, WRITEFUNCTION, take_body);
    library.setopt(handle, WRITEDATA, &state);
    library.setopt(handle, HEADERFUNCTION, take_header);
    library.setopt(handle, HEADERDATA, &state);
    library.setopt(handle, NOPROGRESS, 0L);
    library.setopt(handle, XFERINFOFUNCTION, look_up);
    library.setopt(handle, XFERINFODATA, &state);
    if (post->authorities_file) library.setopt(handle, CAINFO, post->authorities_file);
    if (post->authorities) {
        struct blob blob = {(void *)post->authorities, post->authorities_length, 1};
        code = library.setopt(handle, CAINFO_BLOB, &blob);
    }
    if (connect_to) {
        library.setopt(handle, CONNECT_TO, connect_to);
        library.setopt(handle, NOPROXY, "*");
    }
    if (code == 0) code = library.perform(handle);
    if (code != 0 && !answer->error[0]) snprintf(answer->error, sizeof answer->error, "%s", library.words(code));
    library.getinfo(handle, RESPONSE_CODE, &answer->status);
    library.getinfo(handle, HTTP_CONNECTCODE, &answer->proxy_status);
    library.getinfo(handle, OS_ERRNO, &answer->system_error);
    const char *type = NULL;
    library.getinfo(handle, CONTENT_TYPE, &type);
    if (type) snprintf(answer->content_type, sizeof answer->content_type, "%s", type);
    library.cleanup(handle);
    library.free_list(headers);
    if (connect_to) library.free_list(connect_to);
    return code;
}

void kns_post_free(struct kns_answer *answer) {
    // A token is in it.
    if (answer->body) {
        explicit_bzero(answer->body, answer->body_length);
        free(answer->body);
    }
    answer->body = NULL;
    answer->body_length = 0;
}
