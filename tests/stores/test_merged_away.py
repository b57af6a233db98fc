"""What a CRM merged stays one person when it empties its recycle bin, for as long as the record that won is there."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from guardian.domain.people import Company, Contact
from guardian.ports.connector import Gone, Record
from guardian.storage import Database, forget, tables
from guardian.sync import Rules, SyncSummary
from tests.sync.conftest import sync_into
from tests.sync.supplier import NOON, OWN, ListFeed

ACCOUNT = Company(ref="001000000000001AAA", name="Norte")
WINNER = Contact(ref="003000000000001AAA", name="Luis", addresses=("luis@norte.example",), company_ref=ACCOUNT.ref)
LOSER = Contact(ref="003000000000002AAA", name="Luis", addresses=("luis@gmail.com",), merged_into=WINNER.ref)
FIRST = Contact(ref="003000000000003AAA", name="Luis", addresses=("old@gmail.com",), merged_into=LOSER.ref)


def sync(database: Database, *records: Record, full: bool = False) -> SyncSummary:
    feed = ListFeed("crm", list(records), page_size=10, told=sum(not isinstance(one, Gone) for one in records))
    return sync_into(database, feed, rules=Rules(own_domains=OWN), full=full)


def names(database: Database) -> list[tuple[str, str | None]]:
    """Return the mail addresses that are somebody's, each with his record."""
    who, person = tables.identity, tables.person
    query = (
        select(who.c.value, person.c.ref).join(person, person.c.id == who.c.person_id).where(who.c.kind == "email")
    )
    with database.reading() as connection:
        return sorted((row.value, row.ref.removeprefix("record:")) for row in connection.execute(query))


def records(database: Database) -> Sequence[str]:
    with database.reading() as connection:
        return sorted(connection.scalars(select(tables.record_copy.c.item_id)))


BOTH = [("luis@gmail.com", WINNER.ref), ("luis@norte.example", WINNER.ref)]


@pytest.mark.parametrize("told_gone", [True, False])
def test_a_loser_that_the_crm_drops_still_belongs_to_the_record_that_won(database: Database, told_gone: bool) -> None:
    sync(database, ACCOUNT, WINNER, LOSER)
    for _ in range(2):
        if told_gone:
            sync(database, ACCOUNT, WINNER, Gone(item_id=LOSER.ref), full=True)
        summary = sync(database, ACCOUNT, WINNER, full=True)
        assert names(database) == BOTH
        assert (summary.state, summary.source, summary.local) == ("ok", 2, 2)
        assert (summary.new, summary.changed) == (0, 0)
    assert summary.gone == 0


def test_a_loser_of_a_loser_belongs_to_the_last_that_won(database: Database) -> None:
    sync(database, ACCOUNT, WINNER, LOSER, FIRST)
    sync(database, ACCOUNT, WINNER, full=True)
    assert names(database) == [*BOTH, ("old@gmail.com", WINNER.ref)]


def test_with_the_record_that_won_all_that_was_merged_into_it_goes(database: Database) -> None:
    sync(database, ACCOUNT, WINNER, LOSER, FIRST)
    sync(database, ACCOUNT, WINNER, full=True)
    sync(database, ACCOUNT, full=True)
    assert records(database) == [ACCOUNT.ref]
    assert names(database) == []


def test_a_loser_that_was_never_merged_into_what_is_there_goes(database: Database) -> None:
    sync(database, ACCOUNT, LOSER)
    sync(database, ACCOUNT, full=True)
    assert records(database) == [ACCOUNT.ref]


def test_a_loser_that_comes_back_is_counted_again(database: Database) -> None:
    sync(database, ACCOUNT, WINNER, LOSER)
    sync(database, ACCOUNT, WINNER, full=True)
    summary = sync(database, ACCOUNT, WINNER, LOSER, full=True)
    assert (summary.new, summary.source, summary.local, summary.state) == (1, 3, 3, "ok")


def test_who_is_forgotten_is_forgotten_with_what_was_merged_into_him(database: Database) -> None:
    sync(database, ACCOUNT, WINNER, LOSER)
    sync(database, ACCOUNT, WINNER, full=True)
    forget(database, "luis@gmail.com", now=NOON)
    assert records(database) == [ACCOUNT.ref, WINNER.ref]
    assert names(database) == BOTH[1:]
