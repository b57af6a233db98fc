"""The mail of one mailbox: every folder but those that hold no correspondence."""

from dataclasses import dataclass
from typing import Any

from connectors.outlook.fetch import Graph, NotThere
from connectors.outlook.translate import is_whole, mail_select, read_message
from guardian.domain.activity import Activity
from guardian.ports.connector import DeadLetter

Row = dict[str, Any]
HIDDEN = ("drafts", "deleteditems", "junkemail", "outbox", "conversationhistory", "syncissues")
_FOLDER = "parentFolderId,totalItemCount"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSource:
    """A mailbox seen as its folders, each with a delta query of messages."""

    graph: Graph
    mailbox: str
    privacy: str

    @property
    def shape(self) -> str:
        """The privacy level decides what the links ask for."""
        return f"mail {mail_select(self.privacy)}"

    def queries(self, note: dict[str, str]) -> tuple[list[str], int]:
        """Return the folders to read, the inbox first, because most removals are from there (see `rounds`)."""
        if not note:
            note.update(self._well_known())
        rows = list(self.graph.rows(self._url("mailFolders", "delta", select=_FOLDER)))
        folders = {str(row["id"]): row for row in rows if "@removed" not in row}
        hidden = {note[name] for name in HIDDEN if name in note}
        shown = [one for one in folders if not _is_below(one, hidden, folders)]
        shown.sort(key=lambda one: (one != note.get("inbox"), one))
        return shown, sum(int(folders[one].get("totalItemCount") or 0) for one in shown)

    def held(self, note: dict[str, str]) -> int:
        """Return how many messages the folders say they hold."""
        return self.queries(note)[1]

    def first_url(self, query: str) -> str:
        """Return where the delta query of a folder begins."""
        return self._url("mailFolders", query, "messages", "delta", select=mail_select(self.privacy))

    def is_whole(self, row: Row) -> bool:
        """Say whether a row is a whole message."""
        return is_whole(row, mail_select(self.privacy))

    def read(self, item_id: str, note: dict[str, str]) -> Row:
        """Return a message by its id, if it is in a folder that is read."""
        row = self.graph.get(self._url("messages", item_id, select=f"{mail_select(self.privacy)},parentFolderId"))
        if row.get("parentFolderId") in {note[name] for name in HIDDEN if name in note}:
            raise NotThere("It lies where we do not look.")
        return row

    def record(self, row: Row) -> Activity | DeadLetter:
        """Return what a message says."""
        return read_message(row, privacy=self.privacy)

    def _well_known(self) -> dict[str, str]:
        """Return the ids of the folders whose names are fixed, whatever language the mailbox shows them in."""
        found = {}
        for name in ("inbox", *HIDDEN):
            try:
                found[name] = str(self.graph.get(self._url("mailFolders", name, select="parentFolderId"))["id"])
            except NotThere:
                continue
        return found

    def _url(self, *path: str, **query: str) -> str:
        return self.graph.url("users", self.mailbox, *path, **query)


def _is_below(folder: str, hidden: set[str], folders: dict[str, Row]) -> bool:
    """Say whether a folder is one of these or lies in one."""
    for _ in range(300):  # Exchange allows 300 levels
        if folder in hidden:
            return True
        if folder not in folders:
            return False
        folder = str(folders[folder].get("parentFolderId"))
    return False
