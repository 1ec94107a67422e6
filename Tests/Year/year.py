#!/usr/bin/python3
"""A year of a company's NetSuite, night by night: creates, edits of headers alone and of lines alone, deletes with and without a
trace, voids, late commits, columns that come and go, while the runs of the night go on; each tenth night's run is killed.

    year.py [--nights N] [--seed S] [--destination sqlite|postgresql] [--without FEATURE] [--damage NIGHT] [--binary FILE] [--mock FILE]

After each night, once the source is quiet and a last run has been made, every table is compared with the source. What may differ is
known from the mock's log alone, by rules of NetSuite that are written down here a second time: `model.py`. It shares no code with
the product. `verify` is asked as well, and must say exactly what the comparison says.

A PostgreSQL is that of Scripts/with-postgres.sh. With `--damage` a row of the copy is removed by hand in that night, and that night
must end the year. With `--without` a feature is turned off, and the year must then go wrong: by which rows is printed, and no wrong row is an error.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import sys
import tempfile
import time
import traceback

from company import Company
from model import Model, Violation

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("KLEENE_BUILD", ROOT / ".build/release"))
FEATURES = ["follows", "deletedrecord", "sweep"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--nights", type=int, default=365)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000)
    parser.add_argument("--scale", type=int, default=1000, help="lines of transactions at the beginning")
    parser.add_argument("--destination", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--without", choices=FEATURES, action="append", default=[])
    parser.add_argument("--damage", type=int, metavar="NIGHT")
    parser.add_argument("--binary", type=pathlib.Path, default=BUILD / "kleene-ns")
    parser.add_argument("--mock", type=pathlib.Path, default=BUILD / "kleene-ns-mock")
    parser.add_argument("--keep", help="where the files lie; they are removed if all is well")
    options = parser.parse_args()
    options.binary, options.mock = options.binary.resolve(), options.mock.resolve()
    if options.destination == "postgresql" and "KLEENE_PG_HOST" not in os.environ:
        parser.error("run it as Scripts/with-postgres.sh /usr/bin/python3 -B Tests/Year/year.py --destination postgresql")
    random.seed(options.seed)
    directory = pathlib.Path(tempfile.mkdtemp(prefix="kleene-year.", dir=options.keep))
    began = time.monotonic()
    company = Company(options, directory)
    model = Model(company)
    try:
        for night in range(1, options.nights + 1):
            company.live()
            company.work(kills=night % 10 == 0)
            company.quiet()
            if night == options.damage:
                company.damage()
            model.compare(night)
            model.ask(night)
    except Exception as error:  # noqa: BLE001: a fault of the test itself too is told with what makes it happen again
        if not isinstance(error, (Violation, RuntimeError)):
            traceback.print_exc()
        print(f"{'VIOLATION' if isinstance(error, Violation) else 'FAILED'} in night {night}: {error}")
        for line in company.said[-25:]:
            print("  | " + line[:300])
        print(f"  files: {directory}\n  again: {sys.argv[0]} --seed {options.seed} --scale {options.scale} --nights {night}")
        company.stop()
        return 1
    company.stop()
    shutil.rmtree(directory)
    print(f"{options.nights} nights, {company.runs} runs, {company.kills} killed, {model.compared} rows compared, {model.repairs} repairs, "
          f"{model.wrong} wrong rows explained: {json.dumps(model.explained)}. Seed {options.seed}, "
          f"{time.monotonic() - began:.0f} s.")
    if options.without and not model.unexpected:
        print(f"without {', '.join(options.without)} nothing went wrong: the year proves nothing of it")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
