"""Counting Monday to Friday; day numbers count from 1970-01-01, a Thursday."""

import numpy as np

from guardian.ageing.history import Ints

_FIRST_MONDAY = 4  # 1970-01-05


def workday_number(day: Ints) -> Ints:
    """Return how many working days lie between 1970-01-05 and each day, both included.

    A Saturday and a Sunday count as their Friday.
    """
    since = day - _FIRST_MONDAY
    number: Ints = since // 7 * 5 + np.minimum(since % 7, 4) + 1
    return number


def workdays_between(start: Ints, end: int) -> Ints:
    """Return the working days after each day up to another, the latter included."""
    return workday_number(np.asarray(end, np.int64)) - workday_number(start)
