"""A change of hands is told from the records: who it was before, and when."""

from sqlalchemy import insert

from guardian.storage.engine import Database
from guardian.storage.handovers import StoredHandovers
from guardian.storage.past_tables import client_past
from tests.stores.world import World, day

ANA, EVA = "ana@acme.example", "eva@acme.example"


def test_the_last_change_of_owner_within_the_time_asked_of_counts(database: Database) -> None:
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
    assert found.between(day(0), day(9)) == {moved: day(5), back: day(8)}
    assert found.between(day(0), day(7)) == {moved: day(5), back: day(3)}
    assert found.between(day(5), day(9)) == {back: day(8)}
    assert found.between(day(8), day(9)) == {}
