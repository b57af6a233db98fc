"""The list of clients, finding one, and the directory the guard works from."""

from collections.abc import Iterator

import pytest

from guardian.domain.people import Client, IdentityKind
from guardian.storage.client_list import client_directory
from guardian.storage.engine import Database
from guardian.storage.timelines import StoredTimelines
from tests.stores.world import World, written


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with written(database) as world:
        yield world


@pytest.fixture
def timelines(database: Database) -> StoredTimelines:
    return StoredTimelines(database)


def test_a_client_comes_with_all_that_is_known_of_him(world: World, timelines: StoredTimelines) -> None:
    known = world.client(
        "Talleres Ñandú",
        domains=["nandu.example", "nandu.es"],
        owner_address="rep@acme.example",
        value=1250.5,
        language="es",
    )
    lost = world.client("Ñandú viejo", domains=["viejo.example"], merged_into=known)
    ana = world.person("Ana", client_id=lost)
    world.identity("005A", kind=IdentityKind.CRM, own=True, address="rep@acme.example")
    world.identity("rep@acme.example", own=True)
    world.identity("ana@free.example", person_id=ana)
    world.identity("+34600000000", kind=IdentityKind.PHONE, person_id=ana)
    world.identity("luis@viejo.example")
    world.identity("no-reply@nandu.es")
    world.identity("card@gmail.com", client_id=known)
    plain = world.client("Plain", owner_address="boss@acme.example")
    world.client("Closed", closed=True)
    assert timelines.clients() == [
        Client(
            id=known,
            name="Talleres Ñandú",
            owner="rep@acme.example",
            value=1250.5,
            language="es",
            domains=("nandu.es", "nandu.example", "viejo.example"),
            contacts=("ana@free.example", "luis@viejo.example", "card@gmail.com"),
        ),
        Client(id=plain, name="Plain", owner="boss@acme.example"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "ñandú",
        "  ÑANDÚ ",
        "Nandu.example",
        "mail.nandu.example",
        "unknown@nandu.example",
        "ANA@free.example",
        "<ana@free.example>",
        "{id}",
    ],
)
def test_a_client_is_found_however_he_is_named(world: World, timelines: StoredTimelines, text: str) -> None:
    world.client("Other", domains=["other.example"])
    wanted = world.client("Ñandú", domains=["nandu.example"])
    world.identity("ana@free.example", person_id=world.person("Ana", client_id=wanted))
    found = timelines.find_client(text.format(id=wanted))
    assert found is not None
    assert found.id == wanted


@pytest.mark.parametrize(
    "text", ["", "Nobody", "nobody.example", "x@nobody.example", "999", "9" * 30, "rep@acme.example"]
)
def test_who_is_no_client_is_not_found(world: World, timelines: StoredTimelines, text: str) -> None:
    world.client("Ours", domains=["acme.example"])
    world.identity("rep@acme.example", own=True)
    assert timelines.find_client(text) is None


def test_a_name_that_two_clients_bear_means_the_one_that_is_still_there(
    world: World, timelines: StoredTimelines
) -> None:
    other = world.client("Other")
    world.client("Same", merged_into=other)
    world.client("Same", closed=True)
    wanted = world.client("Same")
    found = timelines.find_client("same")
    assert found is not None
    assert found.id == wanted


def test_the_directory_names_clients_by_address_and_domain(world: World, database: Database) -> None:
    big = world.client("Big", domains=["big.example", "gmail.com", "mail.acme.example"])
    world.client("Old", domains=["old.example"], merged_into=big)
    small = world.client("Small")
    world.identity("rep@acme.example", own=True)
    world.identity("boss@gmail.com", own=True)
    world.identity("ana@gmail.com", person_id=world.person("Ana", client_id=small))
    world.identity("x@old.example")
    world.identity("y@nobody.example")
    world.identity("003A", kind=IdentityKind.CRM, person_id=world.person("Z", client_id=small))
    addresses, domains = client_directory(database)
    assert addresses == {"ana@gmail.com": "Small", "x@old.example": "Big"}
    assert domains == {"big.example": "Big", "old.example": "Big"}
