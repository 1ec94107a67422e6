"""Shells, as a person uses them: a line is typed, the Tab key is pressed, and what stands on the line then is told."""

import os
import pathlib
import pty
import select
import signal
import time

PATIENCE = 20

BASH = """
PS1='ready>'
source {share}/bash-completion/completions/kleene-ns
source {share}/bash-completion/completions/kleene-ns-mock
tell() {{ printf '%s' "$READLINE_LINE" >"{told}.part"; mv "{told}.part" "{told}"; }}
bind -x '"\\C-x": tell'
bind 'set completion-query-items 0'
bind 'set show-all-if-ambiguous on'
"""
ZSH = """
PS1='ready>'
fpath=({zsh} $fpath)
autoload -Uz compinit && compinit -u -D
tell() {{ printf '%s' "$BUFFER" >"{told}.part"; mv "{told}.part" "{told}" }}
zle -N tell
bindkey '^X' tell
"""


FISH = """
function fish_prompt; printf 'ready>'; end
function fish_greeting; end
set -g fish_autosuggestion_enabled 0
set -p fish_complete_path {share}/fish/vendor_completions.d
function tell; commandline >"{told}.part"; mv "{told}.part" "{told}"; end
bind \\cx tell
"""


def typed(shell, text, home, share, zsh, path):
    """The line after Tab; `share` is where completions are installed."""
    # Where a word can be an option or an argument, zsh first shows what there is, and completes it when asked again.
    line = pressed(shell, text, home, share, zsh, path, 1)
    return pressed(shell, text, home, share, zsh, path, 2) if shell == "zsh" and line == text else line


def pressed(shell, text, home, share, zsh, path, times):
    told = pathlib.Path(home) / "told"
    told.unlink(missing_ok=True)
    environment = {"HOME": home, "PATH": path, "TERM": "dumb", "LANG": "C.UTF-8"}
    start = pathlib.Path(home) / "start"
    start.write_text({"bash": BASH, "zsh": ZSH, "fish": FISH}[shell].format(share=share, zsh=zsh, told=told))
    command = {"bash": ["bash", "--noprofile", "--rcfile", str(start), "-i"], "zsh": ["zsh", "-f", "-i"],
               "fish": ["fish", "--no-config", "-i", "-C", f"source {start}"]}[shell]
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(home)
        os.execvpe(command[0], command, environment)
    seen = b""

    def read_until(condition):
        nonlocal seen
        end = time.monotonic() + PATIENCE
        while not condition() and time.monotonic() < end:
            if select.select([terminal], [], [], 0.05)[0]:
                try:
                    seen += os.read(terminal, 10000)
                except OSError:
                    break
        return condition()

    try:
        if shell == "zsh":
            os.write(terminal, f"source {start}\n".encode())
        if not read_until(lambda: b"ready>" in seen.replace(b"PS1='ready>'", b"")):
            return f"no prompt: {seen!r}"
        os.write(terminal, text.encode() + b"\t" * times + b"\x18")
        if not read_until(told.exists):
            return f"no answer: {seen!r}"
        return told.read_text().rstrip(" \n")
    finally:
        os.kill(child, signal.SIGKILL)
        os.close(terminal)
        os.waitpid(child, 0)
