"""From the events of Google Calendar to meetings; pure."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from connectors.google.moments import Unreadable, When, read_when
from connectors.google.series import Rule
from guardian.connector_kit.encoded_words import printable
from guardian.connector_kit.paging import dead_letter
from guardian.domain.activity import Activity, Kind, Participant, Role, Signal
from guardian.domain.addresses import domain_of, is_within, normalise_address
from guardian.domain.html_characters import unescaped
from guardian.domain.identity import meeting_key
from guardian.domain.people import Identity, IdentityKind
from guardian.ports.connector import DeadLetter

Json = Mapping[str, Any]

MOST_ATTENDEES = 500
SNIPPET = 300
_SPLIT_OFF = re.compile(r"_R\d{8}(?:T\d{6})?$")
_TAG = re.compile(r"<[^<>]{0,1000}>")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventReader:
    """Reads events under the tenant's settings; `zone` is that of the calendar."""

    own_domains: frozenset[str]
    privacy: str
    zone: tzinfo = UTC

    def activity(self, event: Json, *, at: When | None = None) -> Activity:
        """Return an event as a meeting: a single one, an exception of a series, or the one `at` a start of its own.

        `event` is an `Event` of Calendar v3. Unreadable when it does not say when it is.
        """
        start = at or read_when(event.get("start"), default=self.zone)
        original = at or self.original(event)
        people = people_of(event)
        return Activity(
            item_id=f"{event['id']}_{at.suffix}" if at else self.name(event),
            kind=Kind.MEETING,
            key=meeting_key(str(event.get("iCalUID") or event["id"]), original.moment if original else None),
            occurred_at=start.moment,
            participants=people,
            signals=self._signals(people),
            subject=None if self.privacy == "metadata" else self._words(event, "summary", 1_000) or "",
            snippet=self._words(event, "description", SNIPPET) if self.privacy == "full" else None,
            duration_s=self._seconds(event),
            revision=f"{str(event.get('sequence', 0)).zfill(6)} {event.get('updated', '')}".strip(),
        )

    def original(self, event: Json) -> When | None:
        """Return which meeting of its series an exception stands for; None when it belongs to no series."""
        if not event.get("recurringEventId"):
            return None
        return read_when(event.get("originalStartTime") or event.get("start"), default=self.zone)

    def name(self, event: Json) -> str:
        """Return the id of an event as a copy: of an exception, that of the meeting of its series it stands for.

        A series that was split off another ends in `_R` and its start, which Google leaves out of the ids of its
        exceptions.
        """
        try:
            original = self.original(event)
        except Unreadable:
            original = None
        return f"{series_of(event)}_{original.suffix}" if original else str(event["id"])

    def rule(self, event: Json) -> Rule:
        """Return how a series goes on."""
        start = read_when(event.get("start"), default=self.zone)
        return Rule(start=start, lines=tuple(str(line) for line in event.get("recurrence", ())))

    def dead(self, event: Json, why: str) -> DeadLetter:
        """Return a dead letter; it holds no more than was asked for, which is what privacy allows."""
        return dead_letter(self.name(event), why, json.dumps(event, sort_keys=True).encode())

    def _seconds(self, event: Json) -> int:
        start = read_when(event.get("start"), default=self.zone).moment
        if event.get("endTimeUnspecified") or not event.get("end"):
            return 0
        return int(max(read_when(event["end"], default=self.zone).moment - start, timedelta()).total_seconds())

    def _signals(self, people: tuple[Participant, ...]) -> frozenset[Signal]:
        own = {one.identity.value for one in people if is_within(domain_of(one.identity.value), self.own_domains)}
        return frozenset({Signal.NOT_HELD}) if _nobody_came(people, own) else frozenset()

    def _words(self, event: Json, field: str, longest: int) -> str | None:
        if event.get("visibility") in ("private", "confidential"):
            return None
        text = unescaped(_TAG.sub(" ", str(event.get(field, ""))[:5_000]))
        return printable(text)[:longest] or None


def is_series(event: Json) -> bool:
    """Say whether an event is the master of a series."""
    return bool(event.get("recurrence")) and not event.get("recurringEventId")


def series_of(event: Json) -> str:
    """Return the id under which an event, its series and the exceptions of that are one group."""
    return str(event.get("recurringEventId") or event["id"])


def id_at_google(series: str, suffix: str) -> str:
    """Return the id that Google gives to a meeting of a series: without the mark of one that was split off."""
    return f"{_SPLIT_OFF.sub('', series)}_{suffix}"


def people_of(event: Json) -> tuple[Participant, ...]:
    """Return organizer and attendees; rooms and other resources are nobody."""
    attendees = [one for one in event.get("attendees", ())[:MOST_ATTENDEES] if not one.get("resource")]
    declined = {_address(one) for one in attendees if one.get("responseStatus") == "declined"}
    seats = [(Role.ORGANIZER, event.get("organizer", {}))] + [(Role.ATTENDEE, one) for one in attendees]
    found: dict[tuple[Role, str], Participant] = {}
    for role, one in seats:
        address = _address(one)
        if address:
            found[role, address] = Participant(
                role=role,
                identity=Identity(kind=IdentityKind.EMAIL, value=address),
                name=_name(one, address),
                declined=address in declined,
            )
    return tuple(found.values())


def horizon(now: datetime, ahead: timedelta) -> datetime:
    """Return until when meetings of series are reckoned: the end of the month that lies so far ahead."""
    month = (now + ahead).astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (month + timedelta(days=32)).replace(day=1)


def _nobody_came(people: Collection[Participant], own: Collection[str]) -> bool:
    """Say whether all outsiders, or all of ours, declined."""
    outside = [one.declined for one in people if one.identity.value not in own]
    ours = [one.declined for one in people if one.identity.value in own]
    return bool(outside) and (all(outside) or (bool(ours) and all(ours)))


def _address(one: Json) -> str | None:
    address = normalise_address(str(one.get("email", "")))
    # A secondary calendar, or one imported from elsewhere, organises its events itself.
    return None if address and address.endswith((".calendar.google.com", "@import.calendar.google.com")) else address


def _name(one: Json, address: str) -> str:
    name = printable(str(one.get("displayName", "")))[:200]
    return "" if name.lower() == address else name
