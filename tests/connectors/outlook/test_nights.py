"""Night after night through the sync engine into a store: the timeline is the company's true story."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from guardian.storage import Database, StoredTimelines, SyncTables, open_database, upgrade
from guardian.sync import Connection, Rules, SyncSummary, sync_connector
from tests.connectors.outlook.tenant import NOW, Tenant
from tests.lab import faults
from tests.lab.company import OUT_OF_SIGHT, OWN_DOMAIN, Folder
from tests.lab.faults import FaultPlan, Kind
from tests.sync.supplier import NoBars, StoppedClock

OWN = frozenset({OWN_DOMAIN})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'guardian.db'}")
    upgrade(database)
    yield database
    database.engine.dispose()


def a_night(tenant: Tenant, store: Database, *, full: bool = False) -> SyncSummary:
    connection = Connection(name="office", kind="outlook", open=tenant.connector, privacy="metadata")
    rules = Rules(own_domains=OWN)
    return sync_connector(
        connection, SyncTables(store, OWN), rules, clock=StoppedClock(), progress=NoBars(), full=full
    )


def true_story(tenant: Tenant) -> dict[str, set[str]]:
    """Return the key of every mail and meeting with somebody outside, and the mailboxes that hold it."""
    story: dict[str, set[str]] = {}
    for mailbox, desk in tenant.company.desks.items():
        for copy in desk.mail.items.values():
            letter = copy.letter
            people = (letter.sender, *letter.to, *letter.cc, *letter.bcc)
            if copy.folder not in OUT_OF_SIGHT and any(not one.endswith(OWN_DOMAIN) for one in people):
                story.setdefault(f"mid:{letter.message_id}", set()).add(mailbox)
        for meeting in desk.calendar.items.values():
            for original, _ in meeting.held:
                when = original.strftime("%Y%m%dT%H%M%SZ") if meeting.repeats else "single"
                story.setdefault(f"ical:{meeting.uid}/{when}", set()).add(mailbox)
    return story


def stored_story(store: Database) -> dict[str, set[str]]:
    found = StoredTimelines(store).interactions(now=NOW)
    return {one.key: {copy.mailbox for copy in one.copies} for one in found}


def test_the_timeline_is_the_true_story_and_a_second_night_changes_nothing(tenant: Tenant, store: Database) -> None:
    first = a_night(tenant, store)
    assert (first.state, first.problems) == ("ok", ())
    assert stored_story(store) == true_story(tenant)
    second = a_night(tenant, store)
    assert (second.new, second.changed, second.gone, second.state) == (0, 0, 0, "ok")


def test_counts_agree_with_what_the_mailboxes_say(tenant: Tenant, store: Database) -> None:
    summary = a_night(tenant, store)
    assert summary.source == summary.local


def test_one_mail_in_three_mailboxes_is_one_interaction_until_the_last_copy_goes(
    tenant: Tenant, store: Database
) -> None:
    others = tuple(rep.address for rep in tenant.company.reps)
    letter = tenant.company.write("person0@client0.example", others)
    key = f"mid:{letter.message_id}"
    a_night(tenant, store)
    assert len(stored_story(store)[key]) == 3
    for mailbox, desk in tenant.company.desks.items():
        ref = next(ref for ref, copy in desk.mail.items.items() if copy.letter.message_id == letter.message_id)
        tenant.company.move(mailbox, ref, Folder.TRASH)
        a_night(tenant, store)
    assert key not in stored_story(store)


def test_a_bad_night_is_said_and_the_next_one_mends_it(tenant: Tenant, store: Database) -> None:
    tenant.lab.faults = FaultPlan().lay(faults.throttled(900), on="bruno.*messages/delta", times=99)
    bad = a_night(tenant, store)
    assert bad.state == "partial"
    assert any(one.startswith("bruno@acme.example: ") for one in bad.problems)
    tenant.lab.faults = FaultPlan()
    a_night(tenant, store)
    assert stored_story(store) == true_story(tenant)


def test_one_mailbox_out_of_scope_marks_only_itself(tenant: Tenant, store: Database) -> None:
    tenant.graph.scoped = frozenset(rep.address for rep in tenant.company.reps[:2])
    summary = a_night(tenant, store)
    assert {one.partition(":")[0] for one in summary.problems} == {"carla@acme.example"}
    assert {box for boxes in stored_story(store).values() for box in boxes} == set(tenant.graph.scoped)


def test_an_empty_list_that_lies_removes_nothing(tenant: Tenant, store: Database) -> None:
    a_night(tenant, store)
    before = stored_story(store)
    tenant.graph.generation += 1  # every mailbox is read from the beginning
    tenant.lab.faults = FaultPlan().lay(faults.spoiled(Kind.EMPTY_LIE), on="ana.*messages/delta", times=99)
    summary = a_night(tenant, store)
    assert summary.state != "ok"
    assert stored_story(store) == before
