"""Putting a copy of the database back in its place, and finding out whether a database is whole."""

import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path
from shlex import quote

from sqlalchemy.engine import URL

from guardian.domain.errors import TryLater, UserError
from guardian.storage.engine import Database, open_database, translated
from guardian.storage.put_back import MARK, mark
from guardian.storage.restored import Settled, settle_restored
from guardian.storage.schema import schema_is_current

LOOK_S = 10.0  # how long a file is looked through
_LOGS = ("-wal", "-journal")  # what SQLite has written and not yet taken into the file
_OWN = "SELECT hash, at FROM tombstone"
_BOTH = "SELECT hash, at FROM tombstone UNION ALL SELECT hash, at FROM restored"
# Who was forgotten is read before everything goes; a database that is empty, or too damaged for it, tells nothing.
_CARRY = (
    "CREATE TEMP TABLE carried (hash bytea, at bigint);"
    " DO $do$ BEGIN INSERT INTO carried SELECT hash, at FROM public.tombstone;"
    " IF to_regclass($m$public.restored$m$) IS NOT NULL"
    " THEN INSERT INTO carried SELECT hash, at FROM public.restored; END IF; EXCEPTION WHEN OTHERS THEN"
    " RAISE WARNING USING MESSAGE ="
    " $m$It cannot be read here who was forgotten since the copy was made: forget them again.$m$;"
    " END $do$;"
)
_EMPTY = "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC;"
_MARK = (
    "CREATE TABLE IF NOT EXISTS public.restored (hash bytea, at bigint);"
    " INSERT INTO public.restored SELECT hash, at FROM pg_temp.carried;"
)
# Whoever has an SQLite file with a log beside it open holds a lock on these bytes of it.
_SHARED_AT, _SHARED_BYTES = 0x4000_0002, 510


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """Where the database lies now that was replaced (None: there was none), and whether it told who was forgotten.

    `settled` is what was done with the copy, None where an upgrade comes first.
    """

    kept: Path | None
    told_forgotten: bool
    settled: Settled | None


def restore(database: Database, path: Path, *, now: datetime) -> Restored:
    """Put a copy that `backup` made in the place of the database, whole or not at all.

    Held mail that the copy has open is left to people, and whoever was forgotten since it was made is forgotten
    again (`settle_restored`). UserError when the copy is damaged or none of Guardian's, while somebody has the
    database open, and on PostgreSQL, with the command that does it there.
    """
    if not database.is_sqlite:
        raise UserError(
            f"PostgreSQL restores itself: run `{_pg_restore(database, path)}`; it is restored when the last word is"
            " COMMIT."
        )
    target = Path(os.path.realpath(database.engine.url.database or ""))
    _refuse_what_is_no_file(path, target)
    database.engine.dispose()
    unfinished = _beside(target, ".unfinished")
    try:
        _remove(unfinished)  # the log of one that was killed here would be written over the copy
        _copy(path, unfinished, like=target)
        _refuse_what_is_no_copy(unfinished, path)
        with _nobody_at(target):
            pass  # what comes now may take minutes, and cannot have the lock: to close the file would let go of it
        forgotten = _tombstones(target)
        settled = _settle(unfinished, forgotten or (), now)
        with _nobody_at(target):
            kept = _replace(target, unfinished)
        return Restored(kept=kept, told_forgotten=forgotten is not None, settled=settled)
    except OSError as refused:
        raise UserError(f"The copy cannot be put to {target}: {refused.strerror}.") from refused
    finally:
        _remove(unfinished)


def find_damage(database: Database, *, seconds: float = LOOK_S) -> str | None:
    """Return what is damaged in an SQLite file, empty for nothing; None where looking takes longer than allowed."""
    over = threading.Event()
    with translated(), database.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert isinstance(raw, sqlite3.Connection)

        def interrupt() -> None:
            over.set()
            raw.interrupt()

        timer = threading.Timer(seconds, interrupt)
        timer.start()
        try:
            said = _first_damage(raw)
        except sqlite3.OperationalError as wrong:
            if over.is_set():
                return None
            raise TryLater(f"The database does not answer now: {wrong}.") from wrong
        finally:
            timer.cancel()
            timer.join()
    return None if over.is_set() else said


def _refuse_what_is_no_file(path: Path, target: Path) -> None:
    if not path.is_file():
        raise UserError(f"There is no file {path}; name one that `guardian db backup` wrote.")
    if target.exists() and path.samefile(target):
        raise UserError(f"{path} is the database itself; name a copy of it.")
    log = _beside(path, "-wal")
    if log.exists() and log.stat().st_size:
        raise UserError(f"{log} holds what {path} lacks; name a copy that `guardian db backup` made.")


def _copy(path: Path, unfinished: Path, *, like: Path) -> None:
    """Write a copy that only its owner may read: whoever owns what it replaces."""
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as written, path.open("rb") as given:
        shutil.copyfileobj(given, written, 1 << 20)
        written.flush()
        os.fsync(written.fileno())
    owner = (like if like.exists() else like.parent).stat()
    with suppress(PermissionError):  # who is not root owns both, or is told by the files' modes
        os.chown(unfinished, owner.st_uid, owner.st_gid)


def _refuse_what_is_no_copy(unfinished: Path, path: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{unfinished.as_uri()}?immutable=1", uri=True)) as copy:
            damage = _first_damage(copy)
            ours = copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    except sqlite3.DatabaseError as wrong:
        raise UserError(f"{path} is no database, or is damaged ({wrong}); name another copy.") from wrong
    if damage:
        raise UserError(f"{path} is damaged ({damage}); name another copy.")
    if not ours:
        raise UserError(f"{path} is no database of Guardian's; name a file that `guardian db backup` wrote.")


def _tombstones(target: Path) -> Sequence[tuple[bytes, datetime]] | None:
    """Return whom a database's tombstones name, and since when; None where it cannot be read, or is gone.

    One that was put back itself, and never settled, has those of the one before it in its mark.
    """
    try:
        with closing(sqlite3.connect(f"{target.as_uri()}?mode=ro", uri=True)) as there:  # which changes nothing there
            marked = there.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (MARK.name,)).fetchone()
            return [(one, datetime.fromtimestamp(at, UTC)) for one, at in there.execute(_BOTH if marked else _OWN)]
    except sqlite3.Error:
        return None


def _settle(unfinished: Path, forgotten: Sequence[tuple[bytes, datetime]], now: datetime) -> Settled | None:
    """Mark a copy as put back, and do what it needs as such, where its tables are this version's."""
    copy = open_database(URL.create("sqlite", database=str(unfinished)).render_as_string())
    try:
        with copy.writing(durable=True) as connection:
            mark(connection, forgotten)
        settled = settle_restored(copy, now=now) if schema_is_current(copy) else None
    finally:
        copy.engine.dispose()  # which takes its log into the file
    with unfinished.open("rb+") as written:
        os.fsync(written.fileno())
    return settled


def _first_damage(connection: sqlite3.Connection) -> str:
    """Return the first fault that SQLite finds, empty for none."""
    try:
        said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as damaged:
        return str(damaged)
    return "" if said == "ok" else " ".join(said.split())


@contextmanager
def _nobody_at(target: Path) -> Iterator[None]:
    """Keep everybody from opening a database; UserError where somebody has it open.

    Nothing of this process may have: to close the file would let go of its locks.
    """
    import fcntl  # POSIX only, like the gateway

    if not target.exists():
        yield
        return
    handle = os.open(target, os.O_RDWR)
    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, _SHARED_BYTES, _SHARED_AT)
    except OSError as taken:
        os.close(handle)
        raise UserError(
            "Somebody has the database open: stop the gateway, the console, the worker and whatever else of"
            " Guardian's runs, then run this again."
        ) from taken
    try:
        yield
    finally:
        os.close(handle)


def _replace(target: Path, new: Path) -> Path | None:
    """Put a file in a database's place, and return where that one lies now.

    None of the old one's logs stays: SQLite would replay them over the new one.
    """
    kept = _set_aside(target)
    for ending in (*_LOGS, "-shm", "-parts"):
        _beside(target, ending).unlink(missing_ok=True)
    new.replace(target)
    _write_names(target.parent)
    return kept


def _set_aside(target: Path) -> Path | None:
    """Give a database another name: mail that was held since the copy was made is nowhere else.

    Its logs are copied first, so that wherever this breaks off, the database has them beside it.
    """
    free = _free_name(target)
    try:
        for ending in _LOGS:
            if _beside(target, ending).exists():
                _copy(_beside(target, ending), _beside(free, ending), like=target)
        _write_names(target.parent)
        if target.exists():
            target.rename(free)
    except OSError:
        for ending in _LOGS:
            _beside(free, ending).unlink(missing_ok=True)
        raise
    _write_names(target.parent)
    return next((one for ending in ("", *_LOGS) if (one := _beside(free, ending)).exists()), None)


def _free_name(path: Path) -> Path:
    """Return a name beside a file under which nothing was kept yet."""
    numbered = (_beside(path, f".replaced.{number}") for number in count(2))
    names = chain([_beside(path, ".replaced")], numbered)
    return next(one for one in names if not any(_beside(one, ending).exists() for ending in ("", *_LOGS)))


def _remove(path: Path) -> None:
    for ending in ("", *_LOGS, "-shm"):
        _beside(path, ending).unlink(missing_ok=True)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _write_names(folder: Path) -> None:
    """Have the disk know what files are called now."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _pg_restore(database: Database, path: Path) -> str:
    """Return the shell's command that keeps what is there beside the copy, and puts the copy in its place.

    Tables that came later refer to older ones, so that all of them have to go first. Only the last word stores
    anything: where reading the copy breaks off, nothing has changed. What it marks is settled by the next upgrade.
    """
    of = database.engine.url
    url = URL.create("postgresql", of.username, None, of.host, of.port, of.database, of.query)
    where = quote(url.render_as_string())
    return (
        f"pg_dump --format=custom --file={quote(str(_free_name(path)))} {where} &&"
        f" {{ echo 'BEGIN; {_CARRY} {_EMPTY}' && pg_restore --file=- {quote(str(path))} &&"
        f" echo '{_MARK} COMMIT;'; }} |"
        f" psql --no-psqlrc --set=ON_ERROR_STOP=1 {where}"
    )
