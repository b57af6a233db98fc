"""Writes small worlds straight into the tables, so that reading is tested without the writing side."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert

from guardian.domain.activity import Direction, Kind, Role
from guardian.domain.people import IdentityKind
from guardian.storage import tables
from guardian.storage.engine import Database

START = datetime(2024, 1, 1, 9, tzinfo=UTC)


def day(number: float) -> datetime:
    """Return the moment so many days after the start."""
    return START + timedelta(days=number)


@dataclass
class World:
    """Rows in the making; every method returns the id of what it added."""

    connection: Connection
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def add(self, table: Table, **values: Any) -> int:
        row = self._whole(table, values)
        self.connection.execute(insert(table).values(**row))
        return int(row.get("id", 0))

    def add_all(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        self.connection.execute(insert(table), [self._whole(table, row) for row in rows])

    def _whole(self, table: Table, values: dict[str, Any]) -> dict[str, Any]:
        number = next(self.numbers)
        usual = {"id": number, "ref": f"test:{number}", "revision": "", "facts": "", "content_hash": b""}
        return {name: value for name, value in usual.items() if name in table.c} | values

    def client(self, name: str, *, domains: Sequence[str] = (), **values: Any) -> int:
        values = {"origin": "crm", "closed": False} | values
        added = self.add(tables.client, name=name, **values)
        for domain in domains:
            self.add(tables.client_domain, domain=domain, client_id=added, origin="crm")
        return added

    def person(self, name: str, **values: Any) -> int:
        return self.add(tables.person, name=name, **values)

    def identity(self, value: str, *, kind: str = IdentityKind.EMAIL, own: bool = False, **values: Any) -> int:
        return self.add(tables.identity, kind=kind, value=value, own=own, **({"name": ""} | values))

    def mailbox(self, label: str, *, connector: str = "exports") -> int:
        account = self.add(tables.connector_account, name=connector, kind="archive", state="ok")
        return self.add(tables.mailbox, connector_id=account, scope=label, label=label)

    def thread(self, root: str) -> int:
        return self.add(tables.thread, root=root)

    def interaction(
        self,
        at: datetime,
        seats: Sequence[tuple[str, int] | tuple[str, int, bool]],
        *,
        kind: str = Kind.EMAIL,
        direction: str = Direction.IN,
        **values: Any,
    ) -> int:
        usual = {"signals": "", "outsiders": 1, "addressed": True, "content_hash": b"", "key": None}
        added = self.add(
            tables.interaction, occurred_at=at, kind=kind, direction=direction, **(usual | self._key() | values)
        )
        for seq, (role, identity_id, *declined) in enumerate(seats):
            self.add(
                tables.participation,
                interaction_id=added,
                seq=seq,
                role=role,
                identity_id=identity_id,
                name="",
                declined=bool(declined and declined[0]),
            )
        return added

    def copy(self, interaction_id: int, mailbox_id: int, item_id: str, **values: Any) -> int:
        return self.add(
            tables.occurrence,
            mailbox_id=mailbox_id,
            item_id=item_id,
            interaction_id=interaction_id,
            **({"key": ""} | values),
        )

    def received(self, at: datetime, sender: int, to: int, **values: Any) -> int:
        return self.interaction(at, [(Role.FROM, sender), (Role.TO, to)], direction=Direction.IN, **values)

    def sent(self, at: datetime, sender: int, to: int, **values: Any) -> int:
        return self.interaction(at, [(Role.FROM, sender), (Role.TO, to)], direction=Direction.OUT, **values)

    def _key(self) -> dict[str, str]:
        return {"key": f"mid:{next(self.numbers)}@mail.example"}


@contextmanager
def written(database: Database) -> Iterator["World"]:
    """Give a world that others see row by row."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield World(connection)


def empty(connection: Connection) -> None:
    """Take every row out of every table."""
    for table in reversed(tables.metadata.sorted_tables):
        connection.execute(table.delete())
