"""dlt: Arrow tables through arrow-odbc into its PostgreSQL destination, written anew."""

import tempfile

import dlt
import pyarrow

import postgres_common


def main():
    given = postgres_common.arguments()

    @dlt.resource(name=given.table, write_disposition="replace")
    def rows():
        for batch in postgres_common.batches(given):
            yield pyarrow.Table.from_batches([batch])

    with tempfile.TemporaryDirectory() as directory:
        dlt.pipeline(
            "bench", destination=dlt.destinations.postgres(given.url), dataset_name=given.schema, pipelines_dir=directory,
        ).run(rows())


main()
