"""The tables of the timeline and of everything that reads it; migrations/ must always arrive at exactly these."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from guardian.storage.columns import Moment, RowId

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# --- where things come from -----------------------------------------------------------------------------------

connector_account = Table(
    "connector_account",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("state", String(20), nullable=False),
    Column("last_error", Text),
    Column("last_success_at", Moment),
)
mailbox = Table(
    "mailbox",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("connector_id", RowId, ForeignKey("connector_account.id"), nullable=False),
    Column("scope", Text, nullable=False),
    Column("label", Text, nullable=False),
    UniqueConstraint("connector_id", "scope"),
)
cursor = Table(
    "cursor",
    metadata,
    Column("mailbox_id", RowId, ForeignKey("mailbox.id"), primary_key=True),
    Column("token", Text),  # where the last closed round ended
    Column("pending_token", Text),  # where the open round has got to
    Column("generation", Integer, nullable=False),  # counts the walks
    Column("walking", Boolean, nullable=False),
    Column("sweep_held", Integer),  # how many items a held sweep would have taken; None when none is held
    Column("updated_at", Moment),
)
walk_seen = Table(
    "walk_seen",
    metadata,
    Column("mailbox_id", RowId, ForeignKey("mailbox.id"), primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("item_id", Text, primary_key=True),
)
dead_letter = Table(
    "dead_letter",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("mailbox_id", RowId, ForeignKey("mailbox.id"), nullable=False),
    Column("item_id", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("mailbox_id", "item_id"),
)
excluded = Table(
    "excluded",
    metadata,
    Column("mailbox_id", RowId, ForeignKey("mailbox.id"), primary_key=True),
    Column("item_id", Text, primary_key=True),
    Column("rule", String(40), nullable=False),
    Column("occurred_at", Moment),
)

# --- who there is ---------------------------------------------------------------------------------------------

client = Table(
    "client",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("ref", Text, nullable=False, unique=True),  # what makes it this client: `crm:…`, `domain:…`, `address:…`
    Column("name", Text, nullable=False),
    Column("origin", String(10), nullable=False),  # crm | mail: told by a CRM, or met in the mail
    Column("owner_address", Text),
    Column("value", Float),
    Column("language", String(5)),
    Column("closed", Boolean, nullable=False),
    Column("merged_into", RowId, ForeignKey("client.id"), index=True),
)
client_domain = Table(
    "client_domain",
    metadata,
    Column("domain", String(255), primary_key=True),
    Column("client_id", RowId, ForeignKey("client.id"), nullable=False, index=True),
    Column("origin", String(10), nullable=False),
)
person = Table(
    "person",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("ref", Text, nullable=False, unique=True),  # the first of the records that are this person
    Column("name", Text, nullable=False),
    Column("title", Text),
    Column("client_id", RowId, ForeignKey("client.id"), index=True),
    Column("merged_into", RowId, ForeignKey("person.id"), index=True),
)
identity = Table(
    "identity",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("value", Text, nullable=False),
    Column("name", Text, nullable=False),  # as last shown beside it
    Column("own", Boolean, nullable=False),  # one of our own people or addresses
    Column("person_id", RowId, ForeignKey("person.id"), index=True),
    Column("client_id", RowId, ForeignKey("client.id"), index=True),  # a CRM account, or a free-mail client
    Column("address", Text),  # for the CRM id of a colleague: his mail address
    UniqueConstraint("kind", "value"),
)
merge = Table(
    "merge",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("what", String(10), nullable=False),  # person | client
    Column("loser_id", RowId, nullable=False),
    Column("winner_id", RowId, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("undone_at", Moment),
)
record_copy = Table(
    "record_copy",
    metadata,
    Column("mailbox_id", RowId, ForeignKey("mailbox.id"), primary_key=True),
    Column("item_id", Text, primary_key=True),
    Column("what", String(10), nullable=False),  # company | contact | colleague | merged (that only we have)
    Column("client_id", RowId, ForeignKey("client.id"), index=True),
    Column("person_id", RowId, ForeignKey("person.id"), index=True),
    Column("facts", Text, nullable=False),  # the record as its provider tells it
    Column("content_hash", LargeBinary, nullable=False),
)
tombstone = Table(
    "tombstone",
    metadata,
    Column("hash", LargeBinary, primary_key=True),  # of a forgotten address, so that no sync brings it back
    Column("at", Moment, nullable=False),
)

# --- what happened --------------------------------------------------------------------------------------------

thread = Table(
    "thread",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("root", Text, nullable=False, unique=True),  # the Message-ID that others refer to
    Column("leader", RowId, index=True),  # the thread this one turned out to belong to; None for itself
)
interaction = Table(
    "interaction",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", String(10), nullable=False),
    Column("occurred_at", Moment, nullable=False, index=True),
    Column("direction", String(10), nullable=False),
    Column("signals", Text, nullable=False),  # space-separated, sorted
    Column("subject", Text),
    Column("snippet", Text),
    Column("duration_s", Integer),
    Column("outsiders", Integer, nullable=False),  # people outside who take part and have not declined
    Column("addressed", Boolean, nullable=False),  # one of them in To, not only in Cc
    Column("thread_id", RowId, ForeignKey("thread.id"), index=True),
    Column("content_hash", LargeBinary, nullable=False),
)
participation = Table(
    "participation",
    metadata,
    Column("interaction_id", RowId, ForeignKey("interaction.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("role", String(10), nullable=False),
    Column("identity_id", RowId, ForeignKey("identity.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("declined", Boolean, nullable=False),
)
occurrence = Table(
    "occurrence",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("mailbox_id", RowId, ForeignKey("mailbox.id"), nullable=False),
    Column("item_id", Text, nullable=False),
    Column("interaction_id", RowId, ForeignKey("interaction.id"), nullable=False, index=True),
    Column(
        "key", Text, nullable=False, index=True
    ),  # as the copy itself says; interaction.key may be a variant of it
    Column("facts", Text, nullable=False),  # this copy as its provider tells it; an interaction is made of its copies
    Column("content_hash", LargeBinary, nullable=False),  # of the facts
    Column("heard", Text),  # what its words say (`storage.hearing`); None for a copy that nobody listened to
    UniqueConstraint("mailbox_id", "item_id"),
)

# --- what we make of it ---------------------------------------------------------------------------------------

assessment = Table(
    "assessment",
    metadata,
    Column("client_id", RowId, ForeignKey("client.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("state", String(20), nullable=False),
    Column("reasons", Text, nullable=False),
    Column("last_touch", Moment),
    Column("last_inbound", Moment),
    Column("cadence_days", Float),
    Column("silent_days", Integer),
    Column("p_silent", Float),
    Column("p_alive", Float),
)
digest_sent = Table(
    "digest_sent",
    metadata,
    Column("rep", String(320), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("at", Moment, nullable=False),
)
digest_shown = Table(
    "digest_shown",
    metadata,
    Column("rep", String(320), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("client_id", RowId, ForeignKey("client.id"), primary_key=True),
    *(Column("state", String(20)), Column("waiting_since", Moment)),  # how it stood then; its last word that waited
)
hold = Table(
    "hold",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("state", String(20), nullable=False, index=True),
    Column("offer", LargeBinary, nullable=False, index=True),  # sha256 of bytes and envelope: the same mail again
    Column("envelope", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("message_id", Text),
    Column("digest", String(64), nullable=False),
    Column("client_addresses", Text, nullable=False),
    Column("held_at", Moment, nullable=False),
    *(Column("decided_by", Text), Column("decided_why", Text), Column("decided_at", Moment)),
    Column("raw", LargeBinary, nullable=False),
    Column("written_by", Text, nullable=False, server_default="[]"),
    Column("tip", LargeBinary),  # the last link of the trail: a trail cut short shows
)
hold_event = Table(
    "hold_event",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("hold_id", String(40), ForeignKey("hold.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("what", String(40), nullable=False),
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("chain", LargeBinary, nullable=False),  # sha256 of the previous link and this row: an edit shows
    Column("via", Text, nullable=False, server_default=""),
)
hold_once = Table(
    "hold_once",
    metadata,
    Column("key", LargeBinary, primary_key=True),  # sha256 of what must happen once: a link used, a notice sent
    Column("hold_id", String(40), ForeignKey("hold.id"), nullable=False, index=True),
)
guard_tally = Table(
    "guard_tally",
    metadata,
    Column("day", Integer, primary_key=True),  # since 1970-01-01, UTC
    Column("language", String(10), primary_key=True),
    Column("bucket", Integer, primary_key=True),  # hundredths of the score; 101 for what could not be read
    Column("mails", Integer, nullable=False),
)
secret = Table(
    "secret",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("key_id", String(8), nullable=False),
    Column("box", LargeBinary, nullable=False),  # sealed with that key of the ring, bound to the name
    Column("changed_at", Moment, nullable=False),
)

Index("ix_participation_identity_interaction", participation.c.identity_id, participation.c.interaction_id)
