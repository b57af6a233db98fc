"""Everything that a store holds, by value: row numbers, cursors and run logs left out, to compare two stores."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select

from guardian.storage import Database, tables
from guardian.storage.complaint_tables import complaint

Dump = dict[str, list[Any]]


def dump(database: Database) -> Dump:
    """Return the tables of the timeline as sorted values; clients that gave way to others are not told."""
    with database.reading() as connection:
        return _Dump(connection).told()


class _Dump:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._clients = {row["id"]: row for row in self._rows(tables.client)}
        self._people = {row["id"]: row for row in self._rows(tables.person)}
        self._boxes = {row["id"]: row["scope"] for row in self._rows(tables.mailbox)}
        self._identities = {row["id"]: row for row in self._rows(tables.identity)}

    def told(self) -> Dump:
        """Return everything."""
        return {
            "interactions": self._interactions(),
            "copies": self._items(tables.occurrence, "key", "facts", "heard"),
            "complaints": self._complaints(),
            "records": self._items(tables.record_copy, "what", "facts"),
            "excluded": self._items(tables.excluded, "rule"),
            "dead_letters": self._items(tables.dead_letter, "why", "raw"),
            "threads": self._threads(),
            "identities": sorted((self._identity(row) for row in self._identities.values()), key=repr),
            "clients": self._living_clients(),
            "domains": sorted(
                (row["domain"], self._client(row["client_id"]), row["origin"])
                for row in self._rows(tables.client_domain)
            ),
        }

    def _rows(self, table: Table) -> list[RowMapping]:
        return list(self._connection.execute(select(table)).mappings())

    def _interactions(self) -> list[Any]:
        seats: dict[int, list[Any]] = defaultdict(list)
        for seat in self._rows(tables.participation):
            who = self._identities[seat["identity_id"]]
            seats[seat["interaction_id"]].append(
                (seat["seq"], seat["role"], who["kind"], who["value"], seat["name"], seat["declined"])
            )
        copies: dict[int, list[Any]] = defaultdict(list)
        for copy in self._rows(tables.occurrence):
            copies[copy["interaction_id"]].append((self._boxes[copy["mailbox_id"]], copy["item_id"]))
        return sorted(
            (
                (
                    *(value for name, value in row.items() if name not in ("id", "thread_id")),
                    sorted(seats[row["id"]]),
                    sorted(copies[row["id"]]),
                )
                for row in self._rows(tables.interaction)
            ),
            key=repr,
        )

    def _complaints(self) -> list[Any]:
        keys = {row["id"]: row["key"] for row in self._rows(tables.interaction)}
        return sorted(
            (keys[row["interaction_id"]], row["severity"], row["settled"], row["words"])
            for row in self._rows(complaint)
        )

    def _items(self, table: Table, *names: str) -> list[Any]:
        return sorted(
            (self._boxes[row["mailbox_id"]], row["item_id"], *(row[name] for name in names))
            for row in self._rows(table)
        )

    def _threads(self) -> list[list[str]]:
        keys: dict[int, list[str]] = defaultdict(list)
        for row in self._rows(tables.interaction):
            if row["thread_id"] is not None:
                keys[row["thread_id"]].append(row["key"])
        return sorted(sorted(one) for one in keys.values() if len(one) > 1)

    def _identity(self, row: RowMapping) -> tuple[Any, ...]:
        person = self._people.get(row["person_id"])
        whose = (
            (person["ref"], person["name"], person["title"], self._client(person["client_id"])) if person else None
        )
        plain = tuple(row[name] for name in ("kind", "value", "name", "own", "address"))
        return (*plain, whose, self._client(row["client_id"]))

    def _client(self, row_id: int | None) -> str | None:
        return None if row_id is None else self._clients[row_id]["ref"]

    def _living_clients(self) -> list[Any]:
        names = ("ref", "name", "origin", "owner_address", "value", "language", "closed")
        return sorted(
            (
                tuple(row[name] for name in names)
                for row in self._clients.values()
                if row["merged_into"] is None and (not row["closed"] or row["ref"].startswith("crm:"))
            ),
            key=repr,
        )
