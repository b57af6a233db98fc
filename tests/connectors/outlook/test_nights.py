"""Night after night through the sync engine into a store: the timeline is the company's true story."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from guardian.ports.sync_store import CursorMove, FeedState, Plan
from guardian.storage import Database, StoredTimelines, SyncTables, open_database, upgrade
from guardian.sync import Connection, Rules, SyncSummary, sync_connector
from tests.connectors.outlook.tenant import NOW, Tenant
from tests.lab import faults
from tests.lab.company import OUT_OF_SIGHT, OWN_DOMAIN, Folder
from tests.lab.faults import FaultPlan, Kind
from tests.lab.graph_items import FOLDER_IDS, message_id
from tests.sync.supplier import NoBars, StoppedClock

OWN = frozenset({OWN_DOMAIN})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'guardian.db'}")
    upgrade(database)
    yield database
    database.engine.dispose()


class Watched(SyncTables):
    """The real store; whatever happens in the world as soon as a page is stored."""

    happens: Callable[[Plan], None] = staticmethod(lambda plan: None)

    def write_page(self, feed: FeedState, plan: Plan, move: CursorMove, *, now: datetime) -> None:
        super().write_page(feed, plan, move, now=now)
        self.happens(plan)


def a_night(
    tenant: Tenant, store: Database, *, full: bool = False, happens: Callable[[Plan], None] | None = None
) -> SyncSummary:
    watched = Watched(store, OWN)
    if happens:
        watched.happens = happens
    connection = Connection(name="office", kind="outlook", open=tenant.connector, privacy="metadata")
    rules = Rules(own_domains=OWN)
    return sync_connector(connection, watched, rules, clock=StoppedClock(), progress=NoBars(), full=full)


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


def test_a_member_without_a_mailbox_spoils_no_night_and_is_read_once_there_is_one(
    tenant: Tenant, store: Database
) -> None:
    tenant.graph.unlicensed = frozenset({tenant.ana})
    for full in (False, True):
        night = a_night(tenant, store, full=full)
        assert (night.state, night.problems) == ("ok", ())
    tenant.graph.unlicensed = frozenset()
    assert a_night(tenant, store).state == "ok"
    assert stored_story(store) == true_story(tenant)


def test_a_mailbox_that_loses_its_licence_keeps_what_was_read_and_is_told(tenant: Tenant, store: Database) -> None:
    a_night(tenant, store)
    tenant.graph.unlicensed = frozenset({tenant.ana})
    for full in (False, True, True, False):
        night = a_night(tenant, store, full=full)
        assert (night.state, night.gone) == ("needs_login", 0)
        assert any("There is no mailbox ana@acme.example any more" in one for one in night.problems)
    assert stored_story(store) == true_story(tenant)


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


def write_and_file(tenant: Tenant, folder: Folder) -> None:
    """Have Ana get more mail in one folder than fits a page."""
    for _ in range(4):
        tenant.company.write("person0@client0.example", (tenant.ana,))
        tenant.company.move(tenant.ana, next(reversed(tenant.desk.mail.items)), folder)


def losing_a_told_mail(tenant: Tenant, folder: Folder) -> Callable[[Plan], None]:
    """Have the first mail that a page tells of a folder deleted at once, and then the link to the next page lost."""
    name = FOLDER_IDS[folder]
    tenant.lab.faults = FaultPlan().lay(faults.spoiled(Kind.CURSOR_LOST), on=f"{name}%3D/messages/delta", skip=1)
    deleted: list[str] = []

    def delete(plan: Plan) -> None:
        told = {one.activity.item_id for one in plan.copies}
        for ref, copy in list(tenant.desk.mail.items.items()):
            if not deleted and copy.folder is folder and message_id(ref, copy, immutable=True) in told:
                tenant.desk.mail.remove(ref)
                deleted.append(ref)

    return delete


@pytest.mark.parametrize("nights_before", [0, 1])
@pytest.mark.parametrize("folder", [Folder.INBOX, Folder.PROJECTS])
def test_what_was_told_and_is_deleted_before_a_folders_place_is_lost_is_not_kept(
    tenant: Tenant, store: Database, folder: Folder, nights_before: int
) -> None:
    """On the second night the inbox has a round before, the other folder is new."""
    tenant.settings = {"mailboxes": [tenant.ana], "calendar": False, "contacts": False}
    if folder is Folder.PROJECTS:
        tenant.graph.removed_folders[tenant.ana] = {"projects"}
    for _ in range(nights_before):
        a_night(tenant, store)
    tenant.graph.removed_folders.clear()
    write_and_file(tenant, folder)
    letters = len(tenant.desk.mail.items)
    a_night(tenant, store, happens=losing_a_told_mail(tenant, folder))
    assert (len(tenant.desk.mail.items), len(tenant.lab.faults.struck)) == (letters - 1, 1)
    hers = {
        key: {tenant.ana} for key, boxes in true_story(tenant).items() if key[:4] == "mid:" and tenant.ana in boxes
    }
    assert stored_story(store) == hers
    again = a_night(tenant, store)
    assert (again.new, again.changed, again.gone, again.state) == (0, 0, 0, "ok")
