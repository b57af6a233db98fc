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
    drawn = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
    return sorted(connection.execute(drawn, {"name": table.name, "count": count}).scalars())


def insert_numbered(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows and return their ids, in order.

    SQLite promises no order of RETURNING, so asking for the ids afterwards would insert row by row.
    """
    ids = free_numbers(connection, table, len(rows))
    if rows:
        insert_rows(connection, table, [{"id": row_id, **row} for row_id, row in zip(ids, rows, strict=True)])
    return ids
