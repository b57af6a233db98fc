"""By which number to call the person behind a mail address."""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from guardian.domain.people import IdentityKind
from guardian.storage.belonging import load_belonging
from guardian.storage.engine import Database
from guardian.storage.tables import identity


class StoredPhones:
    """The phone numbers of people (`ports.phones.Phones`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, addresses: Collection[str]) -> Mapping[str, str]:
        """Return a number of the person behind each of these mail addresses: of several, the first that was met."""
        mails = select(identity.c.value, identity.c.person_id).where(
            identity.c.kind == IdentityKind.EMAIL, identity.c.value.in_(addresses), identity.c.person_id.is_not(None)
        )
        with self._database.reading() as connection:
            belonging = load_belonging(connection)
            whose = {row.value: belonging.root(row.person_id) for row in connection.execute(mails)}
            if not whose:
                return {}
            roots = {root for root in whose.values() if root is not None}
            all_of = roots | {loser for loser, root in belonging.persons.items() if root in roots}
            calls = (
                select(identity.c.value, identity.c.person_id)
                .where(identity.c.kind == IdentityKind.PHONE, identity.c.person_id.in_(all_of))
                .order_by(identity.c.id.desc())
            )
            numbers = {belonging.root(row.person_id): row.value for row in connection.execute(calls)}
        return {address: numbers[root] for address, root in whose.items() if root in numbers}
