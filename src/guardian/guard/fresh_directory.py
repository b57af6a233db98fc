"""The directory as a file that one process makes anew and all others read, mapped and shared."""

import contextlib
import glob
import mmap
import os
import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from guardian.guard.address_table import AddressTable, build_table
from guardian.guard.fresh_lists import FreshLists
from guardian.ports.clock import Clock

LOOK_AGAIN = timedelta(seconds=1)
_LOG = structlog.get_logger()


def write_directory(path: Path, rows: Iterable[tuple[str, str]], *, now: datetime) -> int:
    """Write the clients' addresses and `@domain`s into a file, in one step for its readers; return its bytes."""
    table = build_table(rows, now=now)
    # A draft of one's own: at a reload two processes may write at once, and half a directory would hide clients.
    draft = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}.new")
    try:
        with draft.open("wb") as file:
            file.write(table)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    for left_behind in path.parent.glob(f"{glob.escape(path.name)}.*.new"):
        _forget_if_old(left_behind, now)
    return len(table)


def _forget_if_old(draft: Path, now: datetime) -> None:
    """Remove what a killed process left; nobody writes for an hour."""
    with contextlib.suppress(FileNotFoundError):
        if now.timestamp() - draft.stat().st_mtime > 3600:
            draft.unlink()


class FreshDirectory:
    """Answers from the newest file; without one, or when its age is more than `stale_after` either way, cautious.

    `lists` are the files of our lists; UserError when one cannot be read.
    """

    def __init__(
        self,
        path: Path,
        *,
        own_domains: Collection[str],
        clock: Clock,
        stale_after: timedelta,
        lists: Sequence[Path] = (),
    ) -> None:
        self._path = path
        self._clock = clock
        self._stale_after = stale_after
        self._table: AddressTable | None = None
        self._version: tuple[int, int] | None = None
        self._looked_at: datetime | None = None
        self._unreadable = False
        self._lists = FreshLists(lists, own_domains=own_domains, clock=clock, look_up=self._look_up)

    @property
    def cautious(self) -> bool:
        """True when the snapshot is stale, so that every unknown outside domain counts as a client."""
        self._refresh()
        return self._table is None or abs(self._clock.now() - self._table.made_at) > self._stale_after

    def is_own(self, address: str) -> bool:
        """Say whether a normalised address is one of ours."""
        return self._lists.known.is_own(address)

    def client_of(self, address: str) -> str | None:
        """Return the name of the client a normalised address belongs to (by address, or by domain), or None."""
        self._refresh()
        return self._lists.known.client_of(address)

    def expand(self, address: str) -> tuple[str, ...]:
        """Return the members of one of our lists or aliases; the address itself when it is none."""
        return self._lists.known.expand(address)

    def namesakes(self, address: str) -> tuple[str, ...]:
        """Return every address that is known to lead to the same person, the one asked about among them."""
        return self._lists.known.namesakes(address)

    def look_at_lists(self) -> None:
        """Take up what is new in the files of our lists; no answer does so by itself, for that may take a while."""
        self._lists.look()

    def _look_up(self, key: str) -> str | None:
        return None if self._table is None else self._table.get(key)

    def _refresh(self) -> None:
        now = self._clock.now()
        if self._looked_at is not None and timedelta() <= now - self._looked_at < LOOK_AGAIN:
            return
        self._looked_at = now
        try:
            with self._path.open("rb") as file:
                status = os.fstat(file.fileno())
                if (version := (status.st_ino, status.st_mtime_ns)) != self._version:
                    mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
                    self._table, self._version = AddressTable(memoryview(mapped)), version
        except (OSError, ValueError) as problem:
            if not self._unreadable:
                _LOG.warning("guard.directory_unreadable", why=str(problem))
            self._unreadable, self._version = True, None
        else:
            self._unreadable = False
