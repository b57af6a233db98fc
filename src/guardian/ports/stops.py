"""Keeping who wants no digest or no roll-up any more."""

from datetime import datetime
from typing import Protocol


class Stops(Protocol):
    """The mails that people have stopped, by sort (`digest`, `rollup`); people by address, whatever its case."""

    def stopped(self, sort: str) -> frozenset[str]:
        """Return who wants no mail of this sort."""
        ...

    def stop(self, address: str, sort: str, *, at: datetime) -> None:
        """Send somebody no more mail of this sort; said twice, it is said once."""
        ...

    def resume(self, address: str, sort: str) -> None:
        """Send it again; harmless where nothing was stopped."""
        ...
