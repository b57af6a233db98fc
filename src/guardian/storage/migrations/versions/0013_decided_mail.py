"""Decided mail keeps no bytes and no words: what older versions kept of it goes."""

import json

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0013", "0012"

_OVER = ("released", "released_internal", "returned", "discarded")
_HOLD = sa.table(
    "hold", sa.column("id"), sa.column("state"), sa.column("verdict"), sa.column("subject"), sa.column("raw")
)


def upgrade() -> None:
    """Take it out, of SQLite's file too."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    over = sa.select(_HOLD.c.id, _HOLD.c.verdict).where(_HOLD.c.state.in_(_OVER))
    for row in connection.execute(over).all():
        bare = {"raw": b"", "subject": "", "verdict": _without_quotes(row.verdict)}
        connection.execute(sa.update(_HOLD).where(_HOLD.c.id == row.id).values(bare))


def _without_quotes(verdict: str) -> str:
    told = json.loads(verdict)
    told["reasons"] = [[code, span if code == "unscannable" else "", score] for code, span, score in told["reasons"]]
    return json.dumps(told, separators=(",", ":"))
