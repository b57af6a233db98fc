"""Reading the timeline out of the database."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_

from guardian.domain.people import Client
from guardian.ports.timeline import Interaction, Touches
from guardian.storage.belonging import Belonging, load_belonging
from guardian.storage.client_list import find_client_id, met_later, read_clients
from guardian.storage.engine import Database
from guardian.storage.interaction_query import chunk_of_rows, perhaps_with, tell
from guardian.storage.notes import known_notes
from guardian.storage.told_contacts import (
    as_interaction,
    contacts_among,
    in_order,
    on_those_days,
    rep_identities,
    touches_in,
    unseen,
    with_contacts,
)
from guardian.storage.touch_query import read_touches


class StoredTimelines:
    """The timelines of all clients (`ports.timeline.Timelines`), as the database has them at each call."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def clients(self, at: datetime | None = None) -> Sequence[Client]:
        """Return every client, by id; none closed, none merged into another; as they were at a moment, if given."""
        with self._database.reading() as connection:
            return read_clients(connection, at=at)

    def met_later(self, at: datetime) -> frozenset[int]:
        """Return the clients that only the mail tells of, and of whom it told nothing up to a moment."""
        with self._database.reading() as connection:
            return met_later(connection, at)

    def find_client(self, text: str) -> Client | None:
        """Return the client of this id, name, domain or contact address (case does not matter), or None."""
        with self._database.reading() as connection:
            found = find_client_id(connection, text)
            return None if found is None else next(iter(read_clients(connection, found)), None)

    def interactions(self, client_id: int | None = None, *, now: datetime) -> Iterator[Interaction]:
        """Yield what happened with one client, or everything, oldest first, in bounded memory.

        An interaction is with the clients who take part and have not declined, or, where everybody outside has,
        with those who did. Contacts that only a rep told of by now stand among the rest. Between two chunks no
        transaction stays open: what is synced meanwhile may show.
        """
        with self._database.reading() as connection:
            belonging = load_belonging(connection, now)
            wanted = belonging.living(client_id)
            told = self._told(connection, wanted, belonging, now)
        yield from in_order(self._stored(wanted, belonging, now), told)

    def _stored(self, wanted: int | None, belonging: Belonging, now: datetime) -> Iterator[Interaction]:
        among = None if wanted is None else perhaps_with(wanted, belonging)
        after = None
        while True:
            with self._database.reading() as connection:
                rows = chunk_of_rows(connection, after, among)
                told = list(tell(connection, rows, belonging, now=now))
            yield from (one for one in told if wanted is None or wanted in one.client_ids)
            if not rows:
                return
            after = rows[-1]

    def _told(
        self, connection: Connection, wanted: int | None, belonging: Belonging, now: datetime
    ) -> list[Interaction]:
        only = None if wanted is None else belonging.standing_for(wanted)
        contacts = contacts_among(known_notes(connection, until=now, only=only))
        if not contacts:
            return []
        if wanted is None:
            touches = read_touches(connection, until=now)
        else:
            near = and_(perhaps_with(wanted, belonging), on_those_days(contacts))
            rows = chunk_of_rows(connection, None, near)
            touches = touches_in(tell(connection, rows, belonging, now=now), wanted)
        return [as_interaction(note) for note in unseen(contacts, touches)]

    def touches(self, *, until: datetime) -> Touches:
        """Return every touch up to a moment, inclusive, with the contacts that only a rep had told of by then."""
        with self._database.reading() as connection:
            touches = read_touches(connection, until=until)
            contacts = unseen(contacts_among(known_notes(connection, until=until)), touches)
            if not contacts:
                return touches
            return with_contacts(touches, contacts, rep_identities(connection, contacts))
