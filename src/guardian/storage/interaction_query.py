"""What happened, oldest first, in chunks: one query for a chunk's interactions, few more for what hangs on them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, or_, select, tuple_

from guardian.domain.activity import Direction, Kind, Role
from guardian.domain.cases import is_case_key
from guardian.domain.moments import lasts_whole_days
from guardian.domain.people import IdentityKind
from guardian.domain.placing import talking
from guardian.domain.touch import Touch
from guardian.ports.timeline import Copy, Interaction, Seat
from guardian.storage.arrays import NEVER
from guardian.storage.belonging import WHOSE, Belonging
from guardian.storage.columns import Moment, RowId
from guardian.storage.tables import (
    connector_account,
    identity,
    interaction,
    mailbox,
    occurrence,
    participation,
    person,
)
from guardian.storage.weighing import last_words, signals_of, stored_touch, was_not_kept_back

CHUNK = 1_000

Rows = Sequence[Row[Any]]


def chunk_of_rows(connection: Connection, after: Row[Any] | None, among: ColumnElement[bool] | None) -> Rows:
    """Return the next rows behind one (None: from the beginning) of those that fulfil a condition, oldest first.

    Mail that the guard kept back from the client is none of what happened.
    """
    in_order = interaction.c.occurred_at, interaction.c.id
    query = select(interaction).where(was_not_kept_back()).order_by(*in_order).limit(CHUNK)
    if after is not None:
        here = tuple_(interaction.c.occurred_at, interaction.c.id)
        query = query.where(here > tuple_(after.occurred_at, after.id, types=(Moment(), RowId)))
    if among is not None:
        query = query.where(among)
    return connection.execute(query).all()


def perhaps_with(client_id: int, belonging: Belonging) -> ColumnElement[bool]:
    """Return a condition that every interaction with a client fulfils, and few others."""
    clients = belonging.standing_for(client_id)
    persons = [loser for loser, of in belonging.person_clients.items() if of in clients]
    at_domains = [
        identity.c.value.endswith(f"{before}{domain}", autoescape=True)
        for domain, of in belonging.domains.items()
        if of in clients
        for before in "@."
    ]
    whose = or_(
        identity.c.client_id.in_(clients),
        identity.c.person_id.in_(persons),
        identity.c.person_id.in_(select(person.c.id).where(person.c.client_id.in_(clients))),
        and_(identity.c.kind == IdentityKind.EMAIL, or_(False, *at_domains)),
        identity.c.id.in_([one for one, of in belonging.then.whose.items() if of in clients]),
    )
    seats = select(participation.c.interaction_id).join(identity, identity.c.id == participation.c.identity_id)
    return interaction.c.id.in_(seats.where(whose, ~identity.c.own))


def tell(connection: Connection, rows: Rows, belonging: Belonging, *, now: datetime) -> Iterator[Interaction]:
    """Yield these rows as interactions, with the seats, clients, copies and touch they have at a moment."""
    ids = [row.id for row in rows]
    seats = seat_rows(connection, ids)
    copies = _grouped(connection, _copies(ids))
    heard = _heard(connection, rows, now)
    addresses = _addresses(connection, belonging, seats)
    for row in rows:
        present = seats.get(row.id, ())
        yield Interaction(
            id=row.id,
            key=row.key,
            kind=Kind(row.kind),
            occurred_at=row.occurred_at,
            direction=Direction(row.direction),
            subject=row.subject,
            snippet=row.snippet,
            seats=tuple([_seat(addresses.get(one.id, one.value), one.role, one.shown) for one in present]),
            client_ids=clients_of(present, belonging),
            talked_with=talked_with(row, present, belonging),
            signals=signals_of(row.signals),
            touch=_touch(row, present, heard.get(row.thread_id, NEVER), now),
            copies=tuple(
                [Copy(connector=one.connector, mailbox=one.label, id=one.item_id) for one in copies.get(row.id, ())]
            ),
            all_day=row.kind == Kind.MEETING and lasts_whole_days(row.occurred_at, row.duration_s),
        )


def seat_rows(connection: Connection, ids: Sequence[int]) -> Mapping[int, Rows]:
    """Return who takes part in each of these interactions, with what tells whose he is, in order."""
    return _grouped(connection, _seats(ids))


def clients_of(seats: Rows, belonging: Belonging) -> tuple[int, ...]:
    """Return the clients that take part, or, where everybody outside declined, those who did."""
    outside = [one for one in seats if not one.own]
    there = [one for one in outside if not one.declined] or outside
    return tuple(sorted({found for one in there if (found := belonging.client_of(one)) is not None}))


def talked_with(row: Row[Any], seats: Rows, belonging: Belonging) -> tuple[int, ...]:
    """Return the clients who speak in an interaction, or are spoken to (`domain.placing.talking`)."""
    roles = talking(Kind(row.kind), Direction(row.direction), is_case=is_case_key(row.key))
    known = [one for one in seats if not one.own and (one.declined or belonging.client_of(one) is not None)]
    # Who declined was asked himself: what it is filed under does not stand in for him.
    talks = [one for one in known if one.role in roles] or [one for one in known if one.role == Role.ABOUT]
    return clients_of([one for one in talks if not one.declined], belonging)


def _touch(row: Row[Any], seats: Rows, heard: int, now: datetime) -> Touch:
    outside = [one for one in seats if not one.own]
    invited = [one for one in outside if one.role != Role.ABOUT] if row.kind != Kind.EMAIL else []
    somebody = any(not one.declined for one in invited or outside)
    return stored_touch(
        row.kind,
        row.direction,
        row.signals,
        row.outsiders if somebody else 0,
        row.addressed,
        row.duration_s,
        heard > row.occurred_at.timestamp(),
        row.occurred_at <= now,
    )


@lru_cache(maxsize=CHUNK)
def _seat(address: str, role: str, name: str) -> Seat:
    return Seat(address=address, role=Role(role), name=name)


def _seats(ids: Sequence[int]) -> Select[Any]:
    return (
        select(
            participation.c.interaction_id.label("of"),
            participation.c.role,
            participation.c.declined,
            participation.c.name.label("shown"),
            *WHOSE,
        )
        .join(identity, identity.c.id == participation.c.identity_id)
        .outerjoin(person, person.c.id == identity.c.person_id)
        .where(participation.c.interaction_id.in_(ids))
        .order_by(participation.c.interaction_id, participation.c.seq)
    )


def _copies(ids: Sequence[int]) -> Select[Any]:
    return (
        select(
            occurrence.c.interaction_id.label("of"),
            connector_account.c.name.label("connector"),
            mailbox.c.label,
            occurrence.c.item_id,
        )
        .join(mailbox, mailbox.c.id == occurrence.c.mailbox_id)
        .join(connector_account, connector_account.c.id == mailbox.c.connector_id)
        .where(occurrence.c.interaction_id.in_(ids))
        .order_by(occurrence.c.interaction_id, occurrence.c.id)
    )


def _grouped(connection: Connection, query: Select[Any]) -> dict[int, Rows]:
    rows = connection.execute(query).all()
    return {of: list(group) for of, group in groupby(rows, key=lambda row: row.of)}


def _heard(connection: Connection, rows: Rows, now: datetime) -> dict[int, int]:
    threads = {row.thread_id for row in rows if row.thread_id is not None}
    words = connection.execute(last_words(now).where(interaction.c.thread_id.in_(threads)))
    return {row.thread_id: row.at for row in words}


def _addresses(connection: Connection, belonging: Belonging, seats: Mapping[int, Rows]) -> dict[int, str]:
    """Return the first known mail address behind each identity here that is a CRM id or a phone number."""
    others = {one.id: one for group in seats.values() for one in group if one.kind != IdentityKind.EMAIL}
    roots = {belonging.root(one.person_id) for one in others.values() if one.person_id is not None}
    persons = roots | {loser for loser, root in belonging.persons.items() if root in roots}
    known = (
        select(identity.c.person_id, identity.c.value)
        .where(identity.c.kind == IdentityKind.EMAIL, identity.c.person_id.in_(persons))
        .order_by(identity.c.id.desc())
    )
    mail = {belonging.root(row.person_id): row.value for row in connection.execute(known)} if persons else {}
    found = {one.id: one.address or mail.get(belonging.root(one.person_id)) for one in others.values()}
    return {of: address for of, address in found.items() if address}
