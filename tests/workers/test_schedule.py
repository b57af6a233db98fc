"""When nights begin, when they are made up for, and when what was put back goes on."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.workers.schedule import CATCH_UP, FIRST_WAIT, LONGEST_WAIT, Schedule, put_back_until

MADRID = Schedule(begins=time(3, 30), zone=ZoneInfo("Europe/Madrid"), length=timedelta(hours=4))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds UTC


@pytest.mark.parametrize(
    ("now", "night"),
    [
        ("2026-01-15T02:29:59", None),  # winter: 03:30 in Madrid is 02:30 UTC; yesterday's is too long ago
        ("2026-01-15T02:30:00", date(2026, 1, 15)),
        ("2026-07-15T01:30:00", date(2026, 7, 15)),  # summer
        ("2026-01-15T14:29:59", date(2026, 1, 15)),
        ("2026-01-15T14:30:00", None),
    ],
)
def test_a_night_is_due_from_its_local_hour_on_for_half_a_day(now: str, night: date | None) -> None:
    assert MADRID.due(datetime.fromisoformat(now).replace(tzinfo=UTC)) == night


def test_a_night_that_began_before_midnight_keeps_the_date_on_which_it_began() -> None:
    late = Schedule(begins=time(23, 0), zone=ZoneInfo("UTC"), length=timedelta(hours=4))
    assert late.due(datetime(2026, 1, 16, 2, tzinfo=UTC)) == date(2026, 1, 15)


@given(now=MOMENTS, hour=st.integers(0, 23), zone=st.sampled_from(["Europe/Madrid", "Asia/Kolkata", "America/Lima"]))
def test_what_is_due_has_begun_and_not_long_ago(now: datetime, hour: int, zone: str) -> None:
    schedule = Schedule(begins=time(hour, 30), zone=ZoneInfo(zone), length=timedelta(hours=4))
    night = schedule.due(now)
    if night is not None:
        assert timedelta(0) <= now - schedule.start_of(night) < CATCH_UP


@given(
    asked=st.none() | st.floats(0, 1e6),
    attempts=st.integers(0, 1000),
    now=MOMENTS,
    left=st.timedeltas(timedelta(0), timedelta(hours=20)),
)
def test_nothing_is_put_back_beyond_the_nights_end(
    asked: float | None, attempts: int, now: datetime, left: timedelta
) -> None:
    again = put_back_until(now, now + left)(asked, attempts)
    if again is not None:
        assert now <= again < now + left
    if asked is not None and again is not None:
        assert abs((again - now).total_seconds() - asked) < 1e-3


def test_without_a_date_the_wait_grows_to_half_an_hour() -> None:
    now = datetime(2026, 1, 15, tzinfo=UTC)
    until = put_back_until(now, now + timedelta(hours=20))
    waits = [until(None, attempts) - now for attempts in range(8)]  # type: ignore[operator]
    assert waits[0] == FIRST_WAIT
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT
