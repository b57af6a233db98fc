"""A database of an older version keeps what it held when it is upgraded."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import text

from guardian.ports.holds import HoldEvent, HoldState
from guardian.storage.engine import Database, open_database
from guardian.storage.hold_rows import first_link, hold_row, next_link
from guardian.storage.holds import StoredHolds
from guardian.storage.schema import _scripts, upgrade
from guardian.storage.tables import metadata
from tests.stores.mails import RAW, held_mail, step


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with the first version's tables."""
    if request.param == "sqlite":
        opened = open_database(f"sqlite:///{tmp_path / 'old.db'}")
        _upgrade_to(opened, "0001")
        yield opened
        opened.engine.dispose()
        return
    admin, _ = request.getfixturevalue("migrated")
    name = f"guardian_old_{uuid4().hex[:8]}"
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    opened = open_database(admin.url.set(database=name).render_as_string(hide_password=False))
    _upgrade_to(opened, "0001")
    yield opened
    opened.engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


def _upgrade_to(database: Database, revision: str) -> None:
    scripts = _scripts()
    context = EnvironmentContext(Config(), scripts)
    with database.writing() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=database.is_sqlite,
            fn=lambda current, _context: scripts._upgrade_revs(revision, current),
        )
        context.run_migrations()


def _insert(database: Database, table: str, row: dict[str, object]) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    places = ", ".join(f":{name}" for name in row)
    with database.writing() as connection:
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), row)


def test_mail_held_by_the_first_version_is_held_on_and_its_trail_goes_on(old: Database) -> None:
    row = hold_row(held_mail(), RAW)
    del row["written_by"]
    row["held_at"] = int(held_mail().held_at.timestamp())
    _insert(old, "hold", row)
    event = HoldEvent(hold_id="h1", at=held_mail().held_at, what="held", by="guardian")
    link = next_link(first_link("h1", row["digest"]), event)
    at = int(event.at.timestamp())
    told = {"id": 1, "hold_id": "h1", "at": at, "what": "held", "by": "guardian", "why": "", "chain": link}
    _insert(old, "hold_event", told)
    upgrade(old)
    holds = StoredHolds(old)
    kept = holds.get("h1")
    assert kept is not None
    assert (kept.state, kept.written_by, holds.raw("h1")) == (HoldState.HELD, (), RAW)
    assert holds.broken_trails() == []
    if not old.is_sqlite:
        with old.writing() as connection:
            connection.execute(text("SELECT setval(pg_get_serial_sequence('hold_event', 'id'), 1)"))
    assert holds.move(kept, HoldState.DISCARDED, step(kept)) is not None
    assert holds.broken_trails() == []
    assert holds.keep(held_mail("h2"), RAW).id == "h2"


def test_mail_that_older_versions_decided_loses_its_bytes_and_words_at_the_upgrade(old: Database) -> None:
    _upgrade_to(old, "0012")
    for name, state in (("h1", "discarded"), ("h2", "returned"), ("h3", "sending")):
        row = hold_row(held_mail(name), RAW + name.encode())
        _insert(old, "hold", row | {"state": state, "held_at": int(held_mail().held_at.timestamp())})
    upgrade(old)
    holds = StoredHolds(old)
    kept = {hold.id: (holds.raw(hold.id), hold.subject, hold.verdict.reasons[0].span) for hold in holds.list()}
    whole = (RAW + b"h3", "Sobre el pedido", held_mail().verdict.reasons[0].span)
    assert kept == {"h1": (b"", "", ""), "h2": (b"", "", ""), "h3": whole}
