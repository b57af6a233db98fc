"""When the meetings of a series are (RFC 5545 3.8.5), bounded in number and in reckoning time."""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice

from connectors.google.moments import Unreadable, When, read_listed, zone_of

MOST_OCCURRENCES = 1_000  # of one series: the latest
AHEAD = timedelta(days=366)
_LONGEST = timedelta(days=366 * 40)
_MOST_STEPS = 100_000
_LINE = re.compile(r"(RRULE|RDATE|EXDATE|EXRULE)((?:;[A-Z-]+=[^:;]*)*):(.+)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How a series goes on: its first meeting and the recurrence lines of its `Event`."""

    start: When
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    zone: tzinfo | None
    value: str


def occurrences(rule: Rule, *, until: datetime) -> list[When]:
    """Return the beginnings of a series' meetings in order, the latest 1,000 before an aware moment."""
    lines = [_read(text) for text in rule.lines[:200]]
    starts = {when.moment: when for line in lines if line.name == "RRULE" for when in _by_rule(line, rule, until)}
    starts |= {when.moment: when for when in _listed(lines, "RDATE", rule) if when.moment < until}
    if not any(line.name == "RRULE" for line in lines):
        starts.setdefault(rule.start.moment, rule.start)
    left_out = _listed(lines, "EXDATE", rule)
    gone = {when.moment for when in left_out if when.all_day == rule.start.all_day}
    days = {when.wall.date() for when in left_out if when.all_day}
    kept = (when for moment, when in sorted(starts.items()) if moment not in gone and when.wall.date() not in days)
    return list(deque(kept, maxlen=MOST_OCCURRENCES))


def _read(text: str) -> _Line:
    found = _LINE.fullmatch(text.strip())
    if not found or len(text) > 50_000 or found.group(1).upper() == "EXRULE":
        raise Unreadable(f"The series cannot be followed: {text[:100]!r}.")
    named = re.search(r";TZID=([^;:]+)", found.group(2), re.IGNORECASE)
    return _Line(found.group(1).upper(), zone_of(named.group(1)) if named else None, found.group(3))


def _by_rule(line: _Line, rule: Rule, until: datetime) -> Iterator[When]:
    from dateutil.rrule import rrule, rrulestr

    parts = _parts(line.value)
    last = _last(parts.pop("UNTIL", ""), rule, until)
    most = min(int(parts.pop("COUNT", "") or _MOST_STEPS), _MOST_STEPS)
    try:
        read = rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=rule.start.wall)
        assert isinstance(read, rrule)
        walls = deque(islice(read.replace(until=last), most), maxlen=MOST_OCCURRENCES)
    except (ValueError, TypeError, LookupError, OverflowError) as error:
        raise Unreadable(f"The series cannot be followed: {line.value[:100]!r}.") from error
    yield from (rule.start.at(wall) for wall in walls)


def _parts(value: str) -> dict[str, str]:
    """Return the parts of a rule; Unreadable for rules that would take for ever to follow."""
    pairs = (part.partition("=") for part in value.upper().split(";"))
    parts = {name.strip(): text.strip() for name, equals, text in pairs if equals}
    frequency = parts.get("FREQ", "")
    by_days = frequency in ("DAILY", "WEEKLY")
    picky = [name for name in ("BYSETPOS", "BYYEARDAY", "BYWEEKNO") if name in parts]
    days = [int(text) for text in re.findall(r"\d+", parts.get("BYMONTHDAY", "1"))]
    never = by_days and (bool(picky) or not any(1 <= day <= 28 for day in days))
    fast = frequency == "HOURLY" and any(name.startswith("BY") for name in parts)
    counted = re.fullmatch(r"\d{0,6}", parts.get("COUNT", ""))
    interval = re.fullmatch(r"0*[1-9]\d{0,5}", parts.get("INTERVAL", "1"))
    known = frequency in ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY")
    by_clock = any(name in parts for name in ("BYHOUR", "BYMINUTE", "BYSECOND")) and value.count(",") > 50
    if never or fast or by_clock or not (counted and interval and known):
        raise Unreadable(f"The series cannot be followed: {value[:100]!r}.")
    return parts


def _last(text: str, rule: Rule, until: datetime) -> datetime:
    """Return the last time of the clock, where the series is, that its meetings may have."""
    zone = UTC if rule.start.all_day else rule.start.zone
    horizon = min(rule.start.wall + _LONGEST, until.astimezone(zone).replace(tzinfo=None) - timedelta(seconds=1))
    if not text:
        return horizon
    last = read_listed(text, like=rule.start, zone=None)
    if last.all_day and not rule.start.all_day:
        return min(horizon, last.wall + timedelta(days=1) - timedelta(seconds=1))
    return min(horizon, last.wall if rule.start.all_day else last.moment.astimezone(zone).replace(tzinfo=None))


def _listed(lines: Sequence[_Line], name: str, rule: Rule) -> list[When]:
    values = [(value, line.zone) for line in lines if line.name == name for value in line.value.split(",")]
    listed = values[: 10 * MOST_OCCURRENCES]
    return [read_listed(value.partition("/")[0], like=rule.start, zone=zone) for value, zone in listed]
