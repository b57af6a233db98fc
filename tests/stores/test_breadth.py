"""How many people take part at each client, each counted once however they are known."""

from guardian.domain.activity import Direction, Kind, Role
from guardian.domain.people import IdentityKind
from guardian.storage.breadth import StoredBreadth
from guardian.storage.engine import Database
from guardian.storage.tables import client
from tests.stores.world import World, day


def test_people_are_counted_once_and_only_where_they_took_part(database: Database) -> None:
    with database.writing() as connection:
        world = World(connection)
        wide, narrow, merged = (world.client(name, domains=[f"{name}.example"]) for name in ("wide", "narrow", "old"))
        rep = world.identity("rep@acme.example", own=True)
        ana = world.person("Ana", client_id=wide)
        known_as = [
            world.identity("ana@wide.example", person_id=ana),
            world.identity("ana.home@mail.example", person_id=ana),
            world.identity("003000000000001AAA", kind=IdentityKind.CRM, person_id=ana),
        ]
        ben, robot = world.identity("ben@wide.example"), world.identity("no-reply@wide.example")
        account = world.identity("001000000000001AAA", kind=IdentityKind.CRM, client_id=wide)
        eva, leo = world.identity("eva@narrow.example"), world.identity("leo@narrow.example")
        for who in (*known_as, ben, robot, account):
            world.received(day(10), who, rep)
        world.sent(day(10), rep, eva)
        world.interaction(day(10), [(Role.ORGANIZER, rep), (Role.ATTENDEE, leo, True)], kind=Kind.MEETING)
        world.received(day(1), world.identity("past@narrow.example"), rep)
        world.received(day(30), world.identity("coming@narrow.example"), rep)
        world.interaction(day(10), [(Role.FROM, rep), (Role.TO, leo)], direction=Direction.INTERNAL)
        world.received(day(10), world.identity("max@old.example"), rep)
        connection.execute(client.update().where(client.c.id == merged).values(merged_into=narrow))
    found = StoredBreadth(database).people(since=day(5), until=day(20))
    assert found == {wide: 2, narrow: 2}, "Ana and Ben; Eva, and Max of the client that was merged into hers"
