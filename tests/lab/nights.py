"""Nights of an office through the sync engine into a real store, and the deaths that a process can die there."""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection as Rows
from sqlalchemy import select

from guardian.domain.activity import Role
from guardian.ports.sync_store import CursorMove, FeedState, Plan
from guardian.ports.timeline import Seat
from guardian.storage import Database, StoredTimelines, SyncTables, open_database, tables, upgrade
from guardian.sync import Rules, SyncSummary, sync_connector
from tests.lab.happenings import BLOCKED
from tests.lab.office import OWN, Office
from tests.lab.story import Place, Told, true_events, true_names, true_story
from tests.sync.dump import dump
from tests.sync.supplier import NoBars

RULES = Rules(own_domains=OWN, domains=frozenset({BLOCKED}))


class Killed(BaseException):
    """The process died here; nothing catches this, as nothing catches kill -9."""


class MortalTables(SyncTables):
    """A store in a process that dies at its n-th step: before a transaction, in the middle of it, or behind it.

    `meanwhile` is called at every step: the world does not stand still between two pages.
    """

    def __init__(self, database: Database, *, dies_at: int = 0, meanwhile: Callable[[], None] | None = None) -> None:
        super().__init__(database, OWN)
        self._left, self._meanwhile = dies_at, meanwhile

    def _step(self) -> None:
        if self._meanwhile:
            self._meanwhile()
        self._left -= 1
        if self._left == 0:
            raise Killed

    def begin_walk(self, mailbox_id: int) -> FeedState:
        self._step()
        state = super().begin_walk(mailbox_id)
        self._step()
        return state

    def write_page(self, feed: FeedState, plan: Plan, move: CursorMove, *, now: datetime) -> None:
        self._step()
        super().write_page(feed, plan, move, now=now)
        self._step()

    def _write(self, connection: Rows, mailbox_id: int, plan: Plan, now: datetime) -> None:
        super()._write(connection, mailbox_id, plan, now)
        self._step()

    def finish_walk(self, feed: FeedState, gone: Sequence[str], *, held: int | None, now: datetime) -> None:
        self._step()
        super().finish_walk(feed, gone, held=held, now=now)
        self._step()

    def settle(self, *, now: datetime) -> None:
        self._step()
        super().settle(now=now)
        self._step()


class OfficeClock:
    """Tells the office's time."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def now(self) -> datetime:
        return self._office.company.now


def new_store(path: Path) -> Database:
    """Return an empty database in a file."""
    database = open_database(f"sqlite:///{path}")
    upgrade(database)
    return database


def a_night(
    office: Office,
    store: Database,
    *,
    dies_at: int = 0,
    meanwhile: Callable[[], None] | None = None,
    full: bool = False,
) -> list[SyncSummary]:
    """Sync all three connections one after the other; Killed when the process is to die on the way."""
    mortal = MortalTables(store, dies_at=dies_at, meanwhile=meanwhile)
    return [
        sync_connector(one, mortal, RULES, clock=OfficeClock(office), progress=NoBars(), full=full)
        for one in office.connections()
    ]


def good_nights(office: Office, store: Database) -> None:
    """Let nights go by without trouble until two in a row come through; walks that a sweep guard holds are confirmed.

    Two, because a walk that was begun in a bad night ends in the first: what changed meanwhile is told by the second.
    """
    came_through = 0
    for _ in range(6):
        office.pass_time(timedelta(minutes=15))
        summaries = a_night(office, store)
        if any("guardian sync --full" in problem for one in summaries for problem in one.problems):
            summaries = a_night(office, store, full=True)
        came_through = came_through + 1 if all(one.state == "ok" for one in summaries) else 0
        if came_through == 2:
            return
    raise AssertionError([(one.connector, one.state, one.problems) for one in summaries])


def assert_true(office: Office, store: Database) -> None:
    """Assert that the store holds the true story and nothing else, and that reading it again writes nothing."""
    good_nights(office, store)
    story = true_story(office)
    known, joins = stored_story(store, office.company.now), stored_joins(store)
    for key in set(joins.values()) & story.keys() & known.keys():
        if known[key].seats > story[key].seats:  # an event that is joined brings its own people along
            known[key] = replace(known[key], seats=story[key].seats)
    assert known == story, _difference(known, story)
    _assert_joins(office, story, joins)
    assert stored_names(store) == true_names(office)
    _assert_privacy(office, store)
    before = dump(store)
    assert before["dead_letters"] == []
    office.pass_time(timedelta(minutes=15))
    again = a_night(office, store)
    assert [(one.new, one.changed, one.gone) for one in again] == [(0, 0, 0)] * len(again)
    assert dump(store) == before


def _assert_joins(office: Office, story: dict[str, Told], joins: dict[str, str]) -> None:
    """Assert that every join is of one time and of people of ours, and that none beyond doubt is missing."""
    for event in true_events(office.org):
        fitting = {
            one.key: {address for _, address in one.seats}
            for one in story.values()
            if one.key.startswith("ical:") and one.at == event.at and event.ours & {who for _, who in one.seats}
        }
        joined = joins.pop(event.key, None)
        assert joined is None or joined in fitting, (event, joined)
        if len(fitting) == 1 and event.outside & next(iter(fitting.values())):
            assert joined or _lasts_otherwise(office, event.key, next(iter(fitting))), (event, fitting)
    assert not joins


def _lasts_otherwise(office: Office, event: str, meeting: str) -> bool:
    minutes = office.org.record(event.rpartition("/")[2])["DurationInMinutes"]
    uid = meeting.removeprefix("ical:").rpartition("/")[0]
    desks = office.company.desks.values()
    lengths = {one.length for desk in desks for one in desk.calendar.items.values() if one.uid == uid}
    return lengths != {timedelta(minutes=minutes)}


def _assert_privacy(office: Office, store: Database) -> None:
    """Assert that no words are stored that none of the connections may read."""
    for one in StoredTimelines(store).interactions(now=office.company.now):
        levels = {office.privacy[copy.connector] for copy in one.copies}
        assert one.subject is None or levels & {"subject", "full"}, one.key
        assert one.snippet is None or "full" in levels, one.key


def _difference(known: dict[str, Told], story: dict[str, Told]) -> str:
    lines = [f"{key}: {known.get(key)} is known, {story.get(key)} is true" for key in known.keys() | story.keys()
             if known.get(key) != story.get(key)]  # fmt: skip
    return "\n".join(sorted(lines))


def stored_story(store: Database, now: datetime) -> dict[str, Told]:
    """Return every interaction by its key, as the timeline tells it; what was joined is told apart again."""
    own_keys = _own_keys(store)
    story: dict[str, Told] = {}
    for one in StoredTimelines(store).interactions(now=now + timedelta(days=999)):
        places = defaultdict(list)
        for copy in one.copies:
            own = own_keys[copy.connector, copy.mailbox, copy.id]
            places[own if own.startswith("sf:") and one.key.startswith("ical:") else one.key].append(copy)
        for key, copies in places.items():
            story[key] = Told(
                key=key,
                kind=str(one.kind),
                at=one.occurred_at,
                places=tuple(sorted((copy.connector, copy.mailbox) for copy in copies)),
                seats=frozenset() if key.startswith("sf:") else _by_address(one.seats),
            )
    return story


def stored_joins(store: Database) -> dict[str, str]:
    """Return the CRM events that lie in the interaction of a meeting, with its key."""
    copy, home = tables.occurrence, tables.interaction
    query = select(copy.c.key, home.c.key).join_from(copy, home, home.c.id == copy.c.interaction_id)
    with store.reading() as connection:
        rows = [(row[0], row[1]) for row in connection.execute(query)]
    return {own: key for own, key in rows if own.startswith("sf:") and key.startswith("ical:")}


def _own_keys(store: Database) -> dict[tuple[str, str, str], str]:
    table, box, account = tables.occurrence, tables.mailbox, tables.connector_account
    query = (
        select(account.c.name, box.c.label, table.c.item_id, table.c.key)
        .join_from(table, box, table.c.mailbox_id == box.c.id)
        .join(account, account.c.id == box.c.connector_id)
    )
    with store.reading() as connection:
        return {(row[0], row[1], row[2]): row[3] for row in connection.execute(query)}


def _by_address(seats: Sequence[Seat]) -> frozenset[tuple[str, str]]:
    return frozenset((str(one.role), one.address) for one in seats if one.role not in (Role.ABOUT, Role.OWNER))


def stored_names(store: Database) -> dict[Place, list[str]]:
    """Return the names of everybody known from each address book and CRM object, sorted."""
    table, box, account = tables.record_copy, tables.mailbox, tables.connector_account
    query = (
        select(account.c.name, box.c.label, table.c.facts)
        .join_from(table, box, table.c.mailbox_id == box.c.id)
        .join(account, account.c.id == box.c.connector_id)
    )
    names = defaultdict(list)
    with store.reading() as connection:
        for connector, label, facts in connection.execute(query):
            fields: list[Any] = json.loads(facts[facts.index("[") :])
            names[connector, label].append(str(fields[1]))
    return {place: sorted(those) for place, those in names.items()}
