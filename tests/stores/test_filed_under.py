"""The record that something is filed under stands for the client where nobody else does."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from guardian.domain.activity import Direction, Kind, Role
from guardian.domain.people import IdentityKind
from guardian.ports.timeline import Interaction
from guardian.storage import forget, tables
from guardian.storage.engine import Database
from guardian.storage.timelines import StoredTimelines
from tests.stores.world import World, day, written

LATE = day(1000)
OWNED, FILED = (Role.OWNER, "rep"), (Role.ABOUT, "account")


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with written(database) as world:
        yield world


class Filed:
    """A client with an account and a guest of another client."""

    def __init__(self, world: World) -> None:
        self.world = world
        client, self.other = world.client("Client", domains=["client.example"]), world.client("Other")
        self.client = client
        self.who = {
            "rep": world.identity("005000000000001AAA", kind=IdentityKind.CRM, own=True),
            "ana": world.identity("ana@client.example"),
            "record": self.contact("003000000000001AAA", client),
            "account": world.identity("001000000000001AAA", kind=IdentityKind.CRM, client_id=client),
            "guest": self.contact("003000000000002AAA", self.other),
            "stranger": world.identity("x@nobody.example"),
        }

    def contact(self, ref: str, client: int) -> int:
        person = self.world.person(ref, client_id=client)
        return self.world.identity(ref, kind=IdentityKind.CRM, person_id=person)

    def happened(self, *seats: tuple[Role, str] | tuple[Role, str, bool], kind: Kind = Kind.MEETING) -> None:
        rows = [(role, self.who[name], bool(declined)) for role, name, *declined in seats]
        self.world.interaction(day(1), rows, kind=kind, direction=Direction.OUT)


@pytest.fixture
def filed(world: World) -> Filed:
    return Filed(world)


def touched(database: Database) -> tuple[Interaction, list[int]]:
    timelines = StoredTimelines(database)
    (one,) = timelines.interactions(now=LATE)
    return one, timelines.touches(until=LATE).client.tolist()


@pytest.mark.parametrize("kind", [Kind.MEETING, Kind.CALL])
@pytest.mark.parametrize("who", ["record", "stranger"])
def test_the_account_does_not_come_for_who_declined(database: Database, filed: Filed, kind: Kind, who: str) -> None:
    filed.happened(OWNED, (Role.ATTENDEE, who, True), FILED, kind=kind)
    one, clients = touched(database)
    assert (one.touch.weight, one.talked_with, clients) == (0.0, (), [])


def test_who_came_met_us_and_not_the_client_it_is_filed_under(database: Database, filed: Filed) -> None:
    filed.happened(OWNED, (Role.ATTENDEE, "record", True), (Role.ATTENDEE, "guest"), FILED)
    one, clients = touched(database)
    assert (one.touch.weight, one.talked_with, clients) == (2.0, (filed.other,), [filed.other])


@pytest.mark.parametrize("invited", [[], [(Role.ATTENDEE, "rep")], [(Role.ATTENDEE, "stranger")]])
def test_the_account_stands_for_whom_nobody_knows_or_names(
    database: Database, filed: Filed, invited: list[tuple[Role, str]]
) -> None:
    filed.happened(OWNED, *invited, FILED)
    one, clients = touched(database)
    assert (one.touch.weight, one.talked_with, clients) == (2.0, (filed.client,), [filed.client])


def test_with_a_guest_who_is_forgotten_the_account_does_not_begin_to_count(database: Database, filed: Filed) -> None:
    filed.happened(OWNED, (Role.ATTENDEE, "ana"), (Role.ATTENDEE, "record", True), FILED)
    forget(database, "ana@client.example", now=LATE)
    with database.reading() as connection:
        assert connection.scalar(select(tables.interaction.c.outsiders)) == 0


def test_a_mail_filed_under_two_is_addressed_to_the_one_who_is_left(database: Database, filed: Filed) -> None:
    filed.happened(OWNED, (Role.ABOUT, "ana"), (Role.ABOUT, "guest"), kind=Kind.EMAIL)
    forget(database, "ana@client.example", now=LATE)
    one, clients = touched(database)
    assert (one.touch.weight, clients) == (0.5, [filed.other])
