"""turbodbc and sqlite3: `fetchmany` into `executemany`, with the options that its documentation advises for large results (buffers
by megabytes, asynchronous input, extra room for multi-byte text)."""

import datetime
import sqlite3

import turbodbc

import common


def main():
    given = common.arguments()
    sqlite3.register_adapter(datetime.datetime, lambda value: value.isoformat(" "))
    sqlite3.register_adapter(datetime.date, lambda value: value.isoformat())
    options = turbodbc.make_options(
        read_buffer_size=turbodbc.Megabytes(8), use_async_io=True, prefer_unicode=False, autocommit=True,
        force_extra_capacity_for_unicode=True, varchar_max_character_limit=4096)
    source = turbodbc.connect(connection_string=given.connection, turbodbc_options=options)
    cursor = source.cursor()
    cursor.execute(f'SELECT * FROM "public"."{given.table}"')
    kinds = {turbodbc.data_types.NUMBER: "NUMERIC"}
    database, insert = common.create(
        given.destination, given.table,
        [(column[0], next((kind for known, kind in kinds.items() if column[1] == known), "TEXT")) for column in cursor.description])
    while rows := cursor.fetchmany(given.rows):
        database.executemany(insert, rows)
    database.execute("COMMIT")


main()
