"""What cannot be read names people too: whoever is forgotten does not come back with it, on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from guardian.domain.people import Contact
from guardian.ports.connector import DeadLetter, Gone, Record
from guardian.storage import Database, StoredTimelines, forget, tables
from guardian.sync import Rules, SyncSummary
from tests.sync.conftest import sync_into
from tests.sync.supplier import NOON, OWN, ListFeed, a_mail

ANA = "ana@client.example"
RAW = f"From: <{ANA}>\r\n\r\n\xff".encode("latin-1")


def letter(item_id: str = "d", raw: bytes = RAW, why: str = "It is broken.") -> DeadLetter:
    return DeadLetter(item_id=item_id, why=why, raw=raw)


def read(database: Database, *dead: DeadLetter, records: tuple[Record, ...] = (), told: int = 1) -> SyncSummary:
    """Read everything from the beginning."""
    feed = ListFeed("box", list(records), dead=list(dead), told=told)
    return sync_into(database, feed, full=True, rules=Rules(own_domains=OWN))


def kept(database: Database) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the ids of dead letters, and what is left out by which rule."""
    left, dead = tables.excluded, tables.dead_letter
    with database.reading() as connection:
        rules = [(row.item_id, row.rule) for row in connection.execute(select(left).order_by(left.c.item_id))]
        return sorted(connection.scalars(select(dead.c.item_id))), rules


def test_an_unreadable_item_of_his_stays_out_when_it_is_told_again(database: Database) -> None:
    other = letter("e", b"From: <mariana@client.example>")
    assert read(database, letter(), other, told=2).dead_letters == 2
    assert forget(database, ANA, now=NOON).dead_letters == 1
    for _ in range(2):
        summary = read(database, letter(), other, told=2)
        assert (summary.dead_letters, summary.excluded, summary.local) == (1, 1, 2)
        assert kept(database) == (["e"], [("d", "forgotten")])


def test_it_stays_out_though_it_is_now_told_in_a_form_that_cannot_be_searched(database: Database) -> None:
    read(database, letter())
    forget(database, ANA, now=NOON)
    read(database, letter(raw=b"\x00\x01"))
    assert kept(database) == ([], [("d", "forgotten")])


@pytest.mark.parametrize("dead", [letter(), letter(raw=b"", why=f"{ANA}: odd"), letter(f"box/{ANA}/1", b"")])
def test_an_unreadable_item_of_his_that_is_met_afterwards_is_not_kept(database: Database, dead: DeadLetter) -> None:
    forget(database, ANA, now=NOON)
    summary = read(database, dead)
    assert (summary.dead_letters, summary.excluded, summary.state) == (0, 1, "ok")
    assert kept(database) == ([], [(dead.item_id, "forgotten")])


def test_a_part_of_his_record_that_cannot_be_read_is_not_kept(database: Database) -> None:
    record, part = Contact(ref="003000000000001AAA", name="Ana", addresses=(ANA,)), b"Ana,ana(at)client.example"
    read(database, records=(record,))
    forget(database, ANA, now=NOON)
    dead = replace(letter("address of 003000000000001AAA", part, "'ana(at)client.example'"), about=record.ref)
    summary = read(database, dead, records=(replace(record, addresses=()),), told=2)
    assert (summary.dead_letters, summary.excluded, summary.state) == (0, 2, "ok")
    assert kept(database) == ([], [(record.ref, "forgotten"), (dead.item_id, "forgotten")])


def test_what_was_a_copy_and_becomes_unreadable_with_his_name_in_it_goes(database: Database) -> None:
    read(database, records=(a_mail("d"),))
    forget(database, ANA, now=NOON)
    read(database, letter())
    assert list(StoredTimelines(database).interactions(now=NOON)) == []
    assert kept(database) == ([], [("d", "forgotten")])


def test_once_it_can_be_read_and_is_not_about_him_it_is_stored(database: Database) -> None:
    read(database, letter())
    forget(database, ANA, now=NOON)
    summary = read(database, records=(a_mail("d"),))
    assert (summary.new, summary.excluded, summary.state) == (1, 0, "ok")
    assert kept(database) == ([], [])


def test_what_is_left_out_of_it_goes_with_it(database: Database) -> None:
    read(database, letter())
    forget(database, ANA, now=NOON)
    read(database, records=(Gone(item_id="d"),), told=0)
    assert kept(database) == ([], [])
