"""The tables of what clients complain of, and of what ours decided about it."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Integer, String, Table, Text

from guardian.storage.columns import Moment, RowId
from guardian.storage.tables import metadata

__all__ = ["complaint", "complaint_decision", "metadata"]

complaint = Table(
    "complaint",
    metadata,
    Column("interaction_id", RowId, ForeignKey("interaction.id"), primary_key=True),  # the mail that says so
    Column("severity", Integer, nullable=False),  # 1 to 3; 0 where it says that all is settled
    Column("settled", Boolean, nullable=False),
    Column("score", Float, nullable=False),
    Column("degraded", Boolean, nullable=False),
    Column("words", Text, nullable=False),  # the exact words, as a JSON list
)
complaint_decision = Table(
    "complaint_decision",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("interaction_id", RowId, ForeignKey("interaction.id"), nullable=False, index=True),
    Column("ruling", String(20), nullable=False),
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
