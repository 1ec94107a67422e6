#ifndef KLEENE_CPROCESS_H
#define KLEENE_CPROCESS_H

/// Forbids core files of this process: RLIMIT_CORE is 0, and the process is not dumpable, which also covers a
/// `core_pattern` that pipes to a program (such a pipe ignores the limit). Returns 0, or the errno of what failed.
/// C because prctl(2) is variadic, which Swift cannot call.
int kns_forbid_core_files(void);

/// A pipe whose ends no child inherits. Returns 0 or an errno. C because pipe2(2) is a GNU extension, which the Glibc
/// module does not show, and pipe(2) with fcntl(2) after it would leak into a child started in between.
int kns_pipe(int ends[2]);

/// Names the calling thread, in 15 bytes at most. Returns 0 or an errno. C because pthread_setname_np(3) is a GNU extension,
/// which the Glibc module does not show.
int kns_name_thread(const char *name);

/// Ignores a signal from now on. C because `SIG_IGN` is a cast of a number to a function, which is not imported.
void kns_ignore_signal(int number);

/// Has a signal do again what it does by default, whatever whoever started us made of it. C because `SIG_DFL` is a cast as well.
void kns_default_signal(int number);

/// Starts a program with exactly these three standard streams and no other descriptor, no blocked or ignored signal, and
/// in a process group of its own where that is said, so that Ctrl-C on the terminal reaches only us. A path without a slash
/// is looked up in PATH. Returns 0 and the process id, or an errno. The streams must not be 0, 1 or 2 themselves.
/// C because `posix_spawn_file_actions_addclosefrom_np` is a GNU extension, which the Glibc module does not show.
int kns_spawn(
    const char *path, char *const arguments[], char *const environment[], int input, int output, int errors,
    int own_group, int *pid);

/// Gives a file another name, in one step, unless something has that name already. Returns 0 or an errno: EEXIST then, and
/// EINVAL where the file system cannot do it. C because renameat2(2) is a GNU extension, which the Glibc module does not show.
int kns_rename_to_new(const char *from, const char *to);

/// The number of the type of the file system that holds a path, 0 where it cannot be asked. C because statfs(2) is not in the
/// Glibc module.
long kns_file_system(const char *path);

/// Whether a signal is ignored. Its disposition is a union in C, which Swift does not see. The C function is `sigaction`.
int kns_is_ignored(int number);

/// Whether a child has ended, without taking its number from it; -1 where there is no such child (any more). The C function is
/// `waitid`, whose result is a union.
int kns_has_ended(int child);

#endif
