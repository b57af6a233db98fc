"""A tenant's store on SQLite, and syncing lists into it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from guardian.ports.connector import Connector
from guardian.storage import Database, SyncTables, open_database, upgrade
from guardian.sync import Connection, Ear, Rules, SyncSummary, Work, sync_here
from tests.sync.listening import PlainEar
from tests.sync.supplier import OWN, ListFeed, NoBars, StoppedClock, as_connector

Sync = Callable[..., SyncSummary]


def sync_into(
    database: Database, *feeds: ListFeed, name: str = "lists", full: bool = False, privacy: str = "full", rules: Rules
) -> SyncSummary:
    return sync_account(database, as_connector(*feeds), name=name, full=full, privacy=privacy, rules=rules)


def sync_account(
    database: Database,
    account: Connector,
    *,
    name: str = "lists",
    full: bool = False,
    privacy: str = "full",
    rules: Rules,
) -> SyncSummary:
    work = Work(
        connection=Connection(name=name, kind="list", open=lambda: account, privacy=privacy),
        store=SyncTables(database, rules.own_domains),
        rules=rules,
        clock=StoppedClock(),
        progress=NoBars(),
        full=full,
        ear=Ear(listener=PlainEar(), rules=rules),
    )
    return sync_here(work, at_once=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    """An empty database."""
    database = open_database(f"sqlite:///{tmp_path / 'guardian.db'}")
    upgrade(database)
    yield database
    database.engine.dispose()


@pytest.fixture
def sync(store: Database) -> Sync:
    """Sync feeds into the store."""

    def run(*feeds: ListFeed, rules: Rules | None = None, **more: object) -> SyncSummary:
        return sync_into(store, *feeds, rules=rules or Rules(own_domains=OWN), **more)  # type: ignore[arg-type]

    return run
