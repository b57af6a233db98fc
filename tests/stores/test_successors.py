"""What reps said of a client that only a lead or a mail told of is said of the account that it becomes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from guardian.domain.notes import Note, NoteKind
from guardian.domain.people import Company, Contact
from guardian.ports.connector import Record
from guardian.storage import Database, StoredTimelines, forget, tables
from guardian.storage.notes import StoredNotes
from guardian.sync import Rules
from tests.sync.conftest import sync_into
from tests.sync.supplier import NOON, OWN, ListFeed, a_mail

ACCOUNT = Company(ref="001000000000001AAA", name="Talleres Gil")
CONTACT = Contact(ref="003000000000001AAA", name="Rosa", addresses=("rosa@gmail.com",), company_ref=ACCOUNT.ref)
LEAD = Contact(ref="00Q000000000001AAA", name="Rosa", addresses=("rosa@gmail.com",), company_name="Talleres Gil")
MAIL = a_mail("1", sender="rosa@gmail.com")


def sync(database: Database, *records: Record) -> None:
    feed = ListFeed("crm", list(records), page_size=10)
    sync_into(database, feed, rules=Rules(own_domains=OWN), full=True)


def meet(database: Database) -> None:
    (client,) = StoredTimelines(database).clients()
    note = Note(client_id=client.id, rep="ana@acme.example", kind=NoteKind.MET, at=NOON, digest=NOON.date(),
                day=NOON.date(), since=NOON - timedelta(hours=12))  # fmt: skip
    StoredNotes(database).tell(note, once="once")


def told_of(database: Database) -> list[str]:
    """Return the names of the clients of whom a rep told something."""
    clients = {one.id: one.name for one in StoredTimelines(database).clients()}
    return [clients[note.client_id] for note in StoredNotes(database).known(until=NOON + timedelta(days=1))]


@pytest.mark.parametrize("before", [LEAD, MAIL])
def test_what_was_said_of_it_goes_to_the_account_and_comes_back_with_it(database: Database, before: Record) -> None:
    sync(database, before)
    meet(database)
    (was,) = told_of(database)
    for _ in range(2):
        sync(database, before, ACCOUNT, CONTACT)
        assert told_of(database) == ["Talleres Gil"]
    sync(database, before)
    assert told_of(database) == [was]
    merge = tables.merge
    with database.reading() as connection:
        (made,) = connection.execute(select(merge).where(merge.c.what == "client"))
    assert made.undone_at is not None
    assert "@" not in made.why


def test_forgetting_leaves_nothing_of_the_address_that_was_a_client(database: Database) -> None:
    sync(database, MAIL)
    sync(database, MAIL, ACCOUNT, CONTACT)
    forget(database, "rosa@gmail.com", now=NOON)
    with database.reading() as connection:
        refs = connection.scalars(select(tables.client.c.ref)).all()
    assert not [ref for ref in refs if "rosa" in ref]
