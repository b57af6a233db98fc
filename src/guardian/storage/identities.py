"""One row for every address, phone number or CRM id that was ever seen."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from guardian.domain.activity import Participant, Role
from guardian.domain.addresses import is_address_within
from guardian.domain.merging import better_name
from guardian.domain.people import IdentityKind
from guardian.storage import tables
from guardian.storage.chunks import rows_in
from guardian.storage.numbering import insert_numbered

Place = tuple[str, str]  # kind, value
_USER = "005"  # how the ids of Salesforce's users begin


class Seen(NamedTuple):
    """An identity as it was met: its longest name, and whether it is one of ours."""

    name: str
    own: bool


def ensure_identities(
    connection: Connection, participants: Iterable[Participant], own_addresses: "OwnTest"
) -> Mapping[Place, int]:
    """Return the row ids of all these identities, making those that are new."""
    wanted = _met(participants, own_addresses)
    table = tables.identity
    ids: dict[Place, int] = {}
    told_more = []
    query = select(table.c.id, table.c.kind, table.c.value, table.c.name, table.c.own)
    # Named by kind too, because the index begins with it: without, every page reads everybody that was ever met.
    query = query.where(table.c.kind.in_(sorted({str(kind) for kind, _ in wanted})))
    for row in rows_in(connection, query, table.c.value, (value for _, value in wanted)):
        place = (row.kind, row.value)
        if place not in wanted:
            continue
        ids[place] = row.id
        name, own = better_name(wanted[place].name, row.name), wanted[place].own or row.own
        if (name, own) != (row.name, row.own):
            told_more.append({"row": row.id, "new_name": name, "new_own": own})
    if told_more:
        update = table.update().where(table.c.id == bindparam("row"))
        connection.execute(update.values(name=bindparam("new_name"), own=bindparam("new_own")), told_more)
    missing = [place for place in wanted if place not in ids]
    if missing:
        rows = [
            {"kind": str(kind), "value": value, "name": wanted[kind, value].name, "own": wanted[kind, value].own}
            for kind, value in missing
        ]
        ids.update(zip(missing, insert_numbered(connection, table, rows), strict=True))
    return ids


def _met(participants: Iterable[Participant], own: "OwnTest") -> dict[Place, Seen]:
    """Return everybody once."""
    met: dict[Place, Seen] = {}
    for p in participants:
        identity, name = p.identity, p.name
        place = (identity.kind, identity.value)
        known = met.get(place)
        if known is None:
            met[place] = Seen(name, own(p))
        elif name != known.name or p.role is Role.OWNER:
            met[place] = Seen(better_name(known.name, name), known.own or own(p))
    return met


class OwnTest:
    """Says whether a participant is one of our people: by domain, as a user of the CRM, or as owner in it."""

    def __init__(self, own_domains: frozenset[str]) -> None:
        self._own = own_domains

    def __call__(self, participant: Participant) -> bool:
        """Answer for one participant."""
        identity = participant.identity
        if identity.kind is IdentityKind.EMAIL:
            return is_address_within(identity.value, self._own)
        is_user = identity.kind is IdentityKind.CRM and identity.value.startswith(_USER)
        return is_user or participant.role is Role.OWNER

    def address(self, address: str) -> bool:
        """Answer for a mail address."""
        return is_address_within(address, self._own)
