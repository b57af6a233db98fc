"""Time as Guardian keeps it: aware, UTC, whole seconds; days are day numbers since 1970-01-01."""

from datetime import UTC, date, datetime

EPOCH = date(1970, 1, 1)
DAY_S = 86_400


def utc(moment: datetime) -> datetime:
    """Return the same moment in UTC to the second; ValueError when it carries no time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(UTC).replace(microsecond=0)


def lasts_whole_days(begins: datetime, seconds: int | None) -> bool:
    """Say whether something is on days, at no hour: every connector tells such from midnight UTC for whole days."""
    return bool(seconds) and (seconds or 0) % DAY_S == 0 and int(begins.timestamp()) % DAY_S == 0


def day_number(moment: datetime) -> int:
    """Return the UTC day of an aware moment, counted from 1970-01-01."""
    return (utc(moment).date() - EPOCH).days
