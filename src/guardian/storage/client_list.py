"""The clients as others see them, and how to find one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from guardian.domain.addresses import (
    domain_of,
    is_public_mail,
    is_robot_address,
    is_within,
    normalise_address,
    normalise_domain,
)
from guardian.domain.people import Client, IdentityKind
from guardian.storage.belonging import Belonging, identities, load_belonging
from guardian.storage.engine import Database
from guardian.storage.note_tables import client_note
from guardian.storage.past import Then
from guardian.storage.tables import client, identity, interaction, participation

ROWS_AT_ONCE = 10_000


def read_clients(connection: Connection, only: int | None = None, *, at: datetime | None = None) -> Sequence[Client]:
    """Return every client, or the one of this id, with owner, domains and contact addresses.

    Those merged away, and those that are clients no more (closed), are not among them. `at` tells of them as they
    were at a moment: without those that only came later, and with the addresses that were known by then.
    """
    belonging = load_belonging(connection, at)
    query = select(client).order_by(client.c.id)
    known = connection.execute(query if only is None else query.where(client.c.id == only)).all()
    told = [(row.id, belonging.then.clients.get(row.id, row)) for row in known if _was_there(row, belonging.then)]
    rows = [(of, row) for of, row in told if row.merged_into is None and not row.closed]
    domains = _grouped((belonging.living(of), domain) for domain, of in sorted(belonging.domains.items()))
    later = _not_yet(connection, belonging.then, at)
    contacts = _grouped(
        (of, row.value) for row, of in _outside(connection, belonging) if _is_contact(row) and row.id not in later
    )
    return [
        Client(
            id=of,
            name=row.name,
            owner=row.owner_address,
            value=row.value,
            language=row.language,
            domains=tuple(domains.get(of, ())),
            contacts=tuple(contacts.get(of, ())),
        )
        for of, row in rows
    ]


def _was_there(row: Row[Any], then: Then) -> bool:
    """Say whether a record of a client was there; of one that only the mail tells of, the mail tells since when."""
    return row.origin == "mail" or then.newest_client is None or row.id <= then.newest_client


def _not_yet(connection: Connection, then: Then, at: datetime | None) -> frozenset[int]:
    """Return the identities that came later: by no record then, and in no interaction up to the moment."""
    if at is None or then.newest_identity is None:
        return frozenset()
    took_part = (
        select(participation.c.identity_id)
        .join(interaction, interaction.c.id == participation.c.interaction_id)
        .where(interaction.c.occurred_at <= at)
    )
    query = select(identity.c.id).where(identity.c.id > then.newest_identity, identity.c.id.not_in(took_part))
    return frozenset(connection.scalars(query))


def met_later(connection: Connection, at: datetime) -> frozenset[int]:
    """Return the clients that only the mail tells of, and of whom it told nothing up to a moment."""
    took_part = (
        select(participation.c.identity_id)
        .join(interaction, interaction.c.id == participation.c.interaction_id)
        .where(interaction.c.occurred_at <= at)
    )
    belonging = load_belonging(connection, at)
    met = {
        belonging.client_of(row)
        for row in connection.execute(identities().where(~identity.c.own, identity.c.id.in_(took_part)))
    }
    by_mail = connection.scalars(select(client.c.id).where(client.c.origin == "mail"))
    return frozenset(by_mail) - met - belonging.clients.keys()


def client_card(database: Database, client_id: int) -> Client | None:
    """Return the client that stands for an id after all merges, without contacts and domains; None for one gone."""
    with database.reading() as connection:
        living = load_belonging(connection).living(client_id)
        row = connection.execute(select(client).where(client.c.id == living, ~client.c.closed)).one_or_none()
    if row is None:
        return None
    return Client(id=row.id, name=row.name, owner=row.owner_address, value=row.value, language=row.language)


def known_owners(database: Database) -> frozenset[str]:
    """Return the addresses of all who look after a client, by the records or by the word of a colleague."""
    with database.reading() as connection:
        columns = (client.c.owner_address, client_note.c.owner, client_note.c.rep)
        found = {address for column in columns for address in connection.scalars(select(column).distinct())}
    return frozenset(address.lower() for address in found if address)


def find_client_id(connection: Connection, text: str) -> int | None:
    """Return the client of this id, name, domain or mail address, whichever fits first; merges followed."""
    wanted = text.strip()
    belonging = load_belonging(connection)
    found = _by_id(connection, wanted) or _by_name(connection, wanted)
    if found is not None:
        return belonging.living(found)
    address = normalise_address(wanted)
    if address is None:
        return belonging.client_at(normalise_domain(wanted))
    query = identities().where(identity.c.kind == IdentityKind.EMAIL, identity.c.value == address)
    row = connection.execute(query).one_or_none()
    return belonging.client_at(domain_of(address)) if row is None else belonging.client_of(row)


def client_directory(database: Database) -> tuple[dict[str, str], dict[str, str]]:
    """Return whose mail goes to a client: addresses and domains, each with the client's name.

    Public mail domains and those our own people write from are left out, and so are our own people.
    """
    addresses: dict[str, str] = {}
    domains: dict[str, str] = {}
    for key, name in client_addresses(database):
        if key.startswith("@"):
            domains[key[1:]] = name
        else:
            addresses[key] = name
    return addresses, domains


def client_addresses(database: Database) -> Iterator[tuple[str, str]]:
    """Yield the same row by row, without holding all of it: an address or `@domain`, and the client's name."""
    with database.reading() as connection:
        belonging = load_belonging(connection)
        names = {row.id: row.name for row in connection.execute(select(client.c.id, client.c.name))}
        for row, of in _outside(connection, belonging):
            yield row.value, names[of]
        own = _own_domains(connection)
    for domain, of in belonging.domains.items():
        if not is_within(domain, own):
            yield f"@{domain}", names[belonging.living(of) or of]


def _outside(connection: Connection, belonging: Belonging) -> Iterable[tuple[Row[Any], int]]:
    """Yield every mail address outside that belongs to a client, in the order met, with the client."""
    query = identities().where(identity.c.kind == IdentityKind.EMAIL, ~identity.c.own).order_by(identity.c.id)
    for row in connection.execute(query.execution_options(yield_per=ROWS_AT_ONCE)):
        of = belonging.client_of(row)
        if of is not None:
            yield row, of


def _is_contact(row: Row[Any]) -> bool:
    return not is_robot_address(row.value)


def _grouped(pairs: Iterable[tuple[int | None, str]]) -> Mapping[int | None, list[str]]:
    groups: dict[int | None, list[str]] = {}
    for of, text in pairs:
        groups.setdefault(of, []).append(text)
    return groups


def _own_domains(connection: Connection) -> frozenset[str]:
    query = select(identity.c.value).where(identity.c.own, identity.c.kind == IdentityKind.EMAIL)
    domains = {domain_of(row.value) for row in connection.execute(query)}
    return frozenset(domain for domain in domains if domain and not is_public_mail(domain))


def _by_id(connection: Connection, text: str) -> int | None:
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        return None
    return connection.scalar(select(client.c.id).where(client.c.id == int(text)))


def _by_name(connection: Connection, text: str) -> int | None:
    # Databases disagree on the case of letters beyond ASCII, so Python compares; clients still there come first.
    wanted = text.casefold()
    gone = or_(client.c.merged_into.is_not(None), client.c.closed)
    rows = connection.execute(select(client.c.id, client.c.name).order_by(gone, client.c.id))
    return next((row.id for row in rows if row.name.casefold() == wanted), None)
