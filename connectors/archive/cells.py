"""One row of an export by column name, and what reading it may depend on."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors.archive.address_cells import read_cell
from connectors.archive.tally import Tally, short_digest
from guardian.domain.identity import long_crm_id, normalise_phone


class Unreadable(Exception):
    """A row, card or event that cannot be understood; the text is one sentence on why."""


class Repeated(Exception):
    """A row that says word for word what an earlier row of the same record said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The tenant's settings as the rows of one file need them; `moment(column, text)` reads a date of a column."""

    org_id: str
    privacy: str
    moment: Callable[[str, str], datetime | None]


class Cells:
    """The cells of a row by plain column name; several names may be given where exports differ.

    `unread` is what was met in cells of mail addresses that should be one and cannot be read.
    """

    def __init__(self, cells: Mapping[str, str], *, tally: Tally) -> None:
        self._cells = cells
        self._tally = tally
        self.unread: list[str] = []

    def __getitem__(self, names: str) -> str:
        """Return the first of these columns (blank between names) that is filled, or an empty string."""
        return next((cell for name in names.split() if (cell := self._cells.get(name, ""))), "")

    def names(self) -> list[str]:
        """Return the columns in the order of the file."""
        return list(self._cells)

    def first_of(self, names: str) -> tuple[str, str]:
        """Return the name and text of the first of these columns that is filled, or two empty strings."""
        return next(((name, cell) for name in names.split() if (cell := self._cells.get(name, ""))), ("", ""))

    def crm_id(self, names: str) -> str | None:
        """Return a CRM id in its 18-character form, or None."""
        return long_crm_id(self[names]) or None

    def record_id(self, names: str) -> str:
        """Return the record's own id; Unreadable when it has none, or an earlier row of this file had it.

        Repeated when that row was the same as this one.
        """
        record_id = self.crm_id(names)
        if not record_id:
            raise Unreadable("the record id is missing.")
        first_such = self._tally.take(short_digest(b"row", self._written()))
        if self._tally.take(short_digest(record_id.encode())):
            return record_id
        if not first_such:
            raise Repeated
        raise Unreadable(f"the record id {record_id} is already that of an earlier row.")

    def row_id(self) -> str:
        """Return an id made of what the row says, for exports without ids."""
        return self._tally.name(short_digest(self._written()))

    def _written(self) -> bytes:
        filled = {name: cell for name, cell in self._cells.items() if cell}
        return json.dumps(filled, sort_keys=True).encode("utf-8", "surrogatepass")

    def is_true(self, name: str) -> bool:
        """Say whether a check box is ticked."""
        return self[name].lower() in ("true", "1", "yes", "si", "sí", "verdadero")

    def addresses(self, names: str) -> tuple[str, ...]:
        """Return the mail addresses in these columns, normalised, each once."""
        found: dict[str, None] = {}
        for name in names.split():
            addresses, unread = read_cell(self[name])
            found |= dict.fromkeys(addresses)
            self.unread.extend(unread)
        return tuple(found)

    def phones(self, names: str) -> tuple[str, ...]:
        """Return the phone numbers in these columns, normalised, each once."""
        numbers = (normalise_phone(piece) for name in names.split() for piece in self[name].split(":::"))
        return tuple(dict.fromkeys(number for number in numbers if number))


def full_name(*parts: str) -> str:
    """Return the filled parts of a name with blanks between."""
    return " ".join(" ".join(parts).split())
