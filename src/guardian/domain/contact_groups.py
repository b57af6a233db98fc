"""Which records of people are one person, and what names him."""

from collections.abc import Iterable

from guardian.domain.addresses import is_shared_address
from guardian.domain.identity import long_crm_id, normalise_phone
from guardian.domain.people import Contact, Identity, IdentityKind


def group_contacts(contacts: Iterable[Contact]) -> list[list[Contact]]:
    """Return the records that are one person together: same address, same record, or merged at the provider.

    Addresses of roles (info@) never bring two records together.
    """
    ordered = sorted(contacts, key=lambda one: (not is_crm_record(one.ref), one.ref, one.name, one.addresses))
    leader = list(range(len(ordered)))

    def find(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    met: dict[str, int] = {}
    for i, one in enumerate(ordered):
        marks = [f"id:{long_crm_id(one.ref)}"]
        marks += [f"id:{long_crm_id(one.merged_into)}"] if one.merged_into else []
        marks += [f"mail:{address}" for address in one.addresses if not is_shared_address(address)]
        for mark in marks:
            a, b = find(i), find(met.setdefault(mark, i))
            leader[max(a, b)] = min(a, b)
    groups: dict[int, list[Contact]] = {}
    for i, one in enumerate(ordered):
        groups.setdefault(find(i), []).append(one)
    return list(groups.values())


def identities_of(one: Contact) -> Iterable[Identity]:
    """Yield what names this contact: his CRM id, his own addresses and phones."""
    if is_crm_record(one.ref):
        yield Identity(kind=IdentityKind.CRM, value=long_crm_id(one.ref))
    for address in one.addresses:
        if not is_shared_address(address):
            yield Identity(kind=IdentityKind.EMAIL, value=address)
    for text in one.phones:
        phone = normalise_phone(text)
        if phone:
            yield Identity(kind=IdentityKind.PHONE, value=phone)


def is_crm_record(ref: str) -> bool:
    """Say whether an id is a Salesforce record's, not a card's."""
    return len(ref) in (15, 18) and ref.isalnum() and ref[:3] in ("001", "003", "005", "00Q")
