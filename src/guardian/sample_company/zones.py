"""The time zones of the sample reps, by rule, so that the sample is the same on machines without zone files."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from enum import Enum


class Summer(Enum):
    """When clocks go forward and back: (month, which Sunday) twice; Sunday -1 is the last of the month."""

    EUROPE = ((3, -1), (10, -1))
    UNITED_STATES = ((3, 2), (11, 1))
    NEVER = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A zone by its IANA name, its winter offset in hours, and its summer-time rule."""

    name: str
    winter: int
    summer: Summer

    def at(self, day: date, clock: time) -> datetime:
        """Return an aware local time; right for every hour of work, not for the night in which clocks change."""
        hours = self.winter + (1 if self._is_summer(day) else 0)
        return datetime.combine(day, clock, timezone(timedelta(hours=hours)))

    def _is_summer(self, day: date) -> bool:
        if self.summer.value is None:
            return False
        begins, ends = (_sunday(day.year, month, nth) for month, nth in self.summer.value)
        return begins <= day < ends


def _sunday(year: int, month: int, nth: int) -> date:
    if nth < 0:
        last = date(year, month + 1, 1) - timedelta(days=1)
        return last - timedelta(days=(last.weekday() + 1) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1))


MADRID = Zone(name="Europe/Madrid", winter=1, summer=Summer.EUROPE)
LONDON = Zone(name="Europe/London", winter=0, summer=Summer.EUROPE)
CHICAGO = Zone(name="America/Chicago", winter=-6, summer=Summer.UNITED_STATES)
MEXICO_CITY = Zone(name="America/Mexico_City", winter=-6, summer=Summer.NEVER)
