#ifndef KLEENE_CBUILD_H
#define KLEENE_CBUILD_H

/// The commit that this program was built from, followed by `-dirty` where files had changed; empty where nobody said so. C because a
/// definition with a value is something that only C takes: a generated source of Swift would have its whole module compiled again at each
/// commit.
const char *kns_commit(void);

/// The version of the driver manager that is loaded, such as `2.3`, which is all that it tells; empty where it tells nothing. Asked by
/// `SQLGetInfo` of a connection that is never made, which opens no driver.
void kns_driver_manager_version(char *text, unsigned long size);

/// The version of the SQLite that is loaded.
const char *kns_sqlite_version(void);

#endif
