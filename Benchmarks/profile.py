"""Where the time goes in kleene-ns and in the floor, by library and by function: perf, over one extract each.

    Scripts/with-postgres.sh /usr/bin/python3 Benchmarks/profile.py [TABLE]       (default: transactionline_200000)

KLEENE_NS names a program with symbols, which `make release` leaves out: swift build -c release --scratch-path .build-symbols.
Prints milliseconds of processor, sampled, so that the two can be subtracted: what kleene-ns has and the floor has not is ours to save.
Valgrind does not follow kleene-ns into its worker, which is started as /proc/self/exe, and does not read its debug information.
"""

import collections
import os
import pathlib
import re
import subprocess
import sys

import contestants
import seed

HERTZ = 1999
LIBRARIES = {
    "kleene-ns": "the program itself", "floor-load": "the program itself", "exe": "the program itself", "libswiftCore.so": "Swift's runtime",
    "libsqlite3": "SQLite", "psqlodbc": "driver", "libpq": "libpq", "libodbc": "driver manager", "libc.so": "C library",
    "[kernel": "kernel"}


def sampled(name, command, table):
    """Milliseconds by library and by function."""
    path = str(contestants.BUILD / f"perf.{name}")
    subprocess.run(
        ["perf", "record", "-q", "-F", str(HERTZ), "-e", "cpu-clock", "-o", path, "--", *command],
        env=contestants.environment(table), stdout=subprocess.DEVNULL, check=True)
    said = subprocess.run(
        ["perf", "script", "-i", path, "-F", "ip,sym,dso"], capture_output=True, text=True, check=True).stdout
    libraries, functions = collections.Counter(), collections.Counter()
    for line in said.splitlines():
        match = re.fullmatch(r"\s*[0-9a-f]+ (.*) \((.*)\)", line)
        if not match:
            continue
        file = pathlib.Path(match[2]).name if not match[2].startswith("[") else match[2]
        library = next((known for part, known in LIBRARIES.items() if file.startswith(part)), file)
        symbol = re.sub(r"\+0x[0-9a-f]+$", "", match[1])
        libraries[library] += 1000 / HERTZ
        functions[(library, symbol if symbol != "[unknown]" else "(no symbol)")] += 1000 / HERTZ
    return libraries, functions


def main():
    table = sys.argv[1] if len(sys.argv) > 1 else "transactionline_200000"
    seed.seed([table])
    profiles = {}
    for name, command in [("kleene-ns", contestants.kleene_ns()), ("floor", contestants.floor("--first"))]:
        destination = str(contestants.BUILD / "profiled.db")
        for path in contestants.BUILD.glob("profiled.db*"):
            subprocess.run(["rm", "-rf", str(path)], check=True)
        profiles[name] = sampled(name, command(table, destination, "drop_create_load"), table)
        for path in contestants.BUILD.glob("profiled.db*"):
            subprocess.run(["rm", "-rf", str(path)], check=True)
    for title, which, shown in [("library", 0, 12), ("function", 1, 25)]:
        print(f"\n| {title} | kleene-ns ms | floor ms | more |\n|---|---:|---:|---:|")
        ours, theirs = profiles["kleene-ns"][which], profiles["floor"][which]
        for key, spent in ours.most_common(shown):
            label = key if isinstance(key, str) else f"{key[1][:90]} ({key[0]})"
            print(f"| {label} | {spent:.0f} | {theirs[key]:.0f} | {spent - theirs[key]:+.0f} |")


if __name__ == "__main__":
    if "KLEENE_PG_HOST" not in os.environ:
        raise SystemExit("profile.py: run it as Scripts/with-postgres.sh /usr/bin/python3 Benchmarks/profile.py")
    main()
