"""Taking stored copies out by a rule, as if they had just been read under it."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from guardian.ports.rule_review import Takeout
from guardian.ports.sync_store import ExcludedItem, Plan
from guardian.storage.chunks import rows_in
from guardian.storage.tables import occurrence


def still_there(connection: Connection, mailbox_id: int, takeouts: Sequence[Takeout]) -> list[Takeout]:
    """Return those whose copy is stored just as it was when the rules looked at it."""
    query = select(occurrence.c.item_id, occurrence.c.content_hash).where(occurrence.c.mailbox_id == mailbox_id)
    ids = (one.copy.activity.item_id for one in takeouts)
    stored = {row.item_id: bytes(row.content_hash) for row in rows_in(connection, query, occurrence.c.item_id, ids)}
    return [one for one in takeouts if stored.get(one.copy.activity.item_id) == one.copy.hash]


def plan_of(takeouts: Sequence[Takeout]) -> Plan:
    """Return what a page would change that shows just these copies, under the rules that take them."""
    items = [
        ExcludedItem(item_id=one.copy.activity.item_id, rule=one.rule, occurred_at=one.copy.activity.occurred_at)
        for one in takeouts
    ]
    return Plan(excluded=tuple(items), gone=frozenset(item.item_id for item in items))
