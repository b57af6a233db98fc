"""The table of what Guardian wrote into CRMs itself."""

from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table, Text

from guardian.storage.columns import Moment, RowId
from guardian.storage.tables import metadata

__all__ = ["metadata", "written_back"]

written_back = Table(
    "written_back",
    metadata,
    Column("connector_id", RowId, ForeignKey("connector_account.id"), primary_key=True),
    Column("key", Text, primary_key=True),  # of the interaction; of a forgotten one a digest of that
    Column("object", String(40), nullable=False),
    Column("record", Text, index=True),  # its id in the CRM; None for what the CRM refused
    Column("who", Text),  # the contact or lead that it is filed under
    Column("problem", Text),  # why it was refused
    Column("at", Moment, nullable=False),
    Column("forgotten", LargeBinary, index=True),  # the tombstone of the one whom it is about, once he is forgotten
)
