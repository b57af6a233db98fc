"""Which clients changed hands of late."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol


class Handovers(Protocol):
    """The changes of owner that records told."""

    def between(self, since: datetime, until: datetime) -> Mapping[int, datetime]:
        """Return by client when it last got another owner after one moment and up to another; none without any."""
        ...
