"""Keeping how clients were, and to whom people belonged, whenever clients are settled anew."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, func, insert, select

from guardian.storage.belonging import identities, load_belonging
from guardian.storage.bulk import insert_rows
from guardian.storage.past import first_kept
from guardian.storage.past_tables import client_past, identity_past, settled
from guardian.storage.run_tables import sync_run
from guardian.storage.tables import client, connector_account, identity

ROWS_AT_ONCE = 10_000
FACTS = ("name", "owner_address", "value", "language", "closed", "merged_into")


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """How everything was before clients are settled; empty while nothing is worth keeping."""

    clients: Mapping[int, Row[Any]] = field(default_factory=dict)
    whose: Mapping[int, int] = field(default_factory=dict)  # the client of each identity that has one
    newest: int = 0  # identity


def look_before(connection: Connection) -> Before:
    """Return how everything is, to be compared with what it becomes."""
    if not _all_read(connection):
        return Before()
    return Before(
        clients={row.id: row for row in connection.execute(select(client))},
        whose=_whose(connection),
        newest=_newest(connection, identity),
    )


def keep_past(connection: Connection, before: Before, now: datetime) -> None:
    """Keep how clients and belongings were where that has changed, and which are the newest."""
    _keep_newest(connection, now)
    if not before.clients:
        return
    rows = {row.id: row for row in connection.execute(select(client))}
    changed = [
        {"client_id": of, "until": now, **{name: getattr(was, name) for name in FACTS}}
        for of, was in before.clients.items()
        if of in rows and any(getattr(was, name) != getattr(rows[of], name) for name in FACTS)
    ]
    whose = _whose(connection)
    moved = [
        {"identity_id": of, "until": now, "client_id": before.whose.get(of)}
        for of in sorted(before.whose.keys() | whose.keys())
        if of <= before.newest and whose.get(of) != before.whose.get(of)
    ]
    _keep(connection, client_past, client_past.c.client_id, changed, now)
    _keep(connection, identity_past, identity_past.c.identity_id, moved, now)


def _keep(connection: Connection, table: Any, of: Any, rows: list[dict[str, Any]], now: datetime) -> None:
    """Insert rows, but for what was kept in the same second: how it was before that is what counts."""
    kept = set(connection.scalars(select(of).where(table.c.until == now)))
    insert_rows(connection, table, [row for row in rows if row[of.name] not in kept])


def _all_read(connection: Connection) -> bool:
    """Say whether every connection has been read once, as it once had been where something was kept already.

    Before that nothing is known that could change. One whose runs all failed tells nothing that could be waited for.
    """
    if first_kept(connection) is not None:
        return True
    unread = select(func.count()).select_from(connector_account)
    ran = select(sync_run.c.connector_id).where(sync_run.c.finished_at.is_not(None))
    return connection.scalar(unread.where(connector_account.c.id.not_in(ran))) == 0


def _keep_newest(connection: Connection, now: datetime) -> None:
    newest = {"client_id": _newest(connection, client), "identity_id": _newest(connection, identity)}
    last = connection.execute(select(settled).order_by(settled.c.at.desc()).limit(1)).one_or_none()
    if last is not None and (last.client_id, last.identity_id) == (newest["client_id"], newest["identity_id"]):
        return
    connection.execute(delete(settled).where(settled.c.at == now))
    connection.execute(insert(settled).values(at=now, **newest))


def _newest(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.max(table.c.id))) or 0


def _whose(connection: Connection) -> dict[int, int]:
    belonging = load_belonging(connection)
    rows = connection.execute(identities().execution_options(yield_per=ROWS_AT_ONCE))
    return {row.id: of for row in rows if (of := belonging.client_of(row)) is not None}
