"""What every section has in common: it lines up the clients that belong in it, most urgent first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import isfinite, sqrt
from statistics import median
from zoneinfo import ZoneInfo

import numpy as np

from guardian.digest.content import Cue
from guardian.digest.material import ClientFacts

VALUE_CAP = 10  # times the median: above it, more value does not make a client more urgent
_CLOCK_SLACK = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One client for a section, and why it stands there (None where its assessment says it all)."""

    facts: ClientFacts
    cue: Cue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The moment a digest is made for; `typical_value` is the median of the rep's known client values, or 1.

    `workdays` are the rep's days of the week (Monday is 0), `days_off` single days without work.
    """

    today: date
    now: datetime
    zone: ZoneInfo
    typical_value: float = 1.0
    workdays: frozenset[int] = frozenset(range(5))
    days_off: frozenset[date] = frozenset()

    def day_of(self, moment: datetime) -> date:
        """Return the day of a moment where the rep lives."""
        return moment.astimezone(self.zone).date()

    def days_since(self, moment: datetime) -> int:
        """Return the whole days of the rep's calendar since a moment."""
        return max((self.today - self.day_of(moment)).days, 0)  # a past day may be told with an hour of the next one

    def workdays_since(self, moment: datetime) -> int:
        """Return the rep's working days since a moment, without the present one."""
        mask = [day in self.workdays for day in range(7)]
        return int(np.busday_count(self.day_of(moment), self.today, mask, sorted(self.days_off)))

    def weight(self, facts: ClientFacts) -> float:
        """Return value^0.5, the value capped at 10 times the median; an unknown value counts as the median."""
        value = known_value(facts)
        return sqrt(min(self.typical_value if value is None else value, VALUE_CAP * self.typical_value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One lane of the digest: its name, and which of the clients left over by earlier lanes belong in it."""

    name: str
    line_up: Callable[[Sequence[ClientFacts], Scene], list[Pick]]


def known_value(facts: ClientFacts) -> float | None:
    """Return a client's yearly value, or None when it is unknown or no sensible amount."""
    value = facts.client.value
    return value if value is not None and isfinite(value) and value >= 0 else None


def typical_value(book: Sequence[ClientFacts]) -> float:
    """Return the median of the known, positive values of a book; 1 when there are none."""
    values = [value for facts in book if (value := known_value(facts))]
    return median(values) if values else 1.0


def overtaken(facts: ClientFacts) -> bool:
    """Say whether somebody spoke with the client after he was assessed, so that the assessment is out of date."""
    last, assessed = facts.touches.last, facts.assessment.last_touch
    return last is not None and (assessed is None or last > assessed + _CLOCK_SLACK)
