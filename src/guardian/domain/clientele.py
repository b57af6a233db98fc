"""Who the clients are, worked out from everything that providers tell: the same whatever came first.

CRM accounts come first; they claim the domains of their web site and of their contacts. Those of a plain list follow.
Companies that only a lead or a card names, and outside companies met in human mail, become clients of their own.
Somebody with a free-mail address is a client by address. `ref` says what makes a client this client, so that it keeps
its number.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from guardian.domain.addresses import (
    domain_of,
    is_public_mail,
    is_robot_address,
    parents,
)
from guardian.domain.contact_groups import group_contacts, identities_of, is_crm_record, nobodys_addresses
from guardian.domain.identity import long_crm_id
from guardian.domain.listed_clients import client_of_line
from guardian.domain.people import Colleague, Company, Contact, Identity, IdentityKind

LONGEST_DOMAIN = 253  # RFC 1035 2.3.4; what is longer names no company


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Everything clients are made from.

    `met` are the outside addresses that human mail was exchanged with, with their names. `writers` counts for a
    domain or free-mail address which of our people deal with it.
    """

    companies: Sequence[Company]
    contacts: Sequence[Contact]
    colleagues: Sequence[Colleague]
    met: Mapping[str, str]
    writers: Mapping[str, Mapping[str, int]]
    is_own: Callable[[str], bool]


@dataclass(slots=True, kw_only=True)
class ClientPlan:
    """A client as it should be."""

    ref: str
    name: str
    origin: str
    owner: str | None = None
    value: float | None = None
    language: str | None = None
    closed: bool = False
    domains: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPlan:
    """A person as he should be: all records of him, his identities, and his client."""

    ref: str
    name: str
    title: str | None
    client_ref: str | None
    identities: tuple[Identity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clientele:
    """All clients and people; `own_records` leads from a colleague's CRM id to his name and address.

    `successors` leads from what clients by name or by address were, or would be, to the client that stands for them.
    """

    clients: Mapping[str, ClientPlan]
    persons: Sequence[PersonPlan]
    identity_clients: Mapping[tuple[str, str], str]
    own_records: Mapping[str, tuple[str, str | None]]
    successors: Mapping[str, str]


def work_out(sources: Sources) -> Clientele:
    """Return who the clients and their people are."""
    return _Work(sources).result()


class _Work:
    def __init__(self, sources: Sources) -> None:
        self._all = sources
        self._nobodys = nobodys_addresses(sources.contacts)
        self._clients: dict[str, ClientPlan] = {}
        self._domains: dict[str, str] = {}  # domain -> client ref
        self._names: dict[str, str] = {}  # company name, folded -> client ref
        self._by_record: dict[tuple[str, str], str] = {}
        self._listed: dict[str, str] = {}  # client of a list -> client ref
        self._own = {long_crm_id(one.ref): (one.name, one.address) for one in sources.colleagues}
        active = {one.address for one in sources.colleagues if one.active}
        self._left = {one.address for one in sources.colleagues if not one.active} - active

    def result(self) -> Clientele:
        people = group_contacts(self._all.contacts, self._nobodys)
        self._companies()
        self._clients_of_lists()
        self._domains_of_contacts()
        self._named_by_contacts(people)
        self._met()
        persons = [self._person(group) for group in people]
        self._owners(persons)
        return Clientele(
            clients=self._clients,
            persons=persons,
            identity_clients=self._by_record,
            own_records=self._own,
            successors=self._successors(people, persons),
        )

    def _companies(self) -> None:
        for one in sorted(self._all.companies, key=lambda one: (one.ref, one.name)):
            if client_of_line(one.ref):
                continue
            ref = f"crm:{long_crm_id(one.ref)}"
            owner = one.owner_address or self._address_of(one.owner_ref)
            self._clients[ref] = ClientPlan(
                ref=ref,
                name=one.name,
                origin="crm",
                owner=owner,
                value=one.value,
                language=one.language,
                closed=one.closed,
            )
            self._by_record[IdentityKind.CRM, long_crm_id(one.ref)] = ref
            self._names.setdefault(one.name.casefold(), ref)
            for domain in one.domains:
                self._claim(domain, ref)

    def _clients_of_lists(self) -> None:
        """Make clients of those that a list names, unless an account bears the name already."""
        companies = [(one.ref, one.name, one.domains) for one in self._all.companies]
        lines = [*companies, *((one.company_ref, one.company_name or "", ()) for one in self._all.contacts)]
        told = [(ref, name, domains) for record, name, domains in lines if (ref := client_of_line(record))]
        for ref, name, domains in sorted(told):
            ours = self._listed.setdefault(ref, self._names.get(name.casefold(), ref))
            if ours not in self._clients:
                self._clients[ours] = ClientPlan(ref=ours, name=name, origin="crm")
                self._names.setdefault(name.casefold(), ours)
            for domain in domains:
                self._claim(domain, ours)

    def _domains_of_contacts(self) -> None:
        """Let accounts claim the corporate domains of their contacts; the one with most contacts there wins."""
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for one in self._all.contacts:
            ref = None if one.merged_into else self._account_of(one)
            if ref:
                for domain in {domain_of(address) for address in one.addresses}:
                    votes[domain][ref] += 1
        for domain, counted in sorted(votes.items()):
            self._claim(domain, min(counted, key=lambda ref: (-counted[ref], ref)))

    def _named_by_contacts(self, people: Sequence[Sequence[Contact]]) -> None:
        """Make clients of the companies that leads and contacts name and no account stands for."""
        for group in people:
            if any(self._account_of(one) for one in group):
                continue
            for one in group:
                self._name_company(one)

    def _name_company(self, one: Contact) -> None:
        corporate = [d for d in map(domain_of, one.addresses) if self._is_corporate(d)]
        name = (one.company_name or "").strip()
        if not name or name.casefold() in self._names or any(self._client_at(d) for d in corporate):
            return
        if not is_crm_record(one.ref) and not any(address in self._all.met for address in one.addresses):
            return  # a card in an address book makes nobody a client
        ref = f"domain:{min(corporate)}" if corporate else f"name:{name.casefold()}"
        self._clients[ref] = ClientPlan(
            ref=ref,
            name=name,
            origin="crm" if is_crm_record(one.ref) else "mail",
            owner=self._address_of(one.owner_ref),
        )
        self._names[name.casefold()] = ref
        for domain in corporate:
            self._claim(domain, ref)

    def _met(self) -> None:
        """Make clients of the companies, and of the people with free mail, that we only met in the mail."""
        known = self._addresses_with_client()
        domains = {domain_of(address) for address in self._all.met}
        for address, name in sorted(self._all.met.items()):
            domain = domain_of(address)
            if self._client_at(domain) or is_robot_address(address) or address in known or self._all.is_own(address):
                continue
            if is_public_mail(domain):
                ref = f"address:{address}"
                self._clients[ref] = ClientPlan(ref=ref, name=name or address, origin="mail")
                self._by_record[IdentityKind.EMAIL, address] = ref
            elif self._is_corporate(domain):
                top = next((one for one in reversed(parents(domain)) if one in domains), domain)
                ref = f"domain:{top}"
                self._clients[ref] = ClientPlan(ref=ref, name=name_of_domain(top), origin="mail")
                self._claim(top, ref)

    def _addresses_with_client(self) -> set[str]:
        return {
            address
            for one in self._all.contacts
            if self._account_of(one) or (one.company_name or "").strip().casefold() in self._names
            for address in one.addresses
        }

    def _person(self, group: Sequence[Contact]) -> PersonPlan:
        first = group[0]
        telling = sorted(group, key=lambda one: one.merged_into is not None)  # what was merged away speaks last
        identities = dict.fromkeys(identity for one in group for identity in identities_of(one, self._nobodys))
        return PersonPlan(
            ref=f"record:{first.ref}",
            name=min((one.name for one in group), key=lambda name: (-len(name), name)),
            title=next((one.title for one in telling if one.title), None),
            client_ref=next((ref for one in telling if (ref := self._client_of(one))), None),
            identities=tuple(identities),
        )

    def _client_of(self, one: Contact) -> str | None:
        account = self._account_of(one)
        if account:
            return account
        by_domain = next((ref for a in one.addresses if (ref := self._client_at(domain_of(a)))), None)
        by_name = self._names.get((one.company_name or "").strip().casefold())
        by_address = next((f"address:{a}" for a in one.addresses if f"address:{a}" in self._clients), None)
        return by_domain or by_name or by_address

    def _account_of(self, one: Contact) -> str | None:
        listed = client_of_line(one.company_ref)
        if listed:
            return self._listed.get(listed)
        ref = f"crm:{long_crm_id(one.company_ref)}" if one.company_ref else None
        return ref if ref in self._clients else None

    def _owners(self, persons: Sequence[PersonPlan]) -> None:
        """Give clients without an owner the one of ours who deals most with them."""
        for domain, ref in self._domains.items():
            self._clients[ref].domains.add(domain)
        homes = {i.value: one.client_ref for one in persons for i in one.identities if i.kind is IdentityKind.EMAIL}
        counted: dict[str, Counter[str]] = defaultdict(Counter)
        for place, by_whom in self._all.writers.items():
            known = (homes.get(place), self._by_record.get((IdentityKind.EMAIL, place)), self._client_at(place))
            whose = next((ref for ref in known if ref), None)
            if whose:
                counted[whose].update(by_whom)
        for one in self._clients.values():
            if one.owner is None:
                whom = counted[one.ref]
                there = whom.keys() - self._left
                one.owner = min(there, key=lambda address: (-whom[address], address), default=None)

    def _successors(self, people: Sequence[Sequence[Contact]], persons: Sequence[PersonPlan]) -> dict[str, str]:
        """Return by name the client that bears it, else what all its leads became; by address its owner's client."""
        found: dict[str, str] = {}
        became: dict[str, set[str]] = defaultdict(set)
        for group, person in zip(people, persons, strict=True):
            if person.client_ref is None:
                continue
            for one in person.identities:
                if one.kind is IdentityKind.EMAIL and is_public_mail(domain_of(one.value)):
                    found[f"address:{one.value}"] = person.client_ref
            for name in {(one.company_name or "").strip().casefold() for one in group if one.merged_into}:
                became[name].add(person.client_ref)
        found |= {f"name:{name}": min(refs) for name, refs in became.items() if len(refs) == 1}
        found |= {f"name:{name}": ref for name, ref in self._names.items()}
        return {old: new for old, new in found.items() if old not in self._clients}

    def _address_of(self, owner_ref: str | None) -> str | None:
        address = self._own.get(long_crm_id(owner_ref), ("", None))[1] if owner_ref else None
        return None if address in self._left else address  # a digest would go to somebody who has left

    def _claim(self, domain: str, ref: str) -> None:
        if self._is_corporate(domain):
            self._domains.setdefault(domain, ref)

    def _is_corporate(self, domain: str) -> bool:
        return (
            0 < len(domain) <= LONGEST_DOMAIN and not is_public_mail(domain) and not self._all.is_own(f"x@{domain}")
        )

    def _client_at(self, domain: str) -> str | None:
        return next((self._domains[one] for one in parents(domain) if one in self._domains), None)


def name_of_domain(domain: str) -> str:
    """Return a readable name for a company that only its domain tells of: `talleres-bermeo.es` -> Talleres Bermeo."""
    labels = domain.split(".")
    second = len(labels) > 2 and labels[-2] in {"co", "com", "org", "net", "gob", "gov", "edu", "ac"}
    label = labels[-3] if second else labels[-2] if len(labels) > 1 else labels[0]
    return " ".join(word.capitalize() for word in label.replace("_", "-").split("-") if word) or domain
