"""What people delete in a CRM that is written to: remembered, so that it is not logged there again."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from guardian.storage.bulk import among
from guardian.storage.chunks import chunked, rows_in
from guardian.storage.tables import connector_account, interaction, mailbox, occurrence
from guardian.storage.write_back_tables import written_back

KEYS = ("mid:", "fp:", "ical:")  # of mails and of meetings in calendars: what a CRM may lack
DELETED = "It was deleted there."  # the problem of a record that Guardian did not write
_WRITTEN_TO = ("salesforce",)  # the kinds of connections that are


def leaving(connection: Connection, mailbox_id: int, item_ids: Collection[str]) -> Mapping[str, str]:
    """Return the keys of what is about to lose its copy in a CRM, each with the id of that copy; before it goes."""
    if not item_ids or not _is_written_to(connection, mailbox_id):
        return {}
    query = (
        select(interaction.c.key, occurrence.c.item_id)
        .join(occurrence, occurrence.c.interaction_id == interaction.c.id)
        .where(occurrence.c.mailbox_id == mailbox_id)
    )
    rows = rows_in(connection, query, occurrence.c.item_id, item_ids)
    return {row.key: row.item_id for row in rows if row.key.startswith(KEYS)}


def remember_deleted(connection: Connection, mailbox_id: int, left: Mapping[str, str], now: datetime) -> None:
    """Note as logged there what left a CRM and other copies still tell of, unless it is noted already."""
    if not left:
        return
    where = select(mailbox.c.connector_id, mailbox.c.scope).where(mailbox.c.id == mailbox_id)
    owner, name = connection.execute(where).one()
    mine = written_back.c.connector_id == owner
    for chunk in chunked(left):
        these = mine, among(connection, written_back.c.key, chunk)
        connection.execute(delete(written_back).where(*these, written_back.c.record.is_(None)))
        noted = set(connection.execute(select(written_back.c.key).where(*these)).scalars())
        told = select(interaction.c.key).where(among(connection, interaction.c.key, chunk))
        rows = [
            {"connector_id": owner, "key": key, "object": name, "record": left[key], "problem": DELETED, "at": now}
            for key in connection.execute(told).scalars()
            if key not in noted
        ]
        if rows:
            connection.execute(insert(written_back), rows)


def _is_written_to(connection: Connection, mailbox_id: int) -> bool:
    query = select(connector_account.c.kind).join(mailbox).where(mailbox.c.id == mailbox_id)
    return connection.scalar(query) in _WRITTEN_TO
