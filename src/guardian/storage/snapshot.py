"""Copying the database while it is in use."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from shlex import quote

from sqlalchemy.engine import URL

from guardian.domain.errors import UserError
from guardian.storage.engine import Database


def backup(database: Database, path: Path) -> None:
    """Write a whole, consistent copy of the database to a new file, readable by its owner only.

    It appears under its name only once it is complete and on the disk. UserError when the file exists, its folder or
    the database does not, and on PostgreSQL, with the command that makes a copy there.
    """
    if not database.is_sqlite:
        raise UserError(f"PostgreSQL copies itself: run `{_pg_dump(database, path)}`.")
    place = Path(database.engine.url.database or "")
    if not place.is_file():
        raise UserError(f"There is no database at {place} yet; run `guardian db upgrade` to make it.")
    if path.exists():
        raise UserError(f"{path} exists already; name a new file for the copy.")
    if not path.parent.is_dir():
        raise UserError(f"The folder {path.parent} does not exist; make it first.")
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        _copy(database, unfinished)
        unfinished.rename(path)
    except (OSError, sqlite3.OperationalError) as refused:
        unfinished.unlink(missing_ok=True)
        raise UserError(f"The copy cannot be written to {path}: {refused}.") from refused


def _copy(database: Database, path: Path) -> None:
    path.touch(mode=0o600, exist_ok=False)
    with database.reading() as connection, closing(sqlite3.connect(path)) as copy:
        source = connection.connection.dbapi_connection
        assert isinstance(source, sqlite3.Connection)
        source.backup(copy)  # in one step: with a log beside the file this delays no writer, and none restarts it
        # A copy is one file: without this it would come to life with a log beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
    with path.open("rb") as written:
        os.fsync(written.fileno())


def _pg_dump(database: Database, path: Path) -> str:
    of = database.engine.url
    url = URL.create("postgresql", of.username, None, of.host, of.port, of.database, of.query)
    return f"pg_dump --format=custom --file={quote(str(path))} {quote(url.render_as_string())}"
