"""Rhythms hold on every calendar."""

from datetime import date, timedelta
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.sample_company.workdays import days_back_from, is_weekday, is_workday, workday_before, workday_near

days = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))


@settings(max_examples=60, deadline=None)
@given(last=days, fewest=st.integers(2, 20), spread=st.integers(2, 8), seed=st.integers())
def test_every_gap_of_a_rhythm_lies_within_its_range(last: date, fewest: int, spread: int, seed: int) -> None:
    walk = days_back_from(last, last - timedelta(days=300), (fewest, fewest + spread), Random(seed))
    assert walk[-1] == last
    assert all(fewest <= (later - earlier).days <= fewest + spread for earlier, later in pairwise(walk))
    assert all(is_weekday(day) for day in walk[:-1])


@settings(max_examples=60, deadline=None)
@given(day=days)
def test_the_nearest_workday_is_near_and_a_workday(day: date) -> None:
    near = workday_near(day)
    assert is_workday(near)
    assert abs((near - day).days) <= 4


def test_workdays_are_counted_over_a_weekend() -> None:
    assert workday_before(date(2026, 3, 18), 4) == date(2026, 3, 12)
