"""What is known of the people at clients: who speaks for them, and whose address leads nowhere any more."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from guardian.domain.voices import Sign, Voice


class ContactNews(Protocol):
    """The people of all clients, by client id."""

    def voices(self, *, until: datetime) -> Mapping[int, Sequence[Voice]]:
        """Return who wrote to us for each client up to a moment, in words of their own."""
        ...

    def signs(self, *, until: datetime) -> Mapping[int, Sequence[Sign]]:
        """Return what was learnt about the addresses of each client up to a moment, oldest first."""
        ...
