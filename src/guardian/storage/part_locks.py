"""Who is at which part: a lock that all processes on one database see, and that a dead process lets go of.

The queue already gives a mailbox to one job at a time; this also keeps apart what the queue does not know of:
`guardian sync` beside a worker, and a worker that is still alive though it was believed dead.
"""

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from guardian.storage.engine import Database, translated

# On a network that vanishes without a word the server lets go after a minute, not after its two hours.
_KEEP_ALIVE = "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"


class _Keys(Protocol):
    """Locks by number that other processes see; one thread at a time."""

    def take(self, number: int) -> bool: ...

    def let_go(self, number: int) -> None: ...

    def close(self) -> None: ...


class PartLocks:
    """The locks of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._url = database.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def taking(self, name: str) -> Iterator[bool]:
        """Hold a lock for as long as the block lasts; False when somebody else holds it."""
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") >> 2
        with _guard, translated():
            ring = _rings.get(self._url)
            if ring is None:
                ring = _rings[self._url] = _Ring(self._keys())
            taken = ring.take(number)
        try:
            yield taken
        finally:
            with _guard:
                if taken:
                    ring.let_go(number)
                if not ring.held and _rings.get(self._url) is ring:
                    ring.keys.close()
                    del _rings[self._url]

    def _keys(self) -> _Keys:
        return _FileKeys(self._database.engine.url.database) if self._database.is_sqlite else _Session(self._engine)

    @property
    def _engine(self) -> Engine:
        return self._database.engine


class _Ring:
    """What this process holds: neither kind of key tells its threads apart."""

    def __init__(self, keys: _Keys) -> None:
        self.keys, self.held = keys, set[int]()

    def take(self, number: int) -> bool:
        if number in self.held or not self.keys.take(number):
            return False
        self.held.add(number)
        return True

    def let_go(self, number: int) -> None:
        self.held.discard(number)
        self.keys.let_go(number)


class _Session:
    """PostgreSQL's advisory locks, on the one connection whose life is theirs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def take(self, number: int) -> bool:
        if self._connection is None or self._connection.closed or self._connection.invalidated:
            self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._connection.exec_driver_sql(_KEEP_ALIVE)
        return bool(self._connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({number})").scalar())

    def let_go(self, number: int) -> None:
        if self._connection is not None:
            with suppress(DBAPIError):  # a connection that broke has let go of everything
                self._connection.exec_driver_sql(f"SELECT pg_advisory_unlock({number})")

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()


class _FileKeys:
    """Bytes of a file beside the database; no file for a database in memory, which no other process sees."""

    def __init__(self, path: str | None) -> None:
        self._file = os.open(f"{path}-parts", os.O_RDWR | os.O_CREAT, 0o600) if path and path != ":memory:" else None

    def take(self, number: int) -> bool:
        if self._file is None:
            return True
        import fcntl  # POSIX only, like the gateway

        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
        except OSError:
            return False
        return True

    def let_go(self, number: int) -> None:
        if self._file is not None:
            import fcntl

            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, number)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)


_guard = threading.Lock()
_rings: dict[str, _Ring] = {}  # by database, as long as anything is held
