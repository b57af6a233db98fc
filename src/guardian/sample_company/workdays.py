"""Counting in working days: Monday to Friday, without the few holidays that all four reps share."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

_HOLIDAYS = frozenset({(1, 1), (5, 1), (12, 24), (12, 25), (12, 26), (12, 31)})


def is_weekday(day: date) -> bool:
    """Say whether a day is Monday to Friday."""
    return day.weekday() < 5


def is_workday(day: date) -> bool:
    """Say whether people in the sample write on this day."""
    return is_weekday(day) and (day.month, day.day) not in _HOLIDAYS


def workday_before(day: date, count: int = 1) -> date:
    """Return the day that lies `count` weekdays before another."""
    while count:
        day -= timedelta(days=1)
        count -= is_weekday(day)
    return day


def workday_after(day: date) -> date:
    """Return the next workday."""
    day += timedelta(days=1)
    return day if is_workday(day) else workday_after(day)


def workday_near(day: date) -> date:
    """Return the day itself when it is a workday, otherwise the nearest one, the earlier of two equally near."""
    for distance in range(10):
        for candidate in (day - timedelta(days=distance), day + timedelta(days=distance)):
            if is_workday(candidate):
                return candidate
    raise AssertionError("ten days without a workday")


def days_back_from(last: date, first: date, gap: tuple[int, int], rng: Random) -> Sequence[date]:
    """Return workdays from `first` to `last`, oldest first, each a random `gap` (fewest, most days) from the next.

    Where a whole gap range falls on days off, a weekday within it is taken, so that the rhythm always holds.
    """
    days = [last]
    while (candidates := [days[-1] - timedelta(days=n) for n in range(gap[0], gap[1] + 1)])[-1] >= first:
        working = [day for day in candidates if is_workday(day)]
        days.append(rng.choice(working or [day for day in candidates if is_weekday(day)] or candidates))
    return days[::-1]
