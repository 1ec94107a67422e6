#include "CBuild.h"

#define TEXT_OF(words) #words
#define TEXT(words) TEXT_OF(words)

const char *kns_commit(void) {
#ifdef KNS_COMMIT
    return TEXT(KNS_COMMIT);
#else
    return "";
#endif
}
