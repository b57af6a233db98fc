"""The tables of the people who log in to the console."""

from sqlalchemy import Boolean, Column, ForeignKey, LargeBinary, String, Table, Text

from guardian.storage.columns import Moment, RowId
from guardian.storage.tables import metadata

__all__ = ["account_user", "console_session", "metadata"]

account_user = Table(
    "account_user",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("address", String(320), nullable=False, unique=True),
    Column("password", Text),  # argon2id, with its parameters
    Column("subject", String(600), unique=True),  # issuer and subject at the login provider
    Column("roles", String(100), nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("known_as", Text, nullable=False, server_default="[]"),  # further addresses, as a JSON list
)
console_session = Table(
    "console_session",
    metadata,
    Column("key", LargeBinary, primary_key=True),  # sha256 of what the cookie holds
    Column("account_id", RowId, ForeignKey("account_user.id"), nullable=False, index=True),
    Column("opened_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("via", String(20), nullable=False),
)
