"""Who is to be forgotten, and taking his identities, his person and his records out of the tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, or_, select, update

from guardian.domain.identity import long_crm_id
from guardian.domain.people import IdentityKind
from guardian.ports.sync_store import FORGOTTEN
from guardian.storage.belonging import Belonging, identities, load_belonging
from guardian.storage.chunks import chunked
from guardian.storage.merged_away import CONTACT, MERGED
from guardian.storage.past_tables import identity_past
from guardian.storage.tables import excluded, identity, merge, person, record_copy, tombstone
from guardian.storage.tombstones import tombstone_hash
from guardian.storage.traces import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """Somebody to be forgotten: his address, the identities and person rows that go, and the clients he belonged to.

    `others` are mail addresses that the same person is known by as well: with one of those left, only the address
    goes.
    """

    address: str
    identities: tuple[Row[Any], ...]
    person_ids: tuple[int, ...]
    client_ids: frozenset[int]
    others: int

    @property
    def ids(self) -> tuple[int, ...]:
        """The ids of his identities."""
        return tuple(row.id for row in self.identities)

    @property
    def own(self) -> bool:
        """Whether he is one of ours."""
        return any(row.own for row in self.identities)

    @property
    def names(self) -> frozenset[tuple[str, str]]:
        """What names him: kind and value of each identity, his address first of all."""
        return frozenset(
            {(str(IdentityKind.EMAIL), self.address)} | {(row.kind, row.value) for row in self.identities}
        )


def whom(connection: Connection, address: str, trace: Trace) -> Whom:
    """Return all that is known of the one behind a normalised address, of which `trace` finds every trace.

    An address that names nobody in particular (info@) is forgotten with whom records tell of by it alone.
    """
    belonging = load_belonging(connection)
    of_address = or_(
        and_(identity.c.kind == IdentityKind.EMAIL, identity.c.value == address), identity.c.address == address
    )
    named = connection.execute(identities().where(of_address)).all()
    alone = _known_by_it_alone(connection, belonging, trace)
    return _whom(connection, belonging, address, named, alone)


def whose(connection: Connection, identity_id: int) -> Whom:
    """Return all that is known of the one behind an identity; its value stands for his address."""
    named = connection.execute(identities().where(identity.c.id == identity_id)).all()
    return _whom(connection, load_belonging(connection), named[0].value, named, set())


def _whom(
    connection: Connection, belonging: Belonging, address: str, named: Sequence[Row[Any]], alone: set[int | None]
) -> Whom:
    persons = _persons(belonging, alone | {belonging.root(row.person_id) for row in named})
    also = connection.execute(identities().where(identity.c.person_id.in_(persons))).all()
    others = [row for row in also if row.kind == IdentityKind.EMAIL and row.value != address]
    going = {row.id: row for row in (named if others else (*named, *also))}
    clients = (belonging.client_of(row) for row in going.values())
    return Whom(
        address=address,
        identities=tuple(going.values()),
        person_ids=() if others else persons,
        client_ids=frozenset(one for one in clients if one is not None),
        others=len(others),
    )


def _known_by_it_alone(connection: Connection, belonging: Belonging, trace: Trace) -> set[int | None]:
    """Return the people whose records name the address and who have no mail address of their own."""
    told = select(record_copy.c.item_id, record_copy.c.facts).where(
        record_copy.c.what.in_((CONTACT, MERGED)), trace.perhaps_in(record_copy.c.facts)
    )
    records = [row.item_id for row in connection.execute(told) if trace.in_text(row.facts)]
    found: set[int | None] = set()
    for chunk in chunked(records):
        refs = [f"record:{ref}" for ref in chunk]
        by_crm = and_(identity.c.kind == IdentityKind.CRM, identity.c.value.in_([long_crm_id(ref) for ref in chunk]))
        found |= {
            belonging.root(one) for one in connection.scalars(select(person.c.id).where(person.c.ref.in_(refs)))
        }
        found |= {belonging.root(one) for one in connection.scalars(select(identity.c.person_id).where(by_crm))}
    with_mail = select(identity.c.person_id).where(identity.c.kind == IdentityKind.EMAIL)
    return found - {belonging.root(one) for one in connection.scalars(with_mail)} if found else found


def _persons(belonging: Belonging, roots: set[int | None]) -> tuple[int, ...]:
    losers = (loser for loser, root in belonging.persons.items() if root in roots)
    return tuple(sorted({one for one in (*roots, *losers) if one is not None}))


def erase_people(connection: Connection, gone: Whom) -> None:
    """Remove his identities and person rows; nothing may refer to the identities any more."""
    connection.execute(delete(identity_past).where(identity_past.c.identity_id.in_(gone.ids)))
    connection.execute(delete(identity).where(identity.c.id.in_(gone.ids)))
    of_him = person.c.id.in_(gone.person_ids)
    connection.execute(update(person).where(of_him).values(merged_into=None))
    forget_merges(connection, "person", gone.person_ids)
    connection.execute(update(record_copy).where(record_copy.c.person_id.in_(gone.person_ids)).values(person_id=None))
    connection.execute(delete(person).where(of_him))


def erase_records(connection: Connection, gone: Whom, trace: Trace) -> int:
    """Remove the records of him that providers told (contacts, colleagues), and return how many.

    Of each that its provider still has it is noted, by its id, that it stays out: it will be counted, and told again.
    """
    table = record_copy
    own_records = table.c.item_id.in_([value for kind, value in gone.names if kind == IdentityKind.CRM])
    of_him = or_(table.c.person_id.in_(gone.person_ids), own_records)
    query = select(table).where(table.c.what != "company", or_(of_him, trace.perhaps_in(table.c.facts)))
    values = {value for _, value in gone.names}
    count = 0
    for row in connection.execute(query).all():
        if row.item_id in values or row.person_id in gone.person_ids or trace.in_text(row.facts):
            here = and_(table.c.mailbox_id == row.mailbox_id, table.c.item_id == row.item_id)
            count += connection.execute(delete(table).where(here)).rowcount
            if row.what != MERGED:
                _leave_out(connection, row.mailbox_id, row.item_id)
    return count


def _leave_out(connection: Connection, mailbox_id: int, item_id: str) -> None:
    here = and_(excluded.c.mailbox_id == mailbox_id, excluded.c.item_id == item_id)
    if connection.scalar(select(excluded.c.rule).where(here)) is None:
        connection.execute(insert(excluded).values(mailbox_id=mailbox_id, item_id=item_id, rule=FORGOTTEN))


def forget_merges(connection: Connection, what: str, rows: Sequence[int]) -> None:
    """Remove what is kept of merges that rows took part in."""
    either = or_(merge.c.loser_id.in_(rows), merge.c.winner_id.in_(rows))
    connection.execute(delete(merge).where(merge.c.what == what, either))


def leave_tombstones(connection: Connection, gone: Whom, now: datetime) -> None:
    """Keep hashes of what named him, so that no sync brings him back."""
    hashes = {tombstone_hash(value) for _, value in gone.names}
    kept = set(connection.scalars(select(tombstone.c.hash).where(tombstone.c.hash.in_(hashes))))
    rows = [{"hash": one, "at": now} for one in sorted(hashes - {bytes(one) for one in kept})]
    if rows:
        connection.execute(insert(tombstone), rows)
