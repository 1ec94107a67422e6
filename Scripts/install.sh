#!/bin/bash
# install.sh install|uninstall [PROGRAM…]: copies the programs that `make release` has built to $PREFIX (/usr/local) below $DESTDIR, with
# their manual pages, completions, examples, units of systemd and the schema of configurations; or takes all of it out again.
#
# What is put where, and which directories were made for it, stands in a list beside it: so taking it out leaves a directory that was there
# before, and removes one that was not and is empty. Installing over an older version first removes what only that had.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

complain() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }

what=${1-}
shift || true
[ $# -gt 0 ] || set -- kleene-ns kleene-ns-mock
prefix=${PREFIX:-/usr/local}
prefix=${prefix%/}
built=${KLEENE_NS_BUILT:-$here/.build/release}
case $prefix in /*) ;; *) complain "PREFIX is a whole path, such as /usr/local, not \"${PREFIX-}\"." ;; esac
# All names are those below it.
root=${DESTDIR-}
list=${prefix#/}/share/kleene-ns/installed

# Debian keeps what its packages bring for zsh apart from what an administrator installs.
zsh=share/zsh/site-functions
[ "$prefix" != /usr ] || zsh=share/zsh/vendor-completions

# Everything that is installed, made in directory $1 under the names that it will have.
gather() {
    local stage=$1 program unit
    shift
    mkdir -p "$stage"/{bin,share/man/man1,share/bash-completion/completions,"$zsh",share/fish/vendor_completions.d}
    for program; do
        [ -x "$built/$program" ] || complain "there is no $built/$program yet; run \`make release\` first, as yourself."
        install -m 755 "$built/$program" "$stage/bin/$program"
        # Without its first line: it is read by a shell, never run.
        "$built/$program" --generate-completion-script bash | sed '1{/^#!/d}' >"$stage/share/bash-completion/completions/$program"
        "$built/$program" --generate-completion-script zsh >"$stage/$zsh/_$program"
        "$built/$program" --generate-completion-script fish >"$stage/share/fish/vendor_completions.d/$program.fish"
        /usr/bin/python3 -B "$here/Scripts/manual.py" "$built/$program" "$stage/share/man/man1"
        [ "$program" = kleene-ns ] || continue
        mkdir -p "$stage/share/doc/kleene-ns/examples" "$stage/share/kleene-ns" "$stage/lib/systemd/system"
        # None of them does anything before somebody enables it.
        for unit in service timer; do
            sed "s|@bin@|$prefix/bin|" "$here/packaging/systemd/kleene-ns@.$unit" >"$stage/lib/systemd/system/kleene-ns@.$unit"
        done
        "$built/$program" config schema >"$stage/share/kleene-ns/kleene-ns.schema.json"
        "$built/$program" config example >"$stage/share/doc/kleene-ns/examples/config.example.json"
        "$built/$program" config example --login oauth2 >"$stage/share/doc/kleene-ns/examples/config.oauth2.example.json"
    done
    gzip -9n "$stage"/share/man/man1/*.1
    find "$stage" -type f ! -path "$stage/bin/*" -exec chmod 644 {} +
}

# Makes directory $1 of $root and those above it; writes the names of those that were not there.
make_directory() {
    local name=$1
    [ ! -d "$root/$name" ] || return 0
    case $name in */*) make_directory "${name%/*}" ;; esac
    mkdir -m 755 "$root/$name"
    printf 'directory %s\n' "$name"
}

# Removes what the list in file $1 says, and nothing else; directories from the lowest up.
remove() {
    local kind name
    while read -r kind name; do
        [ "$kind" != file ] || rm -f "$root/$name"
    done <"$1"
    sort -r "$1" | while read -r kind name; do
        [ "$kind" = directory ] || continue
        rmdir --ignore-fail-on-non-empty "$root/$name" 2>/dev/null || [ ! -d "$root/$name" ] ||
            complain "the directory $root/$name cannot be removed."
    done
}

case $what in
install)
    stage=$(mktemp -d)
    trap 'rm -rf "$stage"' EXIT
    gather "$stage/files$prefix" "$@"
    new=$stage/list
    : >"$new"
    # What an earlier version made is still ours.
    if [ -e "$root/$list" ]; then
        grep '^directory ' "$root/$list" >"$new" || true
        while read -r kind name; do
            [ "$kind" != file ] || [ -e "$stage/files/$name" ] || rm -f "$root/$name"
        done <"$root/$list"
    fi
    [ -z "$root" ] || mkdir -p "$root"
    (cd "$stage/files" && find . -type f -printf '%P\n' | sort) >"$stage/names"
    while read -r name; do
        make_directory "${name%/*}" >>"$new"
        install -m "$(stat -c %a "$stage/files/$name")" "$stage/files/$name" "$root/$name.new"
        mv -f "$root/$name.new" "$root/$name"
        printf 'file %s\n' "$name" >>"$new"
    done <"$stage/names"
    make_directory "${list%/*}" >>"$new"
    printf 'file %s\n' "$list" >>"$new"
    install -m 644 "$new" "$root/$list"
    printf 'Installed %s files below %s.\n' "$(wc -l <"$stage/names")" "$root$prefix"
    ;;
uninstall)
    [ -e "$root/$list" ] || complain "there is no $root/$list, which says what to remove: nothing was installed there by \`make install\`."
    copy=$(mktemp)
    trap 'rm -f "$copy"' EXIT
    cp "$root/$list" "$copy"
    remove "$copy"
    printf 'Removed %s files below %s.\n' "$(grep -c '^file ' "$copy")" "$root$prefix"
    ;;
*) complain "say install or uninstall." ;;
esac
