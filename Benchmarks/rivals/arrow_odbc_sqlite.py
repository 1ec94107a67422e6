"""arrow-odbc and sqlite3: batches of Arrow columns, fetched concurrently as its documentation advises for speed, turned into Python
rows for `executemany`. Dates and timestamps are cast to text by Arrow."""

import arrow_odbc
import pyarrow
import pyarrow.compute

import common


def exact(schema):
    """psqlodbc describes `double precision` so that arrow-odbc takes it for 32 bits: widened, by the option made for such cases."""
    return pyarrow.schema(
        [field.with_type(pyarrow.float64()) if field.type == pyarrow.float32() else field for field in schema])


def main():
    given = common.arguments()
    reader = arrow_odbc.read_arrow_batches_from_odbc(
        query=f'SELECT * FROM "public"."{given.table}"', connection_string=given.connection, batch_size=given.rows,
        max_bytes_per_batch=64 << 20, max_text_size=4096,
        fetch_concurrently=True, map_schema=exact)
    kinds = {"int64": "INTEGER", "int32": "INTEGER", "double": "REAL"}
    database, insert = common.create(
        given.destination, given.table, [(field.name, kinds.get(str(field.type), "TEXT")) for field in reader.schema])
    for batch in reader:
        columns = []
        for column in batch.columns:
            if pyarrow.types.is_temporal(column.type):
                column = pyarrow.compute.cast(column, pyarrow.string())
            columns.append(column.to_pylist())
        database.executemany(insert, zip(*columns))
    database.execute("COMMIT")


main()
