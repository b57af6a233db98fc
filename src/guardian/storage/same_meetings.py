"""Joining the events of a CRM to the meetings in calendars that they are, and parting them again."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import BigInteger, ColumnElement, Connection, literal, select, type_coerce

from guardian.domain.activity import Activity, Kind, Signal
from guardian.domain.facts import read_activity
from guardian.domain.identity import CALENDAR, CRM
from guardian.domain.people import IdentityKind
from guardian.domain.same_meeting import Gathering, same_meeting
from guardian.storage import tables
from guardian.storage.arrays import Ints, int_columns
from guardian.storage.belonging import WHOSE, Belonging, identities, load_belonging
from guardian.storage.chunks import rows_in
from guardian.storage.copies import join_copies
from guardian.storage.identities import OwnTest

Places = frozenset[tuple[str, str]]  # kind and value of identities

_AT_ONCE = 5_000  # events and meetings whose people are in memory; more only where more are at one time
_MEETING, _APART, _JOINED = range(3)


@dataclass(slots=True)
class _Event:
    """An event of the CRM: its time, who takes part (nobody where it is no meeting), and what it is joined to."""

    slot: int
    people: Places = frozenset()
    joined_to: str | None = None


@dataclass(slots=True)
class _Meetings:
    """The meetings of some times, found by time and who of ours takes part: nothing else can be the same meeting."""

    _found: dict[tuple[int, str], list[Gathering]] = field(default_factory=lambda: defaultdict(list))

    def add(self, slot: int, meeting: Gathering) -> None:
        for one in meeting.ours:
            self._found[slot, one].append(meeting)

    def beside(self, slot: int, event: Gathering) -> list[Gathering]:
        return [meeting for one in event.ours for meeting in self._found.get((slot, one), ())]


def join_meetings(connection: Connection, own: OwnTest) -> bool:
    """Bring the joins to what people and times say now; return whether any changed."""
    found = _at_one_time(connection)
    if not found.size:
        return False
    belonging, joins, partings = load_belonging(connection), dict[str, str | None](), dict[str, str | None]()
    for chunk in _chunks(found):
        for key, event, wanted in _judged(connection, belonging, chunk):
            if wanted != event.joined_to:
                (joins if event.joined_to is None else partings)[key] = wanted
    for key in _also_apart(connection, found, partings):
        del partings[key]
    changed = dict(sorted((partings | joins).items()))
    if changed:
        join_copies(connection, changed, own)
    return bool(changed)


def _also_apart(connection: Connection, found: Ints, keys: Iterable[str]) -> list[str]:
    """Return which of these events stand for themselves too, in another connection: they are judged by that."""
    home = tables.interaction
    rows = list(rows_in(connection, select(home.c.id, home.c.key), home.c.key, keys))
    apart = np.isin([row.id for row in rows], found[1, found[0] == _APART])
    return [row.key for row, one in zip(rows, apart, strict=True) if one]


def _at_one_time(connection: Connection) -> Ints:
    """Return what has an event and a meeting at its time, by time: what it is, its row, and a number for the time.

    An event that stands for itself is told by its interaction; a joined one by each of its copies, at the time of the
    meeting that it is part of.
    """
    home, copy = tables.interaction, tables.occurrence
    when = type_coerce(home.c.occurred_at, BigInteger), home.c.duration_s
    timed, in_calendars = home.c.duration_s.is_not(None), _is(home.c.key, CALENDAR)
    held = home.c.kind == Kind.MEETING, home.c.signals.not_like(f"%{Signal.NOT_HELD}%")
    queries = (
        select(literal(_MEETING), home.c.id, *when).where(in_calendars, timed),
        select(literal(_APART), home.c.id, *when).where(_is(home.c.key, CRM), *held, timed),
        select(literal(_JOINED), copy.c.id, *when)
        .join_from(copy, home, home.c.id == copy.c.interaction_id)
        .where(_is(copy.c.key, CRM), in_calendars, timed),
    )
    found = np.concatenate([int_columns(connection, one) for one in queries], axis=1)
    what, row, *times = found[:, np.lexsort((found[1], found[3], found[2]))]
    later = np.any([np.diff(one, prepend=one[:1]) != 0 for one in times], axis=0)
    slot = np.cumsum(later)
    both = np.isin(slot, slot[what == _MEETING]) & np.isin(slot, slot[what != _MEETING])
    return np.array([what, row, slot])[:, both]


def _chunks(found: Ints) -> Iterator[Ints]:
    """Yield it in pieces, never parting what is at one time."""
    begun = 0
    for start in (np.flatnonzero(np.diff(found[2])) + 1).tolist():
        if start - begun >= _AT_ONCE:
            yield found[:, begun:start]
            begun = start
    yield found[:, begun:]


def _judged(connection: Connection, belonging: Belonging, chunk: Ints) -> Iterator[tuple[str, _Event, str | None]]:
    """Yield every event of some times with its key and the key of the meeting that it is."""
    slots = [dict(chunk[1:, chunk[0] == what].T.tolist()) for what in (_MEETING, _APART, _JOINED)]
    events = _joined(connection, slots[_JOINED]) | _apart(connection, slots[_APART])
    keys = _keys(connection, slots[_MEETING])
    seats = _seats(connection, slots[_MEETING])
    # Who the calendars say takes part: an event names nobody by address.
    by_address = {one: frozenset(p for p in seats.get(one, ()) if p[0] == IdentityKind.EMAIL) for one in keys}
    who = _Who(connection, belonging, [*(event.people for event in events.values()), *by_address.values()])
    meetings = _Meetings()
    for one, key in keys.items():
        meetings.add(slots[_MEETING][one], who.gathering(key, by_address[one]))
    for key, event in events.items():
        gathered = who.gathering(key, event.people)
        yield key, event, same_meeting(gathered, meetings.beside(event.slot, gathered))


def _apart(connection: Connection, slots: dict[int, int]) -> dict[str, _Event]:
    """Return the events that stand for themselves, by key."""
    seats = _seats(connection, slots)
    keys = _keys(connection, slots)
    return {key: _Event(slots[one], seats.get(one, frozenset())) for one, key in keys.items()}


def _joined(connection: Connection, slots: dict[int, int]) -> dict[str, _Event]:
    """Return the events that are joined to a meeting, by key."""
    copy, home = tables.occurrence, tables.interaction
    query = select(copy.c.id, copy.c.key, copy.c.item_id, copy.c.facts, home.c.key.label("joined_to"))
    query = query.join_from(copy, home, home.c.id == copy.c.interaction_id)
    events: dict[str, _Event] = {}
    for row in rows_in(connection, query, copy.c.id, slots):
        event, told = events.setdefault(row.key, _Event(slots[row.id])), read_activity(row.item_id, row.facts)
        event.joined_to = row.joined_to
        if told.kind is Kind.MEETING and Signal.NOT_HELD not in told.signals:
            event.people |= _places(told)
    return events


def _places(told: Activity) -> Places:
    return frozenset((str(one.identity.kind), one.identity.value) for one in told.participants)


def _is(key: ColumnElement[str], what: str) -> ColumnElement[bool]:
    return key.startswith(what, autoescape=True)


def _keys(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    table = tables.interaction
    return {row.id: row.key for row in rows_in(connection, select(table.c.id, table.c.key), table.c.id, ids)}


def _seats(connection: Connection, ids: Iterable[int]) -> dict[int, Places]:
    seat, who = tables.participation, tables.identity
    query = select(seat.c.interaction_id, who.c.kind, who.c.value).join_from(
        seat, who, who.c.id == seat.c.identity_id
    )
    found: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for row in rows_in(connection, query, seat.c.interaction_id, ids):
        found[row.interaction_id].add((row.kind, row.value))
    return {of: frozenset(people) for of, people in found.items()}


class _Who:
    """Knows the people of these events and meetings."""

    def __init__(self, connection: Connection, belonging: Belonging, people: Iterable[Places]) -> None:
        places = {place for some in people for place in some}
        # Named by kind too, because the index begins with it: without, every chunk reads all identities.
        query = identities().where(WHOSE[1].in_(sorted({kind for kind, _ in places})))
        rows = rows_in(connection, query, WHOSE[2], sorted({value for _, value in places}))
        self._rows = {(row.kind, row.value): row for row in rows}
        self._belonging = belonging

    def gathering(self, key: str, people: Places) -> Gathering:
        """Return who they are, by address, person and client."""
        rows = [self._rows[place] for place in people if place in self._rows]
        ours = (row.value if row.kind == IdentityKind.EMAIL else row.address for row in rows if row.own)
        outside = [row for row in rows if not row.own]
        persons = (self._belonging.root(row.person_id) for row in outside)
        clients = (self._belonging.client_of(row) for row in outside)
        return Gathering(
            key=key,
            ours=frozenset(one for one in ours if one),
            outside=frozenset({row.value for row in outside} | {f"person {one}" for one in persons if one}),
            clients=frozenset(one for one in clients if one is not None),
        )
