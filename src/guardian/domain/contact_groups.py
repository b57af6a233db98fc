"""Which records of people are one person, and what names him."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from guardian.domain.addresses import domain_of, is_public_mail, is_robot_address, is_shared_address
from guardian.domain.cases import folded
from guardian.domain.identity import is_crm_id, long_crm_id, normalise_phone
from guardian.domain.people import Contact, Identity, IdentityKind

_SHARED_BY = 3  # people of unlike names, whatever their accounts


def nobodys_addresses(contacts: Iterable[Contact]) -> frozenset[str]:
    """Return the addresses on records that name no one person: of roles and machines, or filled in for many.

    `none@none.com` stands on the contacts of many accounts, an accountant's address on those of all his clients: what
    people of unlike names at different accounts share, or three of them anywhere. Addresses at public mail providers
    are left to whoever has them: no domain would tell whose mail it is.
    """
    bearers: dict[str, list[Contact]] = defaultdict(list)
    for one in contacts:
        for address in () if one.merged_into else one.addresses:
            bearers[address].append(one)
    return frozenset(address for address, those in bearers.items() if _is_nobodys(address, those))


def _is_nobodys(address: str, bearers: Sequence[Contact]) -> bool:
    if is_shared_address(address):
        return True
    if len(bearers) == 1 or is_public_mail(domain_of(address)):
        return False
    return is_robot_address(address) or _are_strangers(bearers)


def _are_strangers(bearers: Sequence[Contact]) -> bool:
    """Say whether records of accounts bear names without a word in common; cards call people what they like."""
    unlike: list[tuple[frozenset[str], str]] = []  # words of a name, account
    for one in bearers:
        account = one.company_ref or (one.company_name or "" if is_crm_record(one.ref) else "")
        words = frozenset(word for word in folded(one.name).split() if len(word) > 1)
        if account and words and all(words.isdisjoint(others) for others, _ in unlike):
            unlike.append((words, account.casefold()))
    return len({account for _, account in unlike}) > 1 or len(unlike) >= _SHARED_BY


def group_contacts(contacts: Iterable[Contact], nobodys: Collection[str]) -> list[list[Contact]]:
    """Return the records that are one person together: same address, same record, or merged at the provider.

    Addresses that are nobody's (`nobodys_addresses`) never bring two records together.
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
        marks += [f"mail:{address}" for address in one.addresses if address not in nobodys]
        for mark in marks:
            a, b = find(i), find(met.setdefault(mark, i))
            leader[max(a, b)] = min(a, b)
    groups: dict[int, list[Contact]] = {}
    for i, one in enumerate(ordered):
        groups.setdefault(find(i), []).append(one)
    return list(groups.values())


def identities_of(one: Contact, nobodys: Collection[str]) -> Iterable[Identity]:
    """Yield what names this contact: his CRM id, his own addresses and phones."""
    if is_crm_record(one.ref):
        yield Identity(kind=IdentityKind.CRM, value=long_crm_id(one.ref))
    for address in one.addresses:
        if address not in nobodys:
            yield Identity(kind=IdentityKind.EMAIL, value=address)
    for text in one.phones:
        phone = normalise_phone(text)
        if phone:
            yield Identity(kind=IdentityKind.PHONE, value=phone)


def is_crm_record(ref: str) -> bool:
    """Say whether an id is a Salesforce record's, not a card's."""
    return is_crm_id(ref) and ref[:3] in ("001", "003", "005", "00Q")
