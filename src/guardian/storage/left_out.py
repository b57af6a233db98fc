"""What of a connection needs a look: unreadable items, items that rules leave out, what it refused to be written."""

from typing import Any

from sqlalchemy import Connection, Select, Table, select

from guardian.storage.tables import connector_account, dead_letter, excluded, mailbox
from guardian.storage.write_back_tables import written_back

Finding = dict[str, str]


def left_out(connection: Connection, connector: str) -> list[Finding]:
    """Return the dead letters, excluded items and refused records of a connection: what, mailbox, id, why."""
    refused = (
        select(written_back.c.object, written_back.c.key, written_back.c.problem)
        .join(connector_account, connector_account.c.id == written_back.c.connector_id)
        .where(connector_account.c.name == connector, written_back.c.record.is_(None))
        .order_by(written_back.c.object, written_back.c.key)
    )
    kinds: list[tuple[str, Select[Any]]] = [
        ("dead letter", _items(dead_letter, "why", connector)),
        ("excluded", _items(excluded, "rule", connector)),
        ("not written", refused),
    ]
    return [
        {"what": what, "mailbox": row[0], "id": row[1], "why": row[2]}
        for what, query in kinds
        for row in connection.execute(query)
    ]


def _items(table: Table, why: str, connector: str) -> Select[Any]:
    return (
        select(mailbox.c.label, table.c.item_id, table.c[why])
        .join_from(table, mailbox, table.c.mailbox_id == mailbox.c.id)
        .join(connector_account, connector_account.c.id == mailbox.c.connector_id)
        .where(connector_account.c.name == connector)
        .order_by(mailbox.c.label, table.c.item_id)
    )
