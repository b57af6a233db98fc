"""By which name to call whom we write to."""

from collections.abc import Collection, Mapping
from typing import Protocol


class Names(Protocol):
    """The names of the people outside, as records tell them."""

    def of(self, addresses: Collection[str]) -> Mapping[str, str]:
        """Return the name of the person behind each of these mail addresses; nothing for whom none is known."""
        ...
