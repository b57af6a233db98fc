"""Single events of a calendar file: when they are, who takes part, what became of them."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from connectors.archive.cells import Unreadable
from connectors.archive.content_lines import Component, Line
from connectors.archive.tally import short_digest
from connectors.archive.zones import Zones
from guardian.connector_kit.encoded_words import printable
from guardian.domain.activity import Participant, Role
from guardian.domain.addresses import normalise_address
from guardian.domain.people import Identity, IdentityKind

_WHEN = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?")
_LENGTH = re.compile(r"([+-])?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?")
MOST_ATTENDEES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A moment as a calendar says it: on the clock of a zone, or a whole day."""

    wall: datetime  # naive
    zone: tzinfo
    all_day: bool = False

    @property
    def moment(self) -> datetime:
        """The moment in aware UTC; for a whole day its midnight UTC."""
        return self.wall.replace(tzinfo=UTC if self.all_day else self.zone).astimezone(UTC)

    def at(self, wall: datetime) -> "When":
        """Return the same kind of moment at another time of the clock."""
        return When(wall=wall, zone=self.zone, all_day=self.all_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One VEVENT: a single event, the master of a series, or (with `instead_of`) an exception of one."""

    uid: str
    start: When
    length: timedelta
    instead_of: When | None
    component: Component
    cancelled: bool
    called_off: bool  # by a message of the organiser (RFC 5546 3.2.5)

    @property
    def recurs(self) -> bool:
        """Say whether this is the master of a series."""
        return self.instead_of is None and bool(self.component.every("RRULE", "RDATE"))

    @property
    def sequence(self) -> tuple[int, str]:
        """What tells the later of two versions of one event."""
        number = self.component.text("SEQUENCE")
        stamps = self.component.text("LAST-MODIFIED") or self.component.text("DTSTAMP")
        return (int(number) if re.fullmatch(r"\d{1,9}", number) else 0, stamps)


def read_event(component: Component, zones: Zones, *, method: str) -> Event:
    """Return one VEVENT; Unreadable with a sentence on what is wrong with it."""
    if not component.whole:
        raise Unreadable("The event has no END:VEVENT.")
    begins = component.first("DTSTART")
    if begins is None:
        raise Unreadable("The event does not say when it begins.")
    start = read_when(begins, zones)
    instead_of = component.first("RECURRENCE-ID")
    return Event(
        uid=component.text("UID")[:500] or f"nouid-{short_digest(''.join(component.raw).encode('utf-8', 'replace'))}",
        start=start,
        length=_length(component, start, zones),
        instead_of=read_when(instead_of, zones) if instead_of else None,
        component=component,
        cancelled=method == "CANCEL" or component.text("STATUS").upper() == "CANCELLED",
        called_off=method == "CANCEL",
    )


def read_when(line: Line, zones: Zones) -> When:
    """Return the moment of a DATE or DATE-TIME property (RFC 5545 3.3.4, 3.3.5)."""
    return read_moment(line.value, line, zones)


def read_moment(value: str, line: Line, zones: Zones) -> When:
    """Return one of the moments that a property lists."""
    found = _WHEN.fullmatch(value.strip())
    if not found:
        raise Unreadable(f"{line.name} is no date: {value[:40]!r}.")
    year, month, day, hour, minute, second, utc = found.groups()
    try:
        date_only = date(int(year), int(month), int(day))
        clock = (int(hour or 0), int(minute or 0), min(int(second or 0), 59))
        wall = datetime(date_only.year, date_only.month, date_only.day, *clock)  # noqa: DTZ001 - the zone is beside it
    except ValueError as error:
        raise Unreadable(f"{line.name} is no date: {value[:40]!r}.") from error
    if not 1900 <= wall.year < 2200:
        raise Unreadable(f"{line.name} is not of our time: {value[:40]!r}.")
    if hour is None:
        return When(wall=wall, zone=UTC, all_day=True)
    named = line.parameters.get("TZID")
    return When(wall=wall, zone=UTC if utc else zones.zone(named) if named else zones.floating)


def people_of(component: Component) -> tuple[Participant, ...]:
    """Return organizer and attendees; rooms and other resources are nobody."""
    declined = {
        address
        for line in component.every("ATTENDEE")
        if line.parameters.get("PARTSTAT", "").upper() == "DECLINED" and (address := _address(line))
    }
    found: dict[tuple[Role, str], Participant] = {}
    for line in component.every("ORGANIZER", "ATTENDEE")[:MOST_ATTENDEES]:
        role = Role.ORGANIZER if line.name == "ORGANIZER" else Role.ATTENDEE
        address = _address(line)
        if address and line.parameters.get("CUTYPE", "").upper() not in ("ROOM", "RESOURCE"):
            found[role, address] = Participant(
                role=role,
                identity=Identity(kind=IdentityKind.EMAIL, value=address),
                name=_name(line, address),
                declined=address in declined,
            )
    return tuple(found.values())


def nobody_came(people: Collection[Participant], is_own: Collection[str]) -> bool:
    """Say whether all outsiders, or all of ours, declined; `is_own` holds our own addresses."""
    outside = [one.declined for one in people if one.identity.value not in is_own]
    ours = [one.declined for one in people if one.identity.value in is_own]
    return bool(outside) and (all(outside) or (bool(ours) and all(ours)))


def _address(line: Line) -> str | None:
    value = line.value.strip()
    if value.lower().startswith("mailto:"):
        value = value[7:]
    return normalise_address(value) or normalise_address(line.parameters.get("EMAIL", ""))


def _name(line: Line, address: str) -> str:
    name = printable(line.parameters.get("CN", ""))[:200]
    return "" if name.lower() == address else name


def _length(component: Component, start: When, zones: Zones) -> timedelta:
    ends = component.first("DTEND")
    if ends:
        return max(read_when(ends, zones).moment - start.moment, timedelta())
    said = component.text("DURATION")
    if said:
        return _duration(said)
    return timedelta(days=1) if start.all_day else timedelta()


def _duration(text: str) -> timedelta:
    found = _LENGTH.fullmatch(text.strip().upper())
    if not found or found.group(1) == "-":
        raise Unreadable(f"DURATION is none: {text[:40]!r}.")
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in found.groups()[1:])
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
