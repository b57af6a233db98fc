"""Working days where somebody lives: weekends, holidays, and the hour at which his day begins."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from guardian.domain.workdays import WorkCalendar

MADRID = WorkCalendar(zone=ZoneInfo("Europe/Madrid"))


def madrid(month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=MADRID.zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (madrid(11, 2, 9), madrid(11, 2, 23), 0),  # Monday, the same day
        (madrid(11, 2, 23, 59), madrid(11, 3, 0, 1), 1),  # two minutes, and a day later
        (madrid(11, 6), madrid(11, 9), 1),  # over a weekend
        (madrid(11, 7), madrid(11, 8), 0),  # within it
        (madrid(11, 7), madrid(11, 9), 1),
        (madrid(11, 2), madrid(11, 23), 15),
        (madrid(11, 23), madrid(11, 2), 0),
    ],
)
def test_working_days_are_counted_from_the_day_after(start: datetime, end: datetime, days: int) -> None:
    assert MADRID.workdays_between(start, end) == days


def test_a_holiday_is_no_working_day_and_one_on_a_sunday_changes_nothing() -> None:
    off = frozenset({date(2026, 12, 8), date(2026, 12, 6), date(2026, 11, 2)})
    with_holidays = WorkCalendar(zone=MADRID.zone, days_off=off)
    span = madrid(11, 30), madrid(12, 11)
    assert MADRID.workdays_between(*span) - with_holidays.workdays_between(*span) == 1


def test_a_day_begins_at_midnight_where_he_lives_in_winter_and_in_summer() -> None:
    winter, summer = datetime(2026, 1, 12, 23, tzinfo=UTC), datetime(2026, 7, 13, 22, tzinfo=UTC)
    minute = timedelta(minutes=1)
    for midnight in (winter, summer):
        assert MADRID.workdays_between(midnight - minute, midnight) == 1
        assert WorkCalendar().workdays_between(midnight - minute, midnight) == 0


def test_the_nights_on_which_clocks_change_are_one_day_each() -> None:
    assert MADRID.days_between(madrid(3, 28, 23), madrid(3, 30, 0)) == 2  # 24 hours and one lost
    assert MADRID.workdays_between(madrid(3, 27, 23), madrid(3, 30, 0, 5)) == 1
    assert MADRID.workdays_between(madrid(10, 23, 23), madrid(10, 26, 0, 5)) == 1


def test_whoever_works_on_saturdays_counts_them() -> None:
    shop = WorkCalendar(zone=MADRID.zone, workdays=frozenset({1, 2, 3, 4, 5}))
    assert shop.workdays_between(madrid(11, 6), madrid(11, 9)) == 1
    assert shop.workdays_between(madrid(11, 2), madrid(11, 30)) == 20


def test_counting_by_weeks_is_counting_day_by_day() -> None:
    off = frozenset({date(2026, 5, 1), date(2026, 5, 4), date(2026, 5, 9)})
    calendar = WorkCalendar(days_off=off)
    start = datetime(2026, 4, 20, tzinfo=UTC)
    for length in range(60):
        days = [(start + timedelta(days=n + 1)).date() for n in range(length)]
        expected = sum(day.weekday() < 5 and day not in off for day in days)
        assert calendar.workdays_between(start, start + timedelta(days=length)) == expected
