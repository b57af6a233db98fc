"""The mark of a database that was put back from a copy: a table with the tombstones of the one that it replaced.

It stays until `storage.restored` has done what such a database needs before anybody works with it.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Column, Connection, LargeBinary, MetaData, Table, insert, inspect

from guardian.storage.columns import Moment

MARK = Table("restored", MetaData(), Column("hash", LargeBinary), Column("at", Moment))


def mark(connection: Connection, tombstones: Collection[tuple[bytes, datetime]]) -> None:
    """Mark a database as put back in the place of another one with these tombstones."""
    MARK.create(connection, checkfirst=True)
    if tombstones:
        connection.execute(insert(MARK), [{"hash": one, "at": at} for one, at in tombstones])


def is_put_back(connection: Connection) -> bool:
    """Say whether a database bears the mark."""
    return inspect(connection).has_table(MARK.name)
