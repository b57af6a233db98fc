"""What an SQLite file and its disk are like: whether others may read it, and whether the database can still grow."""

import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path

from sqlalchemy import text

from guardian.domain.errors import OutOfRoom, TryLater
from guardian.storage.engine import Database, translated

TRIED = 4 << 20  # bytes that are written, and taken back
LEAST = 64 << 20  # free bytes on the disk of an SQLite file; a night's log beside it takes some of them


def check_room(database: Database) -> None:
    """Let the database grow by 4 MiB and take that back; OutOfRoom where it cannot, or its disk is nearly full.

    A database that somebody else is writing to has room.
    """
    path = Path(database.engine.url.database or "") if database.is_sqlite else None
    if path is not None:
        left = shutil.disk_usage(path.resolve().parent).free
        if left < LEAST:
            raise OutOfRoom(
                f"The disk is full but for {left >> 20} MB: make room where the database lies; nothing that was"
                " stored is lost."
            )
        if not path.is_file():
            return  # not made yet
    with suppress(TryLater):
        _grow(database)


def open_to_others(database: Database) -> list[Path]:
    """Return the files of an SQLite database that any account of this machine may read or write."""
    if not database.is_sqlite:
        return []
    beside = [Path(f"{database.engine.url.database}{ending}") for ending in ("", "-wal", "-shm")]
    return [one for one in beside if one.is_file() and one.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH)]


def _grow(database: Database) -> None:
    with translated(), database.engine.connect() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            connection.execute(text("CREATE TABLE guardian_room (filling TEXT)"))
            # Of random digits, which no database compresses to nothing.
            connection.execute(
                text("INSERT INTO guardian_room VALUES (:filling)"), {"filling": os.urandom(TRIED // 2).hex()}
            )
        finally:
            connection.rollback()
