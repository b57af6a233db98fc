"""What clients are worked out from: every record, everybody human mail showed, and who of ours deals with whom."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, select

from guardian.domain.activity import Direction, Kind, Role
from guardian.domain.addresses import domain_of, is_public_mail, is_robot_address
from guardian.domain.clientele import Sources
from guardian.domain.facts import read_colleague, read_company, read_contact
from guardian.domain.merging import better_name
from guardian.domain.people import IdentityKind
from guardian.domain.touch import NEVER_A_TOUCH
from guardian.storage import tables
from guardian.storage.identities import OwnTest
from guardian.storage.merged_away import CONTACT, MERGED

WRITERS_SINCE = timedelta(days=365)
INTERACTIONS_AT_ONCE = 20_000  # by id, so that no database sorts all of them at once
ROWS_AT_ONCE = 10_000
_READERS = {"company": read_company, "contact": read_contact, "colleague": read_colleague}


def read_sources(connection: Connection, own: OwnTest, now: datetime) -> Sources:
    """Return everything clients are made from, in an order that does not depend on what came first."""
    records: dict[str, list[Any]] = {"company": [], "contact": [], "colleague": []}
    table = tables.record_copy
    query = select(table.c.what, table.c.facts).order_by(table.c.what, table.c.facts).distinct()
    for row in connection.execute(query):
        what = CONTACT if row.what == MERGED else row.what
        records[what].append(_READERS[what](row.facts.removeprefix(what)))
    return Sources(
        companies=records["company"],
        contacts=records["contact"],
        colleagues=records["colleague"],
        met=_met(connection),
        writers=_writers(connection, now),
        is_own=own.address,
    )


def human() -> ColumnElement[bool]:
    """Return the condition that an interaction is people speaking to people, outsiders among them."""
    table = tables.interaction
    quiet = [table.c.signals.not_like(f"%{signal}%") for signal in sorted(NEVER_A_TOUCH)]
    return and_(table.c.direction != Direction.INTERNAL, *quiet)


def _met(connection: Connection) -> dict[str, str]:
    """Return the outside addresses that human mail shows, each with the name that tells most."""
    seat, who, what = tables.participation, tables.identity, tables.interaction
    query = (
        select(who.c.value, seat.c.name)
        .join_from(seat, who, seat.c.identity_id == who.c.id)
        .join(what, what.c.id == seat.c.interaction_id)
        .where(who.c.kind == IdentityKind.EMAIL, who.c.own.is_(False), human())
        .distinct()
    )
    met: dict[str, str] = {}
    for row in connection.execute(query):
        if not is_robot_address(row.value):
            met[row.value] = better_name(met[row.value], row.name) if row.value in met else row.name
    return met


def _writers(connection: Connection, now: datetime) -> Mapping[str, Mapping[str, int]]:
    """Return for each outside domain or free-mail address in how many interactions of a year it met each of ours."""
    ours, theirs = tables.participation.alias("ours"), tables.participation.alias("theirs")
    me, you, what = tables.identity.alias("me"), tables.identity.alias("you"), tables.interaction
    query = (
        select(what.c.id, you.c.value, me.c.value)
        .join_from(what, ours, ours.c.interaction_id == what.c.id)
        .join(theirs, theirs.c.interaction_id == what.c.id)
        .join(me, me.c.id == ours.c.identity_id)
        .join(you, you.c.id == theirs.c.identity_id)
        .where(
            human(),
            what.c.kind.in_((Kind.EMAIL, Kind.MEETING)),
            what.c.id >= bindparam("first"),
            what.c.id < bindparam("behind"),
            what.c.occurred_at > now - WRITERS_SINCE,
            what.c.occurred_at <= now,
            ours.c.role.in_((Role.FROM, Role.TO, Role.ORGANIZER)),
            me.c.own.is_(True),
            you.c.own.is_(False),
            me.c.kind == IdentityKind.EMAIL,
            you.c.kind == IdentityKind.EMAIL,
        )
        .order_by(what.c.id)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for span in _spans(connection):
        for _, rows in groupby(connection.execute(query, span), key=itemgetter(0)):
            for place, mine in {(_place(outside), mine) for _, outside, mine in rows}:
                counted[place][mine] += 1
    return counted


def _spans(connection: Connection) -> Iterator[dict[str, int]]:
    """Yield the ids of all interactions, from the `first` to the one `behind` the last of a span."""
    row_id = tables.interaction.c.id
    lowest, highest = connection.execute(select(func.min(row_id), func.max(row_id))).one()
    if lowest is not None:
        for first in range(lowest, highest + 1, INTERACTIONS_AT_ONCE):
            yield {"first": first, "behind": first + INTERACTIONS_AT_ONCE}


def _place(outside: str) -> str:
    domain = domain_of(outside)
    return outside if is_public_mail(domain) else domain
