"""pyodbc and sqlite3: `fetchmany` into `executemany`, the way both documentations show. Timestamps and dates become ISO 8601 text by
sqlite3's adapters, written out here because the built-in ones are deprecated."""

import datetime
import decimal
import sqlite3

import pyodbc

import common


def main():
    given = common.arguments()
    sqlite3.register_adapter(datetime.datetime, lambda value: value.isoformat(" "))
    sqlite3.register_adapter(datetime.date, lambda value: value.isoformat())
    sqlite3.register_adapter(decimal.Decimal, str)
    source = pyodbc.connect(given.connection, autocommit=True)
    cursor = source.execute(f'SELECT * FROM "public"."{given.table}"')
    kinds = {int: "INTEGER", float: "REAL"}
    database, insert = common.create(
        given.destination, given.table, [(column[0], kinds.get(column[1], "TEXT")) for column in cursor.description])
    while rows := cursor.fetchmany(given.rows):
        database.executemany(insert, rows)
    database.execute("COMMIT")


main()
