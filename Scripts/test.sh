#!/bin/bash
# test.sh [ARGUMENT…]: runs the Swift tests with a throw-away PostgreSQL beside them; arguments go to `swift test`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The recording driver is C and loaded by path through the driver manager, so SwiftPM does not know it.
export KLEENE_TEST_DRIVER=$PWD/.build/recording-driver/librecordingdriver.so
mkdir -p "$(dirname "$KLEENE_TEST_DRIVER")"
Tests/RecordingDriver/build.sh "$KLEENE_TEST_DRIVER"

# Tests that compute much are built optimized, beside the others.
KLEENE_TEST_BUILD=
if [ -n "${KLEENE_TEST_OPTIMIZED-}" ]; then
    KLEENE_TEST_BUILD="--scratch-path .build/optimized -c release -Xswiftc -enable-testing"
fi
export KLEENE_TEST_BUILD
# Built first, so that the server does not wait for the compiler.
# shellcheck disable=SC2086 # These are several words.
swift build --build-tests $KLEENE_TEST_BUILD
exec Scripts/with-postgres.sh Scripts/swift-tests.sh "$@"
