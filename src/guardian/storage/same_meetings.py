"""Joining the events of a CRM to the meetings in calendars that they are, and parting them again."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, and_, select

from guardian.domain.activity import Activity, Kind, Signal
from guardian.domain.facts import read_activity
from guardian.domain.identity import CALENDAR, CRM
from guardian.domain.people import IdentityKind
from guardian.domain.same_meeting import Gathering, same_meeting
from guardian.storage import tables
from guardian.storage.belonging import WHOSE, Belonging, identities, load_belonging
from guardian.storage.chunks import rows_in
from guardian.storage.copies import join_copies
from guardian.storage.identities import OwnTest

Places = frozenset[tuple[str, str]]  # kind and value of identities


@dataclass(slots=True)
class _Event:
    """An event of the CRM: who takes part, the meetings at its time, and the one that it is joined to."""

    people: Places = frozenset()
    meetings: set[int] = field(default_factory=set)
    joined_to: str | None = None


def join_meetings(connection: Connection, own: OwnTest) -> bool:
    """Bring the joins to what people and times say now; return whether any changed."""
    events = _joined(connection) | _apart(connection)
    if not events:
        return False
    keys, seats = _meetings(connection, {one for event in events.values() for one in event.meetings})
    who = _Who(connection, load_belonging(connection), events.values(), seats.values())
    changed: dict[str, str | None] = {}
    for key, event in sorted(events.items()):
        gathered = who.gathering(key, event.people)
        wanted = same_meeting(gathered, [who.gathering(keys[one], seats[one]) for one in sorted(event.meetings)])
        if wanted != event.joined_to:
            changed[key] = wanted
    if changed:
        join_copies(connection, changed, own)
    return bool(changed)


def _apart(connection: Connection) -> dict[str, _Event]:
    """Return the events that stand for themselves and have a meeting at their time."""
    event, meeting = tables.interaction.alias("event"), tables.interaction.alias("meeting")
    same_time = and_(meeting.c.occurred_at == event.c.occurred_at, meeting.c.duration_s == event.c.duration_s)
    query = (
        select(event.c.id, event.c.key, meeting.c.id.label("meeting"))
        .join_from(event, meeting, same_time)
        .where(_is(event.c.key, CRM), event.c.kind == Kind.MEETING, _is(meeting.c.key, CALENDAR))
        .where(event.c.signals.not_like(f"%{Signal.NOT_HELD}%"))
    )
    events: dict[str, _Event] = defaultdict(_Event)
    ids = {}
    for row in connection.execute(query):
        events[row.key].meetings.add(row.meeting)
        ids[row.id] = row.key
    for of, people in _seats(connection, ids).items():
        events[ids[of]].people = people
    return dict(events)


def _joined(connection: Connection) -> dict[str, _Event]:
    """Return the events that are joined to a meeting, with all meetings at that time."""
    copy, meeting, other = tables.occurrence, tables.interaction, tables.interaction.alias("other")
    same_time = and_(meeting.c.occurred_at == other.c.occurred_at, meeting.c.duration_s == other.c.duration_s)
    query = (
        select(
            copy.c.key, copy.c.item_id, copy.c.facts, meeting.c.key.label("joined_to"), other.c.id.label("meeting")
        )
        .join_from(copy, meeting, meeting.c.id == copy.c.interaction_id)
        .join(other, same_time)
        .where(_is(copy.c.key, CRM), _is(meeting.c.key, CALENDAR), _is(other.c.key, CALENDAR))
    )
    events: dict[str, _Event] = defaultdict(_Event)
    for row in connection.execute(query):
        event, told = events[row.key], read_activity(row.item_id, row.facts)
        event.joined_to = row.joined_to
        if told.kind is Kind.MEETING and Signal.NOT_HELD not in told.signals:
            event.people |= _places(told)
            event.meetings.add(row.meeting)
    return dict(events)


def _places(told: Activity) -> Places:
    return frozenset((str(one.identity.kind), one.identity.value) for one in told.participants)


def _is(key: ColumnElement[str], what: str) -> ColumnElement[bool]:
    return key.startswith(what, autoescape=True)


def _meetings(connection: Connection, ids: Iterable[int]) -> tuple[dict[int, str], dict[int, Places]]:
    """Return the keys of these meetings, and who the calendars say takes part: an event names nobody by address."""
    table, wanted = tables.interaction, list(ids)
    keys = {row.id: row.key for row in rows_in(connection, select(table.c.id, table.c.key), table.c.id, wanted)}
    seats = _seats(connection, wanted)
    by_address = {one: frozenset(p for p in people if p[0] == IdentityKind.EMAIL) for one, people in seats.items()}
    return keys, {one: by_address.get(one, frozenset()) for one in keys}


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

    def __init__(
        self, connection: Connection, belonging: Belonging, events: Iterable[_Event], seats: Iterable[Places]
    ) -> None:
        places = {place for one in events for place in one.people} | {place for people in seats for place in people}
        rows = rows_in(connection, identities(), WHOSE[2], (value for _, value in places))
        self._rows = {(row.kind, row.value): row for row in rows}
        self._belonging = belonging
        self._known: dict[tuple[str, Places], Gathering] = {}

    def gathering(self, key: str, people: Places) -> Gathering:
        """Return who they are, by address, person and client."""
        if (key, people) not in self._known:
            self._known[key, people] = self._gathering(key, people)
        return self._known[key, people]

    def _gathering(self, key: str, people: Places) -> Gathering:
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
