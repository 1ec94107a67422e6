"""timing.py [PROGRAM]: how long a person waits for help, and for the first sign of anything.

Help and answers that need no work: less than 30 ms of processor time; names that complete what somebody types: 50 ms. Anything else says something on a terminal within 100 ms, also
where the service says nothing. The best of several, because other work on the machine must not count. Of the released program: one that
is built for debugging takes some times as long.
"""

import os
import pathlib
import pty
import select
import signal
import socket
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HELP_MILLISECONDS = 30
COMPLETION_MILLISECONDS = 50
SIGN_MILLISECONDS = 100
# Seconds after which a command that shows nothing is taken for one that never will.
PATIENCE = 10

HELP = [["--help"], ["extract", "--help"], ["help", "exit-codes"], ["--version"], ["extarct"]]
# As the scripts of the shells ask.
COMPLETING = [
    ["---completion", "extract", "--", "positional@0", "2", "0", "kleene-ns", "extract", ""],
    ["---completion", "preview", "--", "positional@0", "2", "0", "kleene-ns", "preview", ""],
    ["---completion", "runs", "show", "--", "positional@0", "3", "0", "kleene-ns", "runs", "show", ""],
]
OFFLINE = [["status"], ["config", "check"], ["auth", "status", "--state-dir", "STATE"]]
ASKING = [
    ["tables"], ["columns", "customer"], ["preview", "customer"], ["keys", "customer"], ["doctor"], ["plan"], ["extract"], ["schemas"],
    ["verify"], ["backfill", "transactions", "--from", "2026-01-01", "--to", "2026-02-01"],
]
CONFIGURATION = """
{"source": {"account_id": "1234567_SB1", "role_id": 57, "auth": {"method": "tba",
  "consumer_key": {"env": "A"}, "consumer_secret": {"env": "B"}, "token_id": {"env": "C"}, "token_secret": {"env": "D"}}},
 "destination": {"type": "sqlite", "path": "d.db"},
 "extracts": [{"name": "transactions", "table": "transaction", "load_method": "upsert",
   "extract_type": "incremental", "incremental_key": "lastmodifieddate"}]}
"""


def help_time(command):
    """Milliseconds of processor time until it has ended."""
    best = float("inf")
    for _ in range(12):
        nowhere = [(os.POSIX_SPAWN_OPEN, stream, "/dev/null", os.O_WRONLY, 0) for stream in (1, 2)]
        usage = os.wait4(os.posix_spawn(command[0], command, os.environ, file_actions=nowhere), 0)[2]
        best = min(best, (usage.ru_utime + usage.ru_stime) * 1000)
    return best


def sign_time(command):
    """Milliseconds until a terminal shows something; of a command that ends without a word, or says none, as many as there are."""
    best = float("inf")
    for number in range(6):
        begin = time.monotonic()
        child, terminal = pty.fork()
        if child == 0:
            os.execv(command[0], [word.replace("STATE", f"state{number}") for word in command])
        has_spoken = False
        if select.select([terminal], [], [], PATIENCE)[0]:
            try:
                has_spoken = len(os.read(terminal, 1)) > 0
            except OSError:
                pass  # Linux's word for a terminal whose other side is closed.
        if has_spoken:
            best = min(best, (time.monotonic() - begin) * 1000)
        os.kill(child, signal.SIGKILL)
        os.close(terminal)
        os.waitpid(child, 0)
        if not has_spoken:
            return float("inf")
    return best


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve()) if len(sys.argv) > 1 else str(ROOT / ".build/release/kleene-ns")
    silent = socket.create_server(("127.0.0.1", 0))
    mock = ["--mock", f"127.0.0.1:{silent.getsockname()[1]}", "--state-dir", "STATE"]
    late = 0
    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)
        pathlib.Path("kleene-ns.json").write_text(CONFIGURATION)
        measured = [(words, help_time([program, *words]), HELP_MILLISECONDS) for words in HELP]
        measured += [(words, help_time([program, *words]), COMPLETION_MILLISECONDS) for words in COMPLETING]
        measured += [(words, sign_time([program, *words]), SIGN_MILLISECONDS) for words in OFFLINE]
        measured += [(words, sign_time([program, *words, *mock]), SIGN_MILLISECONDS) for words in ASKING]
        os.chdir("/")
    for words, milliseconds, limit in measured:
        if milliseconds >= limit:
            print(f"{' '.join(words)}: {milliseconds:.0f} ms, and {limit} ms are allowed")
            late += 1
    print(f"{len(measured) - late} of {len(measured)} commands are quick enough; the slowest help took "
          f"{max(m for _, m, limit in measured if limit == HELP_MILLISECONDS):.0f} ms, the slowest first sign "
          f"{max(m for _, m, limit in measured if limit == SIGN_MILLISECONDS):.0f} ms")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
