"""CSV exports as feeds: which kind of table a header row announces, and its rows as records."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from connectors.archive import address_books, salesforce_activity, salesforce_people
from connectors.archive.cells import Cells, Context, Unreadable
from connectors.archive.dates import is_day_first, read_moment
from connectors.archive.decoding import decode_head
from connectors.archive.rows import Row, header_of, plain, read_rows
from connectors.archive.tally import Tally
from connectors.archive.whole_file import Item
from guardian.connector_kit.paging import dead_letter
from guardian.ports.connector import DeadLetter, Record

HEAD = 65_536  # bytes in which the header row must end


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One kind of export: how its header is known, how a row is read, which columns hold dates.

    `mailbox` is the CRM object's name; address books have none and go by their path.
    """

    mailbox: str | None
    announced_by: Callable[[frozenset[str], str], bool]
    read: Callable[[Cells, Context], Record]
    dates: tuple[str, ...] = ()


# The first that recognises the header wins: the more particular before the more general.
TABLES = (
    Table(mailbox="User", announced_by=salesforce_people.announces_users, read=salesforce_people.read_user),
    Table(
        mailbox="EmailMessage",
        announced_by=salesforce_activity.announces_mails,
        read=salesforce_activity.read_mail,
        dates=salesforce_activity.DATES,
    ),
    Table(
        mailbox="Event",
        announced_by=salesforce_activity.announces_events,
        read=salesforce_activity.read_event,
        dates=salesforce_activity.DATES,
    ),
    Table(
        mailbox="Task",
        announced_by=salesforce_activity.announces_tasks,
        read=salesforce_activity.read_task,
        dates=salesforce_activity.DATES,
    ),
    Table(mailbox="Lead", announced_by=salesforce_people.announces_leads, read=salesforce_people.read_lead),
    Table(mailbox="Contact", announced_by=salesforce_people.announces_contacts, read=salesforce_people.read_contact),
    Table(mailbox="Account", announced_by=salesforce_people.announces_accounts, read=salesforce_people.read_account),
    Table(mailbox=None, announced_by=address_books.announces, read=address_books.read_contact),
)
_SPANISH = frozenset(
    """
    nombre apellidos apellido empresa compania organizacion cargo puesto correo correoelectronico asunto fecha
    fechadevencimiento cuenta nombredelacuenta propietario propietariodelacuenta telefono movil telefonodeltrabajo
    telefonomovil direcciondecorreoelectronico asignadoa contacto estado comentarios
    """.split()
)


def table_of(head: bytes, name: str) -> Table | None:
    """Return the kind of export that a file is by its header row, or None; `name` helps where columns do not."""
    _, labels = header_of(decode_head(head[:HEAD]))
    columns = frozenset(map(plain, labels)) - {""}
    return next((table for table in TABLES if columns and table.announced_by(columns, plain(name))), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReader:
    """Reads the rows of one kind of table under the tenant's settings."""

    table: Table
    org_id: str
    privacy: str
    day_first: bool | None
    zone: tzinfo

    def __call__(self, path: Path) -> Iterator[Item]:
        """Yield every row as a record or a dead letter."""
        with path.open("rb") as file:
            delimiter, labels = header_of(decode_head(file.read(HEAD)))
        columns = tuple(map(plain, labels))
        context = self._context(path, delimiter, columns)
        tally = Tally()
        for row in read_rows(path, delimiter):
            if row.number == 1:
                continue
            if _is_footer(row, columns):
                return
            yield self._read(row, columns, context, tally), row.until

    def _context(self, path: Path, delimiter: str, columns: tuple[str, ...]) -> Context:
        usually = delimiter == ";" or len(_SPANISH & set(columns)) >= 2
        orders = {
            name: self._day_first(path, delimiter, columns, name, usually) for name in self._local_dates(columns)
        }

        def moment(column: str, text: str) -> datetime | None:
            return read_moment(text, day_first=orders.get(column, usually), zone=self.zone)

        return Context(org_id=self.org_id, privacy=self.privacy, moment=moment)

    def _local_dates(self, columns: tuple[str, ...]) -> list[str]:
        return [name for name in self.table.dates if name in columns]

    def _day_first(self, path: Path, delimiter: str, columns: tuple[str, ...], name: str, usually: bool) -> bool:
        if self.day_first is not None:
            return self.day_first
        at = columns.index(name)
        rows = read_rows(path, delimiter)
        values = (row.cells[at] for row in rows if row.cells and row.number > 1 and len(row.cells) > at)
        return is_day_first(values, otherwise=usually)

    def _read(self, row: Row, columns: tuple[str, ...], context: Context, tally: Tally) -> Record | DeadLetter:
        cells = row.cells
        while cells and len(cells) > len(columns) and not cells[-1]:
            cells = cells[:-1]
        if cells is None:
            return self._dead(row, f"Row {row.number} opens a quotation mark that is never closed properly.", None)
        if len(cells) != len(columns):
            why = f"Row {row.number} has {len(cells)} fields where the header has {len(columns)}."
            return self._dead(row, why, None)
        by_name: dict[str, str] = {}
        for name, cell in zip(columns, cells, strict=True):
            by_name[name] = by_name.get(name) or cell.strip()
        try:
            return self.table.read(Cells(by_name, tally=tally), context)
        except Unreadable as error:
            return self._dead(row, f"Row {row.number}: {error}", by_name)

    def _dead(self, row: Row, why: str, cells: Mapping[str, str] | None) -> DeadLetter:
        """Keep of a bad row what privacy allows: nothing that may be somebody's words."""
        item_id = (cells or {}).get("id") or f"row {row.number}"
        if self.privacy == "full" or not self.table.dates:
            return dead_letter(item_id, why, row.raw.encode("utf-8", "replace"))
        wordless = {name: cell for name, cell in (cells or {}).items() if name not in salesforce_activity.WORDS}
        return dead_letter(item_id, why, repr(wordless).encode("utf-8", "replace") if wordless else b"")


def _is_footer(row: Row, columns: tuple[str, ...]) -> bool:
    """Salesforce ends a report with lines of its own, each in one field."""
    if not row.cells or len(row.cells) != 1 or len(columns) < 3:
        return False
    return any(
        mark in row.cells[0].lower() for mark in ("copyright (c)", "salesforce.com", "generated by:", "generado por")
    )
