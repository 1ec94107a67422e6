"""One method of loading against one mock: runs that are killed, and what is checked after each."""

import collections
import json
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import time

from cases import (BEHIND_COMMIT, BOOKS, COPIES, FAULTS, METHODS, MOSTLY_NEW, ONE_CHUNK, ONLY_NEW_FILE, ONLY_NEW_TABLE, REFUSAL,
                   ROWS, points_of)
from mock import COLUMNS, TABLE, Mock
from model import Model, Violation, kept_reading, last_reading
from places import place
from victim import Run


class Torture:
    """One method against one mock."""

    def __init__(self, method, options, directory):
        self.method = method
        self.options = options
        self.draws = random.Random(f"{options.seed}/{method}")
        self.directory = pathlib.Path(directory)
        self.mock = Mock(options.mock, directory, ROWS, options.seed)
        self.settings = METHODS[method]
        self.is_incremental = "overlap" in self.settings
        self.model = Model(self.mock, self.settings["load_method"], self.is_incremental)
        self.place = place(options.destination, method, directory)
        # Of a table that is made again, a transaction that is older sees nothing.
        self.remakes = self.settings["load_method"] == "drop_create_load"
        self.state_directory = self.directory / "state"
        self.write_configuration()
        self.counts = collections.Counter()
        self.points = collections.Counter()
        self.phases = collections.Counter()
        self.faults = collections.Counter()
        # Of each run: its id, and the statements that were made in it.
        self.history = []
        self.statement = 0
        self.committed = set()
        self.seconds = 1.0
        self.before = self.place.look()
        pace = "changes=2..12 late=0.2 delay=600 bulk=0.1 bulk_rows=40" + (
            " null=0.05" if self.settings.get("null_keys") == "always" else "")
        self.mock.control(f"evolve start every=900 tables={TABLE} {pace}")

    def write_configuration(self):
        extract = {"name": getattr(self.place, "extract", "t"), "table": TABLE, "columns": COLUMNS, "destination_table": "d", "chunk_rows": 1000, **self.settings}
        if self.is_incremental:
            extract |= {"extract_type": "incremental", "incremental_key": "lastmodifieddate", "unique_columns": ["id"]}
        none = {k: {"env": "NONE"} for k in ("consumer_key", "consumer_secret", "token_id", "token_secret")}
        self.configuration = {
            "source": {"account_id": self.mock.ready["account"], "role_id": self.mock.ready["role"],
                       "auth": {"method": "tba", **none}, "connections": 1 if self.method in ONE_CHUNK else 2, "stall_timeout": 20,
                       "retry": {"attempts": 5, "first_delay": "0s", "longest_delay": "1s", "budget": 50}},
            "destination": self.place.configuration, "extracts": [extract]}
        self.configuration_path = self.directory / "kleene-ns.json"
        self.configuration_path.write_text(json.dumps(self.configuration, indent=1))

    @property
    def arguments(self):
        return [str(self.options.binary), "extract", "--config", str(self.configuration_path), "--mock", self.mock.address,
                "--state-dir", str(self.state_directory), "--log-level", "debug", "--log-format", "json", "--format", "json"]

    @property
    def way(self):
        return points_of(self.method, self.place.kind)

    # MARK: What is killed when

    def staged(self):
        """The run whose plan lies in staging, and how many of its chunks are whole; read without touching the file."""
        for path in [path for side in self.place.side(self.state_directory) for path in side.glob("staging-*.db")]:
            try:
                database = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
                header = json.loads(database.execute("SELECT header FROM book").fetchone()[0])
                whole = database.execute("SELECT count(*) FROM chunks WHERE read_order IS NOT NULL").fetchone()[0]
                database.close()
                return header["plan"]["run"]["id"], whole
            except (sqlite3.DatabaseError, TypeError, ValueError):
                return None
        return None

    def choose_point(self, staged):
        """One of those that were struck least often."""
        away = set() if staged and staged[1] > 0 else {"staging.resumed"}
        if self.method in MOSTLY_NEW and self.place.exists():
            away |= ONLY_NEW_FILE | ONLY_NEW_TABLE
        elif self.method == "first" and self.place.kind == "sqlite":
            away |= COPIES
        possible = [p for p in self.way if p not in away]
        least = min(self.points[p] for p in possible)
        if staged and staged[1] > 0 and self.points["staging.resumed"] <= least:
            # It is not so often possible.
            return "staging.resumed"
        point = self.draws.choice([p for p in possible if self.points[p] <= least + 1])
        if point in ("staging.batch", "staging.chunk") and self.method not in ONE_CHUNK:
            return f"{point}@{self.draws.randint(1, 9 if self.settings.get('overlap') != '15m' else 3)}"
        return point

    def stir(self):
        """Many changes with one date, so that the next narrow window has several chunks."""
        if self.settings.get("overlap") != "15m" or self.draws.random() < 0.3:
            return
        rows = self.draws.choice([2500, 4000, 4000, 9000])
        self.mock.control(f"evolve 1 bulk=1 bulk_rows={rows}")
        self.mock.control("evolve bulk=0.1 bulk_rows=40")
        # The window ends a lag behind the clock.
        self.mock.control(f"advance {self.draws.randint(30, 200)}")

    def strike(self):
        """Has the service go wrong in the next run, or not."""
        if self.draws.random() > 0.35:
            return None
        fault = self.draws.choice(FAULTS).format(rows=self.draws.choice([0, 0, 500, 1000]))
        self.mock.control("fault " + fault)
        return fault

    def tidy(self):
        """Empties a table that only grows, or takes the destination away, as a person might."""
        if self.draws.random() < (0.5 if self.method in MOSTLY_NEW else 0.06):
            return self.begin_anew()
        if self.method != "append-full" or len(self.model.rows) < 30_000:
            return
        self.place.empty()
        self.model.rows = {}
        self.before = self.place.look()

    def begin_anew(self):
        """Removes the destination, so that the next load is a first one; what is staged for it goes as well."""
        self.place.remove(self.draws)
        if self.draws.random() < 0.5 or self.staged():
            for side in self.place.side(self.state_directory):
                shutil.rmtree(side, ignore_errors=True)
        self.model.forget()
        self.history = []
        self.committed = set()
        self.before = self.place.look()
        self.counts["destinations removed"] += 1

    def step(self, wants_kill):
        self.tidy()
        staged = self.staged()
        if not staged:
            self.stir()
        if wants_kill and self.draws.random() < 0.03:
            # For ever, so that the coordinator stops the worker.
            self.mock.control("fault fetch stall times=1 matching=amount")
            return self.run(fault="fetch stall for ever")
        failpoint = kill = None
        if wants_kill and self.draws.random() < 0.6:
            failpoint = self.choose_point(staged)
        if failpoint in BOOKS:
            self.mock.control("fault " + REFUSAL)
            return self.run(failpoint, fault="statement refused")
        fault = self.strike()
        if wants_kill and not failpoint:
            kill = (self.draws.choice(["worker", "worker", "coordinator", "both", "SIGTERM"]), self.draws.uniform(0, 1.1) * self.seconds)
        self.run(failpoint, kill, fault)

    # MARK: One run

    def run(self, failpoint=None, kill=None, fault=None):
        watchers = self.place.watchers(self.draws)
        for watcher in watchers:
            watcher.start()
        run = Run(
            self.arguments + (["--stall-timeout", "1"] if fault == "fetch stall for ever" else []), failpoint,
            self.place.environment)
        self.latest = run
        self.description = f"failpoint={failpoint} kill={kill} fault={fault}"
        if kill:
            run.kill(*kill)
        code = run.wait()
        self.mock.control("clear")
        self.place.settle()
        for watcher in watchers:
            watcher.stop()
        statement = self.mock.quiet()
        staged = self.staged()
        entry = {"run": run.run_id, "after": self.statement, "to": statement}
        self.statement = statement
        if staged and not any(staged[0] in (e["run"], e.get("plan")) for e in self.history):
            # A coordinator that was killed may not have said which run it was.
            entry["plan"] = staged[0]
        self.history.append(entry)
        self.count(run, failpoint, kill, fault, code)
        self.check(run, failpoint, code, fault, watchers)
        if not run.was_killed and not failpoint and code == 0 and not fault:
            self.seconds = 0.8 * self.seconds + 0.2 * run.seconds

    def count(self, run, failpoint, kill, fault, code):
        self.counts["runs"] += 1
        if fault:
            self.faults[" ".join(fault.split()[:2] if "=" in fault else [fault])] += 1
        point = failpoint.partition("@")[0] if failpoint else None
        if point and self.died_with_the_lock():
            if not (code == 9 or code == 0 and point in BEHIND_COMMIT or code == -9 and point in BOOKS):
                raise Violation(f"the worker died at {point}, and the exit code is {code}")
            self.counts["kills"] += 1
            self.points[point] += 1
        elif point:
            self.counts["failpoints not reached"] += 1
        elif run.was_killed:
            self.counts["kills"] += 1
            self.phases[run.was_killed[::-1]] += 1
        elif kill:
            self.counts["kills too late"] += 1
        elif fault == "fetch stall for ever" and code == 9:
            self.counts["kills"] += 1
            self.phases[run.phase, "stopped as stalled"] += 1

    def died_with_the_lock(self):
        """Whether the last run was killed while it held the extract's lock: who gives it back empties its file."""
        sides = self.place.side(self.state_directory)
        return any(path.stat().st_size > 0 for side in sides for path in side.glob("lock-*"))

    def missed(self):
        """The points on the method's way that were struck less often than promised."""
        return [point for point in self.way if self.points[point] < self.options.least]

    def strange(self, watcher, after):
        """What it has seen that is neither the state before a run nor the one behind it."""
        known = [watcher.would_see(state) for state in (self.before, after)]
        return [s for s in watcher.seen if s not in known and not self.place.tolerates(s, self.before, self.remakes)]

    def check(self, run, failpoint, code, fault, watchers):
        after = self.place.look()
        for watcher in watchers:
            self.counts[watcher.counted] += len(watcher.seen)
            self.counts["looks"] += watcher.looks
            if strange := self.strange(watcher, after):
                raise Violation(f"{type(watcher).__name__} saw a state that no run has left: {strange}; before, after: {[self.before, after]}")
            if watcher.failures and not self.remakes and self.before[0] is not None:
                raise Violation(f"{type(watcher).__name__} failed: {watcher.failures[:3]}")
        record = self.new_record()
        if record:
            self.counts["loads"] += 1
            self.committed.add(record["runID"])
            self.model.commit(self.lineage(record))
            if record.get("resumedFrom"):
                self.counts["loads that went on"] += 1
            self.history = []
            self.counts["chunks of loads"] += record.get("chunks") or 1
            self.counts["loads of ten chunks"] += (record.get("chunks") or 1) >= 10
            self.most = max(getattr(self, "most", 0), record.get("chunks") or 1)
        elif after != self.before:
            raise Violation(f"the destination has changed and no run says it did: {self.before} → {after}")
        if after != self.before or self.counts["runs"] % 10 == 0:
            self.model.compare(self.place)
            self.counts["comparisons"] += 1
        self.judge(run, failpoint, code, fault, record)
        self.before = after

    def let_log_in(self):
        """Does as a person is told to, where the breaker is open."""
        said = subprocess.run(
            [str(self.options.binary), "auth", "reset", "--config", str(self.configuration_path), "--state-dir",
             str(self.state_directory)], env={**os.environ, **self.place.environment}, capture_output=True, text=True)
        if said.returncode != 0:
            raise Violation(f"auth reset ended with {said.returncode}: {said.stderr[-400:]}")

    def judge(self, run, failpoint, code, fault, record):
        """Whether the exit code tells the truth."""
        if run.was_killed and run.was_killed[0] in ("coordinator", "both"):
            return
        if run.was_killed and run.was_killed[0] == "SIGTERM" and code in (143, -15):
            # The signal came when the rows were in.
            self.counts["interrupted when done"] += record is not None
            if code == -15 and run.run_id:
                raise Violation("SIGTERM ended a run that had begun as if nobody had listened")
            return
        if code == 4:
            # Logins that were cut off count as refused, so the breaker opened, as it should.
            self.counts["breaker opened"] += 1
            self.let_log_in()
            if self.counts["breaker opened"] > 0.2 * self.counts["runs"] + 3:
                raise Violation("the login breaker opens more often than logins are cut off")
            return
        if (code == 0) != (record is not None):
            raise Violation(f"the exit code is {code}, and " + ("the run is" if record else "no run is") + " recorded as succeeded")
        if code == 0 or code == 9 and (run.was_killed or failpoint or fault == "fetch stall for ever"):
            return
        # The coordinator records what its worker could not, and dies at the same point.
        if code == -9 and failpoint in BOOKS:
            return
        # A worker that is killed before it could begin is the machine's fault, not the driver's.
        if code == 1 and run.was_killed and run.run_id is None:
            return
        raise Violation(f"a run that was not killed ended with {code}")

    def new_record(self):
        new = [record for run, record in self.place.records().items() if run not in self.committed]
        if len(new) > 1:
            raise Violation(f"one run has left {len(new)} records: {new}")
        return new[0] if new else None

    def lineage(self, record):
        """The statements of a run and of those whose chunks it went on with."""
        first = len(self.history) - 1
        if origin := record.get("resumedFrom"):
            indexes = [i for i, e in enumerate(self.history) if origin in (e["run"], e.get("plan"))]
            if not indexes:
                raise Violation(f"a run went on with {origin}, which nobody knows or whose rows are loaded already")
            first = indexes[0]
        origin, last = self.history[first], self.history[-1]
        statements = self.mock.statements(origin["after"], origin["to"])
        if origin is not last:
            statements = kept_reading(statements) + self.mock.statements(origin["to"], last["to"])
        return last_reading(statements, record)

    def converge(self, goes_on=True):
        """Stops all changes, has everything read, and compares with the source."""
        self.mock.control("evolve stop")
        # Beyond lag and delay: what was late is there, and dated before the window's end.
        self.mock.control("advance 1300")
        # The first may go on with an older window; one that the breaker kept from logging in reads nothing.
        read = 0
        while read < 2:
            opened = self.counts["breaker opened"]
            self.run()
            read += self.counts["breaker opened"] == opened
        self.model.converged(self.place)
        # What was staged, what was made of it, and their journals would be left here, beside locks and the memory of logins.
        left = [p.name for side in self.place.side(self.state_directory) for p in side.iterdir()
                if not p.name.startswith("lock") and p.name != "logins"]
        if left:
            raise Violation(f"a run that was done left {left}")
        self.counts["convergences"] += 1
        if goes_on:
            self.mock.control("evolve start every=900")

    def go(self):
        began = time.monotonic()
        self.run()
        # A point that is never reached is told in the end, not waited for.
        most = 10 * self.options.kills
        while (self.counts["kills"] < self.options.kills or self.missed() and self.counts["runs"] < most) and not self.is_over():
            kills = self.counts["kills"]
            self.step(self.draws.random() < 0.7)
            if self.counts["kills"] // 25 > kills // 25:
                self.converge()
        self.converge()
        self.counts["rows compared"] = self.model.compared
        self.counts["sessions at once"] = self.mock.control("counters")["sessions_most"]
        self.counts["seconds"] = round(time.monotonic() - began)
        return {"method": self.method, "counts": self.counts, "points": self.points, "faults": self.faults, "most": self.most,
                "phases": {" ".join(k): v for k, v in self.phases.items()}}

    def is_over(self):
        return self.options.seconds and time.monotonic() > self.options.deadline
