#!/bin/bash
# commit.sh: prints the commit that is built, with "-dirty" where files have changed since; nothing where there is no history, as in an
# archive, or where the history around it is another project's.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
command -v git >/dev/null || exit 0
[ "$(git rev-parse --show-toplevel 2>/dev/null)" = "$(pwd -P)" ] || exit 0
commit=$(git rev-parse --short=12 HEAD 2>/dev/null) || exit 0
changed=$(git status --porcelain --untracked-files=no 2>/dev/null)
printf '%s%s\n' "$commit" "${changed:+-dirty}"
