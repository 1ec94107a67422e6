#!/usr/bin/python3
"""Does the year find what it is there for? Some nights with one of the features off each must go wrong, in the rows that only that
feature keeps right; a row that is removed by hand must end a year; and with everything on the same nights are right.

    selftest.py [--nights N] [--seed S] [--destination sqlite|postgresql]

Ends with 1 where a year is right that should not be, or the other way round.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import time

from model import History

HERE = pathlib.Path(__file__).resolve().parent
# What must go wrong where a feature is off, and what cannot: the table, and how the copy's rows are wrong.
WRONG = {
    # A line whose header alone moved keeps its place, and one that went stays.
    "follows": ("transactionLine extra", "transaction "),
    # A header that was deleted with a trace stays, and what hangs on it.
    "deletedrecord": ("transaction extra", "Customer"),
    # Customers leave no trace at all.
    "sweep": ("Customer extra", "transaction"),
}


def live(*arguments):
    return subprocess.run(
        [sys.executable, "-B", str(HERE / "year.py"), *arguments], capture_output=True, text=True)


def explained(done):
    """The rows that were wrong, by kind."""
    found = re.search(r"wrong rows explained: (\{.*?\})\.", done.stdout)
    return json.loads(found[1]) if found else {}


def unseen_moves():
    """A line that went stays where the line whose date moved went too before a run looked; where a run has seen that one, it does not."""
    def log(*changes):
        return [(number + 1, table, operation, json.dumps(identity), key, None)
                for number, (table, operation, identity, key) in enumerate(changes)]

    line = "transactionLine"
    changes = log(("transaction", "initial", [1], "a"), (line, "initial", [1, 1], "a"), (line, "initial", [1, 2], "a"),
                  (line, "delete", [1, 1], None), (line, "update", [1, 2], "b"), (line, "delete", [1, 2], None))
    faults = []
    for looks, excused in [([3, 6], True), ([3, 4, 6], True), ([3, 5, 6], False)]:
        found = History(changes, looks).excuse(line, (1, 1), 0)
        if bool(found) != excused:
            faults.append(f"a line that went before looks at {looks} is excused by {found}")
    if History(changes[:5], [3, 5]).excuse(line, (1, 1), 0):
        faults.append("a line that went is excused although another one has moved, and is there")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--nights", type=int, default=9)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--destination", choices=["sqlite", "postgresql"], default="sqlite")
    options = parser.parse_args()
    began = time.monotonic()
    common = ["--seed", str(options.seed), "--scale", "300", "--destination", options.destination]
    nights = ["--nights", str(options.nights)]
    faults = unseen_moves()
    right = live(*common, *nights)
    if right.returncode or "without" in json.dumps(explained(right)).replace("without a", ""):
        faults.append(f"with everything on: {right.stdout[-600:]}{right.stderr[-600:]}")
    for feature, (wrong, innocent) in WRONG.items():
        done = live(*common, *nights, "--without", feature)
        blamed = [kind for kind in explained(done) if kind.endswith(f"without {feature}")]
        print(f"without {feature}: {', '.join(blamed) or 'nothing'}")
        if done.returncode:
            faults.append(f"without {feature}: {done.stdout[-600:]}{done.stderr[-600:]}")
        elif not any(kind.startswith(wrong) for kind in blamed):
            faults.append(f"without {feature} no {wrong} row was found: {blamed}")
        elif any(kind.startswith(innocent) for kind in blamed):
            faults.append(f"without {feature} rows of others went wrong: {blamed}")
    damaged = live(*common, "--nights", "2", "--damage", "2")
    if damaged.returncode != 1 or "VIOLATION in night 2: item" not in damaged.stdout:
        faults.append(f"a row that was removed by hand: {damaged.stdout[-600:]}{damaged.stderr[-600:]}")
    broken = live(*common, "--nights", "1", "--binary", "/no/such/program")
    if broken.returncode != 1 or "FAILED in night 1" not in broken.stdout or "again: " not in broken.stdout:
        faults.append(f"a fault of the year itself: {broken.stdout[-600:]}{broken.stderr[-600:]}")
    for fault in faults:
        print("FAILED: " + fault)
    print(f"{len(WRONG) + 3} years of {options.nights} nights at most, {time.monotonic() - began:.0f} s: "
          + (f"{len(faults)} were not as they should be" if faults else "each was as it should be"))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
