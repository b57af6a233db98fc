"""Inserting many rows at once and learning their numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, func, select


def insert_numbered(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows and return their ids, in order; the connection must hold the write lock (SQLite)."""
    if not rows:
        return []
    if connection.dialect.name != "sqlite":
        made = connection.execute(table.insert().returning(table.c.id, sort_by_parameter_order=True), list(rows))
        return list(made.scalars())
    # SQLite promises no order of RETURNING, so rows would go in one by one; behind its one write lock the next
    # numbers are known.
    first = (connection.scalar(select(func.max(table.c.id))) or 0) + 1
    ids = list(range(first, first + len(rows)))
    connection.execute(table.insert(), [{"id": row_id, **row} for row_id, row in zip(ids, rows, strict=True)])
    return ids
