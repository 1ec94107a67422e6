"""Some nights of extracts against the mock server, with all that may happen in them; then the page that `report` makes of them."""

import json
import os
import pathlib
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "Mock"))
from channel import Channel

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("KLEENE_BUILD", ROOT / ".build/release"))
SOURCE = {"account_id": "1234567_SB1", "role_id": 57, "retry": {"attempts": 1},
          "auth": {"method": "password", "user": "me@example.org", "password": {"env": "NOT_SET"}}}

# Names that a page must not take for anything but names.
HOSTILE = [
    "</style></title><h1>b</h1>", "<script>alert(1)</script>", "a\" onload=\"alert(1)", "it's & <b>bold</b>", "&lt;&amp;&#60;",
    "\u202eright to left\u202c", "<\u0301b\u0301>", "]]><!--", "😀 emoji 👩‍👩‍👧", "Umsätze 2026", "対面の売上", "javascript:alert(1)",
    "x" * 200, "many words " * 15 + "end", "{{template}}${x}`y`", "מכירות",
]


class Place:
    """A directory with a configuration, a destination, and a mock server to read from."""

    def __init__(self, directory, extracts, scale):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True)
        self.mock = Channel(BUILD / "kleene-ns-mock", self.directory, "--port", "0", "--scale", str(scale))
        self.configure(extracts)

    def configure(self, extracts):
        text = json.dumps({"source": SOURCE, "destination": {"type": "sqlite", "path": "d.db"}, "extracts": extracts})
        (self.directory / "kleene-ns.json").write_text(text)

    def run(self, *words, codes=(0,)):
        asks = words[0] in ("extract", "verify")
        mock = ["--mock", self.mock.address, "--state-dir", str(self.directory / "state")] if asks else []
        run = subprocess.run([BUILD / "kleene-ns", *words, *mock], cwd=self.directory, capture_output=True, text=True)
        if run.returncode not in codes:
            raise RuntimeError(f"{' '.join(words)}: {run.returncode}\n{run.stdout}{run.stderr}")
        return run.stdout

    def page(self, *words):
        """The page, and the names of the extracts that it is of."""
        self.run("report", "--html", "report.html", *words)
        names = [each["extract"] for each in json.loads(self.run("status", "--format", "json"))]
        return self.directory / "report.html", names

    def stop(self):
        self.mock.stop()


def upsert(name, table, columns):
    return {"name": name, "table": table, "columns": columns, "load_method": "upsert", "unique_columns": ["id"],
            "extract_type": "incremental", "incremental_key": "lastmodifieddate", "destination_table": name}


def some_nights(directory):
    """Eight extracts: some that go well, one that fails, one that is stopped by a guard, one with other columns, one that was healed."""
    place = Place(directory, [
        upsert("transactions", "transaction", ["id", "tranid", "custbody_kns_channel", "lastmodifieddate"]),
        {"name": "transaction_lines", "table": "transactionLine"}, upsert("customers", "customer", ["id", "companyname", "lastmodifieddate"]),
        {"name": "items", "table": "item"}, {"name": "accounts", "table": "account"}, {"name": "departments", "table": "department"},
        {"name": "terms", "table": "term", "enabled": False}, {"name": "vendors", "table": "vendor"},
    ], 3000)
    tell, night = place.mock.control, ["transactions", "transaction_lines", "customers", "items", "accounts", "departments"]
    place.run("extract", *night)
    place.run("verify", "transactions")
    for number in range(10):
        tell("evolve 6 tables=transaction,customer late=0 bulk=0 changes=2..12")
        tell("advance 3600")
        if number == 3:
            tell("columns hide transaction custbody_kns_channel")
        if number == 6:
            tell("columns show transaction custbody_kns_channel")
        if number in (4, 5):
            tell("fault statement error always matching=customer sql_state=42000 text=Syntax error in the <i>query</i>: near \"x\"")
        place.run("extract", *night, codes=(0, 3, 6))
        tell("clear")
    # Somebody has had a hand in it.
    subprocess.run(["sqlite3", place.directory / "d.db",
                    "DELETE FROM customers WHERE id IN (SELECT id FROM customers LIMIT 3); UPDATE customers SET companyname = 'x' WHERE rowid = 9"],
                   check=True)
    place.run("verify", "customers", codes=(7,))
    place.run("verify", "customers", "--repair")
    tell("change DELETE FROM department WHERE id > (SELECT min(id) FROM department)")
    tell("fault statement error always matching=account sql_state=HYT00 text=Query timed out after 1,200 seconds while it waited for <temp> space")
    place.run("extract", *night, codes=(3, 10))
    tell("clear")
    return place


def many(directory, count=300, nights=2):
    """Hundreds of extracts, those with hostile names among them."""
    names = HOSTILE + [f"extract_{number:03}" for number in range(count - len(HOSTILE))]
    place = Place(directory, [
        {"name": name, "table": ["department", "account", "subsidiary"][number % 3], "columns": ["id"], "destination_table": f"t{number}"}
        for number, name in enumerate(names)], 60)
    for number in range(nights):
        if number == nights - 1:
            place.mock.control("fault statement error always matching=account sql_state=42000 text=</p></ul><script>alert(\"x\")</script>")
        place.run("extract", "--quiet", codes=(0, 3))
    return place
