# demo-mock.sh: sourced by the demos, in the project's directory. Checks that the programs are built, starts the mock server, which ends
# with the script, and sets `address`. `show` prints a command and runs it.
build=${KLEENE_BUILD:-.build/release}
for program in kleene-ns kleene-ns-mock; do
    [ -x "$build/$program" ] || { echo "${0##*/}: $build/$program is not built; run 'make release' first." >&2; exit 1; }
done

show() {
    printf '\n$ %s\n' "$*"
    "$@"
}

start_mock() {
    # Ready when it has printed its line.
    coproc MOCK { exec "$build/kleene-ns-mock" serve --port 0 --scale 20000; }
    mock=$MOCK_PID
    if ! read -r -t 60 ready <&"${MOCK[0]}"; then
        echo "${0##*/}: the mock server did not get ready within a minute." >&2
        exit 1
    fi
    address=$(/usr/bin/python3 -c 'import json, sys; line = json.loads(sys.argv[1]); print(line["host"] + ":" + str(line["port"]))' "$ready")
    PATH=$build:$PATH
}

mock=
trap '[ -z "$mock" ] || { kill "$mock" 2>/dev/null; wait "$mock" 2>/dev/null || true; }; [ -z "${scratch:-}" ] || rm -rf "$scratch"' EXIT
