"""Content lines of RFC 5545 in the two dialects that matter: Google's and Outlook's."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from enum import Enum

from guardian.sample_company.people import Manner, Person
from guardian.sample_company.zones import Summer, Zone

_OUTLOOK_ZONES = {
    "Europe/Madrid": "Romance Standard Time",
    "Europe/London": "GMT Standard Time",
    "America/Chicago": "Central Standard Time",
    "America/Mexico_City": "Central Standard Time (Mexico)",
}
_SUMMER_RULES = {
    Summer.EUROPE: (
        ("20200329T020000", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"),
        ("20201025T030000", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"),
    ),
    Summer.UNITED_STATES: (
        ("20200308T020000", "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU"),
        ("20201101T020000", "FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"),
    ),
}


class Dialect(Enum):
    """Whose calendar it is; the value is the product identifier."""

    GOOGLE = "-//Google Inc//Google Calendar 70.9054//EN"
    OUTLOOK = "-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN"

    def zone_id(self, zone: Zone) -> str:
        """Return a zone's name: IANA's, or Windows' in Outlook."""
        return _OUTLOOK_ZONES[zone.name] if self is Dialect.OUTLOOK else zone.name

    def moment(self, when: datetime, zone: Zone, *, in_series: bool) -> str:
        """Return what follows a property name: in UTC for Google's single meetings, else in local time."""
        if self is Dialect.GOOGLE and not in_series:
            return f":{utc_stamp(when)}"
        return f";TZID={self.zone_id(zone)}:{local_time(when, zone):%Y%m%dT%H%M%S}"

    def zone_lines(self, zone: Zone) -> Iterator[str]:
        """Yield a VTIMEZONE."""
        winter, summer = f"{zone.winter:+03d}00", f"{zone.winter + 1:+03d}00"
        yield from ("BEGIN:VTIMEZONE", f"TZID:{self.zone_id(zone)}")
        if rules := _SUMMER_RULES.get(zone.summer):
            yield from _observance("DAYLIGHT", rules[0], winter, summer)
            yield from _observance("STANDARD", rules[1], summer, winter)
        else:
            yield from _observance("STANDARD", ("20000101T000000", ""), winter, winter)
        yield "END:VTIMEZONE"


def dialect_of(person: Person) -> Dialect:
    """Return the dialect of somebody's calendar."""
    return Dialect.OUTLOOK if person.manner is Manner.OUTLOOK else Dialect.GOOGLE


def local_time(when: datetime, zone: Zone) -> datetime:
    """Return a moment as a clock in a zone shows it, without offset."""
    winter_clock = when.astimezone(UTC) + timedelta(hours=zone.winter)
    offset = zone.at(winter_clock.date(), winter_clock.time()).utcoffset()
    assert offset is not None
    return (when.astimezone(UTC) + offset).replace(tzinfo=None)


def utc_stamp(when: datetime) -> str:
    """Return a moment in UTC, with its Z."""
    return f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """Return text with the characters masked that mean something (RFC 5545 3.3.11, RFC 6350 3.4)."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(lines: Iterable[str]) -> bytes:
    """Return content lines with CRLF, cut at 75 octets but never within a character."""
    return b"".join(_folded(line) for line in lines)


def _observance(name: str, rule: tuple[str, str], before: str, after: str) -> Iterator[str]:
    yield from (f"BEGIN:{name}", f"DTSTART:{rule[0]}")
    if rule[1]:
        yield f"RRULE:{rule[1]}"
    yield from (f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{after}", f"END:{name}")


def _folded(line: str) -> bytes:
    pieces, current = [], b""
    for letter in line:
        raw = letter.encode()
        if len(current) + len(raw) > 75:
            pieces.append(current)
            current = b" "
        current += raw
    return b"\r\n".join([*pieces, current]) + b"\r\n"
