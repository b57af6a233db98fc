"""How many people we know at each client: with only one, the client leaves with him."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol


class Breadth(Protocol):
    """Counts the people outside."""

    def people(self, *, since: datetime, until: datetime) -> Mapping[int, int]:
        """Return by client how many of its people took part in anything in this time; none without any."""
        ...
