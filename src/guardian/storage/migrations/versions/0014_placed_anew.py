"""Who spoke, who took part and who was addressed, as it is told from now on of what is stored already.

What changes gets a content hash that no interaction has, so that the next copy that comes remakes it.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0014", "0013"

_SEATS = "participation p JOIN identity i ON i.id = p.identity_id WHERE p.interaction_id = interaction.id"

# A mail that somebody outside wrote, and whose task one of ours owns, came in.
_CAME_IN = f"""
UPDATE interaction SET direction = 'in', content_hash = :unknown
WHERE kind = 'email' AND direction = 'out'
  AND EXISTS (SELECT 1 FROM {_SEATS} AND p.role = 'from')
  AND NOT EXISTS (SELECT 1 FROM {_SEATS} AND p.role = 'from' AND i.own)
"""

# Of a mail of which nobody is said to have written or got it, those are addressed whom it is filed under.
_ADDRESSED = f"""
UPDATE interaction SET addressed = TRUE, content_hash = :unknown
WHERE kind = 'email' AND NOT addressed
  AND NOT EXISTS (SELECT 1 FROM {_SEATS} AND p.role IN ('from', 'to'))
  AND EXISTS (SELECT 1 FROM {_SEATS} AND p.role = 'about' AND i.kind <> 'phone' AND NOT i.own)
"""

# What a meeting or call is filed under takes no part in it beside those who were invited.
_INVITED = f"SELECT {{}} FROM {_SEATS} AND p.role <> 'about' AND NOT i.own"
_BY_ADDRESS = f"(NOT EXISTS ({_INVITED.format(1)} AND i.kind = 'email') OR i.kind = 'email')"
_CAME = f"({_INVITED.format('COUNT(DISTINCT i.id)')} AND NOT p.declined AND {_BY_ADDRESS})"
_TOOK_PART = f"""
UPDATE interaction SET outsiders = {_CAME}, content_hash = :unknown
WHERE kind <> 'email' AND outsiders <> {_CAME}
  AND EXISTS ({_INVITED.format(1)}) AND EXISTS (SELECT 1 FROM {_SEATS} AND p.role = 'about')
"""


def upgrade() -> None:
    """Place anew what is placed otherwise now."""
    connection = op.get_bind()
    for statement in (_CAME_IN, _ADDRESSED, _TOOK_PART):
        connection.execute(sa.text(statement), {"unknown": b""})
