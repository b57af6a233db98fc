"""When the meetings of a series are (RFC 5545 3.8.5), bounded in number and in reckoning time."""

import re
from calendar import monthrange
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from connectors.archive.cells import Unreadable
from connectors.archive.content_lines import Line
from connectors.archive.events import Event, When, read_moment
from connectors.archive.zones import Zones

MOST_OCCURRENCES = 1_000  # of one series
AHEAD = timedelta(days=366)
_LONGEST = timedelta(days=366 * 40)  # a rule is not followed further than this from its beginning
_FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY")


def occurrences(event: Event, zones: Zones, *, now: datetime | None) -> list[When]:
    """Return the beginnings of a series' meetings in order, exceptions included, excluded dates left out.

    Up to a year after `now`, and then the last 1,000 of them; without `now`, the first 1,000.
    """
    excluded = _dates(event, "EXDATE", zones)
    starts = {when.moment: when for when in _by_rule(event, zones, now)}
    starts |= {when.moment: when for when in _dates(event, "RDATE", zones)}
    if not event.component.every("RRULE"):
        starts.setdefault(event.start.moment, event.start)
    gone = {when.moment for when in excluded if when.all_day == event.start.all_day}
    days = {when.wall.date() for when in excluded if when.all_day}
    kept = (when for moment, when in sorted(starts.items()) if moment not in gone and when.wall.date() not in days)
    return list(deque(kept, maxlen=MOST_OCCURRENCES) if now else islice(kept, MOST_OCCURRENCES))


def original(event: Event, master: Event | None) -> When:
    """Return which meeting of the series an exception stands for; a bare date means the one of that day."""
    assert event.instead_of is not None
    when = event.instead_of
    if master and when.all_day and not master.start.all_day:
        return master.start.at(datetime.combine(when.wall.date(), master.start.wall.time()))
    return when


def _by_rule(event: Event, zones: Zones, now: datetime | None) -> Iterator[When]:
    from dateutil.rrule import rrule, rrulestr

    for line in event.component.every("RRULE"):
        parts = _parts(line)
        until = _until(parts.pop("UNTIL", ""), event, line, zones, now)
        count = parts.pop("COUNT", "")
        text = ";".join(f"{name}={value}" for name, value in parts.items())
        try:
            rule = rrulestr(text, dtstart=event.start.wall)
            assert isinstance(rule, rrule)
            walls = islice(rule.replace(until=until), min(int(count or 100_000), 100_000))
            kept = deque(walls, maxlen=MOST_OCCURRENCES) if now else islice(walls, MOST_OCCURRENCES)
            yield from (event.start.at(wall) for wall in kept)
        except (ValueError, TypeError, LookupError, OverflowError) as error:
            raise Unreadable(f"RRULE cannot be followed: {line.value[:100]!r}.") from error


def _parts(line: Line) -> dict[str, str]:
    """Return the parts of a rule; Unreadable for rules that are no meetings or would take for ever to follow."""
    parts = dict(
        (name.strip().upper(), value.strip().upper())
        for name, equals, value in (part.partition("=") for part in line.value.split(";"))
        if equals
    )
    frequency = parts.get("FREQ", "")
    if frequency in ("DAILY", "WEEKLY") and not _can_happen(parts):
        raise Unreadable(f"RRULE never comes true: {line.value[:100]!r}.")
    by_clock = any(name in parts for name in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    filtered_hours = frequency == "HOURLY" and any(name.startswith("BY") for name in parts)
    interval = parts.get("INTERVAL", "1")
    if frequency not in _FREQUENCIES or filtered_hours or len(line.value) > 1_000:
        raise Unreadable(f"RRULE is none of a meeting: {line.value[:100]!r}.")
    if not re.fullmatch(r"0*[1-9]\d{0,5}", interval) or (by_clock and line.value.count(",") > 50):
        raise Unreadable(f"RRULE cannot be followed: {line.value[:100]!r}.")
    return parts


def _can_happen(parts: dict[str, str]) -> bool:
    """Say whether some day passes the filters of a rule; dateutil would look for one until the year 9999."""
    if any(name in parts for name in ("BYSETPOS", "BYYEARDAY", "BYWEEKNO")):  # RFC 5545 keeps them for longer periods
        return False
    months = parts.get("BYMONTH", "1,2").split(",")  # by default one of 31 days
    days = parts.get("BYMONTHDAY", "1").split(",")
    numbers = [int(text) for text in (*months, *days) if re.fullmatch(r"[+-]?\d{1,2}", text)]
    if len(numbers) != len(months) + len(days):
        return False
    longest = [monthrange(2024, month)[1] for month in numbers[: len(months)] if 1 <= month <= 12]
    return any(1 <= abs(day) <= length for day in numbers[len(months) :] for length in longest)


def _until(text: str, event: Event, line: Line, zones: Zones, now: datetime | None) -> datetime:
    """Return the last time of the clock, where the series is, that its meetings may have."""
    horizon = event.start.wall + _LONGEST
    if now:
        horizon = min(horizon, (now + AHEAD).astimezone(event.start.zone).replace(tzinfo=None))
    if not text:
        return horizon
    last = read_moment(text, line, zones)
    if last.all_day and not event.start.all_day:
        wall = last.wall + timedelta(days=1) - timedelta(seconds=1)
    elif event.start.all_day or last.zone is not UTC:
        wall = last.wall
    else:
        wall = last.moment.astimezone(event.start.zone).replace(tzinfo=None)
    return min(horizon, wall)


def _dates(event: Event, name: str, zones: Zones) -> list[When]:
    listed = [
        (value.partition("/")[0], line)  # of a period, only its beginning
        for line in event.component.every(name)
        for value in line.value.split(",")
        if value.strip()
    ]
    return [read_moment(value, line, zones) for value, line in listed[: 10 * MOST_OCCURRENCES]]
