"""Settling who the clients are: reads every record and everybody met, and writes only what is different."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from guardian.domain.activity import Participant, Role
from guardian.domain.clientele import Clientele, ClientPlan, PersonPlan, work_out
from guardian.domain.people import Identity, IdentityKind
from guardian.storage import tables
from guardian.storage.bulk import insert_rows
from guardian.storage.chunks import chunked
from guardian.storage.client_sources import read_sources
from guardian.storage.identities import OwnTest, ensure_identities
from guardian.storage.merged_away import forget_lost_merges
from guardian.storage.numbering import insert_numbered
from guardian.storage.past_keeping import keep_past, look_before
from guardian.storage.planner import refresh_statistics
from guardian.storage.same_meetings import join_meetings

_COLUMNS = ("name", "origin", "owner_address", "value", "language", "closed")


def settle(connection: Connection, own: OwnTest, now: datetime) -> None:
    """Bring clients, people and the owners of identities to what all records and mails say, and keep how they were.

    Who is who tells which events of the CRM are meetings in calendars; what is one happened once with each client.
    """
    refresh_statistics(connection)
    forget_lost_merges(connection)
    before = look_before(connection)
    _settle_people(connection, own, now)
    if join_meetings(connection, own):
        _settle_people(connection, own, now)
    keep_past(connection, before, now)


def _settle_people(connection: Connection, own: OwnTest, now: datetime) -> None:
    people = work_out(read_sources(connection, own, now))
    client_ids = _write_clients(connection, people)
    _write_domains(connection, people, client_ids, now)
    person_ids = _write_persons(connection, people, client_ids)
    _write_identities(connection, people, client_ids, person_ids, own)


def _write_clients(connection: Connection, people: Clientele) -> dict[str, int]:
    table = tables.client
    rows = {row.ref: row for row in connection.execute(select(table))}
    new = [one for ref, one in sorted(people.clients.items()) if ref not in rows]
    ids = {ref: row.id for ref, row in rows.items()}
    if new:
        made = insert_numbered(connection, table, [{"ref": one.ref, **_client_values(one)} for one in new])
        ids.update(zip((one.ref for one in new), made, strict=True))
    changed = [
        {"row": ids[ref], **{f"new_{name}": value for name, value in _client_values(one).items()}}
        for ref, one in people.clients.items()
        if ref in rows and any(getattr(rows[ref], name) != value for name, value in _client_values(one).items())
    ]
    if changed:
        update = table.update().where(table.c.id == bindparam("row"))
        connection.execute(update.values({name: bindparam(f"new_{name}") for name in _COLUMNS}), changed)
    return ids


def _client_values(one: ClientPlan) -> dict[str, Any]:
    return {
        "name": one.name,
        "origin": one.origin,
        "owner_address": one.owner,
        "value": one.value,
        "language": one.language,
        "closed": one.closed,
    }


def _write_domains(connection: Connection, people: Clientele, ids: Mapping[str, int], now: datetime) -> None:
    """Write which domain is whose; a client that lost its place to another is merged into that one, and says why."""
    wanted = {domain: (ids[ref], one.origin) for ref, one in people.clients.items() for domain in one.domains}
    table = tables.client_domain
    stored = {row.domain: (row.client_id, row.origin) for row in connection.execute(select(table))}
    for chunk in chunked([domain for domain, whose in stored.items() if wanted.get(domain) != whose]):
        connection.execute(table.delete().where(table.c.domain.in_(chunk)))
    rows = [
        {"domain": domain, "client_id": client_id, "origin": origin}
        for domain, (client_id, origin) in sorted(wanted.items())
        if stored.get(domain) != (client_id, origin)
    ]
    insert_rows(connection, table, rows)
    _merge_away(connection, people, ids, {domain: client_id for domain, (client_id, _) in wanted.items()}, now)


def _merge_away(
    connection: Connection, people: Clientele, ids: Mapping[str, int], owners: Mapping[str, int], now: datetime
) -> None:
    table, merge = tables.client, tables.merge
    rows = connection.execute(select(table.c.id, table.c.ref, table.c.merged_into, table.c.closed)).all()
    for row in rows:
        winner, why = _winner_of(row.ref, people, ids, owners)
        if row.ref not in people.clients and winner is None and not row.closed:
            connection.execute(table.update().where(table.c.id == row.id).values(closed=True))
        if winner == row.merged_into:
            continue
        connection.execute(table.update().where(table.c.id == row.id).values(merged_into=winner))
        past = merge.update().where(merge.c.what == "client", merge.c.loser_id == row.id, merge.c.undone_at.is_(None))
        connection.execute(past.values(undone_at=now))
        if winner is not None:
            values = {"what": "client", "loser_id": row.id, "winner_id": winner, "why": why, "at": now}
            connection.execute(merge.insert().values(values))


def _winner_of(
    ref: str, people: Clientele, ids: Mapping[str, int], owners: Mapping[str, int]
) -> tuple[int | None, str]:
    """Return what a client that is none any more has become, if anything, and why."""
    kind, _, told = ref.partition(":")
    if ref in people.clients:
        return None, ""
    if kind == "domain":
        return owners.get(told), f"an account of the CRM has the domain {told}"
    successor = people.successors.get(ref)
    return (ids[successor], _WHY[kind]) if successor else (None, "")


_WHY = {
    "name": "that client has its name, or its leads were converted into people of that client",
    "address": "the address is that of somebody at that client",  # not named, so that nothing of it need be forgotten
}


def _write_persons(connection: Connection, people: Clientele, client_ids: Mapping[str, int]) -> dict[str, int]:
    table = tables.person
    rows = {row.ref: row for row in connection.execute(select(table))}
    wanted = {one.ref: one for one in people.persons}
    ids = {ref: row.id for ref, row in rows.items()}

    def values(one: PersonPlan) -> dict[str, Any]:
        client_id = client_ids[one.client_ref] if one.client_ref else None
        return {"name": one.name, "title": one.title, "client_id": client_id}

    new = [one for ref, one in sorted(wanted.items()) if ref not in rows]
    if new:
        made = insert_numbered(connection, table, [{"ref": one.ref, **values(one)} for one in new])
        ids.update(zip((one.ref for one in new), made, strict=True))
    changed = [
        {"row": ids[ref], **{f"new_{name}": value for name, value in values(one).items()}}
        for ref, one in wanted.items()
        if ref in rows and any(getattr(rows[ref], name) != value for name, value in values(one).items())
    ]
    if changed:
        update = table.update().where(table.c.id == bindparam("row"))
        connection.execute(
            update.values({name: bindparam(f"new_{name}") for name in ("name", "title", "client_id")}), changed
        )
    lost = [row.id for ref, row in rows.items() if ref not in wanted and row.client_id is not None]
    for chunk in chunked(lost):
        connection.execute(table.update().where(table.c.id.in_(chunk)).values(client_id=None))
    return ids


def _write_identities(
    connection: Connection,
    people: Clientele,
    client_ids: Mapping[str, int],
    person_ids: Mapping[str, int],
    own: OwnTest,
) -> None:
    """Point every identity at its person, its client, or its colleague's address."""
    persons = _persons_of(people.persons, person_ids)
    ours = {(str(IdentityKind.CRM), ref): told for ref, told in people.own_records.items()}
    clients = {(str(kind), value): client_ids[ref] for (kind, value), ref in people.identity_clients.items()}
    names = {place: name for place, (name, _) in ours.items()}
    ensure_identities(connection, _as_participants({*persons, *ours, *clients}, names), own)
    table = tables.identity
    columns = (
        table.c.id,
        table.c.kind,
        table.c.value,
        table.c.own,
        table.c.person_id,
        table.c.client_id,
        table.c.address,
    )
    changed = []
    for row in connection.execute(select(*columns)):
        place = (row.kind, row.value)
        is_own = own.address(row.value) if row.kind == IdentityKind.EMAIL else row.own or place in ours
        wanted = (is_own, persons.get(place), clients.get(place), ours.get(place, ("", None))[1])
        if (row.own, row.person_id, row.client_id, row.address) != wanted:
            names_of = ("new_own", "new_person_id", "new_client_id", "new_address")
            changed.append({"row": row.id, **dict(zip(names_of, wanted, strict=True))})
    if changed:
        update = table.update().where(table.c.id == bindparam("row"))
        fields = ("own", "person_id", "client_id", "address")
        connection.execute(update.values({name: bindparam(f"new_{name}") for name in fields}), changed)


def _persons_of(persons: Iterable[PersonPlan], ids: Mapping[str, int]) -> dict[tuple[str, str], int]:
    """Return whose each identity is; a phone that several people answer is nobody's."""
    found: dict[tuple[str, str], int] = {}
    shared = set()
    for one in persons:
        for identity in one.identities:
            place = (str(identity.kind), identity.value)
            if found.setdefault(place, ids[one.ref]) != ids[one.ref] and identity.kind is IdentityKind.PHONE:
                shared.add(place)
    return {place: person for place, person in found.items() if place not in shared}


def _as_participants(places: Iterable[tuple[str, str]], names: Mapping[tuple[str, str], str]) -> list[Participant]:
    return [
        Participant(
            role=Role.OWNER if (kind, value) in names else Role.ABOUT,
            identity=Identity(kind=IdentityKind(kind), value=value),
            name=names.get((kind, value), ""),
        )
        for kind, value in sorted(places)
    ]
