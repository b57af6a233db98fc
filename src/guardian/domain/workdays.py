"""Counting working days where somebody lives: his time zone, his week, his holidays."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo

_A_DAY = timedelta(days=1)
_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCalendar:
    """The days on which somebody works: `workdays` of the week (Monday is 0) that are not among his `days_off`."""

    zone: tzinfo = UTC
    workdays: frozenset[int] = frozenset(range(5))
    days_off: Collection[date] = field(default=frozenset())

    def day_of(self, moment: datetime) -> date:
        """Return the day it is there at a moment."""
        return moment.astimezone(self.zone).date()

    def works_on(self, day: date) -> bool:
        """Say whether he works on a day."""
        return day.weekday() in self.workdays and day not in self.days_off

    def days_between(self, start: datetime, end: datetime) -> int:
        """Return the days of the calendar from one moment to another; 0 on the same day."""
        return (self.day_of(end) - self.day_of(start)).days

    def workdays_between(self, start: datetime, end: datetime) -> int:
        """Return the working days after the day of one moment up to the day of another, the latter included."""
        first, last = self.day_of(start), self.day_of(end)
        if last <= first:
            return 0
        weeks, rest = divmod((last - first).days, _WEEK)
        tail = (last - _A_DAY * back for back in range(rest))
        off = sum(first < day <= last and day.weekday() in self.workdays for day in set(self.days_off))
        return weeks * len(self.workdays) + sum(day.weekday() in self.workdays for day in tail) - off
