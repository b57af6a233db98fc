"""A disk that is full is told from a database that is wrong, whichever database it is."""

import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from sqlalchemy import event, inspect
from sqlalchemy.exc import OperationalError

from guardian.domain.errors import OutOfRoom, UserError
from guardian.storage import check_room, open_database
from guardian.storage.engine import Database, translated
from guardian.storage.room import LEAST


@pytest.mark.parametrize(
    "said",
    [
        "database or disk is full",
        'could not extend file "base/16384/16403": No space left on device\nHINT:  Check free disk space.',
        'could not write to file "pg_wal/xlogtemp.71": Disk quota exceeded',
    ],
)
def test_a_full_disk_is_named_as_such(said: str) -> None:
    with pytest.raises(OutOfRoom, match="make room") as full, translated():
        raise OperationalError("INSERT", None, Exception(said))
    assert "\n" not in str(full.value)


def test_what_else_is_wrong_is_not_called_a_full_disk() -> None:
    with pytest.raises(UserError, match="cannot be used") as wrong, translated():
        raise OperationalError("INSERT", None, Exception("no such table: interaction"))
    assert not isinstance(wrong.value, OutOfRoom)


def test_finding_out_whether_there_is_room_leaves_nothing_behind(database: Database) -> None:
    before = inspect(database.engine).get_table_names()
    check_room(database)
    assert inspect(database.engine).get_table_names() == before
    with database.writing():  # somebody is writing, so there is room
        check_room(database)


on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@on_sqlite
def test_a_database_that_may_not_grow_any_more_is_told_before_a_night(database: Database) -> None:
    def small(connection, _record) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages}")

    database.engine.dispose()
    event.listen(database.engine, "connect", small)
    with pytest.raises(OutOfRoom, match="The disk is full"):
        check_room(database)


@on_sqlite
def test_a_disk_that_is_nearly_full_is_told_before_a_night(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, LEAST - 1))
    with pytest.raises(OutOfRoom, match="but for 63 MB"):
        check_room(database)


def test_looking_for_room_makes_no_database(tmp_path: Path) -> None:
    check_room(open_database(f"sqlite:///{tmp_path / 'none.db'}"))
    assert list(tmp_path.iterdir()) == []
