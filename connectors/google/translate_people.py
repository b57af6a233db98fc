"""From the cards of Google's address book to people; pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from guardian.connector_kit.encoded_words import printable
from guardian.domain.addresses import normalise_address
from guardian.domain.identity import normalise_phone
from guardian.domain.people import Contact
from guardian.ports.connector import Gone

Json = Mapping[str, Any]

FIELDS = "emailAddresses,metadata,names,organizations,phoneNumbers"


def read_person(person: Json) -> Iterator[Contact | Gone]:
    """Yield a card as a contact, or that it is gone, and before it the cards that were merged into it.

    `person` is a `Person` of People v1. A card without a name is called by its address, company or number.
    """
    ref = str(person["resourceName"])
    metadata = person.get("metadata", {})
    yield from (Gone(item_id=str(old)) for old in metadata.get("previousResourceNames", ()) if old != ref)
    yield Gone(item_id=ref) if metadata.get("deleted") else _contact(ref, person)


def _contact(ref: str, person: Json) -> Contact:
    addresses = _each(normalise_address(str(one.get("value", ""))) for one in _entries(person, "emailAddresses"))
    numbers = [str(one.get("canonicalForm") or one.get("value", "")) for one in _entries(person, "phoneNumbers")]
    job = next(_current(person), {})
    company = printable(str(job.get("name", "")))
    name = next((text for one in _entries(person, "names") if (text := _name(one))), "")
    return Contact(
        ref=ref,
        name=name or next(iter(addresses), "") or company or next(iter(numbers), "") or ref,
        addresses=addresses,
        phones=_each(normalise_phone(number) for number in numbers),
        company_name=company or None,
        title=printable(str(job.get("title", ""))) or None,
    )


def _entries(person: Json, field: str) -> list[Json]:
    """Return the values of a field, the primary one first."""
    return sorted(person.get(field, ()), key=lambda one: not one.get("metadata", {}).get("primary", False))


def _current(person: Json) -> Iterator[Json]:
    """Yield the jobs of a person, the present one first."""
    yield from sorted(_entries(person, "organizations"), key=lambda one: not one.get("current", False))


def _name(entry: Json) -> str:
    parts = (entry.get("givenName"), entry.get("middleName"), entry.get("familyName"))
    return printable(str(entry.get("displayName") or " ".join(str(part) for part in parts if part)))


def _each(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
