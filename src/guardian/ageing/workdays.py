"""Counting Monday to Friday, but for holidays; day numbers count from 1970-01-01, a Thursday."""

from collections.abc import Collection

import numpy as np

from guardian.ageing.history import Ints

_FIRST_MONDAY = 4  # 1970-01-05
_WEEK = 5  # its working days


def workday_number(day: Ints) -> Ints:
    """Return how many working days lie between 1970-01-05 and each day, both included.

    A Saturday and a Sunday count as their Friday.
    """
    since = day - _FIRST_MONDAY
    number: Ints = since // 7 * 5 + np.minimum(since % 7, 4) + 1
    return number


def workdays_between(start: Ints, end: int, days_off: Collection[int] = ()) -> Ints:
    """Return the working days after each day up to another, the latter included; `days_off` are none."""
    off = np.array(sorted(day for day in days_off if (day - _FIRST_MONDAY) % 7 < _WEEK), np.int64)
    free = np.searchsorted(off, end, "right") - np.searchsorted(off, start, "right")
    return workday_number(np.asarray(end, np.int64)) - workday_number(start) - free
