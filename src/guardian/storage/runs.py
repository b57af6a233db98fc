"""How a connector's runs went, and whether one broke off."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from guardian.storage import tables
from guardian.storage.feeds import connector_row

RUNNING = "running"


def begin_run(connection: Connection, connector: str, kind: str, now: datetime) -> bool:
    """Note that a run begins; say whether clients must be settled even if it brings nothing new.

    They must where a run broke off before it settled them, and once a day, for owners are told from the last year.
    """
    account, run = tables.connector_account, tables.sync_run
    row = connector_row(connection, connector, kind)
    broke_off = connection.scalar(select(func.count()).select_from(account).where(account.c.state == RUNNING))
    last = connection.scalar(select(func.max(run.c.finished_at)))
    connection.execute(account.update().where(account.c.id == row).values(state=RUNNING))
    return bool(broke_off) or last is None or last.date() != now.date()


class Ended(NamedTuple):
    """How a run went: its state, the JSON object that `sync --json` prints, what went wrong, and its times."""

    state: str
    summary: str
    error: str | None
    started_at: datetime
    finished_at: datetime


def end_run(connection: Connection, connector: str, how: Ended) -> None:
    """Keep how a connector's run went."""
    table = tables.connector_account
    row = connection.execute(select(table.c.id).where(table.c.name == connector)).scalar_one()
    values: dict[str, Any] = {"state": how.state, "last_error": how.error}
    if how.state == "ok":
        values["last_success_at"] = how.finished_at
    connection.execute(table.update().where(table.c.id == row).values(values))
    run = {name: value for name, value in how._asdict().items() if name != "error"}
    connection.execute(tables.sync_run.insert().values(connector_id=row, **run))
