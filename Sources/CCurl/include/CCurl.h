#ifndef KLEENE_CCURL_H
#define KLEENE_CCURL_H

#include <stddef.h>

/// A form to be sent by POST. Texts end with NUL; those that may be left out are NULL.
struct kns_post {
    const char *url;
    /// The body, `application/x-www-form-urlencoded`.
    const char *body;
    size_t body_length;
    const char *user_agent;
    /// A file of certificates of authorities, in place of the system's.
    const char *authorities_file;
    /// The same as PEM text.
    const char *authorities;
    size_t authorities_length;
    /// Where to connect in place of the URL's host, as in `host:port:to:port`; past any proxy.
    const char *connect_to;
    long milliseconds;
    /// Bytes of the answer at most.
    size_t limit;
    /// Asked now and then whether to give up.
    int (*is_called_off)(void *);
    void *context;
};

/// What came back. `body` and `date` are to be freed by `kns_post_free`.
struct kns_answer {
    long status;
    /// Of the proxy, where one refused the way.
    long proxy_status;
    char *body;
    size_t body_length;
    /// The header `Content-Type`, and the header `Date`.
    char content_type[128];
    char date[64];
    /// The library's own words for what went wrong.
    char error[256];
    /// errno of the system call that failed, where one did.
    long system_error;
};

enum {
    /// There is no libcurl; `error` says why.
    kns_no_library = -1,
    /// The library lacks what is needed; `error` names it.
    kns_old_library = -2,
};

/// Sends a form and waits for the answer. Returns 0, a number of `CURLcode`, or one of those above. libcurl is opened at the
/// first call, at run time: few need it, and no start waits for it. C because `curl_easy_setopt` is variadic, which Swift
/// cannot call. Not before another call has come back: the caller sees to it.
int kns_post(const struct kns_post *post, struct kns_answer *answer);

void kns_post_free(struct kns_answer *answer);

#endif
