"""Who was merged into whom: remembered when a CRM empties the recycle bin that the record which lost lay in."""

from collections.abc import Collection

from sqlalchemy import Connection, delete, select, update

from guardian.domain.facts import read_contact
from guardian.storage.bulk import among
from guardian.storage.chunks import chunked, rows_in
from guardian.storage.tables import record_copy

CONTACT = "contact"
MERGED = "merged"
"""What a copy of a record is that its provider no longer has: no walk misses it, and no count counts it."""


def remember_merges(connection: Connection, mailbox_id: int, gone: Collection[str]) -> frozenset[str]:
    """Keep those of the records about to go that were merged into another one of the feed, and return all kept."""
    table = record_copy
    here = table.c.mailbox_id == mailbox_id
    stored = select(table.c.item_id, table.c.what, table.c.facts).where(here, table.c.what.in_((CONTACT, MERGED)))
    found = {row.item_id: row for row in rows_in(connection, stored, table.c.item_id, gone)}
    losers = {item_id: winner for item_id, row in found.items() if (winner := _winner(row.facts))}
    there = select(table.c.item_id).where(here)
    winners = {row.item_id for row in rows_in(connection, there, table.c.item_id, losers.values())}
    kept = frozenset(item_id for item_id, winner in losers.items() if winner in winners)
    for chunk in chunked(one for one in kept if found[one].what == CONTACT):
        connection.execute(update(table).where(here, among(connection, table.c.item_id, chunk)).values(what=MERGED))
    return kept


def forget_lost_merges(connection: Connection) -> None:
    """Drop what was kept of merges into records that are gone as well."""
    table = record_copy
    columns = select(table.c.mailbox_id, table.c.item_id, table.c.facts)
    kept = {
        (row.mailbox_id, row.item_id): (row.mailbox_id, _winner(row.facts))
        for row in connection.execute(columns.where(table.c.what == MERGED))
    }
    winners = {item_id for _, item_id in kept.values() if item_id}
    alive = {(row.mailbox_id, row.item_id) for row in rows_in(connection, columns, table.c.item_id, winners)}
    while lost := [place for place, winner in kept.items() if winner not in alive]:
        for mailbox_id, item_id in lost:
            connection.execute(delete(table).where(table.c.mailbox_id == mailbox_id, table.c.item_id == item_id))
            del kept[mailbox_id, item_id]
        alive.difference_update(lost)


def _winner(facts: str) -> str | None:
    return read_contact(facts.removeprefix(CONTACT)).merged_into
