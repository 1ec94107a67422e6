#ifndef KLEENE_CPROCESS_H
#define KLEENE_CPROCESS_H

/// Forbids core files of this process: RLIMIT_CORE is 0, and the process is not dumpable, which also covers a
/// `core_pattern` that pipes to a program (such a pipe ignores the limit). Returns 0, or the errno of what failed.
/// C because prctl(2) is variadic, which Swift cannot call.
int kns_forbid_core_files(void);

#endif
