"""Keeping PostgreSQL's query planner informed while a first import fills the tables."""

from sqlalchemy import Connection, func, select, text

from guardian.storage import tables

_JOINED = (tables.interaction, tables.participation, tables.identity)


def refresh_statistics(connection: Connection) -> None:
    """Have PostgreSQL count tables anew that have at least doubled since it last did.

    Autovacuum looks only once a minute; until then a join over a first import is planned for empty tables, and
    takes quadratic time.
    """
    if connection.dialect.name != "postgresql":
        return
    believed = text("SELECT reltuples FROM pg_class WHERE oid = CAST(:name AS regclass)")
    for table in _JOINED:
        rows = connection.scalar(select(func.count()).select_from(table)) or 0
        if rows > 2 * max(connection.scalar(believed, {"name": table.name}) or 0, 0):
            connection.execute(text(f"ANALYZE {table.name}"))
