"""Which clients changed hands of late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A change of owner that the records told: when, whose the client was, and whose it became (None: nobody's)."""

    at: datetime
    was: str | None
    owner: str | None


class Handovers(Protocol):
    """The changes of owner that records told."""

    def between(self, since: datetime, until: datetime) -> Mapping[int, Sequence[Handover]]:
        """Return by client how its owner changed after one moment and up to another, oldest first."""
        ...
