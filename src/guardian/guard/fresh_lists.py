"""Our lists and aliases as the mail server's files tell them now."""

from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from pathlib import Path

import structlog

from guardian.domain.errors import UserError
from guardian.guard.directory import SnapshotDirectory
from guardian.guard.list_files import Version, read_lists, version_of
from guardian.ports.clock import Clock

LOOK_AGAIN = timedelta(seconds=1)
AT_REST = timedelta(seconds=2)  # half a list would hide clients: what was written only just now may not be whole
_LOG = structlog.get_logger()


class FreshLists:
    """Knows who is on our lists, as of the last look at their files.

    What was known stays known while a file cannot be read; UserError when that is so from the start.
    """

    def __init__(
        self,
        files: Iterable[Path],
        *,
        own_domains: Collection[str],
        clock: Clock,
        look_up: Callable[[str], str | None] | None = None,
    ) -> None:
        self._files = tuple(files)
        self._own_domains = own_domains
        self._clock = clock
        self._look_up = look_up
        self._unreadable = False
        self._looked_at = clock.now()
        self.known, self._versions = self._read()

    def look(self) -> None:
        """Read the files again if one has changed and none is being written."""
        now = self._clock.now()
        if timedelta() <= now - self._looked_at < LOOK_AGAIN:
            return
        self._looked_at = now
        versions = {path: version_of(path) for path in self._versions}
        if versions == self._versions:
            self._unreadable = False
            return
        written = (one.modified_ns / 1e9 for one in versions.values() if one is not None)
        if any(abs(now.timestamp() - moment) < AT_REST.total_seconds() for moment in written):
            return
        try:
            self.known, self._versions = self._read()
        except UserError as problem:
            if not self._unreadable:
                _LOG.warning("guard.lists_unreadable", why=str(problem))
            self._unreadable = True
        else:
            self._unreadable = False

    def _read(self) -> tuple[SnapshotDirectory, dict[Path, Version]]:
        read = read_lists(self._files)
        known = SnapshotDirectory(own_domains=self._own_domains, lists=read.members, look_up=self._look_up)
        return known, dict(read.versions)
