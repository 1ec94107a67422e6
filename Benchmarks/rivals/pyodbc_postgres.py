"""pyodbc and psycopg: `fetchmany` into `COPY … FROM STDIN` by `write_row`, one transaction."""

import psycopg
import pyodbc

import postgres_common


def main():
    given = postgres_common.arguments()
    cursor = pyodbc.connect(given.connection, autocommit=True).execute(given.query)
    with psycopg.connect(given.url) as destination:
        destination.execute(given.ddl)
        with destination.cursor().copy(f'COPY "{given.schema}"."{given.table}" FROM STDIN') as copy:
            while rows := cursor.fetchmany(given.rows):
                for row in rows:
                    copy.write_row(row)


main()
