"""Taking somebody out of what happened: what happened with him alone goes, from the rest he is taken out."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    literal,
    or_,
    select,
    update,
)

from guardian.domain.activity import Kind, Participant, Role
from guardian.domain.facts import fact_hash, read_activity, write_activity
from guardian.domain.people import Identity, IdentityKind
from guardian.domain.placing import count_outsiders
from guardian.ports.sync_store import FORGOTTEN
from guardian.storage.chunks import chunked
from guardian.storage.erased_people import Whom
from guardian.storage.hearing import erase_complaints
from guardian.storage.tables import excluded, identity, interaction, occurrence, participation

AT_ONCE = 1_000
UNKNOWN = b""  # a content hash that no interaction has: the next copy that comes remakes it


def erase_seats(connection: Connection, gone: Whom) -> tuple[int, int]:
    """Remove the interactions whose only outsider he was, and his seat from all others; return how many of each."""
    his = select(participation.c.interaction_id).where(participation.c.identity_id.in_(gone.ids)).distinct()
    removed = seats = 0
    for ids in chunked(connection.scalars(his).all(), AT_ONCE):
        kept = set(connection.scalars(_with_others(ids, gone)))
        alone = [one for one in ids if one not in kept]
        _remove(connection, alone)
        _take_out(connection, sorted(kept), gone)
        removed, seats = removed + len(alone), seats + len(kept)
    return removed, seats


def _with_others(ids: Sequence[int], gone: Whom) -> Select[Any]:
    """Return the query for those interactions that somebody else outside has a seat in (for one of ours: anybody)."""
    account = and_(
        identity.c.kind == IdentityKind.CRM, identity.c.person_id.is_(None), identity.c.client_id.is_not(None)
    )
    others = (
        select(participation.c.interaction_id)
        .join(identity, identity.c.id == participation.c.identity_id)
        .where(participation.c.interaction_id.in_(ids), identity.c.id.not_in(gone.ids))
        .distinct()
    )
    return others if gone.own else others.where(~identity.c.own, ~account)


def _remove(connection: Connection, ids: Sequence[int]) -> None:
    erase_complaints(connection, ids)
    _leave_out(connection, ids)
    for column in (occurrence.c.interaction_id, participation.c.interaction_id, interaction.c.id):
        connection.execute(delete(column.table).where(column.in_(ids)))


def _leave_out(connection: Connection, ids: Sequence[int]) -> None:
    """Note of each copy that goes, by its id, that it stays out: its provider will count it, and tell it again."""
    copies = (
        select(occurrence.c.mailbox_id, occurrence.c.item_id, literal(FORGOTTEN), interaction.c.occurred_at)
        .join(interaction, interaction.c.id == occurrence.c.interaction_id)
        .where(interaction.c.id.in_(ids))
    )
    connection.execute(insert(excluded).from_select(["mailbox_id", "item_id", "rule", "occurred_at"], copies))


def _take_out(connection: Connection, ids: Sequence[int], gone: Whom) -> None:
    took_part = (
        select(participation.c.interaction_id)
        .join(identity, identity.c.id == participation.c.identity_id)
        .where(participation.c.interaction_id.in_(ids), identity.c.id.in_(gone.ids))
        .where(~identity.c.own, ~participation.c.declined)
        .distinct()
    )
    fewer = connection.scalars(took_part).all()
    _silence(connection, ids, gone)
    his = and_(participation.c.interaction_id.in_(ids), participation.c.identity_id.in_(gone.ids))
    connection.execute(delete(participation).where(his))
    _count_anew(connection, fewer)
    here = interaction.c.id.in_(ids)
    connection.execute(update(interaction).where(here).values(content_hash=UNKNOWN))
    listed_only = and_(here, interaction.c.kind == Kind.EMAIL, ~_somebody_addressed())
    connection.execute(update(interaction).where(listed_only).values(addressed=False))
    _take_out_of_copies(connection, ids, gone)


def _silence(connection: Connection, ids: Sequence[int], gone: Whom) -> None:
    """Remove what was heard in the mails that he wrote."""
    wrote = and_(participation.c.role == Role.FROM, participation.c.identity_id.in_(gone.ids))
    query = select(participation.c.interaction_id).where(participation.c.interaction_id.in_(ids), wrote)
    his = connection.scalars(query).all()
    erase_complaints(connection, his)
    connection.execute(update(occurrence).where(occurrence.c.interaction_id.in_(his)).values(heard=None))


def _count_anew(connection: Connection, ids: Sequence[int]) -> None:
    """Count who outside still takes part."""
    seats = participation.c
    query = (
        select(seats.interaction_id, interaction.c.kind, seats.role, seats.declined, identity.c.kind.label("by"))
        .add_columns(identity.c.value)
        .join(identity, identity.c.id == seats.identity_id)
        .join(interaction, interaction.c.id == seats.interaction_id)
        .where(seats.interaction_id.in_(ids), ~identity.c.own)
    )
    outside: dict[tuple[int, str], list[Participant]] = {}
    for row in connection.execute(query):
        who = Identity(kind=IdentityKind(row.by), value=row.value)
        seat = Participant(role=Role(row.role), identity=who, declined=row.declined)
        outside.setdefault((row.interaction_id, row.kind), []).append(seat)
    left = {of: count_outsiders(Kind(kind), those) for (of, kind), those in outside.items()}
    rows = [{"row": one, "left": left.get(one, 0)} for one in ids]
    if rows:
        here = interaction.c.id == bindparam("row")
        connection.execute(update(interaction).where(here).values(outsiders=bindparam("left")), rows)


def _somebody_addressed() -> ColumnElement[bool]:
    """Return the condition of `domain.placing` for a mail that somebody outside is addressed by."""
    here = participation.c.interaction_id == interaction.c.id
    named = participation.c.role.in_((Role.TO, Role.FROM))
    somebody_named = exists(select(participation.c.seq).where(here, named).correlate(interaction))
    seat = or_(named, and_(participation.c.role == Role.ABOUT, ~somebody_named))
    outside = identity.c.id == participation.c.identity_id, identity.c.kind != IdentityKind.PHONE, ~identity.c.own
    return exists().where(here, seat, *outside)


def _take_out_of_copies(connection: Connection, ids: Sequence[int], gone: Whom) -> None:
    """Rewrite what each copy tells as sync will plan it from now on, so that reading it again changes nothing."""
    copies = select(occurrence.c.id, occurrence.c.item_id, occurrence.c.facts)
    for row in connection.execute(copies.where(occurrence.c.interaction_id.in_(ids))).all():
        told = read_activity(row.item_id, row.facts)
        left = tuple(one for one in told.participants if (one.identity.kind, one.identity.value) not in gone.names)
        if len(left) < len(told.participants):
            facts = write_activity(told.with_only(left))
            values = {"facts": facts, "content_hash": fact_hash(facts)}
            connection.execute(update(occurrence).where(occurrence.c.id == row.id).values(values))
