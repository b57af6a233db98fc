"""What Guardian itself made of a name goes with whose it is, and the books balance without the records of him."""

from dataclasses import replace

import pytest
from sqlalchemy import insert, select

from guardian.domain.activity import Activity, Kind, Participant, Role
from guardian.domain.people import Company, Contact, Identity, IdentityKind
from guardian.ports.connector import Cursor, Page, Scope
from guardian.ports.holds import HoldState
from guardian.ports.sync_store import CursorMove
from guardian.storage.engine import Database
from guardian.storage.erasure import forget
from guardian.storage.holds import StoredHolds
from guardian.storage.note_tables import client_note
from guardian.storage.past_tables import client_past
from guardian.storage.sync_tables import SyncTables
from guardian.storage.timelines import StoredTimelines
from guardian.sync.plan import addresses, item_ids, plan_page
from guardian.sync.rules import Rules
from tests.stores.mails import RAW, held_mail, step
from tests.stores.test_forget import assert_nowhere
from tests.stores.world import day

OWN = frozenset({"acme.example"})
REP, ANA = "rep@acme.example", "ana.perezosa@gmail.com"
ACCOUNT = "001000000000001AAA"


class Office:
    """A mailbox and a CRM that are synced."""

    def __init__(self, database: Database) -> None:
        self.store = SyncTables(database, OWN)

    def sync(self, name: str, *records: Activity | Company | Contact, at: float) -> int:
        """Read records of a connection, settle clients, and return how many items are accounted for."""
        run = self.store.begin_run(name, "archive", [], now=day(at))
        page = Page(records=records, cursor=Cursor(token=str(at)), read=len(records), walk=False, closes_round=True)
        feed = self.store.open_feed(name, "archive", Scope(name=name, mailbox=name))
        known = self.store.known(feed.mailbox_id, item_ids(page), addresses(page))
        plan = plan_page(page, known, Rules(own_domains=OWN), lambda one: one)
        self.store.write_page(feed, plan, CursorMove(to=page.cursor, closes_round=True), now=day(at))
        self.store.settle(now=day(at))
        self.store.end_run(run.id, "ok", "{}", None, now=day(at))
        return self.store.count(feed.mailbox_id).total


def mail(number: int, *others: str) -> Activity:
    """Return a mail from Ana, with others in copy."""
    seats = [(Role.FROM, ANA, "Ana Perezosa"), (Role.TO, REP, ""), *((Role.CC, one, "") for one in others)]
    return Activity(
        item_id=f"item{number}",
        kind=Kind.EMAIL,
        key=f"mid:{number}",
        occurred_at=day(number),
        participants=tuple(
            Participant(role=role, identity=Identity(kind=IdentityKind.EMAIL, value=who), name=name)
            for role, who, name in seats
        ),
    )


CONTACT = Contact(ref="003000000000001AAA", name="Ana Perezosa", addresses=(ANA,), company_ref=ACCOUNT)


def test_a_client_by_his_address_goes_also_where_it_became_part_of_a_client_of_the_crm(database: Database) -> None:
    office = Office(database)
    office.sync("crm", at=0)
    office.sync("mail", mail(1), at=1)
    (alone,) = StoredTimelines(database).clients()
    assert alone.name == "Ana Perezosa"
    with database.writing() as connection:
        note = {"rep": REP, "kind": "alive", "at": day(1), "digest": day(1).date(), "day": day(1).date()}
        connection.execute(insert(client_note).values(client_id=alone.id, since=day(1), **note))
    office.sync("crm", Company(ref=ACCOUNT, name="Talleres"), CONTACT, at=2)
    (absorbing,) = StoredTimelines(database).clients()
    with database.reading() as connection:
        assert "Ana Perezosa" in connection.scalars(select(client_past.c.name)).all()
    assert (absorbing.name, forget(database, ANA, now=day(9)).clients) == ("Talleres", 0)
    assert_nowhere(database, "perezosa")
    with database.reading() as connection:
        assert connection.scalars(select(client_note.c.client_id)).all() == [absorbing.id], "that client's history"
    office.sync("crm", at=10)
    assert [one.name for one in StoredTimelines(database).clients()] == ["Talleres"]
    assert_nowhere(database, "perezosa")


@pytest.mark.parametrize("again", [True, False])
def test_what_is_counted_balances_once_he_is_forgotten(database: Database, again: bool) -> None:
    office = Office(database)
    other = Contact(ref="003000000000002AAA", name="Eva", addresses=("eva@talleres.example",), company_ref=ACCOUNT)
    records = Company(ref=ACCOUNT, name="Talleres"), CONTACT, other
    assert office.sync("crm", *records, at=1) == 3
    assert forget(database, ANA, now=day(2)).records == 1
    assert office.sync("crm", *(records if again else ()), at=3) == 3, "he is counted at the provider, too"
    assert_nowhere(database, "perezosa")


def test_of_a_client_that_was_only_he_no_name_stays_with_decided_held_mail(database: Database) -> None:
    office, holds = Office(database), StoredHolds(database)
    office.sync("mail", mail(1, "eva@talleres.example"), at=1)
    both = ANA, "eva@talleres.example"
    for name, who in (("both", both), ("hers", both[:1]), ("other", both[1:])):
        clients = tuple({ANA: "Ana Perezosa"}.get(one, "Talleres") for one in who)
        told = held_mail(name, recipients=who)
        kept = holds.keep(
            replace(told, client_addresses=who, verdict=replace(told.verdict, clients=clients)), RAW + name.encode()
        )
        assert holds.move(kept, HoldState.DISCARDED, step(kept)) is not None
    assert forget(database, ANA, now=day(9)).holds == 2
    left = {one.id: one.verdict.clients for one in holds.list()}
    (stand_in,) = left["hers"]
    assert left == {"both": (stand_in, "Talleres"), "hers": (stand_in,), "other": ("Talleres",)}
    assert stand_in.startswith("forgotten-")
    assert_nowhere(database, "perezosa")
    assert holds.broken_trails() == []
