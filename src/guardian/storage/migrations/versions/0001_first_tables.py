"""The first tables."""

import sqlalchemy as sa
from alembic import op

from guardian.storage.columns import Moment, RowId

revision, down_revision = "0001", None


def upgrade() -> None:
    """Make the tables of version 0.1."""
    op.create_table(
        "client",
        sa.Column("id", RowId, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("owner_address", sa.Text(), nullable=True),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("merged_into", RowId, nullable=True),
        sa.ForeignKeyConstraint(["merged_into"], ["client.id"], name=op.f("fk_client_merged_into")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("ref", name=op.f("uq_client_ref")),
    )
    op.create_index(op.f("ix_client_merged_into"), "client", ["merged_into"], unique=False)
    op.create_table(
        "connector_account",
        sa.Column("id", RowId, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("last_success_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connector_account")),
        sa.UniqueConstraint("name", name=op.f("uq_connector_account_name")),
    )
    op.create_table(
        "digest_sent",
        sa.Column("rep", sa.String(length=320), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("rep", "day", name=op.f("pk_digest_sent")),
    )
    op.create_table(
        "hold",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("offer", sa.LargeBinary(), nullable=False),
        sa.Column("envelope", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("client_addresses", sa.Text(), nullable=False),
        sa.Column("held_at", Moment(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_why", sa.Text(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    op.create_index(op.f("ix_hold_offer"), "hold", ["offer"], unique=False)
    op.create_index(op.f("ix_hold_state"), "hold", ["state"], unique=False)
    op.create_table(
        "merge",
        sa.Column("id", RowId, nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("loser_id", RowId, nullable=False),
        sa.Column("winner_id", RowId, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge")),
    )
    op.create_table(
        "thread",
        sa.Column("id", RowId, nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("leader", RowId, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
        sa.UniqueConstraint("root", name=op.f("uq_thread_root")),
    )
    op.create_index(op.f("ix_thread_leader"), "thread", ["leader"], unique=False)
    op.create_table(
        "tombstone",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_tombstone")),
    )
    op.create_table(
        "assessment",
        sa.Column("client_id", RowId, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("last_touch", Moment(), nullable=True),
        sa.Column("last_inbound", Moment(), nullable=True),
        sa.Column("cadence_days", sa.Float(), nullable=True),
        sa.Column("silent_days", sa.Integer(), nullable=True),
        sa.Column("p_silent", sa.Float(), nullable=True),
        sa.Column("p_alive", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_assessment_client_id")),
        sa.PrimaryKeyConstraint("client_id", "day", name=op.f("pk_assessment")),
    )
    op.create_table(
        "client_domain",
        sa.Column("domain", sa.String(length=255), nullable=False),
        sa.Column("client_id", RowId, nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_domain_client_id")),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_client_domain")),
    )
    op.create_index(op.f("ix_client_domain_client_id"), "client_domain", ["client_id"], unique=False)
    op.create_table(
        "digest_shown",
        sa.Column("rep", sa.String(length=320), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("client_id", RowId, nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_digest_shown_client_id")),
        sa.PrimaryKeyConstraint("rep", "day", "client_id", name=op.f("pk_digest_shown")),
    )
    op.create_table(
        "hold_event",
        sa.Column("id", RowId, nullable=False),
        sa.Column("hold_id", sa.String(length=40), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_hold_event_hold_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold_event")),
    )
    op.create_index(op.f("ix_hold_event_hold_id"), "hold_event", ["hold_id"], unique=False)
    op.create_table(
        "interaction",
        sa.Column("id", RowId, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("occurred_at", Moment(), nullable=False),
        sa.Column("direction", sa.String(length=10), nullable=False),
        sa.Column("signals", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("snippet", sa.Text(), nullable=True),
        sa.Column("duration_s", sa.Integer(), nullable=True),
        sa.Column("outsiders", sa.Integer(), nullable=False),
        sa.Column("addressed", sa.Boolean(), nullable=False),
        sa.Column("thread_id", RowId, nullable=True),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_interaction_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction")),
        sa.UniqueConstraint("key", name=op.f("uq_interaction_key")),
    )
    op.create_index(op.f("ix_interaction_occurred_at"), "interaction", ["occurred_at"], unique=False)
    op.create_index(op.f("ix_interaction_thread_id"), "interaction", ["thread_id"], unique=False)
    op.create_table(
        "mailbox",
        sa.Column("id", RowId, nullable=False),
        sa.Column("connector_id", RowId, nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["connector_id"], ["connector_account.id"], name=op.f("fk_mailbox_connector_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox")),
        sa.UniqueConstraint("connector_id", "scope", name=op.f("uq_mailbox_connector_id_scope")),
    )
    op.create_table(
        "person",
        sa.Column("id", RowId, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("client_id", RowId, nullable=True),
        sa.Column("merged_into", RowId, nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_person_client_id")),
        sa.ForeignKeyConstraint(["merged_into"], ["person.id"], name=op.f("fk_person_merged_into")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("ref", name=op.f("uq_person_ref")),
    )
    op.create_index(op.f("ix_person_client_id"), "person", ["client_id"], unique=False)
    op.create_index(op.f("ix_person_merged_into"), "person", ["merged_into"], unique=False)
    op.create_table(
        "sync_run",
        sa.Column("id", RowId, nullable=False),
        sa.Column("connector_id", RowId, nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["connector_id"], ["connector_account.id"], name=op.f("fk_sync_run_connector_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_run")),
    )
    op.create_table(
        "cursor",
        sa.Column("mailbox_id", RowId, nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("pending_token", sa.Text(), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("walking", sa.Boolean(), nullable=False),
        sa.Column("sweep_held", sa.Integer(), nullable=True),
        sa.Column("updated_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"], name=op.f("fk_cursor_mailbox_id")),
        sa.PrimaryKeyConstraint("mailbox_id", name=op.f("pk_cursor")),
    )
    op.create_table(
        "dead_letter",
        sa.Column("id", RowId, nullable=False),
        sa.Column("mailbox_id", RowId, nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"], name=op.f("fk_dead_letter_mailbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letter")),
        sa.UniqueConstraint("mailbox_id", "item_id", name=op.f("uq_dead_letter_mailbox_id_item_id")),
    )
    op.create_table(
        "excluded",
        sa.Column("mailbox_id", RowId, nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("occurred_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"], name=op.f("fk_excluded_mailbox_id")),
        sa.PrimaryKeyConstraint("mailbox_id", "item_id", name=op.f("pk_excluded")),
    )
    op.create_table(
        "identity",
        sa.Column("id", RowId, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("person_id", RowId, nullable=True),
        sa.Column("client_id", RowId, nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_identity_client_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_identity_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("kind", "value", name=op.f("uq_identity_kind_value")),
    )
    op.create_index(op.f("ix_identity_client_id"), "identity", ["client_id"], unique=False)
    op.create_index(op.f("ix_identity_person_id"), "identity", ["person_id"], unique=False)
    op.create_table(
        "occurrence",
        sa.Column("id", RowId, nullable=False),
        sa.Column("mailbox_id", RowId, nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("interaction_id", RowId, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_occurrence_interaction_id")),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"], name=op.f("fk_occurrence_mailbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrence")),
        sa.UniqueConstraint("mailbox_id", "item_id", name=op.f("uq_occurrence_mailbox_id_item_id")),
    )
    op.create_index(op.f("ix_occurrence_interaction_id"), "occurrence", ["interaction_id"], unique=False)
    op.create_index(op.f("ix_occurrence_key"), "occurrence", ["key"], unique=False)
    op.create_table(
        "record_copy",
        sa.Column("mailbox_id", RowId, nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("client_id", RowId, nullable=True),
        sa.Column("person_id", RowId, nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_record_copy_client_id")),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"], name=op.f("fk_record_copy_mailbox_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_record_copy_person_id")),
        sa.PrimaryKeyConstraint("mailbox_id", "item_id", name=op.f("pk_record_copy")),
    )
    op.create_index(op.f("ix_record_copy_client_id"), "record_copy", ["client_id"], unique=False)
    op.create_index(op.f("ix_record_copy_person_id"), "record_copy", ["person_id"], unique=False)
    op.create_table(
        "walk_seen",
        sa.Column("mailbox_id", RowId, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"], name=op.f("fk_walk_seen_mailbox_id")),
        sa.PrimaryKeyConstraint("mailbox_id", "generation", "item_id", name=op.f("pk_walk_seen")),
    )
    op.create_table(
        "participation",
        sa.Column("interaction_id", RowId, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("identity_id", RowId, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("declined", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["identity_id"], ["identity.id"], name=op.f("fk_participation_identity_id")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_participation_interaction_id")),
        sa.PrimaryKeyConstraint("interaction_id", "seq", name=op.f("pk_participation")),
    )
    op.create_index(
        "ix_participation_identity_interaction", "participation", ["identity_id", "interaction_id"], unique=False
    )
