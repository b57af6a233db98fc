"""The tables of what reps say about their clients, of the roll-ups that managers got, and of mails nobody wants."""

from sqlalchemy import Column, Date, ForeignKey, LargeBinary, String, Table, Text

from guardian.storage.columns import Moment, RowId
from guardian.storage.tables import metadata

__all__ = ["client_note", "mail_stopped", "metadata", "rollup_sent"]

client_note = Table(
    "client_note",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("client_id", RowId, ForeignKey("client.id"), nullable=False, index=True),
    Column("rep", String(320), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("at", Moment, nullable=False),
    Column("digest", Date, nullable=False),  # the day of the digest whose link was followed
    Column("day", Date, nullable=False),  # the rep's day that it speaks of
    Column("since", Moment, nullable=False),  # what it speaks of: from here
    Column("until", Moment),  # … to there
    Column("owner", Text),  # whose client it is, as the rep says
    Column("instead_of", Text),  # and whose it was by the records
    Column("channel", String(10)),  # by which way it wants to be reached
    Column("undone_at", Moment),
    Column("once", LargeBinary, unique=True),  # sha256 of the use of a link; None once taken back
)
rollup_sent = Table(
    "rollup_sent",
    metadata,
    Column("manager", String(320), primary_key=True),
    Column("week", Date, primary_key=True),  # its Monday
    Column("at", Moment, nullable=False),
)
mail_stopped = Table(
    "mail_stopped",
    metadata,
    Column("address", String(320), primary_key=True),
    Column("sort", String(20), primary_key=True),  # digest | rollup
    Column("at", Moment, nullable=False),
)
