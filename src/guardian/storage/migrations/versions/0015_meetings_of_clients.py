"""A meeting that only people outside called is theirs, though one of ours owns the event that logs it.

What changes gets a content hash that no interaction has, so that the next copy that comes remakes it.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0015", "0014"

_CALLED = """
SELECT 1 FROM participation p JOIN identity i ON i.id = p.identity_id
WHERE p.interaction_id = interaction.id AND p.role IN ('from', 'organizer')
"""
_THEIRS = f"""
UPDATE interaction SET direction = 'in', content_hash = :unknown
WHERE kind = 'meeting' AND direction = 'out' AND EXISTS ({_CALLED}) AND NOT EXISTS ({_CALLED} AND i.own)
"""


def upgrade() -> None:
    """Tell the meetings of clients as theirs."""
    op.get_bind().execute(sa.text(_THEIRS), {"unknown": b""})
