"""arrow-odbc and ADBC's PostgreSQL driver: Arrow batches into `adbc_ingest`, one transaction."""

import adbc_driver_postgresql.dbapi
import pyarrow

import postgres_common


def main():
    given = postgres_common.arguments()
    reader = postgres_common.batches(given)
    with adbc_driver_postgresql.dbapi.connect(given.url) as destination:
        with destination.cursor() as cursor:
            # It makes the table itself: into a bigint column it would send an integer's four bytes, which the server refuses.
            cursor.adbc_ingest(
                given.table, pyarrow.RecordBatchReader.from_batches(reader.schema, reader), mode="create",
                db_schema_name=given.schema)
        destination.commit()


main()
