"""pandas: `read_sql` in chunks through pyodbc, `to_sql` into sqlite3. Types are what pandas makes of them: nothing is mended."""

import sqlite3
import warnings

import pandas
import pyodbc

import common


def main():
    given = common.arguments()
    # "pandas only supports SQLAlchemy connectable", it says, and goes on.
    warnings.simplefilter("ignore")
    source = pyodbc.connect(given.connection, autocommit=True)
    database = sqlite3.connect(given.destination)
    for chunk in pandas.read_sql(f'SELECT * FROM "public"."{given.table}"', source, chunksize=given.rows):
        chunk.to_sql(given.table, database, if_exists="append", index=False)
    database.commit()


main()
