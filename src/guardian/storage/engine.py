"""Opening the database: SQLite for one machine, PostgreSQL by URL; the rest of storage need not care which."""

import os
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError, ProgrammingError

from guardian.domain.errors import OutOfRoom, TryLater, UserError

BUSY_MS = 30_000  # how long a second writer waits for SQLite's one write lock
CACHE_KB = (
    16_384  # of SQLite, for each connection; four times as much makes a first sync of a million mails 6 % faster
)
WRITERS_LOCK = 0x67756172  # any number that no other program on the server uses as an advisory lock
CONNECT_S = 10  # PostgreSQL that does not answer at all
# What only a person mends, as drivers and servers word it; whatever else goes wrong, networks and servers get over.
_LASTING = re.compile(
    r"authentication failed|no password supplied|not permitted to log in|no pg_hba|permission denied"
    r"|(?:database|role|file|user) \".*\" does not exist|no existe (?:la base de datos|el rol)|falló la autenti"
    r"|autenti\w+ \S* ?falló|does not support ssl|certificate|invalid \w+ value|invalid port"
    r"|unable to open database|readonly database|syntax error"
    r"|no such (?:table|column|function|index)|has no column",
    re.IGNORECASE,
)
# PostgreSQL reports these like faults of a statement; since version 15 only a database's owner may make tables in it.
_RIGHTS = re.compile(
    r"permission denied|must be (?:owner|superuser)|no schema has been selected|permiso denegado|debe ser dueño",
    re.IGNORECASE,
)
_DRIVERS = frozenset({"sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"})
_NO_ADDRESS = (
    "database_url is no database address; write sqlite:///FILE or postgresql+psycopg://…, and in its password"
    " %40 for @, %3A for : and %2F for /."
)
_DAMAGED = ("not a database", "malformed", "invalid page", "could not read block")
_FULL = ("is full", "no space left", "disk quota exceeded")


@dataclass(frozen=True, slots=True)
class Database:
    """An open database; `reading` and `writing` give connections."""

    engine: Engine
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @property
    def is_sqlite(self) -> bool:
        """Say whether it is a file on this machine."""
        return self.engine.dialect.name == "sqlite"

    @property
    def conninfo(self) -> str | None:
        """The address as PostgreSQL's own programs write it; None for SQLite."""
        url = self.engine.url
        return None if self.is_sqlite else url.set(drivername="postgresql").render_as_string(hide_password=False)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection for queries."""
        with translated(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(
        self, *, durable: bool = False, alone: bool = False, repeatable: bool = False
    ) -> Iterator[Connection]:
        """Yield a connection inside one transaction: all of it is stored, or nothing.

        `durable` waits until the disk has it (SQLite otherwise waits at checkpoints only; PostgreSQL always does,
        except for what is `repeatable`: a power cut may take the last of it back, whole and in order).
        `alone` waits until no other such transaction runs (SQLite has one writer at a time anyhow).
        """
        # This process's own writers wait here for each other: fairly, and without a connection each.
        turn = self._turn if alone or self.is_sqlite else nullcontext()
        with turn, translated(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
                # Take the write lock now: turning a read lock into one later fails where another writer was faster.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            elif alone:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS_LOCK})")
            if repeatable and not self.is_sqlite:
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            yield connection
            connection.commit()


def open_database(url: str) -> Database:
    """Return the database of a URL; UserError when the URL, its folder or its driver is wrong."""
    parsed = _parse(url)
    try:
        # Parameters are what people wrote; they must not get into logs by way of an error's text.
        engine = create_engine(parsed, hide_parameters=True, **_manners(parsed))
        engine.dialect.create_connect_args(parsed)  # reads what stands behind the question mark
    except (ArgumentError, ValueError):
        raise UserError(_NO_ADDRESS) from None
    except ModuleNotFoundError as wrong:
        raise UserError(
            "PostgreSQL needs its driver; install it with `pip install client-guardian[postgres]`."
        ) from wrong
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "do_connect", _make_private)
        event.listen(engine, "connect", _prepare_sqlite)
    return Database(engine)


def _manners(url: URL) -> dict[str, Any]:
    """Return how to deal with a server: not to wait for ever for it, and to notice that it was started anew."""
    if url.get_backend_name() != "postgresql":
        return {}
    patience = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_S}
    return {"connect_args": patience, "pool_pre_ping": True}


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # whose text may hold a part of the password
        raise UserError(_NO_ADDRESS) from None
    if parsed.drivername not in _DRIVERS:
        raise UserError(f"database_url: {parsed.drivername} is not known; use sqlite or postgresql+psycopg.")
    if parsed.drivername == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        folder = Path(parsed.database).resolve().parent
        if not folder.is_dir():
            raise UserError(f"database_url: the folder {folder} does not exist; make it first.")
    return parsed


def _make_private(_dialect: Any, _record: Any, arguments: Sequence[Any], named: Mapping[str, Any]) -> None:
    """Make a file that is missing so that only this user may read it; what SQLite puts beside it inherits that."""
    path = str(arguments[0])
    if path == ":memory:" or named.get("uri"):
        return
    # One that is there is never opened here: to close it would let go of the locks that SQLite holds on it.
    with suppress(OSError):  # SQLite says what is wrong with the place
        os.close(os.open(os.path.realpath(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # Transactions are begun by us (BEGIN IMMEDIATE), not by the driver's guess at the first write.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", f"busy_timeout={BUSY_MS}", "foreign_keys=ON", f"cache_size=-{CACHE_KB}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the database says into who has to act."""
    try:
        yield
    except DatabaseError as wrong:
        text = str(wrong.orig).strip().splitlines()[0] if wrong.orig else "no answer"
        if any(word in text.lower() for word in _FULL):
            raise OutOfRoom(
                "The disk is full: make room where the database lies, then run this again; nothing that was stored"
                " is lost."
            ) from wrong
        operational = isinstance(wrong, OperationalError)
        if operational or type(wrong) is DatabaseError:  # just that is what SQLite says of a file that is none
            if any(word in text.lower() for word in _DAMAGED):
                raise UserError(
                    f"The database is damaged, or is none ({text}); restore a backup of it"
                    " with `guardian db restore FILE`."
                ) from wrong
            if _LASTING.search(text):
                raise UserError(f"The database cannot be used: {text}.") from wrong
        if isinstance(wrong, ProgrammingError) and text.startswith("invalid connection option"):
            raise UserError(f"The database cannot be used: {text} in database_url.") from wrong
        if isinstance(wrong, ProgrammingError) and _RIGHTS.search(text):
            raise UserError(
                f"The database cannot be used: {text}; make its user the owner"
                " (`ALTER DATABASE NAME OWNER TO USER`, typed by an administrator of the server)."
            ) from wrong
        if operational:
            raise TryLater(f"The database does not answer now: {text}.") from wrong
        raise
