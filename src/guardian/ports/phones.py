"""By which number to call whom we write to."""

from collections.abc import Collection, Mapping
from typing import Protocol


class Phones(Protocol):
    """The phone numbers of the people outside, as records tell them."""

    def of(self, addresses: Collection[str]) -> Mapping[str, str]:
        """Return a number of the person behind each of these mail addresses; nothing for whom none is known."""
        ...
