"""One row for every address, phone number or CRM id that was ever seen."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from guardian.domain.activity import Participant, Role
from guardian.domain.merging import better_name
from guardian.domain.people import IdentityKind
from guardian.storage import tables
from guardian.storage.chunks import rows_in

Place = tuple[str, str]  # kind, value


class Seen(NamedTuple):
    """An identity as it was met: its longest name, and whether it is one of ours."""

    name: str
    own: bool


def ensure_identities(
    connection: Connection, participants: Iterable[Participant], own_addresses: "OwnTest"
) -> Mapping[Place, int]:
    """Return the row ids of all these identities, making those that are new."""
    wanted: dict[Place, Seen] = {}
    for p in participants:
        place = (str(p.identity.kind), p.identity.value)
        known = wanted.get(place)
        own = own_addresses(p)
        wanted[place] = Seen(better_name(known.name, p.name), own or known.own) if known else Seen(p.name, own)
    table = tables.identity
    ids: dict[Place, int] = {}
    renamed = []
    query = select(table.c.id, table.c.kind, table.c.value, table.c.name)
    for row in rows_in(connection, query, table.c.value, (value for _, value in wanted)):
        place = (row.kind, row.value)
        if place not in wanted:
            continue
        ids[place] = row.id
        name = better_name(wanted[place].name, row.name)
        if name != row.name:
            renamed.append({"row": row.id, "new_name": name})
    if renamed:
        connection.execute(
            table.update().where(table.c.id == bindparam("row")).values(name=bindparam("new_name")), renamed
        )
    missing = [place for place in wanted if place not in ids]
    if missing:
        rows = [
            {"kind": kind, "value": value, "name": wanted[kind, value].name, "own": wanted[kind, value].own}
            for kind, value in missing
        ]
        made = connection.execute(table.insert().returning(table.c.id, sort_by_parameter_order=True), rows)
        ids.update(zip(missing, made.scalars(), strict=True))
    return ids


class OwnTest:
    """Says whether a participant is one of our people: by domain, or because a CRM says he owns the activity."""

    def __init__(self, own_domains: frozenset[str]) -> None:
        self._own = own_domains
        self._memory: dict[str, bool] = {}

    def __call__(self, participant: Participant) -> bool:
        """Answer for one participant."""
        identity = participant.identity
        if identity.kind is IdentityKind.EMAIL:
            return self.address(identity.value)
        return participant.role is Role.OWNER

    def address(self, address: str) -> bool:
        """Answer for a mail address."""
        from guardian.domain.addresses import domain_of, is_within

        domain = domain_of(address)
        known = self._memory.get(domain)
        if known is None:
            known = self._memory[domain] = is_within(domain, self._own)
        return known
