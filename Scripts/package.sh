#!/bin/bash
# package.sh [DIRECTORY]: makes the two packages for Debian, of what `make release` has built, in a directory (.build/packages).
#
# Their files are those of `make install` with PREFIX=/usr, and what every package of Debian has: a copyright and a changelog. Who answers
# for them, DEBFULLNAME and DEBEMAIL say, as to Debian's own tools.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

complain() { printf 'package.sh: %s\n' "$*" >&2; exit 1; }

target=${1:-.build/packages}
built=${KLEENE_NS_BUILT:-.build/release}
architecture=$(dpkg --print-architecture)
# A package has to name somebody. Where nobody is, no mailbox is made up: no name ever ends in .invalid (RFC 2606).
case ${DEBEMAIL:-} in
'') maintainer='nobody has put a name to this build <nobody@kleene-ns.invalid>' ;;
*'<'*) maintainer=$DEBEMAIL ;;
*) maintainer="${DEBFULLNAME:-kleene-ns} <$DEBEMAIL>" ;;
esac
[ -x "$built/kleene-ns" ] || complain "there is no $built/kleene-ns yet; run \`make release\` first."
version=$("$built/kleene-ns" --version | sed -n '1s/^kleene-ns \([0-9][0-9.]*\).*/\1/p')
[ -n "$version" ] || complain "the first line of \`$built/kleene-ns --version\` has no version in it."
# The day of that version: all times in the packages are of it, so that the same sources make the same packages.
day=$(sed -n "s/^## \[$version\] - \([0-9-]*\)\$/\1/p" CHANGELOG.md)
[ -n "$day" ] || complain "CHANGELOG.md has no entry of version $version."
SOURCE_DATE_EPOCH=$(date -u -d "$day" +%s)
export SOURCE_DATE_EPOCH

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$target"

# What a version changed, as Debian writes it: its entries in CHANGELOG.md, each beginning with a star.
changelog() {
    printf '%s (%s) unstable; urgency=medium\n\n' "$1" "$version"
    awk -v heading="## [$version]" '
        index($0, heading) == 1 { inside = 1; next }
        inside && /^## / { exit }
        inside && /^- / { print "  * " substr($0, 3); next }
        inside && /^  [^ ]/ { print "    " substr($0, 3) }
    ' CHANGELOG.md | fold -s -w 78 | sed -e 's/ *$//' -e 's/^\([^ ]\)/    \1/'
    printf '\n -- %s  %s\n' "$maintainer" "$(LC_ALL=C date -u -R -d "$day")"
}

# The libraries that the program in a package's root is linked with, as Depends has them. What is not found out is a fault, and shown.
dependencies() {
    local work=$scratch/shlibs-$1
    mkdir -p "$work/debian"
    printf 'Source: kleene-ns\n\nPackage: %s\nArchitecture: %s\n' "$1" "$architecture" >"$work/debian/control"
    (cd "$work" && dpkg-shlibdeps -O "$scratch/$1/usr/bin/$1") | sed -n 's/^shlibs:Depends=//p'
}

# package NAME FIELDS DESCRIPTION
package() {
    local name=$1 fields=$2 description=$3 root=$scratch/$1 depends
    DESTDIR=$root PREFIX=/usr KLEENE_NS_BUILT=$built Scripts/install.sh install "$name" >/dev/null
    # dpkg keeps that list itself.
    rm "$root/usr/share/kleene-ns/installed"
    rmdir --ignore-fail-on-non-empty "$root/usr/share/kleene-ns"
    mkdir -p "$root/usr/share/doc/$name" "$root/DEBIAN"
    cp packaging/copyright "$root/usr/share/doc/$name/copyright"
    changelog "$name" | gzip -9n >"$root/usr/share/doc/$name/changelog.gz"
    chmod 644 "$root/usr/share/doc/$name"/*.gz "$root/usr/share/doc/$name/copyright"
    depends=$(dependencies "$name")
    [ -n "$depends" ] || complain "$name depends on no library, which cannot be."
    {
        printf 'Package: %s\nVersion: %s\nArchitecture: %s\nMaintainer: %s\n' "$name" "$version" "$architecture" "$maintainer"
        printf 'Installed-Size: %s\nDepends: %s\n' "$(du -sk --exclude=DEBIAN "$root" | cut -f1)" "$depends"
        printf '%s\n' "$fields"
        printf 'Section: database\nPriority: optional\nDescription: %s\n' "$description"
    } >"$root/DEBIAN/control"
    (cd "$root" && find usr -type f -printf '%P\0' | sort -z | sed -z 's|^|usr/|' | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
    chmod 644 "$root/DEBIAN"/*
    find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    dpkg-deb --root-owner-group -Zxz --build "$root" "$target/${name}_${version}_$architecture.deb"
}

# Opened when they are needed: libpq for a destination on a server, libcurl for OAuth 2.0.
package kleene-ns 'Recommends: libpq5, libcurl4 | libcurl4t64, unixodbc
Suggests: kleene-ns-mock, odbc-postgresql' \
    'copies tables of NetSuite, or of any ODBC source, into SQLite or PostgreSQL
 Extracts tables of SuiteAnalytics Connect, or of any other ODBC data source,
 exactly and each in one transaction into a local SQLite database or into
 PostgreSQL: in full, or only what changed since the last run. It finds rows
 that were deleted, proves that a copy is true and repairs it, and never lets
 the account be locked by refused logins.
 .
 NetSuite'"'"'s own ODBC driver comes from NetSuite and is not in this package.'
package kleene-ns-mock 'Suggests: kleene-ns, odbc-postgresql' \
    'mock server of NetSuite'"'"'s SuiteAnalytics Connect
 A server to try kleene-ns on without an account. It speaks to the stock ODBC
 driver of PostgreSQL, has tables of a company as NetSuite has them, and
 refuses, delays, cuts and changes what it is told to, so that a configuration
 can be tested against what goes wrong in real life.'
