"""The touches of all clients as arrays: read in bulk, weighed once for each distinct set of facts."""

from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import BigInteger, Connection, func, select, type_coerce

from guardian.domain.activity import Direction, Kind, Role
from guardian.domain.cases import CASES
from guardian.domain.people import IdentityKind
from guardian.domain.placing import talking
from guardian.ports.timeline import Touches
from guardian.storage.arrays import Flags, Ints, column_batches, first_of_each, int_columns, ints, look_up
from guardian.storage.belonging import identities, load_belonging
from guardian.storage.hearing import wanting_no_answer
from guardian.storage.tables import interaction, participation
from guardian.storage.weighing import DISTINCT_FACTS, last_words, stored_touch, was_not_kept_back

# What a row's facts say: its touch, and which of `SPEAKERS` and `TALKING` tell who of ours and who outside took part.
_TOLD = [("weight", "f4"), ("inbound", "?"), ("outbound", "?"), ("speaker", "i8"), ("talking", "i8")]
WEIGHED = np.dtype([*_TOLD, ("moves", "?")])
MOVING = np.dtype([("id", "i8"), ("at", "i8"), *_TOLD])  # an interaction that moves a clock

# Who of ours takes part: the first of these roles that one of our own people has, else any of our own people.
ROLES = tuple(Role)
SPEAKERS = (
    (Role.FROM, Role.OWNER, Role.ORGANIZER),  # we wrote
    (Role.TO, Role.CC, Role.BCC, Role.OWNER, Role.ORGANIZER),  # they wrote
    (Role.ORGANIZER, Role.OWNER, Role.FROM, Role.ATTENDEE),  # we spoke
)
TALKING = tuple({talking(kind, way, is_case=case) for kind in Kind for way in Direction for case in (False, True)})


def read_touches(connection: Connection, *, until: datetime) -> Touches:
    """Return every touch up to a moment, inclusive: one for each client who speaks or is spoken to."""
    moving = _moving(connection, until)
    of, identity_id, role, seq, declined = _seats(connection, moving["id"])
    client, own_as = _whose(connection, identity_id, until)
    there = (client > 0) & (declined == 0)
    asked = (client > 0) | ((declined != 0) & (own_as == 0))
    talks = there & _talks(moving["talking"], of, role, asked)
    client, where = client[talks], of[talks]
    rows = first_of_each(client, moving["at"][where], where)
    touch = moving[where[rows]]
    reps = _reps(moving["speaker"], of, role, seq, own_as)
    return Touches(
        client=client[rows],
        rep=reps[where[rows]],
        at=np.ascontiguousarray(touch["at"]),
        inbound=np.ascontiguousarray(touch["inbound"]),
        outbound=np.ascontiguousarray(touch["outbound"]),
        weight=np.ascontiguousarray(touch["weight"]),
        asks=~np.isin(touch["id"], wanting_no_answer(connection, until=until)),
    )


def _moving(connection: Connection, until: datetime) -> npt.NDArray[Any]:
    words = int_columns(connection, last_words(until).order_by(interaction.c.thread_id))
    facts = (
        select(
            interaction.c.id,
            type_coerce(interaction.c.occurred_at, BigInteger),
            func.coalesce(interaction.c.thread_id, 0),
            interaction.c.key.like(CASES),
            interaction.c.kind,
            interaction.c.direction,
            interaction.c.signals,
            interaction.c.outsiders,
            interaction.c.addressed,
            interaction.c.duration_s,
        )
        .where(interaction.c.occurred_at <= until, interaction.c.direction != Direction.INTERNAL)
        .where(was_not_kept_back())
        .order_by(interaction.c.id)
    )
    batches = [_weigh_batch(columns, *words) for columns in column_batches(connection, facts)]
    return np.concatenate(batches) if batches else np.zeros(0, MOVING)


def _weigh_batch(columns: tuple[tuple[Any, ...], ...], threads: Ints, heard: Ints) -> npt.NDArray[Any]:
    at = ints(columns[1])
    answered = look_up(ints(columns[2]), threads, heard) > at
    weighed = np.fromiter(map(_weigh, *columns[3:], answered.tolist()), WEIGHED, len(at))
    moving = np.zeros(len(at), MOVING)
    moving["id"], moving["at"] = ints(columns[0]), at
    for name, _ in _TOLD:
        moving[name] = weighed[name]
    return np.compress(weighed["moves"], moving)


@lru_cache(maxsize=DISTINCT_FACTS)
def _weigh(is_case: bool, kind: str, direction: str, *facts: Any) -> tuple[float, bool, bool, int, int, bool]:
    touch = stored_touch(kind, direction, *facts, True)
    spoken = kind != Kind.EMAIL
    we_wrote = direction == Direction.OUT
    moves = touch.any_clock or touch.inbound_clock
    speaker = 2 if spoken else 0 if we_wrote else 1
    talks = TALKING.index(talking(Kind(kind), Direction(direction), is_case=bool(is_case)))
    return touch.weight, touch.inbound_clock, touch.any_clock and (spoken or we_wrote), speaker, talks, moves


def _talks(among: Ints, of: Ints, role: Ints, asked: Flags) -> Flags:
    """Say who speaks or is spoken to; where nobody does who is known or has declined, those it is filed under."""
    in_seat = np.array([[one in roles for one in ROLES] for roles in TALKING])
    talks: Flags = in_seat[among[of], role]
    somebody = np.zeros(len(among), np.bool_)
    somebody[of[talks & asked]] = True
    filed: Flags = (role == ROLES.index(Role.ABOUT)) & ~somebody[of]
    return talks | filed


def _seats(connection: Connection, ids: Ints) -> Ints:
    """Return the seats at these interactions (ids ascending): the interaction's place, identity, role, seq, declined.

    Seats are one query without a join: nearly every stored interaction moves a clock, and arrays sort out the rest.
    """
    seats = select(
        participation.c.interaction_id,
        participation.c.identity_id,
        participation.c.role,
        participation.c.seq,
        participation.c.declined,
    )
    codes = {str(role): code for code, role in enumerate(ROLES)}
    places = np.arange(len(ids))
    kept = []
    for of, who, roles, *rest in column_batches(connection, seats):
        place = look_up(ints(of), ids, places)
        role = ints(tuple(map(codes.__getitem__, roles)))
        kept.append(np.array([place, ints(who), role, *map(ints, rest)])[:, place >= 0])
    return np.concatenate(kept, axis=1) if kept else np.zeros((5, 0), np.int64)


def _whose(connection: Connection, identity_ids: Ints, at: datetime) -> tuple[Ints, Ints]:
    """Return the client of each of these identities (0 for none), and as which identity our own go (0 for others).

    The CRM id of a colleague goes as his mail address where that is known, so that a rep is one rep.
    """
    belonging = load_belonging(connection, at)
    rows = connection.execute(identities()).all()
    by_address = {row.value: row.id for row in rows if row.own and row.kind == IdentityKind.EMAIL}
    known = np.array(
        [
            (row.id, belonging.client_of(row) or 0, by_address.get(row.address, row.id) if row.own else 0)
            for row in rows
        ],
        np.int64,
    ).reshape(-1, 3)
    ids, client, own_as = known[np.argsort(known[:, 0])].T
    return look_up(identity_ids, ids, client), look_up(identity_ids, ids, own_as)


def _reps(speaker: Ints, of: Ints, role: Ints, seq: Ints, own_as: Ints) -> Ints:
    """Return for each interaction the identity of our own person in it, 0 where there is none."""
    ours = own_as > 0
    of, role, seq, own_as = of[ours], role[ours], seq[ours], own_as[ours]
    order = np.lexsort((seq, _ranks()[speaker[of], role], of))
    having, first = np.unique(of[order], return_index=True)
    reps = np.zeros(len(speaker), np.int64)
    reps[having] = own_as[order][first]
    return reps


def _ranks() -> Ints:
    ranks = [[roles.index(one) if one in roles else len(roles) for one in ROLES] for roles in SPEAKERS]
    return np.array(ranks, np.int64)
