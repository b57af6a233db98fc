"""By which name to call the person behind a mail address."""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from guardian.domain.people import IdentityKind
from guardian.storage.belonging import load_belonging
from guardian.storage.chunks import rows_in
from guardian.storage.engine import Database
from guardian.storage.tables import identity, person


class StoredNames:
    """The names of people (`ports.names.Names`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, addresses: Collection[str]) -> Mapping[str, str]:
        """Return the name of the person behind each of these mail addresses; an address is no name."""
        mails = select(identity.c.value, identity.c.person_id).where(
            identity.c.kind == IdentityKind.EMAIL, ~identity.c.own, identity.c.person_id.is_not(None)
        )
        with self._database.reading() as connection:
            rows = list(rows_in(connection, mails, identity.c.value, addresses))
            belonging = load_belonging(connection)
            whose = {row.value: root for row in rows if (root := belonging.root(row.person_id)) is not None}
            people = select(person.c.id, person.c.name)
            names = {row.id: row.name for row in rows_in(connection, people, person.c.id, whose.values())}
        known = {address: names.get(root, "") for address, root in whose.items()}
        return {address: name for address, name in known.items() if name and "@" not in name}
