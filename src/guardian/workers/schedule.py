"""When nights begin and end, and when what was put back goes on; pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=30)
CATCH_UP = timedelta(hours=12)  # a night that nobody was there for is made up for this long


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """At which local time nights begin, and how long mailboxes may keep one waiting."""

    begins: time
    zone: ZoneInfo
    length: timedelta

    def start_of(self, night: date) -> datetime:
        """Return the moment at which a night begins, by the clocks of the zone."""
        return datetime.combine(night, self.begins, self.zone)

    def due(self, now: datetime) -> date | None:
        """Return the night that should have begun by now, or None when the last one began long ago."""
        today = now.astimezone(self.zone).date()
        night = today if self.start_of(today) <= now else today - timedelta(days=1)
        return night if now - self.start_of(night) < CATCH_UP else None


def put_back_until(now: datetime, closes_at: datetime) -> Callable[[float | None, int], datetime | None]:
    """Return what says until when a job is put back, from the seconds asked for and its attempts so far.

    Where nobody names a time the wait doubles, from one minute to half an hour. What would go on only after the run
    has closed is left to the next one: None.
    """

    def until(asked: float | None, attempts: int) -> datetime | None:
        grown = min(FIRST_WAIT * 2 ** min(attempts, 10), LONGEST_WAIT)
        again = now + (grown if asked is None else timedelta(seconds=asked))
        return again if again < closes_at else None

    return until
