"""Night after night through the sync engine into a store: the timeline is the company's true story."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from guardian.storage import Database, StoredTimelines, SyncTables, open_database, upgrade
from guardian.sync import Connection, Rules, SyncSummary, sync_connector
from tests.lab.company import OUT_OF_SIGHT, OWN_DOMAIN, START, Folder
from tests.lab.faults import FaultPlan, Kind, spoiled, throttled
from tests.lab.google_world import World
from tests.sync.supplier import NoBars, StoppedClock

OWN = frozenset({OWN_DOMAIN})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'guardian.db'}")
    upgrade(database)
    yield database
    database.engine.dispose()


def a_night(world: World, store: Database) -> SyncSummary:
    connection = Connection(name="office", kind="google", open=world.connector, privacy="metadata")
    tables = SyncTables(store, OWN)
    return sync_connector(connection, tables, Rules(own_domains=OWN), clock=StoppedClock(), progress=NoBars())


def true_story(world: World) -> dict[str, set[str]]:
    """Return the key of every mail and meeting with somebody outside, and the mailboxes that hold it."""
    story: dict[str, set[str]] = {}
    for mailbox, desk in world.company.desks.items():
        for copy in desk.mail.items.values():
            people = (copy.letter.sender, *copy.letter.to, *copy.letter.cc, *copy.letter.bcc)
            if copy.folder not in OUT_OF_SIGHT and any(not one.endswith(OWN_DOMAIN) for one in people):
                story.setdefault(f"mid:{copy.letter.message_id}", set()).add(mailbox)
        for meeting in desk.calendar.items.values():
            for original, _ in meeting.held:
                when = original.strftime("%Y%m%dT%H%M%SZ") if meeting.repeats else "single"
                story.setdefault(f"ical:{meeting.uid}/{when}", set()).add(mailbox)
    return story


def stored_story(store: Database) -> dict[str, set[str]]:
    found = StoredTimelines(store).interactions(now=START.replace(year=2027))
    return {one.key: {copy.mailbox for copy in one.copies} for one in found}


def test_the_timeline_is_the_true_story_and_a_second_night_changes_nothing(world: World, store: Database) -> None:
    first = a_night(world, store)
    assert (first.state, first.problems) == ("ok", ())
    assert first.source == first.local
    assert stored_story(store) == true_story(world)
    second = a_night(world, store)
    assert (second.new, second.changed, second.gone, second.state) == (0, 0, 0, "ok")


def test_a_lost_cursor_changes_no_row(world: World, store: Database) -> None:
    a_night(world, store)
    for rep in world.company.reps:
        world.google.gmail.forget_history(rep.address)
        world.google.calendar.forget_tokens(rep.address)
    again = a_night(world, store)
    assert (again.new, again.changed, again.gone, again.state) == (0, 0, 0, "ok")


def test_a_thrown_away_mail_goes_with_its_last_copy(world: World, store: Database) -> None:
    letter = world.company.write("person0@client0.example", tuple(rep.address for rep in world.company.reps))
    key = f"mid:{letter.message_id}"
    a_night(world, store)
    assert len(stored_story(store)[key]) == 3
    for mailbox, desk in world.company.desks.items():
        ref = next(ref for ref, copy in desk.mail.items.items() if copy.letter.message_id == letter.message_id)
        world.company.move(mailbox, ref, Folder.TRASH)
    a_night(world, store)
    assert key not in stored_story(store)


def test_a_bad_night_marks_what_it_concerns_and_the_next_one_mends_it(world: World, store: Database) -> None:
    world.lab.faults = FaultPlan().lay(throttled(900), on="/messages$")
    world.google.login.users = frozenset(rep.address for rep in world.company.reps[1:])
    bad = a_night(world, store)
    assert bad.state != "ok"
    assert any("no user ana@acme.example" in one for one in bad.problems)
    assert any("asks to wait" in one for one in bad.problems)
    world.lab.faults = FaultPlan()
    world.google.login.users = frozenset(world.company.desks)
    assert a_night(world, store).state == "ok"
    assert stored_story(store) == true_story(world)


def test_an_empty_list_that_lies_removes_nothing(world: World, store: Database) -> None:
    a_night(world, store)
    before = stored_story(store)
    world.google.gmail.forget_history(world.ana)
    world.lab.faults = FaultPlan().lay(spoiled(Kind.EMPTY_LIE), on="/messages$", times=99)
    assert a_night(world, store).state != "ok"
    assert stored_story(store) == before
