"""What is loaded how, where it is killed, and what the service does meanwhile."""

ROWS = 9500
# `wide`: an overlap of ten years, so that each window is the whole table. `narrow`: fifteen minutes, and many changes at once.
METHODS = {
    "upsert-wide": {"load_method": "upsert", "overlap": "3650d", "null_keys": "always"},
    "upsert-narrow": {"load_method": "upsert", "overlap": "15m"},
    "upsert-by-time": {"load_method": "upsert", "overlap": "15m", "chunk_key": "lastmodifieddate"},
    "append-wide": {"load_method": "append", "overlap": "3650d"},
    "append-narrow": {"load_method": "append", "overlap": "15m"},
    "drop_create_load": {"load_method": "drop_create_load"},
    "truncate_load": {"load_method": "truncate_load"},
    "append-full": {"load_method": "append", "extract_type": "full"},
    # One connection and one chunk, and the destination is mostly not there yet.
    "first": {"load_method": "upsert", "overlap": "3650d", "null_keys": "always", "chunk_rows": 1_000_000},
    # All of it again in one piece: rows come into a server's new table while they are read.
    "again": {"load_method": "drop_create_load", "chunk_rows": 1_000_000},
    # As "first", from several chunks.
    "first-chunks": {"load_method": "upsert", "overlap": "3650d", "null_keys": "always"},
}
MOSTLY_NEW = {"first", "first-chunks"}
# One chunk is there or not, and never gone on with.
ONE_CHUNK = {"first", "again"}
POINTS = ["prepare.locked", "staging.created", "staging.batch", "staging.chunk", "staging.resumed", "staging.sealed", "load.opened",
          "load.begun", "load.dropped", "load.created", "load.filled", "load.rebuilt", "load.recorded", "load.synchronized",
          "load.named", "load.committed", "load.checkpointed", "books.written", "books.committed"]
ONLY_NEW_TABLE = {"load.created", "load.rebuilt"}
# Of a load into a file that is not there yet.
ONLY_NEW_FILE = {"load.synchronized", "load.named"}
# Of a load that copies rows: one chunk becomes the file.
COPIES = {"load.dropped", "load.filled"}
# Of a run that loads nothing: its statement is refused.
BOOKS = {"books.written", "books.committed"}
BEHIND_COMMIT = {"load.named", "load.committed", "load.checkpointed", "books.committed"}
REFUSAL = "statement error always matching=amount sql_state=42000 text=Syntax error in the query"
# Phases that a kill at a random time must have met; the others are too short to be met for sure.
PHASES = ["start", "login", "planning", "opening", "reading", "loading"]


def points_of(method, destination="sqlite"):
    """The failpoints that lie on a method's way into a destination."""
    away = set()
    if destination == "postgresql":
        # A table of a server is made when it is made again, or is new; there is no file to be named.
        away |= ONLY_NEW_FILE
        if METHODS[method]["load_method"] != "drop_create_load" and method not in MOSTLY_NEW:
            away |= ONLY_NEW_TABLE
        if method in ONE_CHUNK:
            away.add("staging.resumed")
        return [point for point in POINTS if point not in away]
    if METHODS[method]["load_method"] != "drop_create_load" and method != "first-chunks":
        away |= ONLY_NEW_TABLE
    if method not in MOSTLY_NEW:
        away |= ONLY_NEW_FILE
    if method in ONE_CHUNK:
        away.add("staging.resumed")
    return [point for point in POINTS if point not in away]


# Of the service; `amount` is in the queries of rows only.
FAULTS = ["fetch reset times=1 matching=amount after_rows={rows}", "fetch expired times=1 matching=amount after_rows={rows}",
          "fetch close times=1", "fetch expired times=1", "statement ticket times=1 matching=amount", "statement expired times=1 matching=amount",
          "fetch slow times=8 milliseconds=15", "fetch stall times=1 milliseconds=150", "login session-limit times=1",
          "statement reset times=1 matching=amount"]
