"""From Graph's events to meetings as they were held, or will be; pure."""

import binascii
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.outlook.rounds import digest
from connectors.outlook.translate import SNIPPET, dead_row, list_of, moment_of, seat, text_of
from guardian.connector_kit.encoded_words import printable
from guardian.domain.activity import Activity, Kind, Participant, Role, Signal
from guardian.domain.addresses import domain_of, is_within
from guardian.domain.identity import meeting_key
from guardian.ports.connector import DeadLetter

Row = dict[str, Any]
MOST_ATTENDEES = 500
_GLOBAL_ID = "040000008200E00074C5B7101A82E008"  # how an encoded global object id begins (MS-OXOCAL 2.2.1.27)
_FOREIGN = b"vCal-Uid\x01\x00\x00\x00"
_DETAILS = (
    "iCalUId,organizer,attendees,isCancelled,isAllDay,sensitivity,originalStart,seriesMasterId,type,start,end,"
    "lastModifiedDateTime"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingReader:
    """Reads events under the tenant's settings."""

    own_domains: frozenset[str]
    privacy: str

    @property
    def select(self) -> str:
        """The properties of an event that the privacy level may ask for, where Graph lets us choose."""
        return _DETAILS + {"full": ",subject,bodyPreview", "subject": ",subject"}.get(self.privacy, "")

    def read(self, row: Row, master: Row | None) -> Activity | DeadLetter:
        """Return one meeting, or one occurrence of a series, which tells only what differs from its master."""
        whole = {**(master or {}), **{name: value for name, value in row.items() if value is not None}}
        start, end = _clock(row, "start"), _clock(row, "end")
        if start is None:
            return dead_row(row, "The event does not say when it begins.", privacy=self.privacy)
        original = None if master is None else moment_of(row.get("originalStart")) or start
        people = tuple(_people(whole))
        uid = series_uid(text_of(master or row, "iCalUId")) or f"graph-{digest(str(row['id']))}"
        return Activity(
            item_id=item_id(row),
            kind=Kind.MEETING,
            key=meeting_key(uid, original),
            occurred_at=start,
            participants=people,
            signals=self._signals(whole, people),
            subject=self._words(whole, "subject", 1000, levels=("subject", "full")),
            snippet=self._words(whole, "bodyPreview", SNIPPET, levels=("full",)) or None,
            duration_s=max(int((end - start).total_seconds()), 0) if end else None,
            revision=_revision(whole),
        )

    def _signals(self, whole: Row, people: tuple[Participant, ...]) -> frozenset[Signal]:
        if whole.get("isCancelled") is True:
            return frozenset({Signal.CANCELLED})
        own = {one.identity.value for one in people if is_within(domain_of(one.identity.value), self.own_domains)}
        return frozenset({Signal.NOT_HELD}) if nobody_came(people, own) else frozenset()

    def _words(self, whole: Row, name: str, most: int, *, levels: tuple[str, ...]) -> str | None:
        private = text_of(whole, "sensitivity") in ("private", "confidential")
        return None if private or self.privacy not in levels else printable(text_of(whole, name))[:most]


def item_id(row: Row) -> str:
    """Return our id of an event: Graph's own, or for an occurrence 16 characters, because cursors remember many."""
    return digest(str(row["id"])) if text_of(row, "seriesMasterId") else str(row["id"])


def series_uid(ical_uid: str) -> str:
    """Return the UID that every calendar system knows a series by.

    Exchange writes the UID of its own meetings as a global object id, in which an occurrence carries its date, and
    wraps up the UIDs of others in one (MS-OXOCAL 2.2.1.27, 2.2.1.28).
    """
    bare = ical_uid.strip()
    if not bare.upper().startswith(_GLOBAL_ID):
        return bare
    try:
        raw = binascii.unhexlify(bare)
    except ValueError:
        return bare
    at = raw.find(_FOREIGN)
    if at >= 0:
        return raw[at + len(_FOREIGN) :].split(b"\x00")[0].decode("utf-8", "replace") or bare
    return f"{bare[:32]}00000000{bare[40:]}".upper()


def nobody_came(people: Collection[Participant], own: Collection[str]) -> bool:
    """Say whether all outsiders, or all of ours, declined."""
    outside = [one.declined for one in people if one.identity.value not in own]
    ours = [one.declined for one in people if one.identity.value in own]
    return bool(outside) and (all(outside) or (bool(ours) and all(ours)))


def _people(row: Row) -> Iterator[Participant]:
    organizer = seat(Role.ORGANIZER, row.get("organizer"))
    if organizer:
        yield organizer
    found = {}
    for one in list_of(row, "attendees")[:MOST_ATTENDEES]:
        if isinstance(one, dict) and text_of(one, "type") != "resource":
            declined = text_of(one.get("status"), "response") == "declined"
            participant = seat(Role.ATTENDEE, one, declined=declined)
            if participant:
                found[participant.identity.value] = participant
    yield from found.values()


def _revision(row: Row) -> str:
    """Return when the event last changed, which is all that Graph tells of its revisions: it has no sequence."""
    changed = moment_of(row.get("lastModifiedDateTime"))
    return changed.isoformat(timespec="milliseconds") if changed else ""


def _clock(row: Row, name: str) -> datetime | None:
    """Return a dateTimeTimeZone; Graph answers in UTC unless asked otherwise, and all-day events with midnight."""
    return moment_of(text_of(row.get(name), "dateTime"))
