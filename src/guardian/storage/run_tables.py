"""The tables of a connection's runs: how each went, and what became of its parts."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from guardian.storage.columns import Moment, RowId
from guardian.storage.tables import metadata

__all__ = ["metadata", "sync_part", "sync_run"]

sync_run = Table(
    "sync_run",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("connector_id", RowId, ForeignKey("connector_account.id"), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("state", String(20), nullable=False),
    Column("summary", Text, nullable=False),  # the JSON object that `sync --json` prints
    Column("night", String(40)),  # which night it belongs to; None for a run by hand
    Column("must_settle", Boolean, nullable=False, server_default="0"),  # even if it brings nothing new
    Column("begun", Boolean, nullable=False, server_default="1"),  # its parts are known
    UniqueConstraint("connector_id", "night"),
)
sync_part = Table(
    "sync_part",
    metadata,
    Column("run_id", RowId, ForeignKey("sync_run.id"), primary_key=True),
    Column("part", Text, primary_key=True),  # as the connector names it; empty for the account itself
    Column("attempts", Integer, nullable=False),
    Column("report", Text),  # JSON: what its attempts brought so far
    Column("done", Boolean, nullable=False),
    Column("put_back_until", Moment),  # when it is tried again
)
