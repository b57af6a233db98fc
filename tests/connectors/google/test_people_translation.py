from typing import Any

from connectors.google.translate_people import read_person
from guardian.domain.people import Contact
from guardian.ports.connector import Gone


def contact(**person: Any) -> Contact:
    (one,) = read_person({"resourceName": "people/c1", **person})
    assert isinstance(one, Contact)
    return one


def test_a_card_becomes_a_contact_with_its_primary_values_first() -> None:
    one = contact(
        names=[{"displayName": "Ana Ruiz"}],
        emailAddresses=[
            {"value": "ana@casa.example"},
            {"value": "Ana@Cliente.example", "metadata": {"primary": True}},
            {"value": "nonsense"},
        ],
        phoneNumbers=[{"value": "91 123 45 67", "canonicalForm": "+34911234567"}],
        organizations=[{"name": "Antigua"}, {"name": "Cliente SA", "title": "Compras", "current": True}],
    )
    assert one == Contact(
        ref="people/c1",
        name="Ana Ruiz",
        addresses=("ana@cliente.example", "ana@casa.example"),
        phones=("+34911234567",),
        company_name="Cliente SA",
        title="Compras",
    )


def test_a_card_without_a_name_is_called_by_what_it_has() -> None:
    assert contact(emailAddresses=[{"value": "a@b.example"}]).name == "a@b.example"
    assert contact(organizations=[{"name": "Cliente SA"}]).name == "Cliente SA"
    assert contact(phoneNumbers=[{"value": "911234567"}]).name == "911234567"
    assert contact().name == "people/c1"


def test_a_deleted_card_is_gone() -> None:
    assert list(read_person({"resourceName": "people/c1", "metadata": {"deleted": True}})) == [
        Gone(item_id="people/c1")
    ]


def test_cards_that_were_merged_are_gone_and_their_heir_stays() -> None:
    person = {"resourceName": "people/c1", "metadata": {"previousResourceNames": ["people/c0", "people/c1"]}}
    gone, heir = read_person(person)
    assert gone == Gone(item_id="people/c0")
    assert isinstance(heir, Contact)
    assert heir.ref == "people/c1"
