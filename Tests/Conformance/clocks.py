"""Servers and sessions of MariaDB in other zones than UTC: what is older than the lag is read by each run, and nothing younger.

    clocks.py

Needs with-mariadb.sh around it. The last line is `N passed, M failed`; ends with 0 if M is 0.
"""

import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("KLEENE_NS", str(ROOT / ".build/release/kleene-ns"))
SERVERS = ["SYSTEM", "+00:00", "+09:00", "-08:00", "+05:45"]
SESSIONS = [None, "+00:00", "-03:00"]
KEYS = ["d", "s", "e"]  # datetime, timestamp, date


def sql(text):
    command = ["mariadb", "--no-defaults", "--protocol=tcp", "-N", "-h", os.environ["KLEENE_MARIADB_HOST"], "-P", os.environ["KLEENE_MARIADB_PORT"], "-u",
               os.environ["KLEENE_MARIADB_USER"], os.environ["KLEENE_MARIADB_DATABASE"]]
    done = subprocess.run(command, input=text, text=True, capture_output=True, env={**os.environ, "MYSQL_PWD": os.environ["KLEENE_MARIADB_PASSWORD"]})
    if done.returncode:
        raise AssertionError(done.stderr)
    return done.stdout


def seed():
    """Written by a session that says nothing of zones. The last row is younger than the lag, or of today."""
    sql("""
        DROP TABLE IF EXISTS of_clocks;
        CREATE TABLE of_clocks (id int PRIMARY KEY, d datetime, s timestamp, e date);
        INSERT INTO of_clocks SELECT seq, now() - INTERVAL 600 + seq SECOND, now() - INTERVAL 600 + seq SECOND, current_date - INTERVAL 2 DAY FROM seq_1_to_10;
        INSERT INTO of_clocks VALUES (11, now(), now(), current_date);
        """)


def extract(session, key, directory):
    """The rows that came and the run's notes; or what was said."""
    home = pathlib.Path(tempfile.mkdtemp(dir=directory))
    command = [PROGRAM, "extract", "--driver", "MariaDB Unicode", "--user", os.environ["KLEENE_MARIADB_USER"], "--password-env", "KLEENE_MARIADB_PASSWORD", "--table", "of_clocks",
               "--load-method", "append", "--extract-type", "incremental", "--incremental-key", key, "--lag", "300s", "--destination", str(home / "out.db"),
               "--destination-table", "t", "--quiet"]
    for keyword, value in [("SERVER", os.environ["KLEENE_MARIADB_HOST"]), ("PORT", os.environ["KLEENE_MARIADB_PORT"]), ("DATABASE", os.environ["KLEENE_MARIADB_DATABASE"]),
                           *([("INITSTMT", f"SET time_zone='{session}'")] if session else [])]:
        command += ["--attribute", f"{keyword}={value}"]
    environment = {**os.environ, "HOME": str(home), "XDG_STATE_HOME": str(home / "state")}
    done = subprocess.run(command, env=environment, cwd=home, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        return done.stderr.strip()
    with sqlite3.connect(home / "out.db") as connection:
        rows = [row[0] for row in connection.execute("SELECT id FROM t ORDER BY id")]
        notes = connection.execute("SELECT json_extract(record, '$.notes') FROM _kleene_runs").fetchone()[0]
    return rows, notes


def main():
    passed = failed = 0
    before = sql("SELECT @@GLOBAL.time_zone").strip()
    try:
        with tempfile.TemporaryDirectory(prefix="kleene-clocks.") as directory:
            for server in SERVERS:
                sql(f"SET GLOBAL time_zone = '{server}'")
                seed()
                for session in SESSIONS:
                    for key in KEYS:
                        got = extract(session, key, directory)
                        good = got == (list(range(1, 11)), "[]")
                        passed, failed = passed + good, failed + (not good)
                        if not good:
                            print(f"FAIL server {server}, session {session}, key {key}: {got}")
    finally:
        sql(f"SET GLOBAL time_zone = '{before}'")
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
