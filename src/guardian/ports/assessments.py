"""Keeping what ageing said, so that digests can tell what is new."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from guardian.domain.standing import Assessment, State


class Assessments(Protocol):
    """The last assessments, one a client and day."""

    def keep(self, assessments: Sequence[Assessment], *, at: datetime) -> None:
        """Store the standing of every client as of a moment, replacing those of the same day."""
        ...

    def latest(self, *, until: datetime) -> Sequence[Assessment]:
        """Return each client's last standing kept up to a moment."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AsShown:
    """How a client stood when a digest showed it: its state, and the last word that waited for an answer.

    `state` is None where nobody kept it.
    """

    at: datetime
    state: State | None = None
    last_waiting: datetime | None = None


class DigestLog(Protocol):
    """Which digests went out, so that a re-run sends nothing twice."""

    def sending(self, rep: str, day: date) -> AbstractContextManager[bool]:
        """Hold the right to send this rep's digest of this day while the block lasts; False when another run does.

        It ends with the process that holds it, so that what a crash kept from going out goes out with the next run.
        """
        ...

    def was_sent(self, rep: str, day: date) -> bool:
        """Say whether this rep's digest of this day went out."""
        ...

    def mark_sent(
        self,
        rep: str,
        day: date,
        client_ids: Sequence[int],
        *,
        at: datetime,
        stood: Mapping[int, AsShown] | None = None,
    ) -> None:
        """Remember that it did, which clients it showed, and how those `stood`."""
        ...

    def showings(self, rep: str, since: date) -> Mapping[int, Sequence[date]]:
        """Return on which days, ascending, this rep's digests showed each client since a day."""
        ...

    def as_shown(self, rep: str, since: date) -> Mapping[tuple[int, date], AsShown]:
        """Return how clients stood in this rep's digests since a day, by client and day."""
        ...


class RollupLog(Protocol):
    """Which managers got their roll-up of a week; a week is named by its Monday."""

    def sending(self, manager: str, week: date) -> AbstractContextManager[bool]:
        """Hold the right to send this manager's roll-up of this week, as `DigestLog.sending` does."""
        ...

    def was_sent(self, manager: str, week: date) -> bool:
        """Say whether this manager's roll-up of this week went out."""
        ...

    def mark_sent(self, manager: str, week: date, *, at: datetime) -> None:
        """Remember that it did."""
        ...
