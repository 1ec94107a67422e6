#ifndef KLEENE_CBUILD_H
#define KLEENE_CBUILD_H

/// The commit that this program was built from, followed by `-dirty` where files had changed; empty where nobody said so. C because a
/// definition with a value is something that only C takes: a generated source of Swift would have its whole module compiled again at each
/// commit.
const char *kns_commit(void);

#endif
