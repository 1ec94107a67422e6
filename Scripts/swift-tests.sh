#!/bin/bash
# swift-tests.sh [ARGUMENT…]: what test.sh runs beside its PostgreSQL: the tests that are built, then what they left behind.
#
# Tests that failed are named again at the end, each with what it said: the log of a whole run is long. All tests share two cores, so a
# test that leans on who is first can fail there and nowhere else. Up to three that fail are run again by themselves, three times; where
# they pass each time they are called unsteady, loudly, and the run passes. An unsteady test is a fault to be found: in the test, or in
# the program.
set -uo pipefail

logs=$(mktemp -d)
# What the tests leave behind shows in a directory of its own, which may hold what SwiftPM leaves there.
TMPDIR=$(mktemp -d)
export TMPDIR
# Some tests run the program as another user, who has to get through.
chmod 711 "$TMPDIR"
trap 'rm -rf "$TMPDIR" "$logs"' EXIT
status=0

# tests NAME ARGUMENT…: one process of tests, its output kept.
tests() {
    local name=$1
    shift
    # shellcheck disable=SC2086 # These are several words.
    swift test --skip-build ${KLEENE_TEST_BUILD-} "$@" 2>&1 | tee "$logs/$name"
}

# lane NAME ARGUMENT…: the same beside another, for which SwiftPM itself would wait. Lines stay whole, and without colours.
lane() {
    local name=$1 directory
    shift
    # shellcheck disable=SC2086 # These are several words.
    directory=$(swift build --show-bin-path ${KLEENE_TEST_BUILD-})
    {
        local status=0
        # What a shell, or `nohup`, has it ignore, a program under test would ignore too: SwiftPM starts it without.
        env --default-signal "$directory/kleene-nsPackageTests.xctest" --testing-library swift-testing "$@" || status=$?
        # As SwiftPM says it.
        [ "$status" -le 128 ] || printf 'error: %s: exited with unexpected signal code %s\n' "$name" $((status - 128))
        exit "$status"
    } 2>&1 | LC_ALL=C sed -u 's/\x1b\[[0-9;]*m//g' | tee "$logs/$name"
}

# A mock server in the same process needs threads that no other test blocks: through one driver manager, whose connecting is one at a
# time, each could wait for the other; and clients that wait a minute for an answer, or have a token that is good for minutes, must not
# wait for long tests. So those tests have a process of their own. The names are whole ones: LyingDriverTests, which block all threads
# until the driver manager is free, were once among them by the end of theirs, and all waited for each other until a minute was up.
MOCKS="\\.(MockServiceTests|HostileTests|DriverTests)/"
# What mostly waits, for a clock or for a screen, has a process of its own too: its spans are those of a person, and nothing else computes
# meanwhile. SwiftPM runs one process of tests at a time.
WAITING="\\.(FirstHourTests|SecondHourTests|CrontabTests|LoginPhaseProcessTests|ScreenTests|TokenWayTests)/"
if [ $# -gt 0 ]; then
    tests chosen "$@" || status=$?
else
    tests mock --filter "$MOCKS" || status=$?
    tests waiting --filter "$WAITING" || status=$?
    # A process runs as many tests at a time as there are processors, and most of these wait for a program or a server; so two run at
    # once, about as long.
    HALF="^EndToEndTests\\.[G-Z]"
    lane half --filter "$HALF" --skip "$MOCKS|$WAITING" &
    half=$!
    lane others --skip "$HALF|$MOCKS|$WAITING" || status=$?
    wait "$half" || status=$?
fi

if [ "$status" -ne 0 ]; then
    printf '== what failed\n'
    grep -hE '^✘|error:' "$logs"/* | cut -c1-2000
    # A crash or a build that fails names no test, and stays a failure.
    failed=$(grep -hoE '^✘ Test [A-Za-z0-9_]+\(.*\) recorded an issue' "$logs"/* | sed -E 's/^✘ Test ([A-Za-z0-9_]+).*/\1/' | sort -u)
    count=$(printf '%s' "$failed" | grep -c .)
    # Whatever else failed: a process that did not come to its end is no unsteady test.
    crashed=$(grep -LE '^(✔|✘) Test run with' "$logs"/* | grep -c .)
    if [ $# -eq 0 ] && [ "$count" -ge 1 ] && [ "$count" -le 3 ] && [ "$crashed" -eq 0 ]; then
        pattern="/($(printf '%s' "$failed" | paste -sd '|'))\\("
        steady=0
        for round in 1 2 3; do
            printf '== again by themselves, %s of 3: %s\n' "$round" "$(printf '%s' "$failed" | paste -sd ' ')"
            tests "again-$round" --filter "$pattern" && grep -q '^✔ Test run with' "$logs/again-$round" || steady=1
        done
        if [ "$steady" -eq 0 ]; then
            printf '== UNSTEADY: failed beside all others, passed three times by themselves: %s\n' \
                "$(printf '%s' "$failed" | paste -sd ' ')"
            status=0
        fi
    fi
fi

# A directory of a test that is there again, made by a process that outlived the test, is said. What lies anywhere else was left by the
# program itself, and fails.
left=$(find "$TMPDIR" -mindepth 1 -maxdepth 1 ! -name "TemporaryDirectory.*" ! -name "*.lock" -printf "%f\n")
if [ -n "$left" ]; then
    printf "test.sh: left behind in the temporary directory:\n" >&2
    find "$TMPDIR" -mindepth 1 ! -path "*/TemporaryDirectory.*" ! -name "*.lock" -printf "    %P  %s bytes, %t\n" >&2
    if [ "$status" -eq 0 ] && printf "%s\n" "$left" | grep -qv "^kleene-e2e-"; then status=1; fi
fi
exit "$status"
