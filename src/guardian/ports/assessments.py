"""Keeping what ageing said, so that digests can tell what is new."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from guardian.domain.standing import Assessment


class Assessments(Protocol):
    """The last assessments, one a client and day."""

    def keep(self, assessments: Sequence[Assessment], *, at: datetime) -> None:
        """Store the standing of every client as of a moment, replacing those of the same day."""
        ...

    def latest(self, *, until: datetime) -> Sequence[Assessment]:
        """Return each client's last standing kept up to a moment."""
        ...


class DigestLog(Protocol):
    """Which digests went out, so that a re-run sends nothing twice."""

    def was_sent(self, rep: str, day: date) -> bool:
        """Say whether this rep's digest of this day went out."""
        ...

    def mark_sent(self, rep: str, day: date, client_ids: Sequence[int], *, at: datetime) -> None:
        """Remember that it did, and which clients it showed."""
        ...

    def shown_since(self, rep: str, since: date) -> frozenset[int]:
        """Return the clients that this rep's digests showed since a day."""
        ...
