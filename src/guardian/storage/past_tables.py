"""The tables of how clients were: what a look back at a past day must know, and nothing older than it has to."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, String, Table, Text

from guardian.storage.columns import Moment, RowId
from guardian.storage.tables import metadata

__all__ = ["client_past", "identity_past", "metadata", "settled"]

client_past = Table(
    "client_past",
    metadata,
    Column("client_id", RowId, ForeignKey("client.id"), primary_key=True),
    Column("until", Moment, primary_key=True, index=True),  # so it was before this moment
    Column("name", Text, nullable=False),
    Column("owner_address", Text),
    Column("value", Float),
    Column("language", String(5)),
    Column("closed", Boolean, nullable=False),
    Column("merged_into", RowId),
)
identity_past = Table(
    "identity_past",
    metadata,
    Column("identity_id", RowId, ForeignKey("identity.id"), primary_key=True),
    Column("until", Moment, primary_key=True, index=True),  # it belonged there before this moment
    Column("client_id", RowId),  # None: to nobody
)
settled = Table(
    "settled",
    metadata,
    Column("at", Moment, primary_key=True),
    Column("client_id", RowId, nullable=False),  # the newest there was then
    Column("identity_id", RowId, nullable=False),
)
