"""When an event of Google Calendar is: on the clock of a zone, or a whole day."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo


class Unreadable(Exception):
    """An event that cannot be understood; the text is one sentence on why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A moment as the calendar says it; `wall` is naive, in `zone`. A whole day counts from its midnight UTC."""

    wall: datetime
    zone: tzinfo
    all_day: bool = False

    @property
    def moment(self) -> datetime:
        """The moment in aware UTC, to the second."""
        return self.wall.replace(tzinfo=self.zone).astimezone(UTC).replace(microsecond=0)

    @property
    def suffix(self) -> str:
        """How Google writes the moment behind the id of a series to name one meeting of it."""
        return self.wall.strftime("%Y%m%d") if self.all_day else self.moment.strftime("%Y%m%dT%H%M%SZ")

    def at(self, wall: datetime) -> "When":
        """Return the same kind of moment at another time of the clock."""
        return When(wall=wall, zone=self.zone, all_day=self.all_day)


@lru_cache(maxsize=512)
def zone_of(name: str) -> tzinfo | None:
    """Return the zone of an IANA name, or None."""
    try:
        return UTC if name.upper() in ("UTC", "GMT") else ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # not a name, a directory, unknown
        return None


def read_when(value: Any, *, default: tzinfo = UTC) -> When:
    """Return the moment of an `EventDateTime` of Calendar v3; Unreadable when it is none."""
    if not isinstance(value, dict) or not (value.get("dateTime") or value.get("date")):
        raise Unreadable("The event does not say when it is.")
    zone = zone_of(str(value.get("timeZone") or "")) or default
    text = str(value.get("dateTime") or value.get("date"))
    try:
        moment = datetime.fromisoformat(text)
        whole_day = not value.get("dateTime")
        if whole_day or moment.tzinfo is None:
            when = When(wall=moment.replace(tzinfo=None), zone=UTC if whole_day else zone, all_day=whole_day)
        else:
            when = When(wall=moment.astimezone(zone).replace(tzinfo=None), zone=zone)
        return _of_our_time(when, text)
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"The event has no date that can be read: {text[:40]!r}.") from error


def read_listed(text: str, *, like: When, zone: tzinfo | None) -> When:
    """Return one of the moments in an EXDATE, RDATE or UNTIL (RFC 5545 3.3.4, 3.3.5)."""
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?", text.strip())
    if not found:
        raise Unreadable(f"The series has no date that can be read: {text[:40]!r}.")
    year, month, day, hour, minute, second, utc = found.groups()
    try:
        clock = (int(hour or 0), int(minute or 0), min(int(second or 0), 59))
        wall = datetime(int(year), int(month), int(day), *clock)  # noqa: DTZ001 - the zone is beside it
    except ValueError as error:
        raise Unreadable(f"The series has no date that can be read: {text[:40]!r}.") from error
    if hour is None:
        return When(wall=wall, zone=UTC, all_day=True)
    return When(wall=wall, zone=UTC if utc else zone or like.zone)


def _of_our_time(when: When, text: str) -> When:
    if not 1900 <= when.wall.year < 2200:
        raise Unreadable(f"The event is not of our time: {text[:40]!r}.")
    return when
