"""Contacts that only a rep tells of, laid into the timeline; none that mail, calendar or CRM show as well."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta

import numpy as np
from sqlalchemy import ColumnElement, Connection, and_, or_, select

from guardian.domain.activity import Direction, Kind, Role
from guardian.domain.moments import DAY_S
from guardian.domain.notes import CONTACTS, TOLD_AS, Note, NoteKind
from guardian.domain.people import IdentityKind
from guardian.ports.timeline import Copy, Interaction, Seat, Touches
from guardian.storage.tables import identity, interaction

_SPOKEN = frozenset({NoteKind.CALLED, NoteKind.MET})
_RANK = (NoteKind.MET, NoteKind.CALLED, NoteKind.SOLVED, NoteKind.DONE)  # of several contacts of one rep on one day
_A_DAY = timedelta(days=1)


def contacts_among(notes: Iterable[Note]) -> list[Note]:
    """Return the notes that tell of a contact, one for each client, rep and day: the one that says most."""
    best: dict[tuple[int, str, datetime], Note] = {}
    told = sorted((one for one in notes if one.kind in CONTACTS), key=lambda one: (_RANK.index(one.kind), one.at))
    for note in told:
        best.setdefault((note.client_id, note.rep, note.since), note)
    return sorted(best.values(), key=lambda one: (one.happened_at, one.id))


def unseen(contacts: Sequence[Note], touches: Touches) -> list[Note]:
    """Return the contacts that the touches do not show: no call or meeting that day, or for a `done` no word of ours.

    `touches` are sorted by client, then time.
    """
    return [note for note in contacts if not _is_shown(note, touches)]


def _is_shown(note: Note, touches: Touches) -> bool:
    first, last = np.searchsorted(touches.client, [note.client_id, note.client_id + 1])
    at = touches.at[first:last]
    bare = at % DAY_S == 0  # a date without a time of day: midnight UTC, wherever it was written
    that_day = np.where(bare, at == int(_midnight(note).timestamp()), (at >= _start(note)) & (at < _end(note)))
    ours = touches.outbound[first:last] & that_day
    return bool(np.any(ours & touches.inbound[first:last] if note.kind in _SPOKEN else ours))


def _start(note: Note) -> int:
    return int(note.since.timestamp())


def _end(note: Note) -> int:
    return int((note.until or note.since + _A_DAY).timestamp())


def _midnight(note: Note) -> datetime:
    return datetime.combine(note.day, time(), UTC)


def with_contacts(touches: Touches, contacts: Sequence[Note], reps: dict[str, int]) -> Touches:
    """Return the touches with these contacts among them, sorted by client, then time."""
    worth = [CONTACTS[note.kind] for note in contacts]
    at = [int(note.happened_at.timestamp()) for note in contacts]
    added = Touches(
        client=np.array([note.client_id for note in contacts], np.int64),
        rep=np.array([reps.get(note.rep, 0) for note in contacts], np.int64),
        at=np.array(at, np.int64),
        inbound=np.array([one.inbound_clock for one in worth], np.bool_),
        outbound=np.ones(len(contacts), np.bool_),
        weight=np.array([one.weight for one in worth], np.float32),
    )
    order = np.lexsort((np.append(touches.at, added.at), np.append(touches.client, added.client)))
    return Touches(
        client=np.append(touches.client, added.client)[order],
        rep=np.append(touches.rep, added.rep)[order],
        at=np.append(touches.at, added.at)[order],
        inbound=np.append(touches.inbound, added.inbound)[order],
        outbound=np.append(touches.outbound, added.outbound)[order],
        weight=np.append(touches.weight, added.weight)[order],
        asks=None if touches.asks is None else np.append(touches.asks, added.inbound)[order],
    )


def rep_identities(connection: Connection, contacts: Sequence[Note]) -> dict[str, int]:
    """Return which of our identities each rep who tells of a contact is."""
    reps = {note.rep for note in contacts}
    query = select(identity.c.value, identity.c.id).where(
        identity.c.kind == IdentityKind.EMAIL, identity.c.own, identity.c.value.in_(reps)
    )
    return {row.value: row.id for row in connection.execute(query)}


def on_those_days(contacts: Sequence[Note]) -> ColumnElement[bool]:
    """Return the condition for an interaction on a day of one of these contacts."""
    at = interaction.c.occurred_at
    spans = (and_(at >= note.since, at < (note.until or note.since + _A_DAY)) for note in contacts)
    return or_(at.in_({_midnight(note) for note in contacts}), *spans)


def touches_in(interactions: Iterable[Interaction], client_id: int) -> Touches:
    """Return what interactions with one client, in order of time, say to `unseen`."""
    with_him = (one for one in interactions if client_id in one.talked_with)
    moving = [one for one in with_him if one.touch.any_clock or one.touch.inbound_clock]
    spoken = [one.kind in (Kind.CALL, Kind.MEETING) for one in moving]
    outbound = [one.direction is Direction.OUT and one.touch.any_clock for one in moving]
    return Touches(
        client=np.full(len(moving), client_id, np.int64),
        rep=np.zeros(len(moving), np.int64),
        at=np.array([int(one.occurred_at.timestamp()) for one in moving], np.int64),
        inbound=np.array([one.touch.inbound_clock for one in moving], np.bool_),
        outbound=np.array(outbound, np.bool_) | np.array(spoken, np.bool_),
        weight=np.array([one.touch.weight for one in moving], np.float32),
    )


def as_interaction(note: Note) -> Interaction:
    """Return a contact as the timeline shows it: its only copy is the rep's word; ids below 0 are no stored row's."""
    return Interaction(
        id=-note.id,
        key=f"note:{note.id}",
        kind=TOLD_AS[note.kind],
        occurred_at=note.happened_at,
        direction=Direction.OUT,
        subject=None,
        snippet=None,
        seats=(Seat(address=note.rep, role=Role.FROM, name=""),),
        client_ids=(note.client_id,),
        talked_with=(note.client_id,),
        signals=frozenset(),
        touch=CONTACTS[note.kind],
        copies=(Copy(connector="guardian", mailbox=note.rep, id=str(note.id)),),
    )


def in_order(stored: Iterator[Interaction], told: Sequence[Interaction]) -> Iterator[Interaction]:
    """Yield both, oldest first; both are in order already."""
    waiting = list(reversed(told))
    for one in stored:
        while waiting and waiting[-1].occurred_at < one.occurred_at:
            yield waiting.pop()
        yield one
    yield from reversed(waiting)
