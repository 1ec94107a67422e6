"""kleene-ns against floors and rivals, source to SQLite file. Run by `make bench`; see README.md.

    run.py [--quick] [--rounds N] [--rival-rounds N] [--case TEXT]… [--contestant TEXT]… [--lock FILE] [--skip-check]

Every contestant's values are compared with the source before anything is timed. Runs are interleaved: each round runs all
contestants once. Prints markdown, and writes it and all single runs to .build/bench/results.md and results.json.
"""

import argparse
import atexit
import contextlib
import fcntl
import json
import os
import pathlib
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time

import cases
import check
import contestants
import seed

HERE = pathlib.Path(__file__).resolve().parent
# One directory for each run of this program: two may wait for each other's lock.
WORK = contestants.BUILD / f"work.{os.getpid()}"


class Lock:
    """A file lock for machines that several people measure on: held for some runs in a row, never for longer than `seconds` plus
    one run."""

    def __init__(self, path, seconds=90):
        self.file = open(path, "a") if path else None
        self.seconds = seconds
        self.since = None

    @contextlib.contextmanager
    def held(self):
        if self.file and self.since and time.monotonic() - self.since > self.seconds:
            self.release()
            time.sleep(1)
        if self.file and not self.since:
            fcntl.flock(self.file, fcntl.LOCK_EX)
            self.since = time.monotonic()
        yield

    def release(self):
        if self.file and self.since:
            fcntl.flock(self.file, fcntl.LOCK_UN)
            self.since = None


def clear(destination):
    for path in WORK.glob(f"{pathlib.Path(destination).name}*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def measured(contestant, table, destination, method):
    command = [sys.executable, str(HERE / "measure.py"), *contestant.command(table, destination, method)]
    done = subprocess.run(command, env=contestants.environment(table), capture_output=True, text=True)
    if done.returncode:
        return {"code": done.returncode, "said": done.stderr}
    return json.loads(done.stdout)


def count(table, destination):
    try:
        return sqlite3.connect(destination).execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
    except sqlite3.Error as error:
        return str(error)


def check_values(chosen, tables):
    """What each contestant does to values: findings by contestant and table."""
    findings = {}
    for table in tables:
        for contestant in chosen:
            if not contestant.stores:
                continue
            destination = str(WORK / "checked.db")
            clear(destination)
            result = measured(contestant, table, destination, "drop_create_load")
            found = check.compare(table, destination) if result["code"] == 0 else [f"failed: {last_line(result['said'])}"]
            findings[(contestant.name, table)] = found
            print(f"  {table}, {contestant.name}: {'; '.join(found) or 'exact'}", flush=True)
            clear(destination)
    return findings


def last_line(text):
    return (text.strip().splitlines() or ["no message"])[-1][:200]


def prepared(contestant, case, lock):
    """A destination that holds the case's table already, made once and copied for each run; nil where none is needed."""
    if not case.is_loaded:
        return None
    path = WORK / f"prepared.{case.table}.{contestant.name.replace(' ', '-')}"
    if not path.exists():
        with lock.held():
            result = measured(contestant, case.table, str(path), "drop_create_load")
        if result["code"]:
            raise SystemExit(f"run.py: {contestant.name} could not prepare {case.name}: {result['said']}")
    return path


def run_case(case, chosen, rounds, rival_rounds, lock):
    """All runs of a case by contestant."""
    taking_part = [one for one in chosen if (one.loads if case.is_loaded else one.makes)]
    runs = {one.name: [] for one in taking_part}
    for turn in range(max(rounds, rival_rounds)):
        # Each round begins with another, so that nobody always follows the same neighbour.
        for one in taking_part[turn % len(taking_part):] + taking_part[:turn % len(taking_part)]:
            if turn >= (rival_rounds if one.is_rival else rounds):
                continue
            destination = str(WORK / "measured.db")
            clear(destination)
            template = prepared(one, case, lock)
            if template:
                shutil.copyfile(template, destination)
            with lock.held():
                os.sync()
                result = measured(one, case.table, destination, case.method)
            if result["code"] == 0 and one.stores:
                arrived = count(case.table, destination)
                wanted = case.rows * (2 if case.method == "append" and case.is_loaded else 1)
                if arrived != wanted:
                    result["said"] = f"{arrived} rows where {wanted} were expected"
                    result["wrong"] = True
            print(
                f"  {case.name}, {one.name}: "
                + (f"{result['wall']:.3f} s, {result['user'] + result['system']:.3f} s of processor"
                   if result["code"] == 0 else f"failed: {last_line(result['said'])}")
                + (f" ({result['said']})" if result.get("wrong") else ""), flush=True)
            runs[one.name].append(result)
            clear(destination)
    return runs


def start_up(chosen, rounds, lock):
    """The program by itself: `kleene-ns --version`."""
    one = contestants.Contestant("kleene-ns --version", lambda *_: [contestants.KLEENE_NS, "--version"], "", stores=False)
    runs = []
    for _ in range(rounds * 3):
        with lock.held():
            runs.append(measured(one, "transactionline_1", "", ""))
    return runs


def middle(runs, value):
    return statistics.median(value(run) for run in runs)


def table_of(case, runs, findings, yardsticks):
    """A markdown table of a case; ratios are to the floor that does what kleene-ns does."""
    lines = [
        f"### {case.name}", "",
        "| contestant | wall s | spread | of floor | CPU s | of floor | rows/s | peak MiB, largest process | all processes | values |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---|"]
    fine = {name: [run for run in results if run["code"] == 0] for name, results in runs.items()}
    floor = next((fine[name] for name in yardsticks if fine.get(name)), None)
    cpu = lambda run: run["user"] + run["system"]
    shape = next((shown for shape, shown in cases.CHECKED.items() if case.table.startswith(shape + "_")), None)
    for name, results in fine.items():
        if not results:
            lines.append(f"| {name} | failed: {last_line(runs[name][-1]['said']) if runs[name] else 'not run'} ||||||||")
            continue
        wall, used = middle(results, lambda run: run["wall"]), middle(results, cpu)
        ratio = lambda value, other: f"{value / middle(floor, other):.2f}×" if floor else ""
        found = findings.get((name, shape))
        values = "" if found is None else "; ".join(found) if found else "exact"
        wrong = next((run["said"] for run in results if run.get("wrong")), None)
        spread = f"{min(run['wall'] for run in results):.2f}–{max(run['wall'] for run in results):.2f}"
        lines.append(
            f"| {name} | {wall:.2f} | {spread} | {ratio(wall, lambda run: run['wall'])} | {used:.2f} | {ratio(used, cpu)} | "
            f"{case.rows / wall:,.0f} | {middle(results, lambda run: run['peak_max']) / 2**20:.0f} | "
            f"{middle(results, lambda run: run['peak_sum']) / 2**20:.0f} | {wrong or values} |")
    return lines + [""]


def machine():
    def said(*command):
        return subprocess.run(command, capture_output=True, text=True).stdout.strip().split("\n")[0]
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    return (f"{model}, {os.cpu_count()} cores, {platform.release()}; SQLite {said('sqlite3', '--version').split()[0]}, "
            f"{said('isql', '--version')}, {seed.psql('SHOW server_version').strip()} (PostgreSQL), "
            f"{said(contestants.KLEENE_NS, '--version')}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="small tables, two rounds")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--rival-rounds", type=int, help="rounds of those that are not kleene-ns or a floor (default: as many)")
    parser.add_argument("--case", action="append", help="only cases whose name contains this")
    parser.add_argument("--contestant", action="append", help="only contestants whose name contains this")
    parser.add_argument("--lock", default=os.environ.get("KLEENE_BENCH_LOCK"), help="a file to lock while measuring")
    parser.add_argument("--skip-check", action="store_true", help="do not compare values")
    parser.add_argument("--output", default=str(contestants.BUILD / "results"), help="where results go, without the suffix")
    given = parser.parse_args()
    rounds = given.rounds or (2 if given.quick else 5)
    rival_rounds = rounds if given.rival_rounds is None else given.rival_rounds

    chosen, notes = contestants.everyone()
    matches = lambda name, wanted: not wanted or any(text in name for text in wanted)
    chosen = [one for one in chosen if matches(one.name, given.contestant)]
    todo = [case for case in (cases.quick() if given.quick else cases.full()) if matches(case.name, given.case)]
    WORK.mkdir(parents=True)
    atexit.register(shutil.rmtree, WORK, ignore_errors=True)
    lock = Lock(given.lock)

    shapes = {shown for case in todo for shape, shown in cases.CHECKED.items() if case.table.startswith(shape + "_")}
    print("Seeding", flush=True)
    with lock.held():
        seed.seed(sorted({case.table for case in todo} | shapes))
    findings = {}
    if not given.skip_check:
        print("Comparing values", flush=True)
        with lock.held():
            findings = check_values(chosen, sorted(shapes))
    print("Measuring", flush=True)
    results, lines = {}, ["## Results", "", machine(), ""]
    lines += [f"- {one.name}: {one.settings}" for one in chosen] + [f"- {note}" for note in notes]
    lines += [f"- Everyone's connection: {'; '.join(f'{key}={value}' for key, value in contestants.PRESETS.items())}", ""]

    def save():
        pathlib.Path(f"{given.output}.md").write_text("\n".join(lines))
        pathlib.Path(f"{given.output}.json").write_text(json.dumps({
            "machine": machine(), "notes": notes, "rounds": rounds, "runs": results,
            "findings": {f"{name} | {table}": found for (name, table), found in findings.items()}}, indent=1))

    for case in todo:
        runs = run_case(case, chosen, rounds, rival_rounds, lock)
        results[case.name] = runs
        lines += table_of(case, runs, findings, [one.name for one in chosen if one.is_yardstick])
        # What is measured is kept, whatever becomes of the rest.
        save()
    if matches("kleene-ns --version", given.contestant) and matches("start-up", given.case):
        runs = start_up(chosen, rounds, lock)
        results["kleene-ns --version"] = runs
        lines += [f"`kleene-ns --version`: {middle(runs, lambda run: run['wall']) * 1000:.0f} ms, "
                  f"{middle(runs, lambda run: run['peak_max']) / 2**20:.0f} MiB", ""]
    lock.release()
    save()
    print("\n".join(lines))
    ours = [run for case in results.values() if isinstance(case, dict) for name in case if name == "kleene-ns" or name.startswith("floor")
            for run in case[name]]
    # Rivals may lose values or fail; kleene-ns and its yardstick may not.
    return any(run["code"] or run.get("wrong") for run in ours) or any(
        found for (name, _), found in findings.items() if name == "kleene-ns" or name.startswith("floor"))


if __name__ == "__main__":
    sys.exit(main())
