"""The tenant's secrets: kept in the database, sealed by a ring of keys that lies in a file or the environment."""

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from guardian.domain.errors import UserError
from guardian.ports.clock import Clock
from guardian.settings import Settings
from guardian.wiring.whole_files import write_another, write_whole

if TYPE_CHECKING:
    from guardian.storage import Database, KeptSecret, KeyRing, StoredSecrets

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,199}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """How many secrets are sealed anew, and the file with the ring until now; None where the environment has it."""

    count: int
    kept: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What `stored:NAME` stands for; the settings say where the key ring is."""

    settings: Settings
    open_database: "Callable[[], Database]"
    clock: Clock

    def get(self, name: str) -> str:
        """Return a secret; UserError when there is none, or no key opens it."""
        with self._ring_held(fcntl.LOCK_SH):
            found = self._store.get(name, self._ring())
        if found is None:
            raise UserError(f"No secret is called {name}; set it with `guardian secrets set {name}`.")
        return found

    def put(self, name: str, plain: str) -> None:
        """Keep a secret; the first one makes the key ring."""
        if not _NAME.fullmatch(name):
            raise UserError(f"{name!r} is no name for a secret; use letters, digits and . _ / - only.")
        if not plain:
            raise UserError("The secret is empty.")
        with self._ring_held(fcntl.LOCK_EX):
            self._store.put(name, plain, self._ring(make=True), now=self.clock.now())

    def remove(self, name: str) -> None:
        """Drop a secret; UserError when there is none."""
        if not self._store.remove(name):
            raise UserError(f"No secret is called {name}.")

    def list(self) -> "list[KeptSecret]":
        """Return which secrets there are."""
        return self._store.list()

    def rotate(self) -> Rotated:
        """Seal all secrets with a new key; the old ring is put aside, since only it opens what older backups hold.

        A ring in the environment cannot be written: there everything is sealed with its last key, which the
        administrator has added before. Wherever this is cut off, every secret still opens.
        """
        if self._file is None:
            return Rotated(count=self._store.reseal(self._ring()))
        with self._ring_held(fcntl.LOCK_EX):
            old, target = self._ring(), self._file.resolve()
            aside = target.with_name(f"{target.name}.until-{self.clock.now():%Y-%m-%d}")
            kept = write_another(aside, old.text().encode())
            wider = old.with_new_key()
            write_whole(self._file, wider.text().encode())
            count = self._store.reseal(wider)
            write_whole(self._file, wider.newest_only().text().encode())
        return Rotated(count=count, kept=kept)

    @property
    def _store(self) -> "StoredSecrets":
        from guardian.storage import StoredSecrets

        return StoredSecrets(self.open_database())

    @property
    def _file(self) -> Path | None:
        keys = self.settings.keys
        return self.settings.folder / keys.removeprefix("file:") if keys.startswith("file:") else None

    def _ring_held(self, how: int) -> AbstractContextManager[None]:
        """Keep the ring as it is while secrets are sealed with it or opened: no rotation drops a key meanwhile."""
        file = self._file
        return _turn(file.parent, how) if file is not None and file.parent.is_dir() else nullcontext()

    def _ring(self, *, make: bool = False) -> "KeyRing":
        from guardian.connector_registry import reveal
        from guardian.storage import new_ring, read_ring

        if make and self._file is not None and not self._file.exists() and not self.list():
            write_whole(self._file, new_ring().text().encode())
        return read_ring(str(reveal(self.settings.keys, self.settings.folder)))


@contextmanager
def _turn(folder: Path, how: int) -> Iterator[None]:
    """Wait for a folder's lock and hold it: on the folder itself, since a ring may lie where nothing can be made."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system without such locks: as good as it gets there
            fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)
