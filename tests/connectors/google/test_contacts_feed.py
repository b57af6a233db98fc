from dataclasses import replace
from datetime import timedelta

import pytest

from guardian.domain.errors import CursorExpired
from guardian.domain.people import Contact
from guardian.ports.connector import Gone
from tests.lab.company_facts import Card
from tests.lab.company_oracle import true_cards
from tests.lab.faults import FaultPlan, Kind, refused, spoiled
from tests.lab.google_world import World

LISTS = "people/me/connections"


def card(n: int) -> Card:
    return Card(name=f"New {n}", addresses=(f"new{n}@client0.example",), phones=(), company="Client 0 S.L.")


def test_changes_and_deletions_come_by_sync_token(world: World) -> None:
    local = world.local("contacts").sync()
    shelf = world.company.desks[world.ana].cards
    first, second = list(shelf.items)[:2]
    shelf.change(first, replace(shelf.items[first], name="Otro nombre"))
    shelf.remove(second)
    shelf.add(card(1))
    told = world.records("contacts", local.cursor)
    assert sorted(type(one).__name__ for one in told) == ["Contact", "Contact", "Gone"]
    assert local.sync().cards() == true_cards(world.company.desks[world.ana])


def test_a_token_lasts_seven_days_from_the_full_sync_and_then_all_is_read_anew(world: World) -> None:
    local = world.local("contacts").sync()
    world.company.now += timedelta(days=4)
    shelf = world.company.desks[world.ana].cards
    shelf.add(card(1))
    local.sync()
    world.company.now += timedelta(days=4)  # the last sync is four days old, the full one eight
    shelf.remove(next(iter(shelf.items)))
    with pytest.raises(CursorExpired):
        world.pages("contacts", local.cursor)
    assert local.sync().cards() == true_cards(world.company.desks[world.ana])


def test_every_page_is_asked_for_with_the_parameters_of_the_first(world: World) -> None:
    world.google.people.cap = 1
    pages = world.pages("contacts")
    assert len(pages) == len(true_cards(world.company.desks[world.ana]))
    asked = [one.query for one in world.lab.asked(LISTS)]
    alike = {tuple(sorted(pair for pair in query if pair[0] != "pageToken")) for query in asked}
    assert len(alike) == 1


def test_a_page_of_changes_carries_its_sync_token_too(world: World) -> None:
    cursor = world.pages("contacts")[-1].cursor
    world.google.people.cap = 1
    for n in range(3):
        world.company.desks[world.ana].cards.add(card(n))
    pages = world.pages("contacts", cursor)
    assert [len(page.records) for page in pages] == [1, 1, 1]
    assert world.records("contacts", pages[0].cursor) == [*pages[1].records, *pages[2].records]


def test_only_what_guardian_needs_is_asked_of_a_card(world: World) -> None:
    world.pages("contacts")
    fields = {field for one in world.lab.asked(LISTS) for field in (one.param("personFields") or "").split(",")}
    assert fields == {"emailAddresses", "metadata", "names", "organizations", "phoneNumbers"}


def test_a_token_that_google_forgot_is_a_lost_cursor_whatever_the_form(world: World) -> None:
    cursor = world.pages("contacts")[-1].cursor
    for fault in (spoiled(Kind.CURSOR_LOST), refused(400, b'{"error": {"status": "INVALID_ARGUMENT"}}')):
        world.lab.faults = FaultPlan().lay(fault, on=LISTS)
        with pytest.raises(CursorExpired):
            world.pages("contacts", cursor)


def test_a_card_told_twice_on_a_page_is_one(world: World) -> None:
    world.lab.faults = FaultPlan().lay(spoiled(Kind.DUPLICATED), on=LISTS)
    (page,) = world.pages("contacts")
    assert page.read == len(page.records) == len(true_cards(world.company.desks[world.ana]))


def test_a_card_deleted_and_one_unknown_are_gone(world: World) -> None:
    cursor = world.pages("contacts")[-1].cursor
    shelf = world.company.desks[world.ana].cards
    ref = shelf.add(card(1))
    shelf.remove(ref)
    (gone,) = world.records("contacts", cursor)
    assert gone == Gone(item_id=f"people/{ref.replace('-', '')}")
    assert not isinstance(gone, Contact)
