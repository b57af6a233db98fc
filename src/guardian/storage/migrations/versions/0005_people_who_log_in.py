"""People who log in to the console, their sessions, and how a decision came in."""

import sqlalchemy as sa
from alembic import op

from guardian.storage.columns import Moment, RowId

revision, down_revision = "0005", "0004"

_SQLITE = (
    "DROP TRIGGER hold_event_unchanged",
    """
    CREATE TRIGGER hold_event_unchanged BEFORE UPDATE ON hold_event WHEN NOT (
        NEW.id = OLD.id AND NEW.hold_id = OLD.hold_id AND NEW.at = OLD.at AND NEW.what = OLD.what
        AND NEW.chain = OLD.chain AND NEW.via = OLD.via
        AND (NEW."by" = OLD."by" OR (length(NEW."by") = 71 AND NEW."by" LIKE 'sha256:%'))
        AND (NEW.why = OLD.why OR (length(NEW.why) = 71 AND NEW.why LIKE 'sha256:%'))
    )
    BEGIN SELECT RAISE(ABORT, 'the trail of a hold is never changed'); END
    """,
)
_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION hold_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND (NEW.id, NEW.hold_id, NEW.at, NEW.what, NEW.chain, NEW.via)
                = (OLD.id, OLD.hold_id, OLD.at, OLD.what, OLD.chain, OLD.via)
            AND NEW."by" IN (OLD."by", 'sha256:' || encode(sha256(convert_to(OLD."by", 'UTF8')), 'hex'))
            AND NEW.why IN (OLD.why, 'sha256:' || encode(sha256(convert_to(OLD.why, 'UTF8')), 'hex')) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'the trail of a hold is never changed nor shortened';
    END $$
    """,
)


def upgrade() -> None:
    """Add the tables and the column."""
    op.create_table(
        "account_user",
        sa.Column("id", RowId, nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("subject", sa.String(length=600), nullable=True),
        sa.Column("roles", sa.String(length=100), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_user")),
        sa.UniqueConstraint("address", name=op.f("uq_account_user_address")),
        sa.UniqueConstraint("subject", name=op.f("uq_account_user_subject")),
    )
    op.create_table(
        "console_session",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", RowId, nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account_user.id"], name=op.f("fk_console_session_account_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_console_session")),
    )
    op.create_index(op.f("ix_console_session_account_id"), "console_session", ["account_id"], unique=False)
    op.add_column("hold_event", sa.Column("via", sa.Text(), server_default="", nullable=False))
    for statement in _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(sa.text(statement.replace(":", "\\:")))
