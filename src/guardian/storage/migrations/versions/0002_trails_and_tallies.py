"""Trails that nobody rewrites, steps that happen once, authors of held mail, and the guard's counts."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"

# `guardian forget` puts digests in the place of words; nothing else of a trail ever changes (storage/scrubbing.py).
_FORGETTING_SQLITE = """
    NEW.id = OLD.id AND NEW.hold_id = OLD.hold_id AND NEW.at = OLD.at AND NEW.what = OLD.what
    AND NEW.chain = OLD.chain
    AND (NEW."by" = OLD."by" OR (length(NEW."by") = 71 AND NEW."by" LIKE 'sha256:%'))
    AND (NEW.why = OLD.why OR (length(NEW.why) = 71 AND NEW.why LIKE 'sha256:%'))
"""
_SQLITE = (
    f"""
    CREATE TRIGGER hold_event_unchanged BEFORE UPDATE ON hold_event WHEN NOT ({_FORGETTING_SQLITE})
    BEGIN SELECT RAISE(ABORT, 'the trail of a hold is never changed'); END
    """,
    """
    CREATE TRIGGER hold_event_kept BEFORE DELETE ON hold_event
    BEGIN SELECT RAISE(ABORT, 'the trail of a hold is never shortened'); END
    """,
)
_POSTGRESQL = (
    """
    CREATE FUNCTION hold_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND (NEW.id, NEW.hold_id, NEW.at, NEW.what, NEW.chain)
                = (OLD.id, OLD.hold_id, OLD.at, OLD.what, OLD.chain)
            AND NEW."by" IN (OLD."by", 'sha256:' || encode(sha256(convert_to(OLD."by", 'UTF8')), 'hex'))
            AND NEW.why IN (OLD.why, 'sha256:' || encode(sha256(convert_to(OLD.why, 'UTF8')), 'hex')) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'the trail of a hold is never changed nor shortened';
    END $$
    """,
    """
    CREATE TRIGGER hold_event_unchanged BEFORE UPDATE OR DELETE ON hold_event
    FOR EACH ROW EXECUTE FUNCTION hold_event_refuse()
    """,
    """
    CREATE TRIGGER hold_event_kept BEFORE TRUNCATE ON hold_event
    FOR EACH STATEMENT EXECUTE FUNCTION hold_event_refuse()
    """,
)


def upgrade() -> None:
    """Add what 0.1's first tables lacked."""
    op.add_column("hold", sa.Column("written_by", sa.Text(), server_default="[]", nullable=False))
    op.add_column("hold", sa.Column("tip", sa.LargeBinary(), nullable=True))
    op.execute(
        "UPDATE hold SET tip = (SELECT chain FROM hold_event WHERE hold_event.hold_id = hold.id"
        " ORDER BY hold_event.id DESC LIMIT 1)"
    )
    op.create_table(
        "hold_once",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("hold_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_hold_once_hold_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_hold_once")),
    )
    op.create_index(op.f("ix_hold_once_hold_id"), "hold_once", ["hold_id"], unique=False)
    op.create_table(
        "guard_tally",
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "language", "bucket", name=op.f("pk_guard_tally")),
    )
    for statement in _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(sa.text(statement.replace(":", "\\:")))
