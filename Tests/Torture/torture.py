#!/usr/bin/python3
"""Kills kleene-ns at every step of chunked and incremental extracts, while the source changes, and checks that nothing is lost,
doubled or changed.

    torture.py [--destination D] [--method M] [--kills N] [--seed S] [--jobs J] [--least L] [--binary FILE] [--mock FILE] [--keep DIRECTORY]

Each method runs against a mock server of its own whose data evolve. Runs are killed at named failpoints and at random times (worker,
coordinator, both), and suffer faults of the service. After each run that loaded, the destination is compared row by row with what a
model computes from the mock's log; a reader that polls meanwhile may have seen nothing but the states before and after. Now and then
the changes stop, and the destination must be what the source holds.

Ends with a table of the kills, and with 1 at the first violation: its seed and its files are then printed and kept. The order of
the kills and the data follow from the seed; what the machine does in between does not.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time
import traceback

from assault import Torture
from cases import METHODS, ONE_CHUNK, PHASES, POINTS, points_of
from model import Violation

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("KLEENE_BUILD", ROOT / ".build/release"))


def torture(method, options):
    """One method to its end; its figures, or exit with the violation."""
    directory = tempfile.mkdtemp(prefix=f"kleene-torture-{method}.", dir=options.keep)
    run = None
    try:
        run = Torture(method, options, directory)
        result = run.go()
    except Exception as error:  # noqa: BLE001: a fault of the test itself too is told with what makes it happen again
        if not isinstance(error, (Violation, RuntimeError)):
            traceback.print_exc()
        print(f"{'VIOLATION' if isinstance(error, Violation) else 'FAILED'} ({method}): {error}")
        if run:
            print(f"  in run {run.counts['runs'] + 1}, after {run.counts['kills']} kills: {getattr(run, 'description', '')}")
            print("  history: " + json.dumps(run.history[-6:]))
            for line in getattr(getattr(run, "latest", None), "lines", [])[-12:]:
                print("  | " + line[:400])
            run.mock.stop()
        print(f"  files: {directory}")
        print(f"  again: {sys.argv[0]} --destination {options.destination} --method {method} --kills {options.kills} --seed {options.seed}")
        return None
    run.mock.stop()
    run.place.close()
    shutil.rmtree(directory)
    return result


# MARK: - Summary


def show(results, options, seconds):
    """The table of kills."""
    sums = {name: collections.Counter() for name in ("counts", "points", "phases", "faults")}
    for result in results:
        for name, counter in sums.items():
            counter.update(result[name])
    print(f"\n{'METHOD':<18}{'RUNS':>7}{'KILLS':>7}{'LOADS':>7}{'RESUMED':>9}{'CHUNKS':>8}{'OF TEN':>8}{'READERS':>9}{'STATES':>8}"
          f"{'SECONDS':>9}")
    for result in sorted(results, key=lambda r: r["method"]):
        c = result["counts"]
        print(f"{result['method']:<18}{c['runs']:>7}{c['kills']:>7}{c['loads']:>7}{c['loads that went on']:>9}{result['most']:>8}"
              f"{c['loads of ten chunks']:>8}{c['sessions at once']:>9}{c['states polled']:>8}{c['seconds']:>9}")
    print("\nkills at failpoints: of all methods, and of the one with the fewest among those on whose way it lies")
    for point in POINTS:
        passing = [r["points"][point] for r in results if point in points_of(r["method"], options.destination)]
        print(f"  {point:<24}{sums['points'][point]:>6}{min(passing, default=0):>6}")
    print("kills at random times, by phase and victim")
    for phase in [*PHASES, "done"]:
        found = {k.split(" ", 1)[1]: v for k, v in sums["phases"].items() if k.split(" ")[0] == phase}
        print(f"  {phase:<24}{sum(found.values()):>6}  {', '.join(f'{k} {v}' for k, v in sorted(found.items()))}")
    print("faults of the service")
    for fault, count in sorted(sums["faults"].items()):
        print(f"  {fault:<24}{count:>6}")
    c = sums["counts"]
    print(f"\n{c['kills']} kills in {c['runs']} runs, {c['loads']} loads of {c['chunks of loads']} chunks ({c['loads that went on']} went on "
          f"with staged chunks); checked: {c['comparisons']} comparisons of {c['rows compared']} rows with the model, "
          f"{c['states polled']} states seen by readers and {c['dumps']} by pg_dump in {c['looks']} looks, {c['convergences']} convergences with the source. "
          f"Too late: {c['kills too late']}; failpoints not on the way: {c['failpoints not reached']}; breaker opened: "
          f"{c['breaker opened']}; interrupted when all was done: {c['interrupted when done']}. Seed {options.seed}, {seconds:.0f} s.")


def shortcomings(results, options):
    """What of the promise was not kept, where it is asked for: each point of each method so often, kills in each phase,
    loads of ten chunks by two readers for each load method."""
    if not options.least:
        return []
    found = []
    for result in results:
        found += [f"{result['method']} was killed at {point} only {result['points'][point]} times"
                  for point in points_of(result["method"], options.destination) if result["points"][point] < options.least]
    struck = {key.split(" ")[0] for result in results for key in result["phases"]}
    found += [f"no kill at a random time met the phase {phase}" for phase in PHASES if phase not in struck]
    for load_method in {METHODS[r["method"]]["load_method"] for r in results}:
        counts = [r["counts"] for r in results if METHODS[r["method"]]["load_method"] == load_method and r["method"] not in ONE_CHUNK]
        if counts and not any(c["loads of ten chunks"] >= options.least and c["sessions at once"] >= 2 for c in counts):
            found.append(f"{load_method} has not been loaded {options.least} times from ten chunks by two readers")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--method", choices=list(METHODS), action="append", help="one or several; all without it")
    parser.add_argument("--destination", choices=["sqlite", "postgresql"], default="sqlite",
                        help="postgresql needs with-postgres.sh around it")
    parser.add_argument("--kills", type=int, default=20, help="kills of each method")
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000)
    parser.add_argument("--jobs", type=int, default=2, help="methods at a time")
    parser.add_argument("--least", type=int, default=0, help="goes on until each method was killed so often at each failpoint on its way")
    parser.add_argument("--seconds", type=float, help="stops in time, with fewer kills")
    parser.add_argument("--binary", type=pathlib.Path, default=BUILD / "kleene-ns")
    parser.add_argument("--mock", type=pathlib.Path, default=BUILD / "kleene-ns-mock")
    parser.add_argument("--keep", help="where the files lie; they are removed if all is well")
    options = parser.parse_args()
    methods = options.method or list(METHODS)
    began = time.monotonic()
    print(f"seed {options.seed}: {options.kills} kills of each of {', '.join(methods)}", flush=True)
    results, failed = [], False
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        waiting = {pool.submit(one, method, options, len(methods)) for method in methods}
        for done in concurrent.futures.as_completed(waiting):
            if done.cancelled():
                continue
            result = done.result()
            if result:
                results.append(result)
                print(f"{result['method']}: {result['counts']['kills']} kills, {result['counts']['seconds']} s", flush=True)
            else:
                failed = True
                for other in waiting:
                    other.cancel()
    if results:
        show(results, options, time.monotonic() - began)
        missed = [] if failed else shortcomings(results, options)
        for sentence in missed:
            print(f"FAILED: {sentence}")
        failed = failed or bool(missed)
    return 1 if failed else 0


def one(method, options, methods):
    if options.seconds:
        options.deadline = time.monotonic() + options.seconds * min(options.jobs, methods) / methods
    return torture(method, options)


if __name__ == "__main__":
    sys.exit(main())
