"""What the Python rivals that load into PostgreSQL share: where from, and where to."""

import argparse
import os


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("table")
    parser.add_argument("schema")
    parser.add_argument("--rows", type=int, default=5000, help="rows of a batch")
    given = parser.parse_args()
    given.connection = os.environ["BENCH_CONNECTION"]
    given.query = f'SELECT * FROM "public"."{given.table}"'
    given.url = "postgresql://{PGUSER}:{PGPASSWORD}@{PGHOST}:{PGPORT}/{PGDATABASE}".format(**os.environ)
    # The table as kleene-ns makes it, without its own two columns.
    given.ddl = os.environ["BENCH_PG_DDL"]
    return given


def exact(schema):
    """psqlodbc describes `double precision` so that arrow-odbc takes it for 32 bits: widened, by the option made for such cases."""
    import pyarrow

    return pyarrow.schema(
        [field.with_type(pyarrow.float64()) if field.type == pyarrow.float32() else field for field in schema])


def batches(given):
    """Arrow batches through ODBC, fetched concurrently as arrow-odbc's documentation advises for speed."""
    import arrow_odbc

    return arrow_odbc.read_arrow_batches_from_odbc(
        query=given.query, connection_string=given.connection, batch_size=given.rows, max_bytes_per_batch=64 << 20,
        max_text_size=4096, fetch_concurrently=True, map_schema=exact)
