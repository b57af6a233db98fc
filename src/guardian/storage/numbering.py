"""Inserting many rows at once and knowing their numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, func, select, text

from guardian.storage.bulk import insert_rows


def free_numbers(connection: Connection, table: Table, count: int) -> list[int]:
    """Return ids for this many new rows, ascending; on SQLite the connection must hold the write lock."""
    if not count:
        return []
    if connection.dialect.name == "sqlite":
        first = (connection.scalar(select(func.max(table.c.id))) or 0) + 1
        return list(range(first, first + count))
    told = {"name": table.name, "count": count}
    first, last = connection.execute(_FIRST_AND_LAST, told).one()
    if last - first + 1 == count:  # nobody else drew meanwhile, as is nearly always so
        return list(range(first, last + 1))
    return sorted(connection.execute(_EACH, told).scalars())


# The sequence's name is looked up once (OFFSET 0 keeps it from being looked up for every number).
_EACH = text(
    "SELECT nextval(sequence.it) AS n FROM generate_series(1, :count),"
    " (SELECT CAST(pg_get_serial_sequence(:name, 'id') AS regclass) AS it OFFSET 0) AS sequence"
)
_FIRST_AND_LAST = text(f"SELECT min(n), max(n) FROM ({_EACH.text}) AS drawn")  # noqa: S608 - our own words


def insert_numbered(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows and return their ids, in order.

    SQLite promises no order of RETURNING, so asking for the ids afterwards would insert row by row.
    """
    ids = free_numbers(connection, table, len(rows))
    if rows:
        insert_rows(connection, table, [{"id": row_id, **row} for row_id, row in zip(ids, rows, strict=True)])
    return ids
