"""Which client an identity belongs to: by its person, else by its record, else by the domain of its address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, select

from guardian.domain.addresses import domain_of, is_public_mail, parents
from guardian.domain.people import IdentityKind
from guardian.storage.past import AS_NOW, Then, read_then
from guardian.storage.tables import client, client_domain, identity, person

# What `Belonging.client_of` needs to know about an identity; queries join `person` loosely for it.
WHOSE = (
    identity.c.id,
    identity.c.kind,
    identity.c.value,
    identity.c.own,
    identity.c.address,
    identity.c.person_id,
    identity.c.client_id,
    person.c.client_id.label("person_client_id"),
)


def identities() -> Select[Any]:
    """Return the query for identities with what tells whose they are."""
    return select(*WHOSE).outerjoin(person, person.c.id == identity.c.person_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """What it takes to say which client an identity belongs to, merges followed.

    `clients` and `persons` lead from what was merged away to what absorbed it, `person_clients` from a merged-away
    person to the client of the absorbing one. Public mail domains name nobody and are left out of `domains`. `then`
    is what was otherwise at the moment it is asked of.
    """

    clients: Mapping[int, int]
    persons: Mapping[int, int]
    person_clients: Mapping[int, int | None]
    domains: Mapping[str, int]
    then: Then = AS_NOW

    def client_of(self, who: Row[Any]) -> int | None:
        """Return the id of the client an identity (`WHOSE`) belongs to, or None; our own belong to none."""
        if who.id in self.then.whose:
            return self.living(self.then.whose[who.id])
        if who.own:
            return None
        found = self.person_clients.get(who.person_id, who.person_client_id) or who.client_id
        if found is None and who.kind == IdentityKind.EMAIL:
            return self.client_at(domain_of(who.value))
        return self.living(found)

    def client_at(self, domain: str) -> int | None:
        """Return the client that a domain, or one above it, belongs to."""
        return next((self.living(self.domains[one]) for one in parents(domain) if one in self.domains), None)

    def living(self, client_id: int | None) -> int | None:
        """Return the client that stands for this one after all merges."""
        return None if client_id is None else self.clients.get(client_id, client_id)

    def standing_for(self, client_id: int) -> list[int]:
        """Return a living client and all that were merged into it."""
        return [client_id, *(loser for loser, winner in self.clients.items() if winner == client_id)]

    def root(self, person_id: int | None) -> int | None:
        """Return the person that stands for this one after all merges."""
        return None if person_id is None else self.persons.get(person_id, person_id)


def load_belonging(connection: Connection, at: datetime | None = None) -> Belonging:
    """Read merges and domains, which are few beside the identities; as they were at a moment, if given."""
    then = AS_NOW if at is None else read_then(connection, at)
    persons = _survivors(connection, person)
    absorbing = select(person.c.id, person.c.client_id).where(
        person.c.id.in_(select(person.c.merged_into).where(person.c.merged_into.is_not(None)))
    )
    client_of_absorbing = {row.id: row.client_id for row in connection.execute(absorbing)}
    owned = connection.execute(select(client_domain.c.domain, client_domain.c.client_id))
    return Belonging(
        clients=_survivors(connection, client, {of: row.merged_into for of, row in then.clients.items()}),
        persons=persons,
        person_clients={loser: client_of_absorbing[winner] for loser, winner in persons.items()},
        domains={row.domain: row.client_id for row in owned if not is_public_mail(row.domain)},
        then=then,
    )


def _survivors(
    connection: Connection, table: Table, then: Mapping[int, int | None] = MappingProxyType({})
) -> dict[int, int]:
    rows = connection.execute(select(table.c.id, table.c.merged_into).where(table.c.merged_into.is_not(None)))
    now: dict[int, int | None] = {row.id: row.merged_into for row in rows}
    steps = {loser: winner for loser, winner in (now | dict(then)).items() if winner is not None}
    return {loser: _last(steps, loser) for loser in steps}


def _last(steps: Mapping[int, int], start: int) -> int:
    # A ring of merges has no end; the walk stops where it would come round.
    seen = {start}
    here = start
    while (after := steps.get(here)) is not None and after not in seen:
        seen.add(after)
        here = after
    return here
