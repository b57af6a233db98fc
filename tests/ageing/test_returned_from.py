"""The longest silence that a client ended twice: what a slow rhythm earns him."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from guardian.ageing.history import returned_from, touch_days

Days = dict[int, list[int]]
DAY_LISTS = st.lists(st.integers(0, 900), min_size=1, max_size=8)


def by_hand(days: list[int]) -> int:
    ordered = sorted(set(days))
    gaps = sorted(b - a for a, b in pairwise(ordered))
    return gaps[-2] if len(gaps) >= 2 else 0


@given(st.dictionaries(st.integers(1, 6), DAY_LISTS, min_size=1, max_size=5))
def test_it_is_the_second_longest_gap_between_touch_days(told: Days) -> None:
    client = np.array([one for one, days in told.items() for _ in days], dtype=np.int64)
    day = np.array([day for days in told.values() for day in days], dtype=np.int64)
    found = returned_from(touch_days(client, np.zeros_like(client), day, np.ones(len(day), dtype=np.bool_)))
    assert found.tolist() == [by_hand(told[one]) for one in sorted(told)]


def test_nobody_has_returned_from_anything() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert returned_from(touch_days(none, none, none, np.zeros(0, dtype=np.bool_))).tolist() == []
