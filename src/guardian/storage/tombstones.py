"""Hashes of the addresses of people who asked to be forgotten, so that no sync brings them back."""

import hashlib
from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from guardian.storage import tables
from guardian.storage.chunks import rows_in


def tombstone_hash(address: str) -> bytes:
    """Return what stays of a normalised address after it was erased."""
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).digest()


def count_tombstones(connection: Connection) -> int:
    """Return how many there are; they only ever become more."""
    return int(connection.scalar(select(func.count()).select_from(tables.tombstone)) or 0)


def forgotten_among(connection: Connection, addresses: Iterable[str]) -> frozenset[str]:
    """Return those of the addresses whose owners asked to be forgotten."""
    table = tables.tombstone
    if connection.scalar(select(table.c.hash).limit(1)) is None:
        return frozenset()
    by_hash = {tombstone_hash(address): address for address in addresses}
    rows = rows_in(connection, select(table.c.hash), table.c.hash, by_hash)
    return frozenset(by_hash[bytes(row.hash)] for row in rows)
