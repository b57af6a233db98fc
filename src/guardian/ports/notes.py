"""Keeping what reps say about their clients by the links of their digests."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from guardian.domain.notes import Note


class Notes(Protocol):
    """The store of notes; `once` names the use of one link, whoever follows it and however often."""

    def tell(self, note: Note, *, once: str) -> bool:
        """Keep a note; False, and nothing kept, where this use has told one already."""
        ...

    def told(self, once: str) -> Note | None:
        """Return what a use has told, if it has and nobody took it back."""
        ...

    def take_back(self, once: str, *, at: datetime) -> bool:
        """Make a note count no longer from a moment on, and its link usable again; False where nothing was told."""
        ...

    def known(self, *, until: datetime) -> Sequence[Note]:
        """Return what had been said up to a moment and not been taken back by then, oldest first."""
        ...
