"""What reps say about their clients: contacts that no mailbox shows, and clients to leave alone or to hand over."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from guardian.domain.activity import Direction, Kind
from guardian.domain.people import Client
from guardian.domain.touch import Happening, Touch, touch_of


class NoteKind(StrEnum):
    """What a rep says."""

    CALLED = "called"  # we spoke on the phone
    MET = "met"  # we met, in person or by video
    DONE = "done"  # I did something about it in another way
    SNOOZE = "snooze"  # not before a day
    FINE = "fine"  # there is nothing to worry about
    SOLVED = "solved"  # what he complained of is put right
    NOT_CLIENT = "not_client"
    WRONG_OWNER = "wrong_owner"  # a client of somebody else
    CHANNEL = "channel"  # by which way it wants to be reached


class Reach(StrEnum):
    """By which way a client wants to be reached."""

    ANY = "any"  # whichever: takes back what was said before
    MAIL = "mail"
    PHONE = "phone"
    MEETING = "meeting"
    NONE = "none"  # it asked not to be contacted any more


# What a contact that only a rep tells of is worth: a call and a meeting as any other, the rest as an unanswered mail.
CONTACTS: Mapping[NoteKind, Touch] = MappingProxyType(
    {
        NoteKind.CALLED: touch_of(Happening(kind=Kind.CALL, direction=Direction.OUT)),
        NoteKind.MET: touch_of(Happening(kind=Kind.MEETING, direction=Direction.OUT)),
        NoteKind.DONE: touch_of(Happening(kind=Kind.EMAIL, direction=Direction.OUT)),
        NoteKind.SOLVED: touch_of(Happening(kind=Kind.EMAIL, direction=Direction.OUT)),  # nobody solves it unsaid
    }
)
TOLD_AS: Mapping[NoteKind, Kind] = MappingProxyType(
    {NoteKind.CALLED: Kind.CALL, NoteKind.MET: Kind.MEETING, NoteKind.DONE: Kind.NOTE, NoteKind.SOLVED: Kind.NOTE}
)
_ASIDE = frozenset({NoteKind.NOT_CLIENT, NoteKind.SNOOZE})
_NOON = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One word of a rep about a client, said at a moment by a link of the digest of a day.

    `day` is the rep's day of a contact, the first day after a snooze, else the day on which it was said. `since` and
    `until` bound what it speaks of: that day, or how long a snooze lasts. `owner` is whose client it is instead, None
    where nobody knows; `instead_of` is who owned it by the records. `channel` is by which way it wants to be reached.
    """

    client_id: int
    rep: str
    kind: NoteKind
    at: datetime
    digest: date
    day: date
    since: datetime
    until: datetime | None = None
    owner: str | None = None
    instead_of: str | None = None
    channel: Reach | None = None
    id: int = 0

    @property
    def happened_at(self) -> datetime:
        """When a contact took place: as it was said, or at noon of an earlier day."""
        said_that_day = self.until is None or self.since <= self.at < self.until
        return self.at if said_that_day else self.since + _NOON

    @property
    def told_until(self) -> datetime | None:
        """The end of the digest's day where the rep is, of a contact: the digest told him of nothing later."""
        return None if self.until is None else self.until - (self.day - self.digest)


def by_client(notes: Iterable[Note]) -> Mapping[int, Sequence[Note]]:
    """Return the notes of each client, in the order in which they were said."""
    found: dict[int, list[Note]] = {}
    for note in sorted(notes, key=lambda one: (one.at, one.id)):
        found.setdefault(note.client_id, []).append(note)
    return found


def put_aside(notes: Sequence[Note], *, now: datetime, last_inbound: datetime | None) -> Note | None:
    """Return the note that keeps one client out of sight now, or None.

    `notes` are the client's, oldest first. Whoever speaks of him as a client takes back that he is none; a snooze
    ends with its time, or with the first word of the client after it.
    """
    aside: Note | None = None
    for note in notes:
        if note.kind in _ASIDE:
            aside = note
        elif aside is not None and aside.kind is NoteKind.NOT_CLIENT:
            aside = None
    if aside is None or aside.kind is NoteKind.NOT_CLIENT:
        return aside
    over = aside.until is not None and now >= aside.until
    broken = last_inbound is not None and last_inbound > aside.at
    return None if over or broken else aside


def channel_note(notes: Sequence[Note]) -> Note | None:
    """Return what was last said of how one client wants to be reached; `notes` are the client's, oldest first."""
    return next((note for note in reversed(notes) if note.kind is NoteKind.CHANNEL), None)


def owner_of(client: Client, notes: Sequence[Note]) -> str | None:
    """Return whose client it is: what a rep said last holds until the records name another owner than they did."""
    said = [note for note in notes if note.kind is NoteKind.WRONG_OWNER]
    if not said or said[-1].instead_of != client.owner:
        return client.owner
    return said[-1].owner


def with_owners(clients: Iterable[Client], notes: Mapping[int, Sequence[Note]]) -> list[Client]:
    """Return the clients, each with the owner that records and reps together give it."""
    return [replace(one, owner=owner_of(one, notes[one.id])) if one.id in notes else one for one in clients]
