"""Who speaks for each client, and whose address leads nowhere: read from the stored mail."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, Select, distinct, func, or_, select, type_coerce

from guardian.domain.activity import Kind, Role, Signal
from guardian.domain.addresses import is_robot_address, is_shared_address
from guardian.domain.moments import DAY_S
from guardian.domain.people import IdentityKind
from guardian.domain.voices import Sign, Voice
from guardian.storage.belonging import Belonging, identities, load_belonging
from guardian.storage.chunks import rows_in
from guardian.storage.engine import Database
from guardian.storage.tables import identity, interaction, participation
from guardian.storage.weighing import in_his_own_words, signals_of

_TELLING = (Signal.BOUNCE, Signal.LEFT, Signal.OPT_OUT, Signal.TAKES_OVER)


class StoredContactNews:
    """The people of all clients (`ports.contact_news.ContactNews`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def voices(self, *, until: datetime) -> Mapping[int, Sequence[Voice]]:
        """Return who wrote to us for each client up to a moment, in words of their own, by address."""
        with self._database.reading() as connection:
            rows = _writing(connection, until)
            whose = _whose(connection, [row.identity_id for row in rows], until)
        found: dict[tuple[int, str, str], Voice] = {}
        for row in rows:
            address, client = whose.get(row.identity_id, ("", None))
            if client is None or is_robot_address(address):
                continue
            name = " ".join(row.name.casefold().split()) if is_shared_address(address) else ""
            told = Voice(address=address, name=name, first=row.first, last=row.last, days=row.days)
            known = found.get((client, address, name))
            found[client, address, name] = told if known is None else _together(known, told)
        return _grouped((client, voice) for (client, _, _), voice in sorted(found.items()))

    def signs(self, *, until: datetime) -> Mapping[int, Sequence[Sign]]:
        """Return what was learnt about the addresses of each client up to a moment, oldest first."""
        with self._database.reading() as connection:
            rows = _telling(connection, until)
            whose = _whose(connection, [row.identity_id for row in rows], until)
        mails: dict[int, list[Row[Any]]] = defaultdict(list)
        for row in rows:
            mails[row.id].append(row)
        pairs = (pair for seats in mails.values() for pair in _signs_of(seats, whose))
        return _grouped(sorted(pairs, key=lambda pair: (pair[0], pair[1].at, pair[1].address, pair[1].what)))


_Whose = Mapping[int, tuple[str, int | None]]


def _writing(connection: Connection, until: datetime) -> Sequence[Row[Any]]:
    seconds = type_coerce(interaction.c.occurred_at, BigInteger)
    query: Select[Any] = (
        select(
            participation.c.identity_id,
            participation.c.name,
            func.min(interaction.c.occurred_at).label("first"),
            func.max(interaction.c.occurred_at).label("last"),
            func.count(distinct(seconds // DAY_S)).label("days"),
        )
        .join_from(participation, interaction, interaction.c.id == participation.c.interaction_id)
        .where(participation.c.role == Role.FROM, in_his_own_words(), interaction.c.occurred_at <= until)
        .group_by(participation.c.identity_id, participation.c.name)
        .order_by(participation.c.identity_id, participation.c.name)
    )
    return connection.execute(query).all()


def _telling(connection: Connection, until: datetime) -> Sequence[Row[Any]]:
    signals = " " + interaction.c.signals + " "
    query: Select[Any] = (
        select(
            interaction.c.id,
            interaction.c.occurred_at,
            interaction.c.signals,
            participation.c.role,
            participation.c.identity_id,
        )
        .join_from(participation, interaction, interaction.c.id == participation.c.interaction_id)
        .where(
            interaction.c.kind == Kind.EMAIL,
            or_(*(signals.contains(f" {signal} ", autoescape=True) for signal in _TELLING)),
            participation.c.role.in_((Role.FROM, Role.ABOUT)),
            interaction.c.occurred_at <= until,
        )
        .order_by(interaction.c.id, participation.c.seq)
    )
    return connection.execute(query).all()


def _whose(connection: Connection, identity_ids: Iterable[int], at: datetime) -> _Whose:
    """Return the address and the client of each of these identities that is a mail address outside."""
    belonging: Belonging = load_belonging(connection, at)
    rows = rows_in(connection, identities(), identity.c.id, identity_ids)
    return {
        row.id: (row.value, belonging.client_of(row))
        for row in rows
        if row.kind == IdentityKind.EMAIL and not row.own
    }


def _signs_of(seats: Sequence[Row[Any]], whose: _Whose) -> Iterable[tuple[int, Sign]]:
    """Yield what one mail tells: a bounce about those it names, anything else about who wrote it."""
    signals = signals_of(seats[0].signals)
    about = [seat.identity_id for seat in seats if seat.role == Role.ABOUT and seat.identity_id in whose]
    if Signal.BOUNCE in signals:
        concerned, named = about, None
        what = Signal.NO_SUCH_ADDRESS if Signal.NO_SUCH_ADDRESS in signals else Signal.BOUNCE
    else:
        concerned = [seat.identity_id for seat in seats if seat.role == Role.FROM and seat.identity_id in whose]
        named = next((whose[one][0] for one in about), None)
        what = next(one for one in (Signal.LEFT, Signal.OPT_OUT, Signal.TAKES_OVER) if one in signals)
    for one in concerned:
        address, client = whose[one]
        if client is not None:
            yield client, Sign(address=address, at=seats[0].occurred_at, what=what, successor=named)


def _together(one: Voice, other: Voice) -> Voice:
    """Return a voice under two names as one; a day on which it used both counts twice."""
    return replace(one, first=min(one.first, other.first), last=max(one.last, other.last), days=one.days + other.days)


def _grouped(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for client, one in pairs:
        groups[client].append(one)
    return dict(groups)
