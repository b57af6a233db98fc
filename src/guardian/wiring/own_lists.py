"""The tenant's own mailing lists and aliases."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from guardian.settings import Settings

if TYPE_CHECKING:
    from guardian.guard import FreshLists, SnapshotDirectory
    from guardian.wiring.tenant import Tenant

_LOOK_SECONDS = 2.0
_LOG = structlog.get_logger()


def list_files(settings: Settings) -> tuple[Path, ...]:
    """Return the files that tell our lists."""
    return tuple(settings.folder / name for name in settings.gateway.lists)


class OwnLists:
    """Who is on the tenant's lists, for a process that asks again and again and may have other settings each time."""

    def __init__(self) -> None:
        self._lists: FreshLists | None = None
        self._told: object = None

    def known(self, tenant: "Tenant") -> "SnapshotDirectory":
        """Return our own people, with the lists as they are now; UserError when a file never could be read."""
        from guardian.guard import FreshLists

        settings = tenant.settings
        told = list_files(settings), settings.own_domains
        if self._lists is None or told != self._told:
            lists = FreshLists(told[0], own_domains=told[1], clock=tenant.clock)
            self._lists, self._told = lists, told
        self._lists.look()
        return self._lists.known


class ListWatch:
    """Has the files of our lists looked at every other second in a thread of its own: no mail waits for a file."""

    def __init__(self, look: Callable[[], None]) -> None:
        self._look = look
        self._over = threading.Event()
        threading.Thread(target=self._watch, name="lists", daemon=True).start()

    def close(self) -> None:
        """Look no more."""
        self._over.set()

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            try:
                self._look()
            except Exception:  # noqa: BLE001 - what breaks here must reach the log, and end no later look
                _LOG.exception("gateway.lists_broke")
