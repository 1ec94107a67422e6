"""One run of the program, and how it is killed."""

import json
import os
import pathlib
import random
import signal
import subprocess
import threading
import time

# What the program says, and the phase that begins with it.
PHASES = {"extract started": "login", "connected": "planning", "reading begins": "opening", "reading": "reading",
          "loading": "loading", "extract done": "done"}


def children(pid):
    """Children of all threads of a process."""
    found = []
    try:
        for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
            found += [int(c) for c in (task / "children").read_text().split()]
    except OSError:
        pass
    return found


def is_alive(pid):
    """Whether the process still runs; a zombie that nobody has fetched does not."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


class Run:
    """The program as a process, with what it says."""

    def __init__(self, arguments, failpoint=None, more=None):
        environment = {**os.environ, **(more or {})}
        environment.pop("KLEENE_NS_FAILPOINT", None)
        if failpoint:
            environment["KLEENE_NS_FAILPOINT"] = failpoint
        self.phase = "start"
        self.run_id = None
        self.lines = []
        self.was_killed = None
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace", env=environment)
        self.listener = threading.Thread(target=self.listen, daemon=True)
        self.listener.start()

    def listen(self):
        for line in self.process.stderr:
            self.lines.append(line.rstrip("\n"))
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if entry.get("message") == "extract started":
                self.run_id = entry.get("run")
            self.phase = PHASES.get(entry.get("message"), self.phase)

    def kill(self, whom, delay):
        """SIGKILL after so many seconds, to worker, coordinator or both, or SIGTERM as a person's; False where the run was over
        before."""
        try:
            self.process.wait(delay)
            return False
        except subprocess.TimeoutExpired:
            pass
        workers = children(self.process.pid)
        if whom == "worker":
            victims = workers
        elif whom in ("coordinator", "SIGTERM"):
            victims = [self.process.pid]
        else:
            victims = [self.process.pid, *workers]
            random.shuffle(victims)
        phase = self.phase
        struck = False
        for pid in victims:
            try:
                os.kill(pid, signal.SIGTERM if whom == "SIGTERM" else signal.SIGKILL)
                struck = True
            except ProcessLookupError:
                pass
        if struck:
            self.was_killed = (whom, phase)
        self.workers = workers
        return struck

    def wait(self, limit=60):
        """The exit code, once the program and its worker are gone."""
        known = set()
        end = time.monotonic() + limit
        while True:
            known.update(children(self.process.pid))
            try:
                code = self.process.wait(0.02)
                break
            except subprocess.TimeoutExpired:
                if time.monotonic() > end:
                    self.process.kill()
                    raise RuntimeError(f"the program did not end within {limit} s: " + "\n".join(self.lines[-5:])) from None
        known.update(getattr(self, "workers", []))
        end = time.monotonic() + 10
        while any(is_alive(pid) for pid in known):
            if time.monotonic() > end:
                raise RuntimeError("the worker outlives its coordinator by ten seconds")
            time.sleep(0.001)
        self.listener.join(5)
        self.seconds = time.monotonic() - self.began
        return code
