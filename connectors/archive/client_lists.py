"""Lists of clients, `address,client`, as `guard scan --clients` takes them: an address is a mailbox or a domain."""

from connectors.archive.cells import Cells, Context, Unreadable
from guardian.domain.listed_clients import CLIENTS, PLACES, line_of, listed_client, read_place
from guardian.domain.people import Company, Contact
from guardian.ports.connector import Record


def announces(columns: frozenset[str], _name: str) -> bool:
    """Say whether these are the columns of a list of clients."""
    return bool(columns & set(PLACES)) and bool(columns & set(CLIENTS)) and len(columns) == 2


def read_line(cells: Cells, _context: Context) -> Record:
    """Return the domain of a client, sub-domains included, or a person at it."""
    name, written = " ".join(cells[" ".join(CLIENTS)].split()), cells[" ".join(PLACES)]
    if not name:
        raise Unreadable("the client's name is missing.")
    client, place = listed_client(name), read_place(written)
    if place is None:
        raise Unreadable(f"'{written}' is neither a mail address nor a domain.")
    if "@" in place:
        return Contact(ref=cells.row_id(), name=place, addresses=(place,), company_ref=client, company_name=name)
    return Company(ref=line_of(client, place), name=name, domains=(place,))
