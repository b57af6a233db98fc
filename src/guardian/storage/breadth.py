"""How many people took part at each client."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from guardian.domain.activity import Direction
from guardian.domain.addresses import is_robot_address
from guardian.domain.people import IdentityKind
from guardian.storage.belonging import identities, load_belonging
from guardian.storage.engine import Database
from guardian.storage.tables import identity, interaction, participation


class StoredBreadth:
    """Counts the people outside (`ports.breadth.Breadth`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def people(self, *, since: datetime, until: datetime) -> Mapping[int, int]:
        """Return by client how many of its people took part in anything in this time, each counted once.

        Who declined took no part; a CRM account is nobody, and neither is an address that machines write from.
        """
        took_part = (
            select(participation.c.identity_id)
            .join(interaction, interaction.c.id == participation.c.interaction_id)
            .where(interaction.c.occurred_at >= since, interaction.c.occurred_at <= until)
            .where(interaction.c.direction != Direction.INTERNAL, ~participation.c.declined)
        )
        found: dict[int, set[tuple[str, int]]] = {}
        with self._database.reading() as connection:
            belonging = load_belonging(connection, until)
            for row in connection.execute(identities().where(~identity.c.own, identity.c.id.in_(took_part))):
                of, person = belonging.client_of(row), belonging.root(row.person_id)
                nobody = person is None and (row.kind != IdentityKind.EMAIL or is_robot_address(row.value))
                if of is not None and not nobody:
                    found.setdefault(of, set()).add(("person", person) if person is not None else ("address", row.id))
        return {of: len(people) for of, people in found.items()}
