from datetime import UTC, datetime, timedelta, timezone

import pytest

from guardian.domain.moments import lasts_whole_days

MIDNIGHT = datetime(2026, 7, 1, tzinfo=UTC)
DAY = 86_400


@pytest.mark.parametrize(
    ("begins", "seconds", "whole"),
    [
        (MIDNIGHT, DAY, True),
        (MIDNIGHT, 3 * DAY, True),
        (MIDNIGHT.astimezone(timezone(-timedelta(hours=7))), DAY, True),
        (MIDNIGHT, 3_600, False),
        (MIDNIGHT, 0, False),
        (MIDNIGHT, None, False),
        (MIDNIGHT + timedelta(hours=7), DAY, False),
    ],
)
def test_what_begins_at_midnight_utc_and_lasts_whole_days_is_at_no_hour(
    begins: datetime, seconds: int | None, *, whole: bool
) -> None:
    assert lasts_whole_days(begins, seconds) is whole
