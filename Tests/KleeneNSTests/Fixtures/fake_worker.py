"""A stand-in for the worker process. What it does with an extract is the first word of the extract's name.

Arguments: `--die` ends it before it reads; `--report FILE` writes down what /proc says of this process.
"""
import json
import os
import signal
import sys
import time


def say(event):
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def run(name, **members):
    say({"run": {"_0": {name: members}}})


def record(ordered, status, failure=None):
    extract = ordered["extract"]
    result = {
        "runID": ordered["run"]["id"], "extract": extract["name"], "sourceTable": extract["table"]["name"],
        "destinationTable": extract["destinationTable"], "extractType": "full", "loadMethod": extract["loadMethod"],
        "status": status, "startedAt": ordered["run"]["startedAt"], "seconds": 0.5, "rowsRead": 7, "bytesRead": 70,
        "restarts": 0, "notes": [], "version": "test",
    }
    if failure:
        result["failure"] = failure
    return result


def finish(ordered, status="succeeded", failure=None):
    run("finished", _0=record(ordered, status, failure))


def failure(kind, message):
    return {"kind": kind, "message": message, "advice": ""}


def password(order):
    return order["source"]["odbc"]["_0"]["password"]


def wait_for_stop():
    for line in sys.stdin:
        if line == "stop\n":
            return
    os._exit(70)


def perform(ordered, order):
    """Does one extract; false ends the worker's work."""
    what = ordered["extract"]["name"].split("-")[0]
    run("started", extract=ordered["extract"]["name"], run=ordered["run"])
    run("reading", extract=ordered["extract"]["name"], columns=2)
    run("progress", extract=ordered["extract"]["name"], rows=3, bytes=30)
    if what == "ok":
        finish(ordered)
    elif what == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
        signal.pause()
    elif what == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif what == "exit":
        os._exit(3)
    elif what == "stall":
        signal.pause()
    elif what == "garbage":
        sys.stdout.write("Connected to the server!\n")
        sys.stdout.flush()
        signal.pause()
    elif what == "half":
        sys.stdout.write('{"run":{"_0":{"finis')
        sys.stdout.flush()
        os._exit(0)
    elif what == "endless":
        while True:
            os.write(1, b"x" * 65536)
    elif what == "noise":
        for _ in range(2000):
            os.write(2, b"a driver that talks too much " * 100 + b"\n")
        os.write(2, b"y" * 5000000)
        finish(ordered)
    elif what == "load":
        run("loading", extract=ordered["extract"]["name"], rows=3)
        # The quantity under test: longer than the stall limit of the test.
        time.sleep(1.5)
        finish(ordered)
    elif what == "committed":
        run("loading", extract=ordered["extract"]["name"], rows=3)
        os.kill(os.getpid(), signal.SIGKILL)
    elif what == "refused":
        finish(ordered, "failed", failure("credentials", "The source refused the login."))
        return False
    elif what == "leak":
        secret = password(order)
        os.write(2, ("login with " + secret + "\n").encode())
        say({"note": {"_0": "UID=x;PWD={" + secret.replace("}", "}}") + "}"}})
        finish(ordered, "failed", failure("connection", "no route to " + secret))
    elif what == "polite":
        wait_for_stop()
        finish(ordered, "interrupted", failure("interrupted", "The run was interrupted."))
        return False
    elif what == "stubborn":
        signal.pause()
    else:
        finish(ordered, "failed", failure("statement", "There is no such table."))
    return True


def main():
    if "--die" in sys.argv:
        sys.exit(127)
    line = sys.stdin.readline()
    if "--report" in sys.argv:
        with open(sys.argv[sys.argv.index("--report") + 1], "w") as report:
            report.write(open("/proc/self/environ").read() + "\n" + open("/proc/self/cmdline").read() + "\n")
            targets = []
            for name in sorted(os.listdir("/proc/self/fd"), key=int):
                try:
                    targets.append(name + "=" + os.readlink("/proc/self/fd/" + name).split(":")[0])
                except OSError:
                    pass
            report.write(" ".join(targets) + "\n")
    order = json.loads(line)
    say({"ready": {}})
    task = order["task"]
    asked = task.get("question", {}).get("_0", {}).get("question", {})
    if "schemas" in asked:
        say({"answer": {"_0": {"schemas": {"_0": [{"schema": "public"}]}}}})
    elif "tables" in asked:
        say({"failed": {"_0": failure("connection", "no route to " + password(order))}})
    elif "columns" in asked:
        os.kill(os.getpid(), signal.SIGABRT)
    elif "extract" in task:
        for ordered in task["extract"]["_0"]:
            if not perform(ordered, order):
                break
    say({"done": {}})


main()
