#!/bin/sh
# run-every.sh SPAN [FLAG…]: runs all enabled extracts now and then every SPAN, which is written as sleep takes it (900, 15m, 6h). Flags
# go to `kleene-ns extract`. A run that fails has said why, and the next one comes all the same; the health check tells what is too old.
# SIGTERM stops a run within seconds; complete chunks are kept.
set -u
span=${1:?run-every.sh SPAN [FLAG…]}
shift
child=

stop() {
    trap '' TERM INT
    if [ -n "$child" ]; then
        kill -TERM "$child" 2>/dev/null
        wait "$child"
    fi
    exit 143
}
trap stop TERM INT

while :; do
    kleene-ns extract --quiet "$@" &
    child=$!
    wait "$child"
    sleep "$span" &
    child=$!
    wait "$child"
done
