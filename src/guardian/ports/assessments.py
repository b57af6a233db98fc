"""Keeping what ageing said, so that digests can tell what is new."""

from collections.abc import Mapping, Sequence
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

    def showings(self, rep: str, since: date) -> Mapping[int, Sequence[date]]:
        """Return on which days, ascending, this rep's digests showed each client since a day."""
        ...


class RollupLog(Protocol):
    """Which managers got their roll-up of a week; a week is named by its Monday."""

    def was_sent(self, manager: str, week: date) -> bool:
        """Say whether this manager's roll-up of this week went out."""
        ...

    def mark_sent(self, manager: str, week: date, *, at: datetime) -> None:
        """Remember that it did."""
        ...
