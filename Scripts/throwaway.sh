# What with-postgres.sh and with-mariadb.sh share: a server that lives as long as one command. Sourced, never run.
#
# The server and its directory are removed by a keeper, a process of its own session that waits for this script to end. So they
# go whatever ends the script: the command's end, Ctrl-C, a terminated CI step, even SIGKILL. The keeper learns of the end by
# descriptor 9 being closed, which is why every process started here is given `9>&-`.

# Characters that break careless quoting: in connection strings, in URLs, in shells, in anything that takes text for Latin-1.
THROWAWAY_PASSWORD='p;w}d=+ %41{é'

complain() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

# A port that nobody listens on now. Somebody may take it before the server does, so the caller tries again with another.
free_port() {
    /usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Runs a command as the unprivileged user of $THROWAWAY_USER when we are root, else as ourselves.
unprivileged() {
    if [ "$(id -u)" -eq 0 ]; then
        (cd "$THROWAWAY_DIR" && exec runuser -u "$THROWAWAY_USER" -- "$@") 9>&-
    else
        (cd "$THROWAWAY_DIR" && exec "$@") 9>&-
    fi
}

# make_directory NAME USER: a directory under /tmp, because the path of a Unix socket may hold 107 bytes and TMPDIR may be long.
make_directory() {
    THROWAWAY_USER=$2
    if [ "$(id -u)" -eq 0 ] && ! id "$THROWAWAY_USER" >/dev/null 2>&1; then
        complain "the server must not run as root and there is no user '$THROWAWAY_USER'; run 'make test-deps' first."
        exit 1
    fi
    THROWAWAY_DIR=$(mktemp -d "/tmp/kleene-$1.XXXXXX")
    THROWAWAY_PIDFILE=$THROWAWAY_DIR/server.pid
    exec 9> >(exec setsid /bin/bash -c "$KEEPER" keeper "$THROWAWAY_DIR" "$THROWAWAY_PIDFILE" "$3" >/dev/null 2>&1)
    KEEPER_PID=$!
    trap close_down EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    trap 'exit 129' HUP
    if [ "$(id -u)" -eq 0 ]; then chown "$THROWAWAY_USER" "$THROWAWAY_DIR"; fi
}

# Waits for our end, stops the server by its process id (first word of the file) with the signal in $3, removes the directory.
KEEPER='
trap "" INT TERM HUP
read -r _
if read -r pid <"$2" && kill -"$3" "$pid"; then
    for _ in $(seq 300); do kill -0 "$pid" || break; sleep 0.1; done
    kill -KILL "$pid"
fi
rm -rf "$1"
'

close_down() {
    local status=$?
    trap '' INT TERM HUP
    exec 9>&-
    # Not `wait`: the keeper changes its session and is no job of this shell in every version of bash.
    for _ in $(seq 800); do
        kill -0 "$KEEPER_PID" 2>/dev/null || break
        sleep 0.05
    done
    [ ! -e "$THROWAWAY_DIR" ] || complain "the server of $THROWAWAY_DIR could not be stopped within 40 seconds."
    exit "$status"
}

# Runs the command in this process group with our standard input, hands signals on, and ends with the command's exit code.
# It runs in the background because bash handles a signal only between foreground commands; `env` undoes that bash starts
# background commands with SIGINT and SIGQUIT ignored.
run_command() {
    local status=0 signal=''
    env --default-signal=INT,QUIT "$@" 9>&- <&0 &
    local child=$!
    trap 'signal=INT' INT
    trap 'signal=TERM' TERM
    trap 'signal=HUP' HUP
    while true; do
        wait "$child" && status=0 || status=$?
        [ -z "$signal" ] && break
        # From a terminal the command had SIGINT already; asking it twice does no harm.
        kill -"$signal" "$child" 2>/dev/null || break
        signal=''
    done
    exit "$status"
}
