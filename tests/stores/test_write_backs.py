"""What a CRM lacks, under whom it is filed there, and what was written: alike on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from guardian.domain.activity import Direction, Kind, Role
from guardian.domain.facts import write_activity, write_record
from guardian.domain.people import Colleague, Company, Contact, IdentityKind
from guardian.ports.connector import Cursor
from guardian.ports.holds import HoldState
from guardian.ports.sync_store import CursorMove, FeedState, Plan
from guardian.ports.write_back import Draft, Filing, Outcome
from guardian.storage import StoredTimelines, StoredWriteBacks, SyncTables, forget, tables
from guardian.storage.engine import Database
from guardian.storage.holds import StoredHolds
from guardian.storage.write_back_tables import written_back
from tests.stores.mails import RAW, held_mail
from tests.stores.world import World, day, written
from tests.sync.supplier import a_mail

OWN = frozenset({"acme.example"})
ACCOUNT, CONTACT, LEAD, USER = "001000000000001AAA", "003000000000001AAA", "00Q000000000001AAA", "005000000000001AAA"


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with written(database) as world:
        yield world


def facts_of(key: str, kind: Kind = Kind.EMAIL) -> str:
    return write_activity(replace(a_mail(key), key=key, kind=kind, occurred_at=day(1)))


class Crm:
    """A CRM with one account, one contact at it and one user; a mailbox of his beside it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.crm = world.add(tables.connector_account, name="crm", kind="salesforce", state="ok")
        self.feed = world.add(tables.mailbox, connector_id=self.crm, scope="Task", label="Task")
        self.box = world.mailbox("rep@acme.example", connector="m365")
        self.client = world.client("Norte", ref=f"crm:{ACCOUNT}", domains=["norte.example"])
        self.person = world.person("Luis", client_id=self.client)
        self.luis = world.identity("luis@norte.example", person_id=self.person)
        self.rep = world.identity("rep@acme.example", own=True)
        world.identity(CONTACT, kind=IdentityKind.CRM, person_id=self.person)
        world.identity(USER, kind=IdentityKind.CRM, own=True, address="rep@acme.example")
        self.record(Company(ref=ACCOUNT, name="Norte"))
        self.record(Contact(ref=CONTACT, name="Luis", company_ref=ACCOUNT))
        self.record(Colleague(ref=USER, name="Rep", address="rep@acme.example"))

    def record(self, one: Company | Contact | Colleague) -> None:
        what = type(one).__name__.lower()
        facts = f"{what}{write_record(one)}"
        self.world.add(tables.record_copy, mailbox_id=self.feed, item_id=one.ref, what=what, facts=facts)

    def mail(self, at: float, key: str = "", *, who: int = 0, box: int = 0, **values: Any) -> int:
        key = key or f"mid:{at}@norte.example"
        added = self.world.received(day(at), who or self.luis, self.rep, key=key, **values)
        self.world.copy(added, box or self.box, key, key=key, facts=facts_of(key, values.get("kind", Kind.EMAIL)))
        return added

    def logged(self, at: float, record: str, **values: Any) -> int:
        added = self.mail(at, **values)
        key = f"mid:{at}@norte.example"
        self.world.copy(added, self.feed, record, key=key, facts=facts_of(key))
        return added

    def read(self, *, walking: bool = False, pending: str | None = None) -> None:
        self.world.add(
            tables.cursor, mailbox_id=self.feed, generation=1, walking=walking, token="rest", pending_token=pending
        )


@pytest.fixture
def crm(world: World) -> Crm:
    return Crm(world)


def lacking(database: Database) -> dict[str, dict[str, Filing]]:
    found = StoredWriteBacks(database).unlogged("crm", since=day(0), until=day(90))
    return {one.activity.key: dict(one.filings) for one in found}


def outcome(key: str, record: str | None, problem: str = "", **fields: str) -> Outcome:
    return Outcome(draft=Draft(key=key, object="Task", fields=fields), record=record, problem=problem)


def test_everybody_is_filed_under_the_records_of_that_crm(database: Database, crm: Crm) -> None:
    crm.mail(1)
    assert lacking(database) == {
        "mid:1@norte.example": {
            "luis@norte.example": Filing(record=CONTACT, account=ACCOUNT),
            "rep@acme.example": Filing(record=USER),
        }
    }


def test_who_has_no_record_is_filed_under_the_account_of_his_domain(database: Database, crm: Crm) -> None:
    crm.mail(1, who=crm.world.identity("reception@norte.example"))
    (filings,) = lacking(database).values()
    assert filings["reception@norte.example"] == Filing(account=ACCOUNT)


def test_a_record_that_was_merged_away_is_nobodys(database: Database, crm: Crm) -> None:
    eva = crm.world.person("Eva", client_id=crm.client)
    crm.world.identity(LEAD, kind=IdentityKind.CRM, person_id=eva)
    crm.record(Contact(ref=LEAD, name="Eva", merged_into=CONTACT))
    crm.mail(1, who=crm.world.identity("eva@norte.example", person_id=eva))
    (filings,) = lacking(database).values()
    assert filings["eva@norte.example"] == Filing(account=ACCOUNT)


def test_records_of_another_crm_do_not_count(database: Database, crm: Crm) -> None:
    crm.mail(1)
    other = crm.world.add(tables.connector_account, name="other", kind="salesforce", state="ok")
    found = StoredWriteBacks(database).unlogged("other", since=day(0), until=day(90))
    assert other
    assert [one.filings for one in found] == [{}]


@pytest.mark.parametrize(
    "values",
    [
        {"direction": Direction.INTERNAL},
        {"kind": Kind.TASK},
        {"key": "sf:00D/00T"},
        {"key": "mid:1@norte.example#mark", "copied": "mid:1@norte.example"},
    ],
    ids=["among ourselves", "a task", "a record of a CRM", "a second mail under one Message-ID"],
)
def test_what_may_not_be_logged_is_not_lacking(database: Database, crm: Crm, values: dict[str, Any]) -> None:
    row = {"key": "mid:1@norte.example"} | values
    copied = row.pop("copied", row["key"])
    added = crm.world.interaction(day(1), [(Role.FROM, crm.luis), (Role.TO, crm.rep)], **row)
    crm.world.copy(added, crm.box, "item", key=copied)
    assert lacking(database) == {}


@pytest.mark.parametrize("state", HoldState)
def test_a_mail_that_the_guard_held_is_lacking_only_once_it_was_released(
    database: Database, crm: Crm, state: HoldState
) -> None:
    crm.mail(1, key="mid:h1@mail.example")
    crm.mail(2)
    holds = StoredHolds(database)
    holds.keep(replace(held_mail("other"), message_id=None), b"another")
    holds.keep(replace(held_mail("h1"), message_id="h1@mail.example", state=state), RAW)
    held = {"mid:h1@mail.example"} if state is HoldState.RELEASED else set()
    assert lacking(database).keys() == {"mid:2@norte.example"} | held


def test_a_mail_that_was_held_twice_and_released_once_is_lacking(database: Database, crm: Crm) -> None:
    crm.mail(1, key="mid:h1@mail.example")
    holds = StoredHolds(database)
    for name, state in (("h1", HoldState.DISCARDED), ("h2", HoldState.RELEASED)):
        holds.keep(replace(held_mail(name), message_id="h1@mail.example", state=state), name.encode())
    assert lacking(database).keys() == {"mid:h1@mail.example"}


def test_a_copy_in_the_crm_or_in_an_export_of_one_is_enough(database: Database, crm: Crm) -> None:
    crm.world.copy(crm.mail(1), crm.feed, "02s1", key="mid:1@norte.example")
    crm.world.copy(crm.mail(2), crm.box, "00U1", key="sf:00D/00U1")
    crm.mail(3)
    assert list(lacking(database)) == ["mid:3@norte.example"]


def test_what_was_written_is_no_longer_lacking_and_what_was_refused_is(database: Database, crm: Crm) -> None:
    crm.mail(1)
    crm.mail(2)
    store = StoredWriteBacks(database)
    outcomes = [outcome("mid:1@norte.example", "00T1"), outcome("mid:2@norte.example", None, "No.")]
    store.note("crm", outcomes, now=day(60))
    assert list(lacking(database)) == ["mid:2@norte.example"]
    left = SyncTables(database, OWN).left_out("crm")
    assert left == [{"what": "not written", "mailbox": "Task", "id": "mid:2@norte.example", "why": "No."}]
    store.note("crm", [outcome("mid:2@norte.example", "00T2")], now=day(61))
    assert lacking(database) == {}
    assert SyncTables(database, OWN).left_out("crm") == []


def leaves(database: Database, crm: Crm, how: str, *items: str) -> None:
    """Let records leave the CRM's feed: their deletion is told, or a walk does not meet them."""
    sync = SyncTables(database, OWN)
    crm.world.add(tables.cursor, mailbox_id=crm.feed, generation=2, walking=how == "unmet")
    feed = FeedState(mailbox_id=crm.feed, resume=None, generation=2, walking=how == "unmet", empty=False)
    if how == "unmet":
        sync.finish_walk(feed, items, held=None, now=day(60))
    else:
        move = CursorMove(to=Cursor(token="behind"), closes_round=True)
        sync.write_page(feed, Plan(gone=frozenset(items)), move, now=day(60))


@pytest.mark.parametrize("how", ["told", "unmet"])
def test_what_somebody_deleted_in_the_crm_is_not_lacking_there(database: Database, crm: Crm, how: str) -> None:
    crm.logged(1, "02s1")
    crm.logged(2, "02s2")
    leaves(database, crm, how, "02s1", "of no copy")
    assert lacking(database) == {}
    with database.reading() as connection:
        (row,) = connection.execute(select(written_back)).all()
    assert (row.key, row.object, row.record) == ("mid:1@norte.example", "Task", "02s1")
    assert SyncTables(database, OWN).left_out("crm") == []


def test_a_meeting_whose_event_somebody_deleted_is_not_lacking(database: Database, crm: Crm) -> None:
    meeting = crm.mail(1, key="ical:u@x/single", kind=Kind.MEETING)
    crm.world.copy(meeting, crm.feed, "00U1", key="sf:00D/00U1", facts=facts_of("sf:00D/00U1", Kind.MEETING))
    leaves(database, crm, "told", "00U1")
    assert lacking(database) == {}


def test_what_is_gone_everywhere_leaves_nothing_and_a_mailbox_never_does(database: Database, crm: Crm) -> None:
    crm.logged(1, "02s1", box=crm.feed)
    crm.logged(2, "02s2")
    crm.feed, crm.box = crm.box, crm.feed
    leaves(database, crm, "told", "mid:2@norte.example")
    crm.feed, crm.box = crm.box, crm.feed
    leaves(database, crm, "told", "mid:1@norte.example", "02s1")
    with database.reading() as connection:
        assert connection.execute(select(written_back)).all() == []


def test_of_what_was_refused_and_then_deleted_only_the_deletion_counts(database: Database, crm: Crm) -> None:
    crm.logged(1, "02s1")
    crm.logged(2, "00T2")
    outcomes = [outcome("mid:1@norte.example", None, "No."), outcome("mid:2@norte.example", "00T2", WhoId=CONTACT)]
    StoredWriteBacks(database).note("crm", outcomes, now=day(59))
    leaves(database, crm, "told", "02s1", "00T2")
    assert lacking(database) == {}
    assert SyncTables(database, OWN).left_out("crm") == []
    assert forget(database, "luis@norte.example", now=day(61)).written == (("crm", "00T2"),)
    assert forget(database, "luis@norte.example", now=day(62)).written == (("crm", "00T2"),)


def test_only_refusals_of_earlier_runs_are_dropped(database: Database, crm: Crm) -> None:
    store = StoredWriteBacks(database)
    store.note("crm", [outcome("mid:1", None, "No."), outcome("mid:2", "00T2")], now=day(60))
    store.note("crm", [outcome("mid:3", None, "No.")], now=day(61))
    store.forget_refusals("crm", before=day(61))
    assert [one["id"] for one in SyncTables(database, OWN).left_out("crm")] == ["mid:3"]


def test_more_than_one_chunk_is_told_in_order(database: Database, crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guardian.storage.interaction_query.CHUNK", 2)
    for n in (3, 1, 5, 2, 4):
        crm.mail(n)
    assert list(lacking(database)) == [f"mid:{n}@norte.example" for n in (1, 2, 3, 4, 5)]


def test_each_feed_of_a_crm_is_known_up_to_where_its_last_round_ended(database: Database, crm: Crm) -> None:
    assert StoredWriteBacks(database).cursors("crm") == {}
    crm.read()
    crm.world.add(tables.cursor, mailbox_id=crm.box, generation=1, walking=False, token="of a mailbox")
    assert StoredWriteBacks(database).cursors("crm") == {"Task": Cursor(token="rest")}


@pytest.mark.parametrize("within", [{"walking": True}, {"pending": "page 2"}], ids=["a walk", "a round"])
def test_a_feed_within_a_round_or_a_walk_is_not_known(database: Database, crm: Crm, within: dict[str, Any]) -> None:
    crm.read(**within)
    assert StoredWriteBacks(database).cursors("crm") == {"Task": None}


def test_the_accounts_of_its_clients(database: Database, crm: Crm) -> None:
    crm.world.client("Met in the mail", ref="domain:sur.example", origin="mail")
    crm.world.client("Of another CRM", ref="crm:001000000000009AAA")
    assert StoredWriteBacks(database).accounts("crm") == {crm.client: ACCOUNT}


def test_forgetting_leaves_the_ids_of_what_was_written_and_nothing_else(database: Database, crm: Crm) -> None:
    crm.mail(1)
    both = crm.mail(2)
    crm.world.add(
        tables.participation,
        interaction_id=both,
        seq=9,
        role=Role.CC,
        identity_id=crm.world.identity("eva@norte.example"),
        name="",
        declined=False,
    )
    store = StoredWriteBacks(database)
    store.note("crm", [outcome("mid:1@norte.example", "00T1", WhoId=CONTACT)], now=day(60))
    store.note("crm", [outcome("mid:2@norte.example", "00T2", WhoId=CONTACT)], now=day(60))
    assert forget(database, "luis@norte.example", now=day(61)).written == (("crm", "00T1"), ("crm", "00T2"))
    with database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT key, who, record FROM written_back ORDER BY record").all()
        known = SyncTables(database, OWN).known(crm.feed, ["00T1"], {"00T1", "00T2"})
    assert [(row[0].partition(":")[0], row[1], row[2]) for row in rows] == [
        ("forgotten", None, "00T1"),
        ("mid", None, "00T2"),
    ]
    assert known.forgotten == {"00T1"}
    assert forget(database, "luis@norte.example", now=day(62)).written == (("crm", "00T1"), ("crm", "00T2"))


def test_forgetting_one_of_those_whom_a_discarded_mail_was_for_does_not_make_it_sent(
    database: Database, crm: Crm
) -> None:
    world, key = crm.world, "mid:h1@mail.example"
    seats = [(Role.FROM, crm.rep), (Role.TO, crm.luis), (Role.TO, world.identity("eva@norte.example"))]
    sent = world.interaction(day(1), seats, direction=Direction.OUT, key=key)
    world.copy(sent, crm.box, "sent", key=key, facts=facts_of(key))
    holds, both = StoredHolds(database), ("luis@norte.example", "eva@norte.example")
    held = replace(held_mail(recipients=both), message_id="h1@mail.example", client_addresses=both)
    holds.keep(replace(held, state=HoldState.DISCARDED), RAW)
    told = forget(database, "luis@norte.example", now=day(61))
    assert (told.holds, told.interactions, told.seats) == (1, 0, 1)
    assert lacking(database) == {}
    assert len(StoredTimelines(database).touches(until=day(62)).at) == 0
    assert forget(database, "eva@norte.example", now=day(62)).interactions == 1
    left = holds.get("h1")
    assert left is not None
    assert left.message_id is None


def test_forgetting_one_of_ours_names_no_records(database: Database, crm: Crm) -> None:
    crm.mail(1)
    StoredWriteBacks(database).note("crm", [outcome("mid:1@norte.example", "00T1")], now=day(60))
    assert forget(database, "rep@acme.example", now=day(61)).written == ()
