"""From touches to touch-days and the figures of each client."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.ageing.history import HALF_LIFE_GAPS, TouchDays, histories, touch_days, until
from guardian.ageing.workdays import workday_number, workdays_between

Touch = tuple[int, int, int, bool]  # client, rep, day, inbound
TOUCHES = st.lists(st.tuples(st.integers(-3, 5), st.integers(0, 3), st.integers(0, 60), st.booleans()), max_size=40)


def days_of(touches: list[Touch]) -> TouchDays:
    client, rep, day, inbound = (np.array(column) for column in zip(*touches, strict=True)) if touches else [[]] * 4
    return touch_days(
        np.asarray(client, np.int64), np.asarray(rep, np.int64), np.asarray(day, np.int64), np.asarray(inbound, bool)
    )


def test_several_touches_on_a_day_are_one_touch_day() -> None:
    days = days_of([(1, 1, 5, True), (1, 2, 5, False), (1, 1, 9, True)])
    assert days.day.tolist() == [5, 9]
    assert days.inbound.tolist() == [True, True]
    assert days.outbound.tolist() == [True, False]


def test_a_history_counts_gaps_silence_and_weighs_the_latest_gap_most() -> None:
    one = histories(days_of([(7, 0, day, True) for day in (0, 4, 5, 12)]), as_of=20)
    assert (one.client.tolist(), one.gaps.tolist(), one.silence.tolist()) == ([7], [3], [8])
    weights = [0.5 ** (rank / HALF_LIFE_GAPS) for rank in (2, 1, 0)]
    logs = np.log([4, 1, 7])
    assert one.weight[0] == pytest.approx(sum(weights))
    assert one.log_gap[0] == pytest.approx(np.dot(weights, logs))
    assert one.log_gap_square[0] == pytest.approx(np.dot(weights, logs**2))


def test_a_touch_after_the_moment_is_refused_rather_than_seen() -> None:
    with pytest.raises(ValueError, match="after"):
        histories(days_of([(1, 0, 5, True)]), as_of=4)


def test_no_touches_make_no_histories() -> None:
    assert len(histories(days_of([]), as_of=4).client) == 0


@settings(max_examples=60)
@given(TOUCHES, st.randoms())
def test_order_and_repeats_change_nothing(touches: list[Touch], random: object) -> None:
    shuffled = touches + touches[::2]
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    ours, theirs = days_of(touches), days_of(shuffled)
    for name in ("client", "row", "day", "inbound", "outbound", "rep"):
        assert np.array_equal(getattr(ours, name), getattr(theirs, name)), name


@settings(max_examples=60)
@given(TOUCHES, st.integers(0, 60))
def test_looking_back_is_the_same_as_not_having_seen_the_rest(touches: list[Touch], last: int) -> None:
    back = until(days_of(touches), last)
    then = days_of([touch for touch in touches if touch[2] <= last])
    assert back.client.tolist() == then.client.tolist()
    assert (back.row.tolist(), back.day.tolist()) == (then.row.tolist(), then.day.tolist())


def day(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-20", "2026-11-23", 1),  # Friday to Monday
        ("2026-11-21", "2026-11-23", 1),  # Saturday to Monday
        ("2026-11-22", "2026-11-22", 0),
        ("2026-11-23", "2026-11-27", 4),
        ("2026-11-23", "2026-11-30", 5),
        ("2028-02-28", "2028-03-01", 2),  # a leap day, a Tuesday
        ("2027-02-26", "2027-03-01", 1),
        ("2026-03-27", "2026-03-30", 1),  # the clocks change on the 29th
        ("1969-12-29", "1970-01-05", 5),
    ],
)
def test_working_days_are_monday_to_friday(start: str, end: str, expected: int) -> None:
    assert workdays_between(np.array([day(start)]), day(end)).tolist() == [expected]


def test_working_days_never_go_back_and_a_week_has_five() -> None:
    numbers = workday_number(np.arange(-500, 500))
    assert set(np.diff(numbers).tolist()) == {0, 1}
    assert set((numbers[7:] - numbers[:-7]).tolist()) == {5}
