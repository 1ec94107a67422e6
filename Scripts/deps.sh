#!/bin/bash
# deps.sh [tests|packages|test-packages|report]: installs what the build and the demo need and the machine lacks, by apt-get; with "tests"
# also what the tests need, database servers among it; with "packages" what makes packages, with "test-packages" also what tries them; with
# "report" the browser that looks at the page of `report`. Does nothing if all is there.
set -euo pipefail

packages=(unixodbc unixodbc-dev odbc-postgresql libsqlite3-dev sqlite3 pkg-config python3)
if [ "${1:-}" = tests ]; then
    packages+=(odbc-mariadb odbc-mdbtools libsqliteodbc postgresql pgbouncer mariadb-server python3-psycopg2 python3-pymysql python3-pyodbc python3-cryptography python3-venv openssl systemd unzip)
fi
case ${1:-} in
packages | test-packages) packages+=(dpkg-dev) ;;
esac
if [ "${1:-}" = test-packages ]; then packages+=(lintian mmdebstrap man-db systemd zsh fish); fi
if [ "${1:-}" = report ]; then packages+=(chromium fonts-dejavu-core); fi
# What OAuth 2.0 asks for tokens with; newer systems call its package otherwise.
ldconfig -p 2>/dev/null | grep -q 'libcurl\.so\.4' || [ -e /usr/lib/x86_64-linux-gnu/libcurl.so.4 ] || packages+=(libcurl4)
command -v cc >/dev/null || command -v clang >/dev/null || packages+=(gcc libc6-dev)

complain() { printf 'deps.sh: %s\n' "$*" >&2; exit 1; }

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    complain "this machine has no apt-get. Install the equivalents of: ${packages[*]}; then run the scripts of Scripts/ directly."
fi

missing=()
for package in "${packages[@]}"; do
    # A virtual package such as pkg-config (on newer systems pkgconf) has its program instead.
    [ "$package" = pkg-config ] && command -v pkg-config >/dev/null && continue
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" -eq 0 ]; then
    as_root=(env DEBIAN_FRONTEND=noninteractive)
elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    as_root=(sudo env DEBIAN_FRONTEND=noninteractive)
else
    complain "these packages are missing and installing them takes root, which neither this user nor sudo gives; run as root: apt-get install ${missing[*]}"
fi

printf 'deps.sh: installing %s\n' "${missing[*]}" >&2
install() { "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}" >&2; }
update() { "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=300 update >&2; }

# The lists are fetched only if they do not know a package, or are so old that the archive has moved on.
if ! apt-cache show "${missing[@]}" >/dev/null 2>&1; then update; fi
install || { update && install; } || complain "apt-get could not install ${missing[*]}; its own words are above."
