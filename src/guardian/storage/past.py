"""How clients were at a past moment: their names, owners, values and merges, and who belonged to whom.

What was there when every connection had been read for the first time is where knowing begins: moments before it are
told as of then. Changes are kept from there on (`storage.past_keeping`), whatever connections come later; what did
not change is not copied.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, func, select

from guardian.ports.handovers import Handover
from guardian.storage.past_tables import client_past, identity_past, settled
from guardian.storage.run_tables import sync_run
from guardian.storage.tables import client

READ = (sync_run.c.finished_at.is_not(None), sync_run.c.state.in_(("ok", "partial")))  # a run that read a connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """What was otherwise at a moment: clients by id, and the client of each identity (None: of nobody).

    `newest_client` and `newest_identity` are the last there were, None where all that there are were there.
    """

    clients: Mapping[int, Row[Any]] = field(default_factory=dict)
    whose: Mapping[int, int | None] = field(default_factory=dict)
    newest_client: int | None = None
    newest_identity: int | None = None


AS_NOW = Then()


def read_then(connection: Connection, at: datetime) -> Then:
    """Return what was otherwise at a moment."""
    begins = _knowing_begins(connection)
    moment = at if begins is None else max(at, begins)
    newest = select(settled).where(settled.c.at <= moment).order_by(settled.c.at.desc()).limit(1)
    last = connection.execute(newest).one_or_none()
    return Then(
        clients={row.client_id: row for row in connection.execute(_before(client_past, moment))},
        whose={row.identity_id: row.client_id for row in connection.execute(_before(identity_past, moment))},
        newest_client=None if last is None else last.client_id,
        newest_identity=None if last is None else last.identity_id,
    )


def handed_over(connection: Connection, since: datetime, until: datetime) -> dict[int, list[Handover]]:
    """Return how the owners of clients changed by the records between two moments, oldest first."""
    later = select(client_past).where(client_past.c.until > since).order_by(client_past.c.until.desc())
    after: dict[int, str | None] = {
        row.id: row.owner_address for row in connection.execute(select(client.c.id, client.c.owner_address))
    }
    found: dict[int, list[Handover]] = defaultdict(list)
    for row in connection.execute(later):
        was, became = row.owner_address, after.get(row.client_id)
        if (was or "").lower() != (became or "").lower() and row.until <= until:
            found[row.client_id].insert(0, Handover(at=row.until, was=was, owner=became))
        after[row.client_id] = was
    return dict(found)


def there_at(connection: Connection, at: datetime) -> frozenset[int]:
    """Return the clients that were neither merged into another nor closed at a moment."""
    then = read_then(connection, at).clients
    rows = connection.execute(select(client.c.id, client.c.merged_into, client.c.closed))
    told = ((row.id, then.get(row.id, row)) for row in rows)
    return frozenset(of for of, row in told if row.merged_into is None and not row.closed)


def _before(table: Table, moment: datetime) -> Select[Any]:
    """Return the query for what ended after a moment; of several ends of one the first comes last, and so counts."""
    return select(table).where(table.c.until > moment).order_by(table.c.until.desc())


def _knowing_begins(connection: Connection) -> datetime | None:
    """Return when every connection there was had been read once; None where no run is known at all.

    Connections that were first read after something had been kept came later: what was known before stays known.
    """
    query = select(func.min(sync_run.c.finished_at)).where(*READ).group_by(sync_run.c.connector_id)
    first_read, kept = sorted(connection.scalars(query)), first_kept(connection)
    if kept is None:
        return max(first_read, default=None)
    return max((one for one in first_read if one <= kept), default=kept)


def first_kept(connection: Connection) -> datetime | None:
    """Return the end of the first thing that was kept of the past; None where nothing was."""
    ends = [connection.scalar(select(func.min(of.c.until))) for of in (client_past, identity_past)]
    return min((one for one in ends if one is not None), default=None)
