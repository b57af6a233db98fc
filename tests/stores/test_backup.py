"""A copy of the database is whole, or is not there."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select

from guardian.domain.errors import UserError
from guardian.settings import Settings
from guardian.storage import tables
from guardian.storage.engine import Database, open_database
from guardian.storage.snapshot import backup
from guardian.storage.timelines import StoredTimelines
from guardian.wiring.tenant import Tenant
from tests.stores.world import World

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@on_sqlite
def test_a_copy_holds_everything_and_stands_alone(database: Database, tmp_path: Path) -> None:
    with database.writing() as connection:
        World(connection).client("Kept")
    (tmp_path / "copies").mkdir()
    target = tmp_path / "copies" / "guardian.db"
    backup(database, target)
    assert [one.name for one in target.parent.iterdir()] == ["guardian.db"]
    assert target.stat().st_mode & 0o777 == 0o600
    copy = open_database(f"sqlite:///{target}")
    assert [one.name for one in StoredTimelines(copy).clients()] == ["Kept"]
    copy.engine.dispose()


@on_sqlite
def test_a_copy_made_while_others_write_is_of_one_moment(database: Database, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with database.writing() as connection:
                world = World(connection)
                client = world.client(f"C{number}", id=number, ref=f"domain:c{number}")
                connection.execute(
                    tables.client_domain.insert().values(domain=f"c{number}", client_id=client, origin="crm")
                )

    writer = threading.Thread(target=write)
    writer.start()
    for number in range(5):
        backup(database, tmp_path / f"copy{number}.db")
    stop.set()
    writer.join()
    for number in range(5):
        copy = open_database(f"sqlite:///{tmp_path / f'copy{number}.db'}")
        with copy.reading() as connection:
            clients, domains = (
                connection.scalar(select(func.count()).select_from(one))
                for one in (tables.client, tables.client_domain)
            )
            assert clients == domains
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        copy.engine.dispose()


def test_a_copy_can_be_made_before_an_upgrade(tmp_path: Path) -> None:
    tenant = Tenant(Settings(database_url=f"sqlite:///{tmp_path / 'guardian.db'}"))
    tenant.upgrade_database()
    with tenant.bare_database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    tenant.backup_database(tmp_path / "copy.db")
    assert (tmp_path / "copy.db").stat().st_size
    tenant.bare_database.engine.dispose()


def test_no_copy_is_made_of_a_database_that_is_not_there(tmp_path: Path) -> None:
    away = open_database(f"sqlite:///{tmp_path / 'guardian.db'}")
    with pytest.raises(UserError, match="no database at"):
        backup(away, tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


@on_sqlite
def test_a_copy_never_replaces_a_file(database: Database, tmp_path: Path) -> None:
    target = tmp_path / "old.db"
    target.write_bytes(b"precious")
    with pytest.raises(UserError, match="exists already"):
        backup(database, target)
    assert target.read_bytes() == b"precious"
    with pytest.raises(UserError, match="does not exist"):
        backup(database, tmp_path / "nowhere" / "x.db")


@on_sqlite
def test_a_copy_that_fails_leaves_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UserError, match="No space left"):
        backup(database, tmp_path / "copy.db")
    assert not list(tmp_path.glob("copy*"))


@on_postgresql
def test_on_postgresql_the_command_that_makes_a_copy_is_named(database: Database, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="pg_dump --format=custom") as told:
        backup(database, tmp_path / "my copy.dump")
    command = str(told.value)
    assert f"'{tmp_path}/my copy.dump'" in command
    assert "+psycopg" not in command
    assert database.engine.url.database is not None
    assert database.engine.url.database in command
    assert not list(tmp_path.iterdir())


def test_a_password_is_never_shown(tmp_path: Path) -> None:
    database = open_database("postgresql+psycopg://guardian:geheim@db.example/guardian")
    with pytest.raises(UserError) as told:
        backup(database, tmp_path / "x")
    assert "geheim" not in str(told.value)
    assert "postgresql://guardian@db.example/guardian" in str(told.value)
