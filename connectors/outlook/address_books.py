"""The contacts of one mailbox: the default address book and those beside it."""

from dataclasses import dataclass
from typing import Any

from connectors.outlook.fetch import Graph
from connectors.outlook.translate import CONTACT_SELECT, is_whole, read_contact
from guardian.domain.people import Contact
from guardian.ports.connector import DeadLetter

Row = dict[str, Any]
DEFAULT = "contacts"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactSource:
    """A mailbox seen as its address books, each with a delta query."""

    graph: Graph
    mailbox: str
    privacy: str

    @property
    def shape(self) -> str:
        """Contacts are asked for in one way only."""
        return "contacts 1"

    def queries(self, note: dict[str, str]) -> tuple[list[str], int]:
        """Return the address books there are, the default one first."""
        books = [str(row["id"]) for row in self.graph.rows(self._url("contactFolders", select="displayName"))]
        return [DEFAULT, *books], 0

    def held(self, note: dict[str, str]) -> int:
        """Return how many cards the address books say they hold."""
        return sum(self._held(book) for book in self.queries(note)[0])

    def first_url(self, query: str) -> str:
        """Return where the delta query of an address book begins."""
        return self._url(*_path(query), "delta", select=CONTACT_SELECT)

    def is_whole(self, row: Row) -> bool:
        """Say whether a row is a whole card."""
        return is_whole(row, CONTACT_SELECT)

    def read(self, item_id: str, note: dict[str, str]) -> Row:
        """Return a card by its id."""
        return self.graph.get(self._url("contacts", item_id, select=CONTACT_SELECT))

    def record(self, row: Row) -> Contact | DeadLetter:
        """Return what a card says."""
        return read_contact(row, privacy=self.privacy)

    def _held(self, book: str) -> int:
        answer = self.graph.get(self._url(*_path(book), top="1", count="true", select="displayName"))
        return int(answer.get("@odata.count") or 0)

    def _url(self, *path: str, **query: str) -> str:
        return self.graph.url("users", self.mailbox, *path, **query)


def _path(book: str) -> tuple[str, ...]:
    return ("contacts",) if book == DEFAULT else ("contactFolders", book, "contacts")
