"""Taking clients out of the tables that were nobody but the one who is to be forgotten."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, or_, select, update

from guardian.domain.people import IdentityKind
from guardian.storage.belonging import identities, load_belonging
from guardian.storage.erased_people import Whom, forget_merges
from guardian.storage.note_tables import client_note
from guardian.storage.past_tables import client_past, identity_past
from guardian.storage.tables import assessment, client, client_domain, digest_shown, identity, person, record_copy


def erase_clients(connection: Connection, gone: Whom) -> int:
    """Remove those of his clients whom we only met in the mail and whom nobody else belongs to; return how many.

    A client by his address bears his name: it goes as well where it is one no more, as part of another client.
    """
    refs = [f"address:{value}" for kind, value in gone.names if kind == IdentityKind.EMAIL]
    mine = or_(client.c.id.in_(gone.client_ids), client.c.ref.in_(refs))
    candidates = set(connection.scalars(select(client.c.id).where(client.c.origin == "mail", mine)))
    if not candidates:
        return 0
    belonging = load_belonging(connection)
    for absorbed in candidates & belonging.clients.keys():
        _leave_to(connection, belonging.clients[absorbed], absorbed)
        _erase(connection, [absorbed])
    alive = {belonging.client_of(row) for row in connection.execute(identities())}
    vanished = candidates - belonging.clients.keys() - alive
    for client_id in vanished:
        _erase(connection, belonging.standing_for(client_id))
    return len(vanished)


def _leave_to(connection: Connection, winner: int, loser: int) -> None:
    """Make all that is a client's, but what was made of it anew every day, that of the client it is part of."""
    for column in (person.c.client_id, identity.c.client_id, record_copy.c.client_id, client_note.c.client_id):
        connection.execute(update(column.table).where(column == loser).values({column.name: winner}))
    for column in (identity_past.c.client_id, client_past.c.merged_into, client.c.merged_into):
        connection.execute(update(column.table).where(column == loser).values({column.name: winner}))


def _erase(connection: Connection, rows: Sequence[int]) -> None:
    for table in (assessment, digest_shown, client_domain, client_note, client_past):
        connection.execute(delete(table).where(table.c.client_id.in_(rows)))
    for table in (person, identity, record_copy):
        connection.execute(update(table).where(table.c.client_id.in_(rows)).values(client_id=None))
    connection.execute(update(client).where(client.c.id.in_(rows)).values(merged_into=None))
    forget_merges(connection, "client", rows)
    connection.execute(delete(client).where(client.c.id.in_(rows)))
