"""A number is that of the person behind the address, whatever records of him were merged."""

from guardian.domain.people import IdentityKind
from guardian.storage.engine import Database
from guardian.storage.phones import StoredPhones
from tests.stores.world import World


def test_the_number_of_the_person_is_found_across_merges(database: Database) -> None:
    with database.writing() as connection:
        world = World(connection)
        ana, ben = world.person("Ana"), world.person("Ben")
        absorbed = world.person("A. Gil", merged_into=ana)
        world.identity("ana@client.example", person_id=ana)
        world.identity("gil@client.example", person_id=absorbed)
        world.identity("ben@client.example", person_id=ben)
        world.identity("nobody@client.example")
        world.identity("+34965550131", kind=IdentityKind.PHONE, person_id=absorbed)
        world.identity("+34965550132", kind=IdentityKind.PHONE, person_id=ana)
        world.identity("+34965550199", kind=IdentityKind.PHONE)
    phones = StoredPhones(database)
    asked = ["ana@client.example", "gil@client.example", "ben@client.example", "nobody@client.example", "x@y.example"]
    assert phones.of(asked) == {"ana@client.example": "+34965550131", "gil@client.example": "+34965550131"}
    assert phones.of([]) == {}
