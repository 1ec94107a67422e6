#!/bin/bash
# test.sh [ARGUMENT…]: runs the Swift tests with a throw-away PostgreSQL beside them; arguments go to `swift test`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The recording driver is C and loaded by path through the driver manager, so SwiftPM does not know it.
export KLEENE_TEST_DRIVER=$PWD/.build/recording-driver/librecordingdriver.so
mkdir -p "$(dirname "$KLEENE_TEST_DRIVER")"
Tests/RecordingDriver/build.sh "$KLEENE_TEST_DRIVER"

# Built first, so that the server does not wait for the compiler.
swift build --build-tests
# A mock server in the same process needs threads that no other test blocks: through one driver manager, whose connecting is
# one at a time, each could wait for the other; and clients that wait a minute for an answer must not wait for long tests. So
# those tests have a process of their own.
exec Scripts/with-postgres.sh /bin/bash -c '
    # What the tests leave behind shows in a directory of its own, which may hold what SwiftPM leaves there.
    export TMPDIR=$(mktemp -d)
    # Some tests run the program as another user, who has to get through.
    chmod 711 "$TMPDIR"
    trap "rm -rf \"$TMPDIR\"" EXIT
    status=0
    if [ $# -gt 0 ]; then
        swift test --skip-build "$@" || status=$?
    else
        swift test --skip-build --filter "MockServiceTests|HostileTests" || status=$?
        swift test --skip-build --skip "MockServiceTests|HostileTests" || status=$?
    fi
    # A directory of a test that is there again, made by a process that outlived the test, is said. What lies anywhere else was
    # left by the program itself, and fails.
    left=$(find "$TMPDIR" -mindepth 1 -maxdepth 1 ! -name "TemporaryDirectory.*" ! -name "*.lock" -printf "%f\n")
    if [ -n "$left" ]; then
        printf "test.sh: left behind in the temporary directory:\n" >&2
        find "$TMPDIR" -mindepth 1 ! -path "*/TemporaryDirectory.*" ! -name "*.lock" -printf "    %P  %s bytes, %t\n" >&2
        if [ "$status" -eq 0 ] && printf "%s\n" "$left" | grep -qv "^kleene-e2e-"; then status=1; fi
    fi
    exit "$status"' test.sh "$@"
