"""What may differ between source and copy after a night, from the mock's log alone.

Rules of NetSuite and of the tiers, written down a second time:

* A header, a line or a customer that was changed or made has a date of change in some window: the copy has it as it is.
* A header that was deleted and left a row in `deletedrecord` is gone from the copy, and so is all that hangs on it. Without that row it
  stays, with what hangs on it.
* A line that was deleted stays until its header's date, or that of another line of it, moves. What moved and was deleted itself before a
  run looked moved nothing.
* A customer stays until the next sweep.
"""

import bisect
import collections
import json

from company import EXTRACTS, KEYS


class Violation(Exception):
    """A promise that was broken."""


class Model:
    def __init__(self, company):
        self.company = company
        self.compared = self.wrong = self.unexpected = self.repairs = 0
        self.explained = collections.Counter()
        self.swept_at = 0
        # How far the log had come when the last run of each night had read it.
        self.looks = []
        self.wrongs = {}

    def compare(self, night):
        if night % 7 == 0:
            if "sweep" not in self.company.options.without:
                self.company.sweep()
            self.swept_at = self.company.control("evolve")["sequence"]
        self.looks.append(self.company.control("evolve")["sequence"])
        source, copy = self.company.source(), self.company.copy()
        history = History(self.company.changes(), self.looks)
        self.wrongs = {}
        for table in source:
            self.compared += len(source[table])
            wrong = {}
            for key, row in source[table].items():
                if key not in copy[table]:
                    wrong[key] = "missing"
                elif copy[table][key] != row:
                    wrong[key] = "different"
            for key in copy[table].keys() - source[table].keys():
                wrong[key] = "extra"
            self.wrongs[table] = wrong
            for key, kind in wrong.items():
                self.judge(table, key, kind, history, source[table].get(key), copy[table].get(key))

    def judge(self, table, key, kind, history, there, here):
        self.wrong += 1
        reason = history.excuse(table, key, self.swept_at) if kind == "extra" else None
        if reason:
            self.explained[f"{table} {reason}"] += 1
            return
        if self.company.options.without:
            self.unexpected += 1
            self.explained[f"{table} {kind} without {', '.join(self.company.options.without)}"] += 1
            return
        raise Violation(f"{table} {key} is {kind}: {there} at the source, {here} here; {history.tell(table, key)}")

    def ask(self, night):
        """`verify` finds what was found, and nothing else; each thirtieth night it makes everything right."""
        repairs = night % 30 == 0
        names = {EXTRACTS[table]: table for table in self.wrongs}
        code, text, errors = self.company.ask("verify", "--full", *names, "--format", "json")
        if code != (7 if any(self.wrongs.values()) else 0):
            raise Violation(f"verify ends with {code}, where {sum(map(len, self.wrongs.values()))} rows are wrong: {errors[-500:]}")
        for found in json.loads(text):
            table = names[found["extract"]]
            counts = collections.Counter(self.wrongs[table].values())
            said = {"missing": found["missing"], "extra": found["extra"], "different": found["different"] + found["stale"]}
            if any(said[kind] != counts[kind] for kind in said):
                raise Violation(f"verify says {said} of {found['extract']}, where {dict(counts)} is so")
            listed = {tuple(d["key"][c] for c in KEYS[table]) for d in found["differences"]}
            wrong = set(self.wrongs[table])
            if not listed <= wrong or len(listed) == sum(said.values()) and listed != wrong:
                raise Violation(f"verify names {sorted(listed ^ wrong)[:5]} of {found['extract']} besides, or not")
        if repairs:
            code, _, errors = self.company.ask("verify", "--full", "--repair", "--allow-shrink", *names)
            if code not in (0, 7):
                raise Violation(f"verify --repair ends with {code}: {errors[-500:]}")
            source, copy = self.company.source(), self.company.copy()
            for table in source:
                if source[table] != copy[table]:
                    odd = [k for k in source[table].keys() | copy[table].keys() if source[table].get(k) != copy[table].get(k)]
                    raise Violation(f"{table} is not right after verify --repair: {odd[:5]}")
            self.repairs += 1


class History:
    """What became of each row, in order."""

    def __init__(self, changes, looks):
        """`looks`: places in the log up to which a run has read all, in order."""
        self.changes = changes
        self.of_row = collections.defaultdict(list)
        self.traced = set()
        self.moves = collections.defaultdict(int)
        before = {}
        moves = []
        for sequence, table, operation, identity, key, row in changes:
            identity = tuple(json.loads(identity))
            self.of_row[table, identity].append((sequence, operation, key))
            if table == "DeletedRecord" and operation == "insert":
                record = json.loads(row)
                self.traced.add((record["recordtypeid"], record["recordid"]))
            # A date that is another one, of a header or of one of its lines: all lines are read again.
            if table in ("transaction", "transactionLine") and operation in ("insert", "update", "initial"):
                if operation != "initial" and before.get((table, identity)) != key:
                    moves.append((sequence, table, identity))
                before[table, identity] = key
        for sequence, table, identity in moves:
            if self.was_seen(sequence, table, identity, looks):
                self.moves[identity[0]] = sequence

    def was_seen(self, sequence, table, identity, looks):
        """Whether a row was still there when a run had read all that there was behind a change of it. In a night more runs look: what
        only they can have seen is taken for unseen."""
        look = bisect.bisect_left(looks, sequence)
        end = looks[look] if look < len(looks) else sequence
        return not any(sequence < at <= end and operation == "delete" for at, operation, _ in self.of_row[table, identity])

    def excuse(self, table, key, swept_at):
        """Why a row that the source no longer has may be there; None where it may not."""
        deleted = self.last_deletion(table, key)
        # Items are read in full each night.
        if deleted is None or table == "item":
            return None
        if table == "Customer":
            return "deleted since the last sweep" if deleted > swept_at else None
        header = self.last_deletion("transaction", key[:1])
        if header is not None:
            return None if (-30, key[0]) in self.traced else "of a header deleted without a trace"
        if table == "transaction":
            return None
        return "deleted without a date that moved" if self.moves[key[0]] < deleted else None

    def last_deletion(self, table, key):
        events = self.of_row.get((table, tuple(key)))
        return events[-1][0] if events and events[-1][1] == "delete" else None

    def tell(self, table, key):
        return f"{self.of_row.get((table, tuple(key)), 'never changed')}, header {self.of_row.get(('transaction', tuple(key)[:1]))}"
