"""A change of hands is told from the records: who it was before, who it became, and when."""

from sqlalchemy import insert

from guardian.ports.handovers import Handover
from guardian.storage.engine import Database
from guardian.storage.handovers import StoredHandovers
from guardian.storage.past_tables import client_past
from tests.stores.world import World, day

ANA, EVA = "ana@acme.example", "eva@acme.example"


def test_every_change_of_owner_within_the_time_asked_of_is_told(database: Database) -> None:
    with database.writing() as connection:
        world = World(connection)
        moved, back, renamed, first, lost = (
            world.client(name, owner_address=owner)
            for name, owner in (("Moved", EVA), ("Back", ANA), ("Renamed", ANA), ("First", ANA), ("Lost", None))
        )
        for of, until, owner in (
            (moved, 5, ANA),
            (back, 3, ANA),
            (back, 8, EVA),
            (renamed, 5, "Ana@Acme.example"),
            (first, 5, None),
            (lost, 5, ANA),
        ):
            row = {"client_id": of, "until": day(until), "owner_address": owner, "name": "", "closed": False}
            connection.execute(insert(client_past).values(**row))
    found = StoredHandovers(database)
    away, home = Handover(at=day(3), was=ANA, owner=EVA), Handover(at=day(8), was=EVA, owner=ANA)
    on_the_fifth = {
        moved: [Handover(at=day(5), was=ANA, owner=EVA)],
        first: [Handover(at=day(5), was=None, owner=ANA)],
        lost: [Handover(at=day(5), was=ANA, owner=None)],
    }
    assert found.between(day(0), day(9)) == on_the_fifth | {back: [away, home]}
    assert found.between(day(0), day(7)) == on_the_fifth | {back: [away]}
    assert found.between(day(5), day(9)) == {back: [home]}
    assert found.between(day(8), day(9)) == {}
