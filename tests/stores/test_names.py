"""The name behind an address is that of the person, whatever records of him were merged."""

from guardian.storage.engine import Database
from guardian.storage.names import StoredNames
from tests.stores.world import World


def test_the_name_of_the_person_is_found_across_merges(database: Database) -> None:
    with database.writing() as connection:
        world = World(connection)
        ana = world.person("Ana Gil")
        absorbed = world.person("A. Gil", merged_into=ana)
        world.identity("ana@client.example", person_id=ana)
        world.identity("gil@client.example", person_id=absorbed)
        world.identity("info@client.example", name="Whoever wrote last")
        world.identity("ben@client.example", person_id=world.person("ben@client.example"))
    names = StoredNames(database)
    asked = ["ana@client.example", "gil@client.example", "info@client.example", "ben@client.example", "x@y.example"]
    assert names.of(asked) == {"ana@client.example": "Ana Gil", "gil@client.example": "Ana Gil"}
    assert names.of([]) == {}
