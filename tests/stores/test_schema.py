"""The tables: migrating arrives at exactly the tables of this version, on both databases."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from guardian.domain.errors import TryLater, UserError
from guardian.storage.engine import Database, open_database
from guardian.storage.schema import refuse_if_outdated, schema_is_current, upgrade
from guardian.storage.tables import metadata


def test_migrating_arrives_at_the_tables_of_this_version(database: Database) -> None:
    with database.reading() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert differences == []


def test_upgrading_twice_is_harmless(database: Database) -> None:
    upgrade(database)
    assert schema_is_current(database)


def test_two_may_upgrade_at_once(server: Database) -> None:
    other, together = open_database(server.engine.url.render_as_string(hide_password=False)), Barrier(2, timeout=60)

    def upgrade_together(database: Database) -> None:
        with database.reading() as connection:
            connection.exec_driver_sql("SELECT 1")  # opened already, both begin at once
        together.wait()
        upgrade(database)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(upgrade_together, (server, other)))
    other.engine.dispose()
    assert schema_is_current(server)


def test_a_database_without_tables_is_refused_with_what_to_do(tmp_path: Path) -> None:
    empty = open_database(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(UserError, match="guardian db upgrade"):
        refuse_if_outdated(empty)


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("nonsense", "no database address"),
        ("oracle2://x", "is not known"),
        ("sqlite:////nowhere/at/all/guardian.db", "does not exist"),
    ],
)
def test_a_wrong_address_is_refused_in_one_sentence(url: str, complaint: str) -> None:
    with pytest.raises(UserError, match=complaint):
        open_database(url)


@pytest.mark.parametrize("where", ["u@/x?host={folder}", "u@127.0.0.1:1/x"])
def test_a_postgresql_that_is_away_is_for_later(tmp_path: Path, where: str) -> None:
    pytest.importorskip("psycopg", reason="the driver for PostgreSQL is not installed")
    away = open_database("postgresql+psycopg://" + where.format(folder=tmp_path))
    with pytest.raises(TryLater, match="does not answer now"), away.reading():
        pass
    away.engine.dispose()


def test_only_its_user_may_read_a_new_sqlite_database_and_what_lies_beside_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        database = open_database(f"sqlite:///{tmp_path / 'guardian.db'}")
        upgrade(database)
        modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(("guardian.db", "guardian.db-wal", "guardian.db-shm"), 0o600)
    database.engine.dispose()


def test_a_link_to_a_database_that_is_not_made_yet_leads_to_a_private_one(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "guardian.db")
    database = open_database(f"sqlite:///{tmp_path / 'link.db'}")
    upgrade(database)
    assert stat.S_IMODE((tmp_path / "guardian.db").stat().st_mode) == 0o600
    database.engine.dispose()
